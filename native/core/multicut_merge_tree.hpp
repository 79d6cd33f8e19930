// A multicut as a merge tree: steps within its segments come first, with scores from one half up, those between them
// after, with scores below. Cut at one half it is the multicut; above, segments come apart by their mean affinities,
// below, they are merged by them.
//
// The order is that of agglomeration.hpp by mean affinity, within the segments, then between them. The score of a mean
// affinity a is the probability of one object under beta,
//
//   s = a (1 - beta) / (a (1 - beta) + (1 - a) beta),
//
// which is one half where a = beta. So a threshold t takes what another beta would take of edges alone:
// logit(beta') = logit(beta) + logit(t). Where the multicut decided against s, the score lies within `score_margin` of
// one half on the side of the decision, still rising with s: such a merge is the first to go when the threshold moves.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "agglomeration.hpp"
#include "errors.hpp"
#include "merge_tree.hpp"
#include "monitor.hpp"
#include "region_graph.hpp"

namespace fascicle {

namespace detail {

/// Mean affinity, above all others where both supervoxels are of one segment. Edges that add up are all within or all
/// between, because everything within is merged first; so the score of a union lies between those of its parts.
class DividedMeanScore {
 public:
  static constexpr double within_from = 2;

  DividedMeanScore(std::vector<bool> within, std::uint32_t unit) : within_(std::move(within)), mean_(unit) {}

  double operator()(std::size_t edge, std::uint64_t sum, std::uint64_t count) const {
    const double mean = mean_(edge, sum, count);
    return within_[edge] ? within_from + mean : mean;
  }
  void absorb(std::size_t /*into*/, std::size_t /*from*/) {}

 private:
  std::vector<bool> within_;
  MeanScore mean_;
};

}  // namespace detail

inline constexpr double multicut_score_margin = 0.05;

/// The score of a merge step whose contacts have this mean affinity, see above: 0.5..1 within a segment, 0..0.5 without
/// 0.5 between two.
inline double multicut_score(double mean_affinity, double beta, bool within) {
  constexpr double margin = multicut_score_margin;
  const double one = mean_affinity * (1 - beta);
  const double score = one / (one + (1 - mean_affinity) * beta);
  if (within) return score >= 0.5 + margin ? score : 0.5 + margin * (score / (0.5 + margin));
  if (score <= 0.5 - margin) return score;
  return std::min(0.5 - margin + margin * ((score - (0.5 - margin)) / (0.5 + margin)), std::nextafter(0.5, 0.0));
}

/// The merge tree of a region graph over supervoxels 1..supervoxels around a partition: `segments[i]` is any number of
/// the segment of supervoxel i; segments must be connected, or a cut at one half leaves their parts apart. Steps name
/// edges as those of agglomerate do. Progress and errors are those of agglomerate; beta 0.01..0.99.
inline MergeTree multicut_merge_tree(const RegionGraphView& graph, std::uint32_t supervoxels,
                                     std::span<const std::uint32_t> segments, double beta, Monitor& monitor) {
  monitor.begin(graph.size());
  detail::check_edges(graph, supervoxels);
  require(segments.size() == std::size_t{supervoxels} + 1, "multicut merge tree: not one segment for each supervoxel");
  require(beta >= 0.01 && beta <= 0.99, "multicut merge tree: beta is outside 0.01 to 0.99");
  std::vector<bool> within(graph.size());
  for (std::size_t i = 0; i < within.size(); ++i) within[i] = segments[graph.u[i]] == segments[graph.v[i]];
  using Score = detail::DividedMeanScore;
  detail::Agglomeration run(graph, supervoxels, Score(std::move(within), graph.unit));
  MergeTree tree = run.merge(graph.u, graph.v, 0, monitor);
  double height = 1;
  for (double& score : tree.score) {
    const bool inside = score >= Score::within_from;
    height = std::min(height, multicut_score(inside ? score - Score::within_from : score, beta, inside));
    score = height;
  }
  return tree;
}

}  // namespace fascicle
