// Agglomeration of a region graph: greedy best-first merging of the two segments with the strongest contact.
//
// When two segments become one, their edges to a common neighbour add up, so every score is that of all contacts of the
// union. The run goes down to a floor once and records its merges; every threshold above the floor is then a cut of
// that merge tree (merge_tree.hpp). Scores: agglomeration_score.hpp.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "merge_tree.hpp"
#include "monitor.hpp"

namespace fascicle {

/// The region graph to agglomerate, as a structure of arrays sorted by (u, v), u < v, each pair once, ids 1..supervoxels.
///
/// `Sum` and `Count` are std::uint64_t, std::uint32_t or double; doubles must be whole numbers from 0 to 2^53.
template <class Sum, class Count>
struct AgglomerationGraph {
  std::uint32_t supervoxels = 0;
  std::span<const std::uint32_t> u;
  std::span<const std::uint32_t> v;
  /// Sum of the affinities of all contacts, in units of 1 / unit.
  std::span<const Sum> affinity_sum;
  /// Number of contacts, at least 1.
  std::span<const Count> contact_area;
  /// `bins` counts per edge, row by row; bin i holds the affinities of [i, i + 1) / bins, the last one 1 too.
  std::span<const std::uint32_t> histogram;
  std::uint32_t bins = 0;
  /// The integer affinity that stands for 1.
  std::uint32_t unit = 255;
};

}  // namespace fascicle
