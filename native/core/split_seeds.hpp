// The surroundings of the seeds between which a supervoxel is divided.
//
// A seed is a click, and a click may meet a dark spot: a voxel of noise, a vesicle, the edge of a membrane. So it
// stands for the small ball about it, as far as the supervoxel goes from there, and no more than a quarter of the way
// to a seed of another side: a flood from the ball finds the strong affinities that the voxel alone would have been
// kept from.
//
// The share of a side says whether it was shut in all the same: of the voxels within reach of its most remote seed that
// are nearer to it than to those of other sides, those that it holds. The reach is short, so that a spine beside a
// dendrite has its full share, small as it is.
//
// Distances are in units of the shortest step, in whole numbers, so the same everywhere.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "box.hpp"
#include "priority_flood.hpp"

namespace fascicle {

/// A voxel of the volume (z, y, x) that belongs to a side.
struct SplitSeed {
  Zyx voxel;
  std::uint32_t side;
};

struct SplitSeedParams {
  std::uint32_t radius = 3;  ///< of the ball that a seed stands for
  std::uint32_t reach = 16;  ///< how far about a seed its side's share is looked at
};

namespace detail {

/// Lengths of a step along z, y, x, in units of the shortest.
using StepLengths = std::array<std::uint32_t, 3>;

inline std::uint64_t squared_distance(const Zyx& a, const Zyx& b, const StepLengths& lengths) {
  std::uint64_t sum = 0;
  for (std::size_t axis = 0; axis < 3; ++axis) {
    const std::uint64_t length = (a[axis] > b[axis] ? a[axis] - b[axis] : b[axis] - a[axis]) * lengths[axis];
    sum += length * length;
  }
  return sum;
}

/// To the nearest seed of another side.
inline std::uint64_t squared_way(const SplitSeed& seed, std::span<const SplitSeed> seeds, const StepLengths& lengths) {
  std::uint64_t nearest = std::numeric_limits<std::uint64_t>::max();
  for (const SplitSeed& other : seeds) {
    if (other.side != seed.side) nearest = std::min(nearest, squared_distance(seed.voxel, other.voxel, lengths));
  }
  return nearest;
}

/// Grows each seed, where `grown` holds 1 + side, to its ball within `mask`. Balls of two sides never meet.
inline void grow_seeds(const Box& window, std::span<const std::uint8_t> mask, std::span<const SplitSeed> seeds,
                       std::uint32_t radius, const StepLengths& lengths, std::span<std::uint8_t> grown) {
  const Shape shape = window.shape();
  std::vector<std::uint32_t> front;
  std::vector<std::uint32_t> ball;
  std::vector<std::uint8_t> visited(grown.size());
  for (const SplitSeed& seed : seeds) {
    const std::uint64_t most = std::min(std::uint64_t{radius} * radius, squared_way(seed, seeds, lengths) / 16);
    ball.assign(1, static_cast<std::uint32_t>(shape.index(seed.voxel[0] - window.min[0], seed.voxel[1] - window.min[1],
                                                          seed.voxel[2] - window.min[2])));
    visited[ball.front()] = 1;
    for (std::size_t next = 0; next < ball.size(); ++next) {
      for_face_neighbours(shape, ball[next], [&](std::uint32_t to) {
        const Zyx at{window.min[0] + to / shape.plane(), window.min[1] + to / shape.x % shape.y,
                     window.min[2] + to % shape.x};
        if (mask[to] == 0 || visited[to] != 0 || squared_distance(seed.voxel, at, lengths) > most) return;
        visited[to] = 1;
        ball.push_back(to);
      });
    }
    for (const std::uint32_t voxel : ball) {
      grown[voxel] = static_cast<std::uint8_t>(seed.side + 1);
      visited[voxel] = 0;
    }
  }
}

/// The share of each side, 0 to 1; 1 without a seed.
inline std::vector<double> side_shares(const Box& window, std::span<const std::uint8_t> mask,
                                       std::span<const std::uint8_t> grown, std::span<const SplitSeed> seeds,
                                       std::size_t sides, std::uint32_t reach, const StepLengths& lengths) {
  const Shape shape = window.shape();
  std::vector<double> shares(sides, 1);
  for (std::size_t side = 0; side < sides; ++side) {
    const SplitSeed* widest = nullptr;
    std::uint64_t way = 0;
    for (const SplitSeed& seed : seeds) {
      if (seed.side != side) continue;
      const std::uint64_t nearest = squared_way(seed, seeds, lengths);
      if (widest == nullptr || nearest > way) {
        widest = &seed;
        way = nearest;
      }
    }
    if (widest == nullptr) continue;
    const std::uint64_t most = std::uint64_t{reach} * reach;
    std::vector<SplitSeed> rivals;
    for (const SplitSeed& other : seeds) {
      const bool is_near = squared_distance(widest->voxel, other.voxel, lengths) <= 4 * most;
      if (other.side != side && is_near) rivals.push_back(other);
    }
    Box about = window;
    for (std::size_t axis = 0; axis < 3; ++axis) {
      const std::size_t steps = reach / lengths[axis];
      const std::size_t middle = widest->voxel[axis];
      about.min[axis] = std::max(window.min[axis], middle - std::min(middle, steps));
      about.max[axis] = std::min(window.max[axis], middle + steps + 1);
    }
    std::uint64_t near = 0;
    std::uint64_t held = 0;
    for (std::size_t z = about.min[0]; z < about.max[0]; ++z) {
      for (std::size_t y = about.min[1]; y < about.max[1]; ++y) {
        for (std::size_t x = about.min[2]; x < about.max[2]; ++x) {
          const std::size_t at = shape.index(z - window.min[0], y - window.min[1], x - window.min[2]);
          if (mask[at] == 0) continue;
          const Zyx voxel{z, y, x};
          const std::uint64_t distance = squared_distance(widest->voxel, voxel, lengths);
          const bool is_own =
              distance <= most && std::all_of(rivals.begin(), rivals.end(), [&](const SplitSeed& rival) {
                return distance < squared_distance(rival.voxel, voxel, lengths);
              });
          if (!is_own) continue;
          ++near;
          held += grown[at] == side + 1 ? 1 : 0;
        }
      }
    }
    shares[side] = static_cast<double>(held) / static_cast<double>(std::max<std::uint64_t>(near, 1));
  }
  return shares;
}

}  // namespace detail

}  // namespace fascicle
