// Scores of a segmentation against the truth, from their contingency table.
//
// With n voxels, joint counts n_ij (truth i, segment j), truth sizes a_i and segment sizes b_j, over the voxels whose
// truth is not ignored:
//   variation of information (Meila 2003), in bits:
//     split = H(segment | truth) = - sum n_ij / n * log2(n_ij / a_i)      over-segmentation
//     merge = H(truth | segment) = - sum n_ij / n * log2(n_ij / b_j)      under-segmentation
//   adapted Rand error (SNEMI3D, Arganda-Carreras et al. 2015), pairs drawn without replacement:
//     1 - 2 S / (A + B), S = sum n_ij^2 - n, A = sum a_i^2 - n, B = sum b_j^2 - n
//   its CREMI convention: no -n terms, and segment 0 stands for singletons: it is left out of the sums over segments,
//   to which
//     (voxels of segment 0) / n is added instead.
// Truth 0 is always ignored; segment 0 is an ordinary segment except in the CREMI convention. Sums run in sorted order,
// so the last digit does not depend on how the table was filled.
#pragma once

#include <cmath>
#include <cstdint>
#include <unordered_map>
#include <vector>

#include "contingency_table.hpp"

namespace fascicle {

struct PartitionScores {
  double voi_split = 0;                 ///< bits
  double voi_merge = 0;                 ///< bits
  double adapted_rand_error = 0;        ///< 0 (equal) to 1
  double adapted_rand_error_cremi = 0;  ///< the same, CREMI convention
  std::uint64_t voxels = 0;             ///< voxels that were scored
  std::uint64_t segments = 0;           ///< distinct segments among them
  std::uint64_t truths = 0;             ///< distinct truth ids among them
};

/// Scores the pairs whose truth id is not 0 and has at least `min_truth_size` voxels. No such voxel: all scores are 0.
inline PartitionScores partition_scores(const ContingencyTable& table, std::uint64_t min_truth_size = 0) {
  const std::vector<JointCount> entries = table.sorted();
  std::unordered_map<std::uint64_t, std::uint64_t> segment_sizes;
  PartitionScores scores;

  // Entries of one truth id are consecutive: [begin, end) with their sum.
  struct TruthGroup {
    std::size_t begin;
    std::size_t end;
    std::uint64_t size;
  };
  std::vector<TruthGroup> groups;
  for (std::size_t begin = 0; begin < entries.size();) {
    TruthGroup group{begin, begin, 0};
    while (group.end < entries.size() && entries[group.end].truth == entries[begin].truth) {
      group.size += entries[group.end++].count;
    }
    if (entries[begin].truth != 0 && group.size >= min_truth_size) {
      groups.push_back(group);
      scores.voxels += group.size;
      for (std::size_t i = begin; i < group.end; ++i) segment_sizes[entries[i].segment] += entries[i].count;
    }
    begin = group.end;
  }
  scores.segments = segment_sizes.size();
  scores.truths = groups.size();
  if (scores.voxels == 0) return scores;

  const auto n = static_cast<double>(scores.voxels);
  double joint_squares = 0;
  double truth_squares = 0;
  double segment_squares = 0;
  double joint_squares_of_zero = 0;
  double split = 0;
  double merge = 0;
  for (const TruthGroup& group : groups) {
    const auto truth_size = static_cast<double>(group.size);
    truth_squares += truth_size * truth_size;
    for (std::size_t i = group.begin; i < group.end; ++i) {
      const auto count = static_cast<double>(entries[i].count);
      const auto segment_size = static_cast<double>(segment_sizes[entries[i].segment]);
      split -= count * std::log2(count / truth_size);
      merge -= count * std::log2(count / segment_size);
      joint_squares += count * count;
      // Summed pair by pair, sum_j b_j^2 = sum_ij n_ij b_j needs no order over the hash table of sizes.
      segment_squares += count * segment_size;
      if (entries[i].segment == 0) joint_squares_of_zero += count * count;
    }
  }
  scores.voi_split = split / n;
  scores.voi_merge = merge / n;

  const auto error = [](double joint, double truth, double segment) {
    return truth + segment > 0 ? 1 - 2 * joint / (truth + segment) : 0;
  };
  scores.adapted_rand_error = error(joint_squares - n, truth_squares - n, segment_squares - n);
  const auto zero = segment_sizes.find(0);
  const double zeros = zero == segment_sizes.end() ? 0 : static_cast<double>(zero->second);
  scores.adapted_rand_error_cremi = error(joint_squares - joint_squares_of_zero + zeros / n, truth_squares,
                                          segment_squares - zeros * zeros + zeros / n);
  return scores;
}

}  // namespace fascicle
