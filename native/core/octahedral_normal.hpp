// Unit vectors in two bytes: projected onto the octahedron |x| + |y| + |z| = 1 and unfolded into a square (Meyer et
// al.: On floating-point normal vectors, EGSR 2010). Largest error about 1 degree, well below what shading shows.
#pragma once

#include <array>
#include <cmath>
#include <cstdint>

#include "round_to_even.hpp"

namespace fascicle {

/// Two signed bytes for the direction of (x, y, z), which need not have length 1; the zero vector becomes +z.
inline std::array<std::int8_t, 2> encode_octahedral(float x, float y, float z) {
  const float sum = std::abs(x) + std::abs(y) + std::abs(z);
  if (!(sum > 0)) return {0, 0};
  float u = x / sum;
  float v = y / sum;
  if (z < 0) {
    const float folded_u = (1 - std::abs(v)) * (u < 0 ? -1.0f : 1.0f);
    const float folded_v = (1 - std::abs(u)) * (v < 0 ? -1.0f : 1.0f);
    u = folded_u;
    v = folded_v;
  }
  const auto byte = [](float value) { return static_cast<std::int8_t>(round_to_even(value * 127)); };
  return {byte(u), byte(v)};
}

/// The unit vector x, y, z of two bytes.
inline std::array<float, 3> decode_octahedral(std::int8_t u_byte, std::int8_t v_byte) {
  float x = static_cast<float>(u_byte) / 127;
  float y = static_cast<float>(v_byte) / 127;
  const float z = 1 - std::abs(x) - std::abs(y);
  if (z < 0) {
    const float unfolded_x = (1 - std::abs(y)) * (x < 0 ? -1.0f : 1.0f);
    const float unfolded_y = (1 - std::abs(x)) * (y < 0 ? -1.0f : 1.0f);
    x = unfolded_x;
    y = unfolded_y;
  }
  const float length = std::sqrt(x * x + y * y + z * z);
  return {x / length, y / length, z / length};
}

}  // namespace fascicle
