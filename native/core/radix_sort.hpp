// Stable sorting of records by a 64-bit key.
//
// Least significant digit first, 11 bits a pass; passes whose digit is the same everywhere are skipped, so dense ids
// cost only the digits they use. O(n) per pass, and a second copy of the records.
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

/// Sorts records with a 64-bit member `key`; equal keys keep their order.
template <class Record>
void radix_sort(std::vector<Record>& records) {
  constexpr unsigned digit_bits = 11;
  constexpr std::size_t buckets = std::size_t{1} << digit_bits;
  constexpr unsigned passes = (64 + digit_bits - 1) / digit_bits;
  const auto digit = [](std::uint64_t key, unsigned pass) { return key >> (pass * digit_bits) & (buckets - 1); };

  std::vector<std::array<std::size_t, buckets>> histograms(passes);
  for (const Record& record : records) {
    for (unsigned pass = 0; pass < passes; ++pass) ++histograms[pass][digit(record.key, pass)];
  }
  std::vector<Record> other(records.size());
  for (unsigned pass = 0; pass < passes; ++pass) {
    auto& starts = histograms[pass];
    if (records.empty() || starts[digit(records[0].key, pass)] == records.size()) continue;
    std::size_t start = 0;
    for (std::size_t& entry : starts) start += std::exchange(entry, start);
    for (const Record& record : records) other[starts[digit(record.key, pass)]++] = record;
    records.swap(other);
  }
}

}  // namespace fascicle
