// A region graph of any size for benchmarks, made in seconds: supervoxels are the cells of a cubic lattice, objects
// those of a random Voronoi division of it with about 300 each. Contacts inside an object are strong, across weak, and
// some of either kind are wrong. Numbered along a space-filling order as rasters of a volume would.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "../test/random_volume.hpp"
#include "region_graph.hpp"

namespace fascicle::bench {

using test::Random;

struct LatticeGraph {
  RegionGraph graph;
  std::vector<std::uint64_t> sizes;           ///< of supervoxel i + 1
  std::vector<std::array<float, 3>> centres;  ///< of supervoxel i + 1, voxels
  std::vector<std::uint32_t> objects;         ///< of supervoxel i + 1

  /// `supervoxels` is rounded up to a cube. About five contacts per supervoxel, seven when `dense`.
  explicit LatticeGraph(std::size_t supervoxels, std::size_t per_object = 300, std::uint64_t seed = 1,
                        bool dense = false) {
    const auto side = static_cast<std::size_t>(std::ceil(std::cbrt(static_cast<double>(supervoxels)) - 1e-9));
    Random random(seed);
    const auto pitch = static_cast<std::size_t>(std::max(1.0, std::cbrt(static_cast<double>(per_object))));
    const std::size_t coarse = side / pitch + 2;
    std::vector<std::array<double, 3>> cores(coarse * coarse * coarse);
    for (auto& core : cores) core = {random.unit(), random.unit(), random.unit()};
    const auto object_at = [&](std::size_t z, std::size_t y, std::size_t x) {
      const std::array<std::size_t, 3> cell{z / pitch, y / pitch, x / pitch};
      const std::array<std::size_t, 3> at{z, y, x};
      std::size_t best = 0;
      double nearest = 1e300;
      for (std::size_t k = 0; k < 8; ++k) {
        const std::array<std::size_t, 3> c{cell[0] + (k >> 2), cell[1] + (k >> 1 & 1), cell[2] + (k & 1)};
        const std::size_t core = (c[0] * coarse + c[1]) * coarse + c[2];
        double distance = 0;
        for (std::size_t axis = 0; axis < 3; ++axis) {
          const double d = (static_cast<double>(c[axis]) - 0.5 + cores[core][axis]) * static_cast<double>(pitch) -
                           static_cast<double>(at[axis]);
          distance += d * d;
        }
        if (distance < nearest) {
          nearest = distance;
          best = core;
        }
      }
      return static_cast<std::uint32_t>(best);
    };
    const auto id = [&](std::size_t z, std::size_t y, std::size_t x) {
      return static_cast<std::uint32_t>((z * side + y) * side + x + 1);
    };
    objects.resize(side * side * side);
    sizes.resize(objects.size());
    centres.resize(objects.size());
    for (std::size_t z = 0, at = 0; z < side; ++z) {
      for (std::size_t y = 0; y < side; ++y) {
        for (std::size_t x = 0; x < side; ++x, ++at) {
          objects[at] = object_at(z, y, x);
          sizes[at] = 50 + random.below(1000);
          centres[at] = {static_cast<float>(8 * z), static_cast<float>(8 * y), static_cast<float>(8 * x)};
        }
      }
    }
    const auto connect = [&](std::uint32_t u, std::uint32_t v, std::size_t share) {
      if (random.below(100) >= share) return;
      const bool same = objects[u - 1] == objects[v - 1];
      const double mean = random.below(200) == 0 ? random.unit()
                          : same                 ? 0.55 + 0.45 * random.unit()
                                                 : 0.4 * random.unit();
      const auto area = static_cast<std::uint32_t>(1 + random.below(200));
      graph.u.push_back(u);
      graph.v.push_back(v);
      graph.count.push_back(area);
      graph.sum.push_back(static_cast<std::uint64_t>(mean * 255 * area));
      graph.max.push_back(static_cast<std::uint32_t>(std::min(255.0, mean * 255 + 20)));
      graph.voxel.push_back(u);
      graph.axis.push_back(0);
    };
    // In order of (u, v): the steps to later cells are +x, +y, +z and two diagonals.
    for (std::size_t z = 0; z < side; ++z) {
      for (std::size_t y = 0; y < side; ++y) {
        for (std::size_t x = 0; x < side; ++x) {
          const std::uint32_t own = id(z, y, x);
          if (x + 1 < side) connect(own, id(z, y, x + 1), 95);
          if (dense && y + 1 < side && x > 0) connect(own, id(z, y + 1, x - 1), 95);
          if (y + 1 < side) connect(own, id(z, y + 1, x), 95);
          if (y + 1 < side && x + 1 < side) connect(own, id(z, y + 1, x + 1), 95);
          if (z + 1 < side) connect(own, id(z + 1, y, x), 95);
          if (z + 1 < side && x + 1 < side) connect(own, id(z + 1, y, x + 1), 95);
          if (z + 1 < side && y + 1 < side) connect(own, id(z + 1, y + 1, x), 60);
          if (dense && z + 1 < side && y + 1 < side && x + 1 < side) connect(own, id(z + 1, y + 1, x + 1), 95);
        }
      }
    }
  }
};

}  // namespace fascicle::bench
