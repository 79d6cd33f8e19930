// Joint counts of two label volumes: how many voxels carry each pair (segment, truth).
//
// A table is filled block by block, in any order and division: counts add up, so the result depends on the voxels
// alone. Filling scans runs in which neither volume changes and looks each run up once in an open-addressing hash table
// (linear probing, at most half full); O(voxels + runs), 24 bytes per slot.
#pragma once

#include <algorithm>
#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <span>
#include <vector>

#include "monitor.hpp"
#include "parallel.hpp"

namespace fascicle {

struct JointCount {
  std::uint64_t segment;
  std::uint64_t truth;
  std::uint64_t count;
};

class ContingencyTable {
 public:
  ContingencyTable() : slots_(initial_slots, JointCount{0, 0, 0}) {}

  /// Adds `count` voxels that carry the pair.
  void add(std::uint64_t segment, std::uint64_t truth, std::uint64_t count) {
    if (count == 0) return;
    JointCount& slot = find(segment, truth);
    if (slot.count != 0) {
      slot.count += count;
      return;
    }
    slot = {segment, truth, count};
    if (2 * ++used_ > slots_.size()) rehash(2 * slots_.size());
  }

  /// Adds all counts of `other`.
  void add(const ContingencyTable& other) {
    // Walking a larger table fills a smaller one from its front, in ever longer clusters: quadratic without this.
    if (slots_.size() < other.slots_.size()) rehash(other.slots_.size());
    for (const JointCount& entry : other.slots_) add(entry.segment, entry.truth, entry.count);
  }

  /// Adds every voxel of two arrays of equal length.
  template <std::unsigned_integral S, std::unsigned_integral T>
  void add_voxels(std::span<const S> segmentation, std::span<const T> truth) {
    const std::size_t n = segmentation.size();
    const S* segments = segmentation.data();
    const T* truths = truth.data();
    for (std::size_t begin = 0; begin < n;) {
      const S segment = segments[begin];
      const T label = truths[begin];
      std::size_t end = begin + 1;
      while (end < n && segments[end] == segment && truths[end] == label) ++end;
      add(segment, label, end - begin);
      begin = end;
    }
  }

  /// Number of distinct pairs.
  [[nodiscard]] std::size_t size() const { return used_; }

  /// All pairs, ascending by truth, then segment.
  [[nodiscard]] std::vector<JointCount> sorted() const {
    std::vector<JointCount> entries;
    entries.reserve(used_);
    std::copy_if(slots_.begin(), slots_.end(), std::back_inserter(entries),
                 [](const JointCount& slot) { return slot.count != 0; });
    std::sort(entries.begin(), entries.end(), [](const JointCount& a, const JointCount& b) {
      return a.truth != b.truth ? a.truth < b.truth : a.segment < b.segment;
    });
    return entries;
  }

 private:
  static constexpr std::size_t initial_slots = 256;

  JointCount& find(std::uint64_t segment, std::uint64_t truth) {
    const std::size_t mask = slots_.size() - 1;
    // Two odd multipliers keep (a, b) and (b, a) apart; the high half of the product is well mixed.
    const std::uint64_t mixed = (segment * 0x9e3779b97f4a7c15ULL + truth) * 0xc2b2ae3d27d4eb4fULL;
    std::size_t at = static_cast<std::size_t>(mixed ^ (mixed >> 32)) & mask;
    while (slots_[at].count != 0 && (slots_[at].segment != segment || slots_[at].truth != truth)) at = (at + 1) & mask;
    return slots_[at];
  }

  void rehash(std::size_t slots) {
    std::vector<JointCount> old(slots, JointCount{0, 0, 0});
    old.swap(slots_);
    for (const JointCount& entry : old) {
      if (entry.count != 0) find(entry.segment, entry.truth) = entry;
    }
  }

  std::vector<JointCount> slots_;
  std::size_t used_ = 0;
};

/// Adds two label arrays of equal length to `table`, on several threads. Throws std::invalid_argument for unequal
/// lengths. On a stop request or an exception the table is unchanged.
template <std::unsigned_integral S, std::unsigned_integral T>
void count_pairs(std::span<const S> segmentation, std::span<const T> truth, ContingencyTable& table, unsigned threads,
                 Monitor& monitor) {
  require(segmentation.size() == truth.size(), "count_pairs: segmentation and truth differ in length");
  constexpr std::size_t piece = std::size_t{1} << 18;
  const std::size_t n = truth.size();
  const std::size_t workers = std::clamp<std::size_t>((n + piece - 1) / piece, 1, resolve_threads(threads));
  monitor.begin(n);
  std::vector<ContingencyTable> partial(workers);
  parallel_for(workers, threads, [&](std::size_t worker) {
    const Range range = split_range(n, workers, worker);
    for (std::size_t begin = range.begin; begin < range.end; begin += piece) {
      const std::size_t length = std::min(piece, range.end - begin);
      partial[worker].add_voxels<S, T>(segmentation.subspan(begin, length), truth.subspan(begin, length));
      monitor.advance(length);
    }
  });
  for (const ContingencyTable& part : partial) table.add(part);
}

}  // namespace fascicle
