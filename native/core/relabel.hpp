// Mapping of label volumes through tables.
//
// A label volume of a project holds dense ids 0..N that index a table directly; one from elsewhere holds arbitrary
// 64-bit ids, which are collected block by block into a sorted table of distinct ids and replaced by their position in
// it.
//
// relabel: O(voxels), one table read per run of equal labels. dense ids: O(voxels + distinct log distinct).
#pragma once

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <unordered_set>
#include <vector>

#include "monitor.hpp"
#include "parallel.hpp"

namespace fascicle {

namespace detail {

/// Voxels per task: long enough to hide the hand-out, short enough for progress and cancelling.
inline constexpr std::size_t relabel_piece = std::size_t{1} << 18;

/// Calls `work(range)` for consecutive pieces of [0, n) on several threads.
template <class Work>
void for_pieces(std::size_t n, unsigned threads, Monitor& monitor, Work&& work) {
  const std::size_t pieces = (n + relabel_piece - 1) / relabel_piece;
  monitor.begin(n);
  parallel_for(pieces, threads, [&](std::size_t piece) {
    const Range range{piece * relabel_piece, std::min(n, (piece + 1) * relabel_piece)};
    work(range);
    monitor.advance(range.size());
  });
}

}  // namespace detail

/// out[i] = table[labels[i]].
///
/// `labels` and `out` may be the same array when their types agree. Throws std::invalid_argument when a label has no
/// entry in the table; `out` is then partly written.
template <std::unsigned_integral Target>
void relabel(std::span<const std::uint32_t> labels, std::span<const Target> table, std::span<Target> out,
             unsigned threads, Monitor& monitor) {
  require(labels.size() == out.size(), "relabel: labels and out differ in length");
  detail::for_pieces(labels.size(), threads, monitor, [&](Range range) {
    std::uint32_t largest = 0;
    for (std::size_t i = range.begin; i < range.end; ++i) largest = std::max(largest, labels[i]);
    require(largest < table.size(), "relabel: label " + std::to_string(largest) + " has no entry in the table of " +
                                        std::to_string(table.size()));
    const std::uint32_t* source = labels.data();
    const Target* lookup = table.data();
    Target* target = out.data();
    for (std::size_t i = range.begin; i < range.end; ++i) target[i] = lookup[source[i]];
  });
}

/// The distinct non-zero ids of a block, ascending.
template <std::unsigned_integral Id>
std::vector<Id> distinct_ids(std::span<const Id> labels, unsigned threads, Monitor& monitor) {
  const std::size_t pieces = (labels.size() + detail::relabel_piece - 1) / detail::relabel_piece;
  std::vector<std::vector<Id>> found(pieces);
  detail::for_pieces(labels.size(), threads, monitor, [&](Range range) {
    std::unordered_set<Id> seen;
    Id previous = 0;
    for (std::size_t i = range.begin; i < range.end; ++i) {
      if (labels[i] == previous) continue;
      previous = labels[i];
      if (previous != 0) seen.insert(previous);
    }
    found[range.begin / detail::relabel_piece].assign(seen.begin(), seen.end());
  });
  std::vector<Id> all;
  for (const auto& piece : found) all.insert(all.end(), piece.begin(), piece.end());
  std::sort(all.begin(), all.end());
  all.erase(std::unique(all.begin(), all.end()), all.end());
  return all;
}

/// out[i] = 1 + position of labels[i] in `ids`, and 0 for 0.
///
/// `ids` is the ascending list of all non-zero ids that occur (distinct_ids, united over the blocks). Throws
/// std::invalid_argument when an id is not in the list or the list is too long for 32-bit labels.
template <std::unsigned_integral Id>
void to_dense_ids(std::span<const Id> labels, std::span<const Id> ids, std::span<std::uint32_t> out, unsigned threads,
                  Monitor& monitor) {
  require(labels.size() == out.size(), "to_dense_ids: labels and out differ in length");
  require(ids.size() < std::numeric_limits<std::uint32_t>::max(), "to_dense_ids: more than 2^32 - 2 distinct ids");
  detail::for_pieces(labels.size(), threads, monitor, [&](Range range) {
    Id previous = 0;
    std::uint32_t dense = 0;
    for (std::size_t i = range.begin; i < range.end; ++i) {
      const Id id = labels[i];
      if (id != previous) {
        previous = id;
        dense = 0;
        if (id != 0) {
          const auto at = std::lower_bound(ids.begin(), ids.end(), id);
          require(at != ids.end() && *at == id, "to_dense_ids: id " + std::to_string(id) + " is not in the table");
          dense = static_cast<std::uint32_t>(at - ids.begin()) + 1;
        }
      }
      out[i] = dense;
    }
  });
}

}  // namespace fascicle
