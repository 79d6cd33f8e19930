// Growing the sides of a supervoxel that is divided from their seeds, on its affinities told apart in levels.
//
// By flood: strongest affinity first, within a level the side that came first along the surface of the grown regions,
// so that noise inside a neurite does not decide where a neck is parted (seeded watershed on edges: Couprie, Najman et
// al.: Watershed cuts, IEEE TPAMI 31, 2009). Where a membrane shows this follows it best. But a seed in a spot of
// weaker affinities is shut in there: the other side flows round it and takes all the rest.
//
// By path costs: every voxel goes to the side with the cheapest path (image foresting transform with additive cost:
// Falcao, Stolfi, Lotufo, IEEE TPAMI 26, 2004). A step costs its length, and up to `wall` more over the weakest
// affinity, rising with the third power of the level: a membrane is as dear as a long way, and within a neurite the
// nearer seed wins. The lower the wall, the less is a seed shut in and the less does a membrane hold; without one, the
// way within the supervoxel alone decides.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "affinity_view.hpp"
#include "monitor.hpp"
#include "priority_flood.hpp"

namespace fascicle {

struct SideGrowthParams {
  std::uint32_t levels = 16;                         ///< steps in which affinities are told apart, 1 to 255
  std::array<std::uint32_t, 3> lengths = {1, 1, 1};  ///< of a step along z, y, x, in units of the shortest, 1 to 255
};

namespace detail {

/// What both ways to grow have in common. `grown` holds 1 + side, 0 = open; `mask` says which voxels can be taken.
template <Affinity T>
class SideGrowth {
 public:
  SideGrowth(const AffinityView<T>& affinities, const Box& window, std::span<const std::uint8_t> mask,
             const SideGrowthParams& params, Monitor& monitor)
      : affinities_(affinities), window_(window), mask_(mask), params_(params), monitor_(monitor) {}

  void flood(std::span<std::uint8_t> grown) const {
    // A voxel waits once for each side that touches it; a first-in-first-out list per level is the whole queue.
    std::vector<std::vector<Entry>> queue(params_.levels);
    std::vector<std::size_t> next(params_.levels);
    std::size_t strongest = 0;
    const auto spread = [&](std::uint32_t from) {
      for_open_steps(grown, from, [&](std::uint32_t to, std::size_t, std::size_t level) {
        queue[level].push_back({to, grown[from]});
        strongest = std::min(strongest, level);
      });
    };
    for_seeds(grown, spread);
    std::size_t taken = 0;
    while (strongest < queue.size()) {
      if (next[strongest] == queue[strongest].size()) {
        queue[strongest].clear();
        next[strongest] = 0;
        ++strongest;
        continue;
      }
      take(queue[strongest][next[strongest]++], grown, spread, taken);
    }
  }

  /// @param wall what a step over the weakest affinity costs beyond its length
  void by_path_costs(std::uint32_t wall, std::span<std::uint8_t> grown) const {
    const auto costs = step_costs(wall);
    std::uint32_t dearest = 0;
    for (const auto& axis : costs) dearest = std::max(dearest, *std::max_element(axis.begin(), axis.end()));
    // One list for each cost in reach (Dial's queue): costs are whole numbers of bounded size, so the lists go round.
    std::vector<std::vector<Entry>> queue(dearest + std::size_t{1});
    std::size_t waiting = 0;
    std::size_t cost = 0;
    const auto spread = [&](std::uint32_t from) {
      for_open_steps(grown, from, [&](std::uint32_t to, std::size_t axis, std::size_t level) {
        queue[(cost + costs[axis][level]) % queue.size()].push_back({to, grown[from]});
        ++waiting;
      });
    };
    for_seeds(grown, spread);
    std::size_t taken = 0;
    for (; waiting > 0; ++cost) {
      // No step is free, so nothing joins the list under way.
      const std::vector<Entry> entries = std::exchange(queue[cost % queue.size()], {});
      waiting -= entries.size();
      for (const Entry& entry : entries) take(entry, grown, spread, taken);
    }
  }

  /// By axis and level, the strongest first.
  [[nodiscard]] std::array<std::vector<std::uint32_t>, 3> step_costs(std::uint64_t wall) const {
    const std::uint64_t most = std::max<std::uint64_t>(params_.levels - 1, 1);
    std::array<std::vector<std::uint32_t>, 3> costs;
    for (std::size_t axis = 0; axis < 3; ++axis) {
      for (std::uint64_t level = 0; level < params_.levels; ++level) {
        const std::uint64_t more = wall * level * level * level / (most * most * most);
        costs[axis].push_back(params_.lengths[axis] + static_cast<std::uint32_t>(more));
      }
    }
    return costs;
  }

 private:
  struct Entry {
    std::uint32_t voxel;
    std::uint8_t side;
  };

  /// Calls visit(neighbour, axis, level) for what can still be taken from a voxel.
  template <class Visit>
  void for_open_steps(std::span<const std::uint8_t> grown, std::uint32_t from, Visit&& visit) const {
    const Shape shape = window_.shape();
    const auto plane = static_cast<std::uint32_t>(shape.plane());
    const auto width = static_cast<std::uint32_t>(shape.x);
    for_face_neighbours(shape, from, [&](std::uint32_t to) {
      if (mask_[to] == 0 || grown[to] != 0) return;
      const std::uint32_t step = to > from ? to - from : from - to;
      // Planes or rows of one voxel make steps equal; then the longer one does not exist.
      const std::size_t axis = step == plane && shape.z > 1 ? 0 : step == width && shape.y > 1 ? 1 : 2;
      const std::uint32_t upper = std::max(from, to);
      const T value = affinities_.row(axis, window_.min[0] + upper / plane,
                                      window_.min[1] + upper / width % shape.y)[upper % width];
      const std::uint64_t fixed = std::uint64_t{FixedPoint<T>::of(value)} * params_.levels / FixedPoint<T>::range;
      visit(to, axis,
            params_.levels - 1 - static_cast<std::size_t>(std::min<std::uint64_t>(fixed, params_.levels - 1)));
    });
  }

  template <class Spread>
  static void for_seeds(std::span<const std::uint8_t> grown, Spread&& spread) {
    for (std::uint32_t voxel = 0; voxel < grown.size(); ++voxel) {
      if (grown[voxel] != 0) spread(voxel);
    }
  }

  template <class Spread>
  void take(const Entry& entry, std::span<std::uint8_t> grown, Spread&& spread, std::size_t& taken) const {
    if (grown[entry.voxel] != 0) return;
    grown[entry.voxel] = entry.side;
    spread(entry.voxel);
    if ((++taken & 0xffff) == 0) monitor_.check();
  }

  const AffinityView<T>& affinities_;
  const Box& window_;
  std::span<const std::uint8_t> mask_;
  const SideGrowthParams& params_;
  Monitor& monitor_;
};

}  // namespace detail

}  // namespace fascicle
