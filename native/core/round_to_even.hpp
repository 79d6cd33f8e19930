// Rounding to the nearest whole number, ties to the even one, as std::lrint does in its usual mode, but as two
// additions that compilers put into the loop (and into vector registers), where lrint is a call because it may set
// errno.
#pragma once

#include <cstdint>

namespace fascicle {

/// `value` must lie within +-2^22.
inline std::int32_t round_to_even(float value) {
  // From 2^23 to 2^24 floats are whole numbers: the sum is rounded to one, and the difference is exact.
  constexpr float shift = 12582912.0f;
  return static_cast<std::int32_t>((value + shift) - shift);
}

}  // namespace fascicle
