// The segments of a project: its merge tree cut at a threshold, and what the user has decided.
//
// Definition. The assignment is what this walk makes; it depends on nothing else, in particular not on the order in
// which decisions were taken.
//   1. Every must-link joins its two supervoxels. A cannot-link within one segment is then a conflict.
//   2. The steps are walked once, strongest first. A step between two segments A and B is taken when its score reaches
//      the threshold that holds for it and no cannot-link lies between a supervoxel of A and one of B. An object's own
//      threshold is anchored on a supervoxel and belongs to the segment that holds the anchor at that moment. It holds
//      for the step in place of the global one; if A and B hold anchors, the strictest of their thresholds does.
//   3. With a minimum size the steps are walked once more, all of them, strongest first. A fragment is a segment of
//      fewer voxels about which the user has decided nothing: none of its supervoxels is linked or an anchor. A step
//      between two segments is taken when one of them is a fragment at that moment.
// Without decisions this is cut_merge_tree, bit for bit. A segment's id is its lowest supervoxel. An own threshold
// equal to the global one changes nothing as long as the object is no fragment. No threshold, global or own, and no
// minimum size ever parts what a must-link joins or joins what a cannot-link parts: steps 2 and 3 only join, and never
// across a cannot-link (a fragment has none).
//
// A change of decisions walks again only the segments that it can reach (constrained_walk.hpp): O(s log s) for s steps
// of these. A new threshold walks everything.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "constrained_walk.hpp"
#include "constraints.hpp"
#include "merge_forest.hpp"

namespace fascicle {

/// Supervoxels that went to another segment, and which; by rising supervoxel.
struct AssignmentDelta {
  std::vector<std::uint32_t> supervoxels;
  std::vector<std::uint32_t> segments;
};

/// Steps that end at other supervoxels now, and voxel counts that changed: what dividing a supervoxel does to a forest.
struct ForestChange {
  struct Move {
    std::uint32_t step;
    std::uint32_t from;
    std::uint32_t to;
  };
  struct Size {
    std::uint32_t supervoxel;
    double voxels;
  };
  std::vector<Move> moves;
  std::vector<Size> sizes;

  [[nodiscard]] bool empty() const { return moves.empty() && sizes.empty(); }
};

class ConstrainedAgglomeration {
 public:
  ConstrainedAgglomeration(MergeForest forest, MergeTreeCut cut)
      : forest_(std::make_shared<MergeForest>(std::move(forest))), constraints_(forest_->supervoxels()), cut_(cut) {
    check(cut);
    walk_all();
  }

  ConstrainedAgglomeration(ConstrainedAgglomeration&&) = default;
  ConstrainedAgglomeration& operator=(ConstrainedAgglomeration&&) = default;

  /// A copy that reads the same forest: decisions can be tried on it, on another thread too, as long as no supervoxel
  /// is divided.
  [[nodiscard]] ConstrainedAgglomeration snapshot() const { return *this; }

  [[nodiscard]] const MergeForest& forest() const { return *forest_; }
  [[nodiscard]] const Constraints& constraints() const { return constraints_; }
  [[nodiscard]] MergeTreeCut cut() const { return cut_; }
  /// Segment of each supervoxel; one element more than there are supervoxels, the first is 0, as are vacant ids.
  [[nodiscard]] std::span<const std::uint32_t> assignment() const { return assignment_; }

  /// Moves the global threshold. Throws std::invalid_argument for a negative or NaN value.
  void set_cut(MergeTreeCut cut) {
    check(cut);
    cut_ = cut;
    walk_all();
  }

  /// Writes the assignment that another cut would give, under the same decisions, as far as `assignment` goes.
  void preview(MergeTreeCut cut, std::span<std::uint32_t> assignment) {
    check(cut);
    require(assignment.size() <= assignment_.size(), "merge tree: there are fewer supervoxels than that");
    preview_.run(*forest_, constraints_, cut);
    write(preview_, assignment);
  }

  struct Applied {
    AssignmentDelta delta;
    /// What takes the change back.
    ConstraintChange inverse;
    ForestChange forest_inverse;
  };

  /// Takes and takes back decisions, and lets a supervoxel be divided, all at once.
  ///
  /// Throws ConstraintConflict when the decisions contradict each other, std::invalid_argument as Constraints::apply;
  /// nothing has changed then.
  Applied apply(const ConstraintChange& change, const ForestChange& forest_change = {}) {
    std::vector<std::uint32_t> region = reached(change, forest_change);
    const std::size_t before = forest_->supervoxels();
    Applied applied;
    applied.forest_inverse = apply_to_forest(forest_change);
    grow(before, region);
    try {
      applied.inverse = constraints_.apply(change);
    } catch (...) {
      forget(region);
      apply_to_forest(applied.forest_inverse);
      throw;
    }
    try {
      applied.delta = walk_again(region);
    } catch (...) {
      constraints_.apply(applied.inverse);
      apply_to_forest(applied.forest_inverse);
      walk_all();
      throw;
    }
    return applied;
  }

  /// Supervoxels of a segment, by rising id. Throws std::invalid_argument when no segment has this id.
  [[nodiscard]] std::vector<std::uint32_t> members(std::uint32_t segment) {
    require(segment >= 1 && segment < assignment_.size() && assignment_[segment] == segment,
            "there is no segment " + std::to_string(segment));
    std::vector<std::uint32_t> found;
    collect(segment, found);
    for (const std::uint32_t id : found) seen_[id] = 0;
    std::sort(found.begin(), found.end());
    return found;
  }

 private:
  ConstrainedAgglomeration(const ConstrainedAgglomeration& other)
      : forest_(other.forest_),
        constraints_(other.constraints_),
        cut_(other.cut_),
        walk_(other.walk_),
        assignment_(other.assignment_),
        seen_(other.seen_) {}

  static void check(MergeTreeCut cut) {
    require(cut.threshold >= 0, "a threshold lies at 0 or above");
    require(cut.min_size >= 0, "a minimum size lies at 0 or above");
  }

  void walk_all() {
    walk_.run(*forest_, constraints_, cut_);
    assignment_.resize(forest_->supervoxels() + 1);
    write(walk_, assignment_);
  }

  void write(const detail::ConstrainedWalk& walk, std::span<std::uint32_t> assignment) const {
    walk.write(assignment);
    for (const std::uint32_t id : forest_->vacant()) {
      if (id < assignment.size()) assignment[id] = 0;
    }
  }

  /// Appends the supervoxels of the segment that holds `id` and have not been seen.
  void collect(std::uint32_t id, std::vector<std::uint32_t>& found) {
    seen_.resize(assignment_.size());
    if (seen_[id] != 0) return;
    const std::uint32_t segment = assignment_[id];
    std::size_t next = found.size();
    const auto visit = [&](std::uint32_t other) {
      if (seen_[other] != 0 || assignment_[other] != segment) return;
      seen_[other] = 1;
      found.push_back(other);
    };
    visit(id);
    for (; next < found.size(); ++next) {
      // A segment is held together by steps and must-links alone.
      const std::uint32_t member = found[next];
      forest_->for_steps_of(member, [&](std::uint32_t, std::uint32_t other) { visit(other); });
      for (const std::uint32_t other : constraints_.at(constraints_.position(member)).must) visit(other);
    }
  }

  /// The segments, as they are, of all that a change names.
  std::vector<std::uint32_t> reached(const ConstraintChange& change, const ForestChange& forest_change) {
    std::vector<std::uint32_t> region;
    const auto add = [&](std::uint32_t id) {
      if (id < assignment_.size()) collect(id, region);
    };
    for (const auto* pairs : {&change.add_must, &change.remove_must, &change.add_cannot, &change.remove_cannot}) {
      for (const SupervoxelPair& pair : *pairs) {
        add(pair.u);
        add(pair.v);
      }
    }
    for (const AnchoredThreshold& entry : change.thresholds) add(entry.anchor);
    for (const ForestChange::Move& move : forest_change.moves) {
      add(move.from);
      add(move.to);
    }
    for (const ForestChange::Size& size : forest_change.sizes) add(size.supervoxel);
    return region;
  }

  ForestChange apply_to_forest(const ForestChange& change) {
    ForestChange inverse;
    for (const ForestChange::Size& size : change.sizes) {
      inverse.sizes.push_back(
          {size.supervoxel, size.supervoxel <= forest_->supervoxels() ? forest_->size(size.supervoxel) : 0});
      forest_->set_size(size.supervoxel, size.voxels);
    }
    for (const auto& [step, from, to] : change.moves) {
      const StepOwner owner{step, to};
      forest_->hand_over(from, std::span(&owner, 1));
      inverse.moves.push_back({step, to, from});
    }
    return inverse;
  }

  /// Makes room for the supervoxels after `before` and adds them to the region.
  void grow(std::size_t before, std::vector<std::uint32_t>& region) {
    const std::size_t supervoxels = forest_->supervoxels();
    if (supervoxels == before) return;
    constraints_.grow(supervoxels);
    walk_.grow(supervoxels);
    for (std::size_t id = before + 1; id <= supervoxels; ++id) {
      region.push_back(static_cast<std::uint32_t>(id));
      assignment_.push_back(0);
      seen_.resize(assignment_.size());
      seen_[id] = 1;
    }
  }

  AssignmentDelta walk_again(std::vector<std::uint32_t>& region) {
    std::vector<std::uint32_t> beyond;
    bool closed = region.empty();
    try {
      // A walk over everything costs no sorting: from some size on it is the quicker one.
      while (!closed && region.size() <= forest_->supervoxels() / 8) {
        beyond.clear();
        closed = walk_.run_again(*forest_, constraints_, cut_, region, beyond);
        for (const std::uint32_t id : beyond) collect(id, region);
      }
    } catch (...) {
      forget(region);
      throw;
    }
    forget(region);
    if (!closed) return walk_all_again();
    AssignmentDelta delta;
    std::sort(region.begin(), region.end());
    for (const std::uint32_t id : region) set(id, walk_.find(id), delta);
    return delta;
  }

  AssignmentDelta walk_all_again() {
    walk_.run(*forest_, constraints_, cut_);
    AssignmentDelta delta;
    for (std::size_t i = 1; i < assignment_.size(); ++i) {
      const auto id = static_cast<std::uint32_t>(i);
      set(id, walk_.find(id), delta);
    }
    return delta;
  }

  void set(std::uint32_t id, std::uint32_t segment, AssignmentDelta& delta) {
    if (forest_->size(id) == 0) segment = 0;
    if (assignment_[id] == segment) return;
    assignment_[id] = segment;
    delta.supervoxels.push_back(id);
    delta.segments.push_back(segment);
  }

  void forget(std::span<const std::uint32_t> region) {
    for (const std::uint32_t id : region) seen_[id] = 0;
  }

  std::shared_ptr<MergeForest> forest_;  ///< of snapshots too
  Constraints constraints_;
  MergeTreeCut cut_;
  detail::ConstrainedWalk walk_;
  detail::ConstrainedWalk preview_;
  std::vector<std::uint32_t> assignment_;
  std::vector<std::uint8_t> seen_;
};

}  // namespace fascicle
