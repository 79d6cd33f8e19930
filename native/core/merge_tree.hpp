// The merge tree of an agglomeration and its cuts.
//
// A step (u, v, score) joins the segments that hold supervoxels u and v at that moment; scores never rise, so a prefix
// of the steps is the agglomeration down to a threshold, and any threshold costs one walk, upward or downward. u and v
// are the ends of a real contact between the two sides (see agglomeration.hpp): a walk that leaves out steps still
// joins only what touches.
//
// Cut: O(supervoxels + steps), nearly linear, 4 bytes per supervoxel, and one size more with a minimum size.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <vector>

#include "errors.hpp"
#include "union_find.hpp"

namespace fascicle {

/// Steps of a merge tree as a structure of arrays, strongest first.
struct MergeTree {
  /// Supervoxels 1..N, u < v.
  std::vector<std::uint32_t> u;
  std::vector<std::uint32_t> v;
  /// 0..1, never rising.
  std::vector<double> score;

  [[nodiscard]] std::size_t size() const { return u.size(); }
};

/// Read access to steps that live elsewhere, e.g. in arrays of JavaScript.
struct MergeSteps {
  std::span<const std::uint32_t> u;
  std::span<const std::uint32_t> v;
  std::span<const double> score;

  MergeSteps(std::span<const std::uint32_t> u_ids, std::span<const std::uint32_t> v_ids, std::span<const double> scores)
      : u(u_ids), v(v_ids), score(scores) {}
  MergeSteps(const MergeTree& tree) : u(tree.u), v(tree.v), score(tree.score) {}  // NOLINT: a tree is its own steps

  [[nodiscard]] std::size_t size() const { return u.size(); }
};

/// The segments that a walk along merge steps has made so far, by supervoxel id.
class Segments {
 public:
  explicit Segments(std::size_t supervoxels) : sets_(supervoxels + 1) {}

  /// The lowest supervoxel of the segment that holds `supervoxel`: its id.
  std::uint32_t find(std::uint32_t supervoxel) { return sets_.find(supervoxel); }

  /// Joins the segments that hold u and v, which may be one already, and returns the id of the union.
  std::uint32_t unite(std::uint32_t u, std::uint32_t v) { return sets_.unite(u, v); }

  /// Writes the segment of every supervoxel; `assignment` has one element more than there are supervoxels, the first is
  /// 0.
  void write(std::span<std::uint32_t> assignment) {
    for (std::size_t i = 0; i < assignment.size(); ++i) assignment[i] = sets_.find(static_cast<std::uint32_t>(i));
  }

 private:
  UnionFind sets_;
};

namespace detail {

template <class Size>
void check_steps(const MergeSteps& steps, std::span<const Size> sizes) {
  require(steps.v.size() == steps.size() && steps.score.size() == steps.size(),
          "merge tree: u, v and score differ in length");
  require(sizes.size() < std::numeric_limits<std::uint32_t>::max(), "merge tree: more than 2^32 - 2 supervoxels");
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const bool known = steps.u[i] >= 1 && steps.v[i] >= 1 && steps.u[i] <= sizes.size() && steps.v[i] <= sizes.size();
    if (!known) {
      require(false, "merge tree: step " + std::to_string(i) + " joins " + std::to_string(steps.u[i]) + " and " +
                         std::to_string(steps.v[i]) + "; accepted: supervoxels 1 to " + std::to_string(sizes.size()));
    }
    if (!(i == 0 || steps.score[i] <= steps.score[i - 1])) {
      require(false, "merge tree: the score of step " + std::to_string(i) + " is above the one before it");
    }
  }
}

}  // namespace detail

/// Cuts the merge tree: assignment[i] becomes the segment of supervoxel i, which is the id of its lowest supervoxel,
/// and assignment[0] becomes 0.
///
/// Takes every step with score >= threshold. With min_size > 0 it goes on down the remaining steps in order and takes
/// one when at least one of its two sides has fewer than min_size voxels at that moment: fragments go to their
/// strongest neighbour, whatever the score. Without steps left to it, a fragment stays as it is.
///
/// `sizes[i]` is the voxel count of supervoxel i + 1; `assignment` has one element more. Throws std::invalid_argument
/// when lengths disagree, a step names an unknown supervoxel or scores rise.
template <class Size>
void cut_merge_tree(const MergeSteps& steps, std::span<const Size> sizes, double threshold, Size min_size,
                    std::span<std::uint32_t> assignment) {
  require(assignment.size() == sizes.size() + 1, "merge tree: the assignment has " + std::to_string(assignment.size()) +
                                                     " elements; accepted: " + std::to_string(sizes.size() + 1));
  detail::check_steps(steps, sizes);
  Segments segments(sizes.size());
  std::size_t step = 0;
  for (; step < steps.size() && steps.score[step] >= threshold; ++step) segments.unite(steps.u[step], steps.v[step]);
  if (min_size > 0) {
    std::vector<Size> voxels(assignment.size());
    for (std::size_t i = 1; i < assignment.size(); ++i) {
      voxels[segments.find(static_cast<std::uint32_t>(i))] += sizes[i - 1];
    }
    for (; step < steps.size(); ++step) {
      const std::uint32_t a = segments.find(steps.u[step]);
      const std::uint32_t b = segments.find(steps.v[step]);
      if (a == b || (voxels[a] >= min_size && voxels[b] >= min_size)) continue;
      const Size sum = voxels[a] + voxels[b];
      voxels[segments.unite(a, b)] = sum;
    }
  }
  segments.write(assignment);
}

}  // namespace fascicle
