// Dividing one supervoxel between seeds that lie in it, on its affinities.
//
// Each seed stands for the small ball about it (split_seeds.hpp). Sides grow from these by flood; where that shuts one
// in - it holds less than `least_share` of what lies about its seeds - all of them by path costs, with lower and lower
// walls until none is shut in (side_growth.hpp). So the line follows membranes as strictly as it can while every seed
// gets its share. Every connected piece of a side becomes a part of its own: a supervoxel that runs A-B-A yields three.
//
// The contacts of the parts with each other and with all neighbours are counted as in any region graph: added over the
// parts, those with one neighbour are the statistics of the old edge exactly.
// O(voxels of the window + the dearest path), about 17 bytes per voxel.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <numeric>
#include <span>
#include <string>
#include <vector>

#include "affinity_view.hpp"
#include "label_statistics.hpp"
#include "monitor.hpp"
#include "priority_flood.hpp"
#include "region_graph_block.hpp"
#include "side_growth.hpp"
#include "split_seeds.hpp"

namespace fascicle {

struct SupervoxelSplitParams {
  std::uint32_t first_part = 0;  ///< id of the first part in the edges; above all labels of the volume
  SplitSeedParams seeds = {};
  SideGrowthParams growth = {};
  std::vector<std::uint32_t> walls = {64, 16, 4, 0};  ///< what to try after the flood, falling
  double least_share = 0.25;                          ///< a side with less of what lies about its seeds is shut in
};

struct SupervoxelPart {
  std::uint32_t side;
  std::uint64_t voxels;
  std::array<std::uint32_t, 3> min;  ///< half-open box in the volume, z, y, x
  std::array<std::uint32_t, 3> max;
  std::array<std::uint64_t, 3> sums;  ///< of the coordinates of its voxels, z, y, x
};

struct SupervoxelSplit {
  /// By rising side, and within a side by first voxel.
  std::vector<SupervoxelPart> parts;
  /// Edges of the parts, sorted. Part i has the id first_part + i, every other supervoxel its own.
  RegionGraph edges;
  /// Of each side, 0 to 1: what it holds of the voxels about its seeds; 1 without a seed.
  std::vector<double> shares;
};

namespace detail {

/// Grows the seeds in `grown` (1 + side, 0 = open) over the voxels of `mask`. Returns the share of each side.
template <Affinity T>
std::vector<double> grow_sides(const AffinityView<T>& affinities, const Box& window, std::span<const std::uint8_t> mask,
                               std::span<const SplitSeed> seeds, std::size_t sides, const SupervoxelSplitParams& params,
                               std::vector<std::uint8_t>& grown, Monitor& monitor) {
  const SideGrowth<T> growth(affinities, window, mask, params.growth, monitor);
  const StepLengths& lengths = params.growth.lengths;
  const auto shares = [&] { return side_shares(window, mask, grown, seeds, sides, params.seeds.reach, lengths); };
  const auto is_fair = [&](const std::vector<double>& found) {
    return *std::min_element(found.begin(), found.end()) >= params.least_share;
  };
  grow_seeds(window, mask, seeds, params.seeds.radius, lengths, grown);
  const std::vector<std::uint8_t> seeded = grown;
  growth.flood(grown);
  std::vector<double> found = shares();
  for (std::size_t i = 0; i < params.walls.size() && !is_fair(found); ++i) {
    grown = seeded;
    growth.by_path_costs(params.walls[i], grown);
    found = shares();
  }
  return found;
}

/// Labels the connected pieces of equal non-zero `grown` by `first_part` + i in `labels`, sides in rising order.
/// Returns the side of each.
inline std::vector<std::uint32_t> label_parts(const Shape& shape, std::span<const std::uint8_t> grown,
                                              std::uint32_t sides, std::uint32_t first_part,
                                              std::span<std::uint32_t> labels) {
  std::vector<std::uint32_t> side_of;
  std::vector<std::uint32_t> stack;
  for (std::uint32_t side = 0; side < sides; ++side) {
    for (std::uint32_t start = 0; start < grown.size(); ++start) {
      if (grown[start] != side + 1 || labels[start] >= first_part) continue;
      const auto part = static_cast<std::uint32_t>(first_part + side_of.size());
      side_of.push_back(side);
      labels[start] = part;
      stack.assign(1, start);
      while (!stack.empty()) {
        const std::uint32_t voxel = stack.back();
        stack.pop_back();
        for_face_neighbours(shape, voxel, [&](std::uint32_t to) {
          if (grown[to] != side + 1 || labels[to] >= first_part) return;
          labels[to] = part;
          stack.push_back(to);
        });
      }
    }
  }
  return side_of;
}

}  // namespace detail

/// Divides the voxels of `supervoxel` and writes the index of each one's part to `parts`: 0 outside the supervoxel, 1 +
/// index inside.
///
/// `window` is the supervoxel's box, grown by one voxel in every direction as far as `volume` goes; `labels` and
/// `parts` hold one element per voxel of it, `affinities` 3. Sides are counted from 0, up to 254 of them. Pieces of the
/// supervoxel that no seed can reach go to side 0.
/// Throws std::invalid_argument for a seed outside the supervoxel, one voxel seeded for two sides, or fewer than two
/// sides.
template <Affinity T>
SupervoxelSplit split_supervoxel(std::span<const std::uint32_t> labels, const AffinityView<T>& affinities,
                                 const Box& window, const Shape& volume, std::uint32_t supervoxel,
                                 std::span<const SplitSeed> seeds, const SupervoxelSplitParams& params,
                                 std::span<std::uint32_t> parts, Monitor& monitor) {
  const Shape shape = window.shape();
  require(labels.size() == shape.voxels() && parts.size() == shape.voxels(),
          "split_supervoxel: labels and parts must hold one element per voxel of the window");
  require(shape.voxels() <= detail::max_contact_voxels, "split_supervoxel: the supervoxel's box is too large");
  require(affinities.window() == window, "split_supervoxel: labels and affinities differ in their window");
  require(supervoxel != 0, "split_supervoxel: 0 is no supervoxel");
  const SideGrowthParams& growth = params.growth;
  require(growth.levels >= 1 && growth.levels <= 255, "split_supervoxel: levels must be 1 to 255");
  for (const std::uint32_t wall : params.walls) {
    require(wall <= 0xffff, "split_supervoxel: a wall costs at most 65535");
  }
  require(params.seeds.radius <= 255 && params.seeds.reach <= 255, "split_supervoxel: a seed reaches at most 255 far");
  for (const std::uint32_t length : growth.lengths) {
    require(length >= 1 && length <= 255, "split_supervoxel: lengths of steps must be 1 to 255");
  }
  monitor.begin(3);

  std::vector<std::uint8_t> mask(labels.size());
  for (std::size_t i = 0; i < mask.size(); ++i) mask[i] = labels[i] == supervoxel ? 1 : 0;
  std::vector<std::uint8_t> grown(labels.size());
  std::uint32_t sides = 0;
  for (const SplitSeed& seed : seeds) {
    require(seed.side < 254, "split_supervoxel: more than 254 sides");
    sides = std::max(sides, seed.side + 1);
    bool inside = true;
    for (std::size_t axis = 0; axis < 3; ++axis) {
      inside = inside && seed.voxel[axis] >= window.min[axis] && seed.voxel[axis] < window.max[axis];
    }
    const std::size_t at = inside ? shape.index(seed.voxel[0] - window.min[0], seed.voxel[1] - window.min[1],
                                                seed.voxel[2] - window.min[2])
                                  : 0;
    require(inside && mask[at] != 0,
            "split_supervoxel: a seed lies outside of supervoxel " + std::to_string(supervoxel));
    require(grown[at] == 0 || grown[at] == seed.side + 1, "split_supervoxel: a voxel is a seed of two parts");
    grown[at] = static_cast<std::uint8_t>(seed.side + 1);
  }
  std::vector<std::uint8_t> seeded(sides);
  for (const SplitSeed& seed : seeds) seeded[seed.side] = 1;
  require(std::accumulate(seeded.begin(), seeded.end(), 0) >= 2, "split_supervoxel: seeds of two parts are needed");

  SupervoxelSplit split;
  split.shares = detail::grow_sides(affinities, window, mask, seeds, sides, params, grown, monitor);
  for (std::size_t i = 0; i < mask.size(); ++i) {
    if (mask[i] != 0 && grown[i] == 0) grown[i] = 1;
  }
  monitor.advance();

  std::vector<std::uint32_t> relabelled(labels.begin(), labels.end());
  const std::uint32_t first_part = params.first_part;
  require(first_part > *std::max_element(labels.begin(), labels.end()), "split_supervoxel: the parts' ids are in use");
  require(first_part < std::numeric_limits<std::uint32_t>::max() - mask.size(), "split_supervoxel: ids are used up");
  const auto side_of = detail::label_parts(shape, grown, sides, first_part, relabelled);
  std::fill(parts.begin(), parts.end(), 0);
  split.parts.resize(side_of.size());
  for (std::size_t i = 0; i < side_of.size(); ++i) {
    constexpr std::uint32_t none = std::numeric_limits<std::uint32_t>::max();
    split.parts[i] = {side_of[i], 0, {none, none, none}, {0, 0, 0}, {0, 0, 0}};
  }
  for (std::size_t i = 0; i < relabelled.size(); ++i) {
    if (relabelled[i] < first_part) continue;
    SupervoxelPart& part = split.parts[relabelled[i] - first_part];
    parts[i] = relabelled[i] - first_part + 1;
    ++part.voxels;
    const Zyx at{i / shape.plane(), i / shape.x % shape.y, i % shape.x};
    for (std::size_t axis = 0; axis < 3; ++axis) {
      const auto position = static_cast<std::uint32_t>(window.min[axis] + at[axis]);
      part.min[axis] = std::min(part.min[axis], position);
      part.max[axis] = std::max(part.max[axis], position + 1);
      part.sums[axis] += position;
    }
  }
  monitor.advance();

  // A voxel owns its contacts with those below it: the block leaves out the low faces that only a halo has.
  Box block = window;
  for (std::size_t axis = 0; axis < 3; ++axis) block.min[axis] += window.min[axis] > 0 ? 1 : 0;
  if (!block.empty()) {
    RegionGraphBlock<T> graph;
    const RegionGraph all = graph.run(LabelWindow(relabelled, window), affinities, volume, block, 0);
    split.edges.unit = all.unit;
    const RegionGraphView view(all);
    for (std::size_t i = 0; i < all.size(); ++i) {
      if (all.v[i] < first_part) continue;  // v is the higher id
      detail::append_edge(split.edges, detail::edge_key(all.u[i], all.v[i]), view, i);
    }
  }
  monitor.advance();
  return split;
}

}  // namespace fascicle
