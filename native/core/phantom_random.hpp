// Random numbers and smooth noise of the phantom as pure functions of position and seed.
//
// No transcendental functions: their last digit differs between mathematics libraries, and a phantom must be the same
// bytes on every machine.
#pragma once

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>

namespace fascicle::phantom {

/// Mixes 64 bits (finaliser of MurmurHash3, Appleby).
constexpr std::uint64_t mix(std::uint64_t h) {
  h ^= h >> 33;
  h *= 0xff51afd7ed558ccdULL;
  h ^= h >> 33;
  h *= 0xc4ceb9fe1a85ec53ULL;
  return h ^ (h >> 33);
}

constexpr std::uint64_t hash(std::uint64_t seed, std::int64_t a, std::int64_t b = 0, std::int64_t c = 0) {
  const std::uint64_t k = seed ^ static_cast<std::uint64_t>(a) * 0x9e3779b97f4a7c15ULL ^
                          static_cast<std::uint64_t>(b) * 0xc2b2ae3d27d4eb4fULL ^
                          static_cast<std::uint64_t>(c) * 0x165667b19e3779f9ULL;
  return mix(k + 0x632be59bd9b4e019ULL);
}

/// Cheap 32-bit hash of a voxel, for per-voxel noise.
constexpr std::uint32_t hash32(std::uint32_t seed, std::uint32_t a, std::uint32_t b, std::uint32_t c) {
  std::uint32_t h = seed ^ a * 0x9e3779b1U ^ b * 0x85ebca6bU ^ c * 0xc2b2ae35U;
  h ^= h >> 15;
  h *= 0x2c1b3c6dU;
  h ^= h >> 12;
  h *= 0x297a2d39U;
  return h ^ (h >> 15);
}

/// Uniform in [0, 1) from a hash.
constexpr float unit(std::uint64_t h) {
  return static_cast<float>(h >> 40) * 0x1.0p-24f;
}

/// Roughly normal with standard deviation 1, within +-3: the sum of the four bytes of a hash.
constexpr float bell(std::uint32_t h) {
  const std::uint32_t sum = (h & 255) + (h >> 8 & 255) + (h >> 16 & 255) + (h >> 24);
  return (static_cast<float>(sum) - 510.0f) * (1.0f / 147.8f);
}

/// A sequence of random numbers for one object.
class Sequence {
 public:
  explicit constexpr Sequence(std::uint64_t seed) : state_(seed) {}
  constexpr std::uint64_t next() { return mix(state_ += 0x9e3779b97f4a7c15ULL); }
  constexpr float uniform(float low, float high) { return low + (high - low) * unit(next()); }
  constexpr bool chance(float probability) { return unit(next()) < probability; }

 private:
  std::uint64_t state_;
};

/// Value noise (Perlin's lattice with smooth interpolation): a field in [-1, 1] that varies over `wavelength`.
class ValueNoise {
 public:
  ValueNoise(std::uint64_t seed, float wavelength)
      : seed_(static_cast<std::uint32_t>(mix(seed) >> 32)), per_unit_(1.0f / wavelength) {}

  /// out[i] += amplitude * noise(z, y, x[i]).
  void add_row(float z, float y, std::span<const float> x, float amplitude, std::span<float> out) const {
    const float fz = z * per_unit_;
    const float fy = y * per_unit_;
    const float cz = std::floor(fz);
    const float cy = std::floor(fy);
    const float wz = smooth(fz - cz);
    const float wy = smooth(fy - cy);
    float cell = 1e30f;
    float left = 0;
    float right = 0;
    for (std::size_t i = 0; i < out.size(); ++i) {
      const float fx = x[i] * per_unit_;
      const float cx = std::floor(fx);
      if (cx != cell) {
        left = cx == cell + 1 ? right : edge(cz, cy, cx, wz, wy);
        right = edge(cz, cy, cx + 1, wz, wy);
        cell = cx;
      }
      out[i] += amplitude * (left + smooth(fx - cx) * (right - left));
    }
  }

 private:
  static float smooth(float t) { return t * t * (3 - 2 * t); }

  [[nodiscard]] float corner(float z, float y, float x) const {
    const std::uint32_t h = hash32(seed_, static_cast<std::uint32_t>(static_cast<std::int32_t>(z)),
                                   static_cast<std::uint32_t>(static_cast<std::int32_t>(y)),
                                   static_cast<std::uint32_t>(static_cast<std::int32_t>(x)));
    return static_cast<float>(h >> 8) * 0x1.0p-23f - 1.0f;
  }

  /// Value on the lattice line x, interpolated in z and y.
  [[nodiscard]] float edge(float z, float y, float x, float wz, float wy) const {
    const float near = corner(z, y, x) * (1 - wy) + corner(z, y + 1, x) * wy;
    const float far = corner(z + 1, y, x) * (1 - wy) + corner(z + 1, y + 1, x) * wy;
    return near * (1 - wz) + far * wz;
  }

  std::uint32_t seed_;
  float per_unit_;
};

}  // namespace fascicle::phantom
