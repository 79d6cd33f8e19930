// What a project would be at each of many thresholds, under the decisions in force: segments, the largest of them, and
// agreement with ground truth.
//
// For the whole volume one walk goes down from the highest threshold and stops at each (constrained_walk.hpp); a copy
// is ended there where objects have thresholds of their own or fragments join their neighbours. For one object, whose
// own threshold moves, the segments that it can reach are walked again. Agreement follows (followed_agreement.hpp).
// O(supervoxels) a threshold, and O(steps) more where the copies have to be ended.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <numeric>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "constrained_agglomeration.hpp"
#include "followed_agreement.hpp"
#include "monitor.hpp"

namespace fascicle {

struct ThresholdPoint {
  std::uint32_t segments = 0;
  double largest_voxels = 0;
  double vi_split = 0;  ///< bits; 0 without truth
  double vi_merge = 0;
};

namespace detail {

/// Counts segments and the voxels of the largest among some supervoxels.
class SegmentCensus {
 public:
  explicit SegmentCensus(std::size_t supervoxels) : voxels_(supervoxels + 1) {}

  template <class Ids>
  ThresholdPoint take(const Ids& ids, std::span<const std::uint32_t> assignment, const MergeForest& forest) {
    ThresholdPoint point;
    for (const std::uint32_t id : ids) voxels_[assignment[id]] = 0;
    for (const std::uint32_t id : ids) {
      const std::uint32_t segment = assignment[id];
      if (segment == 0) continue;
      double& voxels = voxels_[segment];
      if (voxels == 0) ++point.segments;
      voxels += forest.size(id);
      point.largest_voxels = std::max(point.largest_voxels, voxels);
    }
    return point;
  }

 private:
  std::vector<double> voxels_;
};

inline void add_agreement(ThresholdPoint& point, std::optional<FollowedAgreement>& agreement,
                          std::span<const std::uint32_t> assignment) {
  if (!agreement) return;
  agreement->follow(assignment);
  point.vi_split = agreement->vi_split();
  point.vi_merge = agreement->vi_merge();
}

}  // namespace detail

/// The whole volume at each global threshold.
///
/// @param thresholds rising
/// @param truth null leaves agreement out
inline std::vector<ThresholdPoint> threshold_curve(const MergeForest& forest, const Constraints& constraints,
                                                   double min_size, std::span<const double> thresholds,
                                                   const TruthRows* truth, Monitor& monitor) {
  require(std::is_sorted(thresholds.begin(), thresholds.end()), "threshold curve: the thresholds do not rise");
  monitor.begin(thresholds.size());
  std::optional<FollowedAgreement> agreement;
  if (truth != nullptr) agreement.emplace(*truth);
  std::vector<std::uint32_t> assignment(forest.supervoxels() + 1);
  std::vector<std::uint32_t> all(forest.supervoxels());
  std::iota(all.begin(), all.end(), 1u);
  detail::SegmentCensus census(forest.supervoxels());
  detail::ConstrainedWalk walk;
  detail::ConstrainedWalk ended;
  walk.start(forest, constraints);
  const bool goes_on = min_size > 0 || constraints.lowest_threshold() < std::numeric_limits<double>::infinity();
  std::vector<ThresholdPoint> points(thresholds.size());
  for (std::size_t i = thresholds.size(); i-- > 0;) {
    walk.lower(thresholds[i]);
    if (goes_on) ended = walk;
    detail::ConstrainedWalk& readable = goes_on ? ended : walk;
    readable.finish(min_size);
    readable.write(assignment);
    for (const std::uint32_t id : forest.vacant()) assignment[id] = 0;
    monitor.check();
    points[i] = census.take(all, assignment, forest);
    detail::add_agreement(points[i], agreement, assignment);
    monitor.advance();
  }
  return points;
}

/// The supervoxels that the object with `anchor` has now, at each threshold of its own. Agreement is of the whole
/// volume.
///
/// @param segments a snapshot, left with the last threshold
/// @param truth null leaves agreement out
inline std::vector<ThresholdPoint> object_threshold_curve(ConstrainedAgglomeration& segments, std::uint32_t anchor,
                                                          std::span<const double> thresholds, const TruthRows* truth,
                                                          Monitor& monitor) {
  require(anchor >= 1 && anchor < segments.assignment().size(), "there is no supervoxel " + std::to_string(anchor));
  monitor.begin(thresholds.size());
  std::optional<FollowedAgreement> agreement;
  if (truth != nullptr) agreement.emplace(*truth);
  const std::vector<std::uint32_t> members = segments.members(segments.assignment()[anchor]);
  detail::SegmentCensus census(segments.forest().supervoxels());
  ConstraintChange change;
  for (const std::uint32_t id : members) {
    const auto& decided = segments.constraints().at(segments.constraints().position(id));
    if (decided.threshold >= 0) change.thresholds.push_back({id, AnchoredThreshold::none});
  }
  std::vector<ThresholdPoint> points;
  for (const double threshold : thresholds) {
    change.thresholds.push_back({anchor, threshold});
    segments.apply(change);
    change = {};
    monitor.check();
    points.push_back(census.take(members, segments.assignment(), segments.forest()));
    detail::add_agreement(points.back(), agreement, segments.assignment());
    monitor.advance();
  }
  return points;
}

}  // namespace fascicle
