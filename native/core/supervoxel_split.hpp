// Dividing one supervoxel between seeds that lie in it, by a seeded watershed on its affinities.
//
// Sides grow from their seeds over the strongest affinity first (seeded watershed on edges: Couprie, Najman et al.:
// Watershed cuts, IEEE TPAMI 31, 2009). Affinities are told apart in `levels` steps: within one, the side that came
// first along the surface of the grown regions, that is the nearer one, gets the voxel, so that noise inside a neurite
// does not decide where a neck is parted. Every connected piece of a side becomes a part of its own: a supervoxel that
// runs A-B-A yields three.
//
// The contacts of the parts with each other and with all neighbours are counted as in any region graph: added over the
// parts, those with one neighbour are the statistics of the old edge exactly.
// O(voxels of the window), about 17 bytes per voxel.
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

namespace fascicle {

/// A voxel of the volume (z, y, x) that belongs to a side.
struct SplitSeed {
  Zyx voxel;
  std::uint32_t side;
};

struct SupervoxelSplitParams {
  std::uint32_t first_part = 0;  ///< id of the first part in the edges; above all labels of the volume
  std::uint32_t levels = 16;     ///< steps in which affinities are told apart, 1 to 255
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
};

namespace detail {

/// Grows the labels of `grown` (1 + side, 0 = open) over voxels of `mask`, strongest affinity first.
template <Affinity T>
void grow_sides(const AffinityView<T>& affinities, const Box& window, std::span<const std::uint8_t> mask,
                std::uint32_t levels, std::span<std::uint8_t> grown, Monitor& monitor) {
  const Shape shape = window.shape();
  // A voxel waits once for each side that touches it at its best level; the level of an entry is that of the contact
  // it came over, so a first-in-first-out list per level is the whole queue.
  struct Entry {
    std::uint32_t voxel;
    std::uint8_t side;
  };
  std::vector<std::vector<Entry>> queue(levels);
  std::vector<std::size_t> next(levels);
  std::size_t strongest = 0;
  const auto level_of = [&](std::uint32_t upper, std::size_t channel) {
    const Zyx at{upper / shape.plane(), upper / shape.x % shape.y, upper % shape.x};
    const T value = affinities.row(channel, window.min[0] + at[0], window.min[1] + at[1])[at[2]];
    const std::uint64_t fixed = std::uint64_t{FixedPoint<T>::of(value)} * levels / FixedPoint<T>::range;
    return levels - 1 - static_cast<std::size_t>(std::min<std::uint64_t>(fixed, levels - 1));
  };
  const auto plane = static_cast<std::uint32_t>(shape.plane());
  const auto width = static_cast<std::uint32_t>(shape.x);
  const auto spread = [&](std::uint32_t from) {
    for_face_neighbours(shape, from, [&](std::uint32_t to) {
      if (mask[to] == 0 || grown[to] != 0) return;
      const std::uint32_t step = to > from ? to - from : from - to;
      const std::size_t channel = step == plane && shape.z > 1 ? 0 : step == width && shape.y > 1 ? 1 : 2;
      // Planes or rows of one voxel make steps equal; then the longer one does not exist.
      const std::size_t level = level_of(std::max(from, to), channel);
      queue[level].push_back({to, grown[from]});
      strongest = std::min(strongest, level);
    });
  };
  for (std::uint32_t voxel = 0; voxel < grown.size(); ++voxel) {
    if (grown[voxel] != 0) spread(voxel);
  }
  std::size_t taken = 0;
  while (strongest < levels) {
    if (next[strongest] == queue[strongest].size()) {
      queue[strongest].clear();
      next[strongest] = 0;
      ++strongest;
      continue;
    }
    const Entry entry = queue[strongest][next[strongest]++];
    if (grown[entry.voxel] != 0) continue;
    grown[entry.voxel] = entry.side;
    spread(entry.voxel);
    if ((++taken & 0xffff) == 0) monitor.check();
  }
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
  require(params.levels >= 1 && params.levels <= 255, "split_supervoxel: levels must be 1 to 255");
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

  detail::grow_sides(affinities, window, mask, params.levels, grown, monitor);
  for (std::size_t i = 0; i < mask.size(); ++i) {
    if (mask[i] != 0 && grown[i] == 0) grown[i] = 1;
  }
  monitor.advance();

  SupervoxelSplit split;
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
