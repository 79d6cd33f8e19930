// Affinities to time the engines on: cells of a jittered lattice with membranes between them, and correlated noise.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <vector>

#include "parallel.hpp"
#include "volume_view.hpp"

namespace fascicle::bench {

/// uint8 (3, Z, Y, X). The same bytes for the same shape, whatever the thread count. Cells are about 26 x 26 x 26
/// voxels; about two fifths of the affinities saturate at 255.
inline std::vector<std::uint8_t> affinity_phantom(const Shape& shape, unsigned threads) {
  const auto mix = [](std::uint64_t z) {
    z += 0x9e3779b97f4a7c15ULL;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
    return z ^ (z >> 31);
  };
  constexpr int cell = 26;
  using Seed = std::array<float, 3>;
  const auto seed = [&](int cz, int cy, int cx) {
    const std::uint64_t bits =
        mix((static_cast<std::uint64_t>(cz + 1) * 4096 + static_cast<std::uint64_t>(cy + 1)) * 4096 +
            static_cast<std::uint64_t>(cx + 1));
    const auto jitter = [&](int shift) { return static_cast<float>(bits >> shift & 0xffff) / 65536.0f * cell; };
    return Seed{static_cast<float>(cz * cell) + jitter(0), static_cast<float>(cy * cell) + jitter(16),
                static_cast<float>(cx * cell) + jitter(32)};
  };
  // Distance to the membrane between the two nearest seeds, half their difference.
  std::vector<std::uint8_t> inside(shape.voxels());
  parallel_for(shape.z, threads, [&](std::size_t z) {
    for (std::size_t y = 0; y < shape.y; ++y) {
      std::array<Seed, 27> near{};
      int cached = -2;
      for (std::size_t x = 0; x < shape.x; ++x) {
        const int cx = static_cast<int>(x) / cell;
        if (cx != cached) {
          cached = cx;
          std::size_t i = 0;
          for (int dz = -1; dz <= 1; ++dz)
            for (int dy = -1; dy <= 1; ++dy)
              for (int dx = -1; dx <= 1; ++dx)
                near[i++] = seed(static_cast<int>(z) / cell + dz, static_cast<int>(y) / cell + dy, cx + dx);
        }
        float first = 1e9f;
        float second = 1e9f;
        for (const Seed& s : near) {
          const float a = s[0] - static_cast<float>(z);
          const float b = s[1] - static_cast<float>(y);
          const float c = s[2] - static_cast<float>(x);
          const float d = a * a + b * b + c * c;
          second = std::min(second, std::max(first, d));
          first = std::min(first, d);
        }
        const float depth = (std::sqrt(second) - std::sqrt(first)) / 2;
        inside[shape.index(z, y, x)] = static_cast<std::uint8_t>(std::min(255.0f, depth * 120));
      }
    }
  });
  std::vector<std::uint8_t> affinities(3 * shape.voxels());
  const std::array<std::size_t, 3> step{shape.plane(), shape.x, 1};
  parallel_for(shape.z, threads, [&](std::size_t z) {
    for (std::size_t c = 0; c < 3; ++c) {
      for (std::size_t i = z * shape.plane(); i < (z + 1) * shape.plane(); ++i) {
        const std::size_t neighbour = i >= step[c] ? i - step[c] : i;
        const int membrane = std::min(inside[i], inside[neighbour]);
        // Value noise on a lattice of 4 voxels, smooth as what a network makes, and a little grain.
        const std::size_t position[3] = {i / shape.plane(), i / shape.x % shape.y, i % shape.x};
        int coarse = 0;
        for (unsigned corner = 0; corner < 8; ++corner) {
          int weight = 1;
          std::uint64_t lattice = 0;
          for (unsigned axis = 0; axis < 3; ++axis) {
            const auto offset = static_cast<int>(position[axis] % 4);
            const bool far = (corner >> axis & 1) != 0;
            weight *= far ? offset : 4 - offset;
            lattice = lattice * 4096 + position[axis] / 4 + (far ? 1 : 0);
          }
          coarse += weight * static_cast<int>(mix(lattice) & 127);
        }
        const int noise = coarse / 64 - 64 + static_cast<int>(mix(i * 3 + c) & 7) - 4;
        affinities[c * shape.voxels() + i] =
            static_cast<std::uint8_t>(std::clamp(50 + membrane * 200 / 255 + noise, 0, 255));
      }
    }
  });
  return affinities;
}

}  // namespace fascicle::bench
