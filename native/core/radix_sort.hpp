// Stable sorting of 64-bit keys that carry their original position.
//
// Least significant digit first, 11 bits a pass; passes whose digit is the same everywhere are skipped, so dense ids
// cost only the digits they use. O(n) per pass, 16 bytes per element twice.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace fascicle {

struct KeyedPosition {
  std::uint64_t key;
  std::uint32_t position;
};

/// Sorts by key; equal keys keep their order.
inline void radix_sort(std::vector<KeyedPosition>& items) {
  constexpr unsigned digit_bits = 11;
  constexpr std::size_t buckets = std::size_t{1} << digit_bits;
  constexpr unsigned passes = (64 + digit_bits - 1) / digit_bits;
  const auto digit = [](std::uint64_t key, unsigned pass) { return key >> (pass * digit_bits) & (buckets - 1); };

  std::vector<std::array<std::size_t, buckets>> histograms(passes);
  for (const KeyedPosition& item : items) {
    for (unsigned pass = 0; pass < passes; ++pass) ++histograms[pass][digit(item.key, pass)];
  }
  std::vector<KeyedPosition> other(items.size());
  for (unsigned pass = 0; pass < passes; ++pass) {
    auto& starts = histograms[pass];
    if (items.empty() || starts[digit(items[0].key, pass)] == items.size()) continue;
    std::size_t start = 0;
    for (std::size_t& entry : starts) start += std::exchange(entry, start);
    for (const KeyedPosition& item : items) other[starts[digit(item.key, pass)]++] = item;
    items.swap(other);
  }
}

}  // namespace fascicle
