// Paints a block of the phantom: places the voxels of a task in the world before warping, halves the task down to
// leaves of some tens of nanometres, decides who owns each voxel there, then gives it a grey.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "phantom_claims.hpp"
#include "phantom_sections.hpp"
#include "phantom_texture.hpp"

namespace fascicle::phantom {

/// Voxels [low, high) by global index, z, y, x.
struct VoxelBox {
  std::array<std::int64_t, 3> low;
  std::array<std::int64_t, 3> high;

  [[nodiscard]] std::int64_t edge(int axis) const { return high[axis] - low[axis]; }
  [[nodiscard]] std::size_t voxels() const { return static_cast<std::size_t>(edge(0) * edge(1) * edge(2)); }
};

class BlockPainter {
 public:
  /// `raw` and `labels` hold the block, or are empty where they are not wanted.
  BlockPainter(const PhantomParams& params, const VoxelBox& block, std::span<std::uint8_t> raw,
               std::span<std::uint32_t> labels, unsigned threads)
      : params_(params),
        size_{static_cast<float>(params.voxel_size.z), static_cast<float>(params.voxel_size.y),
              static_cast<float>(params.voxel_size.x)},
        block_(block),
        raw_(raw),
        labels_(labels),
        texture_(params),
        scenery_(scenery_of(params.seed, region_of(block), threads)) {
    for (std::int64_t z = block.low[0]; z < block.high[0]; ++z) sections_.push_back(section_at(params, z));
    claimants_.reserve(scenery_.balls.size());
    for (const Ball& ball : scenery_.balls) {
      claimants_.push_back(claimant_of(ball, static_cast<std::uint32_t>(claimants_.size())));
    }
  }

  /// Boxes that may be painted at the same time.
  [[nodiscard]] std::vector<VoxelBox> tasks() const {
    std::vector<VoxelBox> boxes{block_};
    for (std::size_t i = 0; i < boxes.size();) {
      const int axis = axis_to_halve(boxes[i], task_edge);
      if (axis < 0) {
        ++i;
        continue;
      }
      const auto [first, second] = halves(boxes[i], axis);
      boxes[i] = first;
      boxes.push_back(second);
    }
    return boxes;
  }

  void paint(const VoxelBox& box) const {
    const Places places = place(box);
    std::vector<Node> nodes;
    build(box, places, nodes);
    LeafPoints points;
    paint_node(nodes, 0, places, claimants_, scenery_.mitochondria, points);
  }

 private:
  /// A box of a task, with the bounds of its voxels' places; its halves are the nodes `first` and `second`, 0 for a
  /// leaf.
  struct Node {
    VoxelBox box;
    Region bounds;
    std::size_t first = 0;
    std::size_t second = 0;
  };

  /// Places of a task's voxels, and the grain of the cytoplasm there.
  struct Places {
    VoxelBox box;
    std::vector<float> z;
    std::vector<float> y;
    std::vector<float> x;
    std::vector<float> grain;

    [[nodiscard]] std::size_t row(std::int64_t iz, std::int64_t iy, std::int64_t ix) const {
      return static_cast<std::size_t>(((iz - box.low[0]) * box.edge(1) + iy - box.low[1]) * box.edge(2) + ix -
                                      box.low[2]);
    }
  };

  struct LeafPoints {
    std::vector<float> z;
    std::vector<float> y;
    std::vector<float> x;
    std::vector<float> grain;
    Claims claims;
  };

  static constexpr float task_edge = 500;    ///< nm
  static constexpr float leaf_edge = 60;     ///< nm
  static constexpr float coarse_warp = 110;  ///< nm, over 900 nm
  static constexpr float fine_warp = 26;     ///< nm, over 240 nm

  [[nodiscard]] float edge_nm(const VoxelBox& box, int axis) const {
    return static_cast<float>(box.edge(axis)) * (axis == 0 ? size_.z : axis == 1 ? size_.y : size_.x);
  }

  /// The axis that is longest in nm, or -1 when the box is small enough.
  [[nodiscard]] int axis_to_halve(const VoxelBox& box, float largest_edge) const {
    int axis = -1;
    for (int candidate = 0; candidate < 3; ++candidate) {
      if (box.edge(candidate) < 2 || edge_nm(box, candidate) <= largest_edge) continue;
      if (axis < 0 || edge_nm(box, candidate) > edge_nm(box, axis)) axis = candidate;
    }
    return axis;
  }

  static std::array<VoxelBox, 2> halves(const VoxelBox& box, int axis) {
    const std::int64_t middle = box.low[axis] + box.edge(axis) / 2;
    std::array<VoxelBox, 2> parts{box, box};
    parts[0].high[axis] = middle;
    parts[1].low[axis] = middle;
    return parts;
  }

  /// Wherever the box's voxels can be moved by warp and section shift.
  [[nodiscard]] Region region_of(const VoxelBox& box) const {
    constexpr float warp = coarse_warp + fine_warp + 1;
    constexpr float in_plane = warp + largest_shift + 3;
    const auto nm = [](std::int64_t index, float size) { return static_cast<float>(index) * size; };
    return {
        {nm(box.low[0], size_.z) - warp, nm(box.low[1], size_.y) - in_plane, nm(box.low[2], size_.x) - in_plane},
        {nm(box.high[0], size_.z) + warp, nm(box.high[1], size_.y) + in_plane, nm(box.high[2], size_.x) + in_plane}};
  }

  static void keep_near(std::span<const OrganelleBall> all, const Region& region, std::vector<OrganelleBall>& kept) {
    kept.clear();
    for (const OrganelleBall& ball : all) {
      const float margin = ball.radius + 45;
      const Point& c = ball.centre;
      if (c.z > region.low.z - margin && c.z < region.high.z + margin && c.y > region.low.y - margin &&
          c.y < region.high.y + margin && c.x > region.low.x - margin && c.x < region.high.x + margin) {
        kept.push_back(ball);
      }
    }
  }

  /// Every value comes from a voxel's global index alone, never from where the box begins.
  [[nodiscard]] Places place(const VoxelBox& box) const {
    const std::size_t count = box.voxels();
    const auto width = static_cast<std::size_t>(box.edge(2));
    Places places{box, std::vector<float>(count), std::vector<float>(count), std::vector<float>(count), {}};
    places.grain.assign(raw_.empty() ? 0 : count, 0);
    std::vector<float> xs(width);
    for (std::int64_t z = box.low[0]; z < box.high[0]; ++z) {
      const Section& section = section_of(z);
      const float pz = static_cast<float>(z) * size_.z;
      for (std::size_t i = 0; i < width; ++i) {
        xs[i] = static_cast<float>(box.low[2] + static_cast<std::int64_t>(i)) * size_.x + section.shift_x;
      }
      for (std::int64_t y = box.low[1]; y < box.high[1]; ++y) {
        const float py = static_cast<float>(y) * size_.y + section.shift_y;
        const std::size_t at = places.row(z, y, box.low[2]);
        const auto row = [&](std::vector<float>& values) { return std::span(values).subspan(at, width); };
        std::ranges::fill(row(places.z), pz);
        std::ranges::fill(row(places.y), py);
        std::ranges::copy(xs, row(places.x).begin());
        warp_z_.add_row(pz, py, xs, coarse_warp, row(places.z));
        warp_y_.add_row(pz, py, xs, coarse_warp, row(places.y));
        warp_x_.add_row(pz, py, xs, coarse_warp, row(places.x));
        warp_fine_.add_row(pz, py, xs, fine_warp, row(places.y));
        warp_fine_.add_row(py, pz, xs, fine_warp, row(places.x));
        if (!raw_.empty()) {
          grain_fine_.add_row(pz, py, xs, 0.65f, row(places.grain));
          grain_coarse_.add_row(pz, py, xs, 0.55f, row(places.grain));
        }
      }
    }
    return places;
  }

  /// Adds the tree of boxes below `box` and returns the index of its root.
  std::size_t build(const VoxelBox& box, const Places& places, std::vector<Node>& nodes) const {
    const std::size_t index = nodes.size();
    nodes.push_back({box, {}});
    const int axis = axis_to_halve(box, leaf_edge);
    if (axis < 0) {
      nodes[index].bounds = bounds_of(box, places);
      return index;
    }
    const auto [first, second] = halves(box, axis);
    const std::size_t a = build(first, places, nodes);
    const std::size_t b = build(second, places, nodes);
    nodes[index].first = a;
    nodes[index].second = b;
    const Region& p = nodes[a].bounds;
    const Region& q = nodes[b].bounds;
    nodes[index].bounds = {{std::min(p.low.z, q.low.z), std::min(p.low.y, q.low.y), std::min(p.low.x, q.low.x)},
                           {std::max(p.high.z, q.high.z), std::max(p.high.y, q.high.y), std::max(p.high.x, q.high.x)}};
    return index;
  }

  static Region bounds_of(const VoxelBox& box, const Places& places) {
    constexpr float far = std::numeric_limits<float>::max();
    Region bounds{{far, far, far}, {-far, -far, -far}};
    const auto width = static_cast<std::size_t>(box.edge(2));
    for (std::int64_t z = box.low[0]; z < box.high[0]; ++z) {
      for (std::int64_t y = box.low[1]; y < box.high[1]; ++y) {
        const std::size_t at = places.row(z, y, box.low[2]);
        for (std::size_t i = at; i < at + width; ++i) {
          bounds.low = {std::min(bounds.low.z, places.z[i]), std::min(bounds.low.y, places.y[i]),
                        std::min(bounds.low.x, places.x[i])};
          bounds.high = {std::max(bounds.high.z, places.z[i]), std::max(bounds.high.y, places.y[i]),
                         std::max(bounds.high.x, places.x[i])};
        }
      }
    }
    return bounds;
  }

  void paint_node(const std::vector<Node>& nodes, std::size_t index, const Places& places,
                  std::span<const Claimant> claimants, std::span<const OrganelleBall> mitochondria,
                  LeafPoints& points) const {
    const Node& node = nodes[index];
    std::vector<Claimant> near;
    std::vector<OrganelleBall> near_mitochondria;
    prune(claimants, node.bounds, near);
    if (!raw_.empty()) keep_near(mitochondria, node.bounds, near_mitochondria);
    if (node.first == 0) {
      paint_leaf(node.box, places, near, near_mitochondria, points);
      return;
    }
    paint_node(nodes, node.first, places, near, near_mitochondria, points);
    paint_node(nodes, node.second, places, near, near_mitochondria, points);
  }

  void paint_leaf(const VoxelBox& box, const Places& places, std::span<const Claimant> claimants,
                  std::span<const OrganelleBall> mitochondria, LeafPoints& points) const {
    if (raw_.empty() &&
        std::ranges::all_of(claimants, [&](const Claimant& c) { return c.label == claimants[0].label; })) {
      fill_labels(box, claimants[0].label);
      return;
    }
    const auto gather = [&](const std::vector<float>& from, std::vector<float>& to) {
      to.clear();
      for (std::int64_t z = box.low[0]; z < box.high[0]; ++z) {
        for (std::int64_t y = box.low[1]; y < box.high[1]; ++y) {
          const auto row = from.begin() + static_cast<std::ptrdiff_t>(places.row(z, y, box.low[2]));
          to.insert(to.end(), row, row + box.edge(2));
        }
      }
    };
    gather(places.z, points.z);
    gather(places.y, points.y);
    gather(places.x, points.x);
    if (!raw_.empty()) gather(places.grain, points.grain);
    decide(claimants, points.z, points.y, points.x, points.claims);

    std::size_t i = 0;
    for (std::int64_t z = box.low[0]; z < box.high[0]; ++z) {
      for (std::int64_t y = box.low[1]; y < box.high[1]; ++y) {
        for (std::int64_t x = box.low[2]; x < box.high[2]; ++x, ++i) paint_voxel({z, y, x}, i, points, mitochondria);
      }
    }
  }

  void fill_labels(const VoxelBox& box, std::uint32_t label) const {
    for (std::int64_t z = box.low[0]; z < box.high[0]; ++z) {
      for (std::int64_t y = box.low[1]; y < box.high[1]; ++y) {
        std::fill_n(labels_.begin() + static_cast<std::ptrdiff_t>(target_of({z, y, box.low[2]})), box.edge(2), label);
      }
    }
  }

  /// Position of a voxel in the arrays of the block.
  [[nodiscard]] std::size_t target_of(const std::array<std::int64_t, 3>& at) const {
    return static_cast<std::size_t>(
        ((at[0] - block_.low[0]) * block_.edge(1) + at[1] - block_.low[1]) * block_.edge(2) + at[2] - block_.low[2]);
  }

  void paint_voxel(const std::array<std::int64_t, 3>& at, std::size_t i, const LeafPoints& w,
                   std::span<const OrganelleBall> mitochondria) const {
    const Section& section = section_of(at[0]);
    const std::size_t target = target_of(at);
    const Point p{w.z[i], w.y[i], w.x[i]};
    if (raw_.empty() && params_.membranes_labelled) {
      labels_[target] = w.claims.label[i];
      return;
    }
    const Ball& mine = scenery_.balls[w.claims.first_ball[i]];
    const Ball& other = scenery_.balls[w.claims.second_ball[i]];
    const Boundary boundary = boundary_at(p, w.claims.first[i], w.claims.second[i], claimants_[w.claims.first_ball[i]],
                                          claimants_[w.claims.second_ball[i]]);
    if (!labels_.empty()) {
      const float half = 0.5f * static_cast<float>(params_.membrane_thickness) * section.membrane;
      const bool membrane = !params_.membranes_labelled && boundary.distance < half;
      labels_[target] = membrane ? 0 : w.claims.label[i];
    }
    if (raw_.empty()) return;
    if (section.missing) {
      raw_[target] = 0;
      return;
    }
    const float grey = texture_.grey(p, mine, other, boundary, section, w.grain[i], mitochondria);
    const std::uint32_t h = hash32(static_cast<std::uint32_t>(params_.seed), static_cast<std::uint32_t>(at[0]),
                                   static_cast<std::uint32_t>(at[1]), static_cast<std::uint32_t>(at[2]));
    const float imaged = (grey - mean_grey) * section.contrast + mean_grey + section.brightness +
                         static_cast<float>(params_.noise) * bell(h);
    raw_[target] = static_cast<std::uint8_t>(std::clamp(imaged + 0.5f, 1.0f, 255.0f));
  }

  [[nodiscard]] const Section& section_of(std::int64_t z) const {
    return sections_[static_cast<std::size_t>(z - block_.low[0])];
  }

  static constexpr float mean_grey = 140;

  PhantomParams params_;
  Point size_;
  VoxelBox block_;
  std::span<std::uint8_t> raw_;
  std::span<std::uint32_t> labels_;
  Texture texture_;
  Scenery scenery_;
  std::vector<Claimant> claimants_;
  std::vector<Section> sections_;
  ValueNoise warp_z_{hash(params_.seed, 1), 900};
  ValueNoise warp_y_{hash(params_.seed, 2), 900};
  ValueNoise warp_x_{hash(params_.seed, 3), 900};
  ValueNoise warp_fine_{hash(params_.seed, 4), 240};
  ValueNoise grain_fine_{hash(params_.seed, 5), 26};
  ValueNoise grain_coarse_{hash(params_.seed, 6), 85};
};

}  // namespace fascicle::phantom
