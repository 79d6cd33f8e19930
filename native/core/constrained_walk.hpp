// The walk along merge steps under constraints, over a whole volume or again over a part of it.
//
// For what it computes see constrained_agglomeration.hpp. Segments are disjoint sets. A segment that holds decided
// supervoxels has a ring of them; two such segments may become one when no cannot-link of the ring with fewer links
// leads into the other, and rings are joined in O(1).
// O(supervoxels + steps), nearly linear, and for each step between two decided segments the links of the lesser one.
//
// A part of the volume can be walked again when it is made of whole segments of the last result. Between the part and
// the rest no step was taken then, so as long as none is taken now, neither side notices the other, and both results
// stand. A step at the border that cannot be ruled out from what is known of the rest is reported instead: the caller
// adds the segment behind it to the part and tries again.
//
// A walk can also stop at a threshold, be copied there and ended, and go on to a lower one: what it does down to a
// threshold is the same for all lower ones. Only objects with thresholds of their own and fragments come after it.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <utility>
#include <vector>

#include "constraints.hpp"
#include "merge_forest.hpp"
#include "prefetch.hpp"

namespace fascicle {

/// Where a merge tree is cut.
struct MergeTreeCut {
  double threshold = std::numeric_limits<double>::infinity();  ///< steps from this score on are taken
  double min_size = 0;  ///< voxels; smaller segments go to their strongest neighbour
};

namespace detail {

class ConstrainedWalk {
 public:
  /// Walks all steps. Throws ConstraintConflict, after which only `run` and `start` may be called.
  void run(const MergeForest& forest, const Constraints& constraints, MergeTreeCut cut) {
    start(forest, constraints);
    lower(cut.threshold);
    finish(cut.min_size);
  }

  /// Begins a walk: must-links, no steps. Throws as `run`.
  void start(const MergeForest& forest, const Constraints& constraints) {
    begin(forest, constraints, {});
    const auto supervoxels = static_cast<std::uint32_t>(forest.supervoxels());
    nodes_.resize(supervoxels + std::size_t{1});
    for (std::uint32_t id = 0; id <= supervoxels; ++id) nodes_[id] = {id, constraints.position(id)};
    rings_.resize(constraints.positions());
    for (std::uint32_t position = 1; position < rings_.size(); ++position) start_ring(position);
    for (std::uint32_t position = 1; position < rings_.size(); ++position) join_must_links(position);
    for (std::uint32_t position = 1; position < rings_.size(); ++position) check_cannot_links(position);
    rings_[0] = {0, 0, AnchoredThreshold::none, std::numeric_limits<double>::infinity()};
    steps_.clear();
    next_ = 0;
  }

  /// Goes on to a global threshold, not above the one before.
  void lower(double threshold) {
    cut_.threshold = threshold;
    take_down_to(threshold);
  }

  /// Ends the walk at the threshold that it has come to. Without thresholds of objects and without a minimum size there
  /// is nothing to do but to make it readable, and it may go on afterwards; else only a copy may.
  void finish(double min_size) {
    cut_.min_size = min_size;
    take_down_to(std::min(cut_.threshold, constraints_->lowest_threshold()));
    if (min_size > 0) {
      const auto supervoxels = static_cast<std::uint32_t>(forest_->supervoxels());
      voxels_.resize(nodes_.size());
      flatten();
      // A root is the lowest of its segment, so it comes first.
      for (std::uint32_t id = 1; id <= supervoxels; ++id) {
        const std::uint32_t root = nodes_[id].parent;
        voxels_[root] = forest_->size(id) + (root == id ? 0 : voxels_[root]);
      }
      for (const std::uint32_t step : steps_) take_by_size(step);
      for_steps_from(next_, [&](std::size_t step) {
        take_by_size(static_cast<std::uint32_t>(step));
        return true;
      });
    }
    flatten();
  }

  /// Segment of each supervoxel after `run` or `finish`.
  void write(std::span<std::uint32_t> assignment) const {
    for (std::size_t id = 0; id < assignment.size(); ++id) assignment[id] = nodes_[id].parent;
  }

  /// Walks the steps of `region` again: supervoxels of whole segments, each once. Appends to `beyond` the supervoxels
  /// outside with which one inside might now be joined, and returns true when there are none: the result then holds.
  /// Otherwise the region must be walked again with their segments. Throws ConstraintConflict, after which the region
  /// must be walked again under other constraints.
  bool run_again(const MergeForest& forest, const Constraints& constraints, MergeTreeCut cut,
                 std::span<const std::uint32_t> region, std::vector<std::uint32_t>& beyond) {
    begin(forest, constraints, cut);
    const std::size_t before = beyond.size();
    inside_.resize(nodes_.size());
    for (const std::uint32_t id : region) inside_[id] = 1;
    try {
      walk_region(region, beyond);
    } catch (...) {
      for (const std::uint32_t id : region) inside_[id] = 0;
      throw;
    }
    for (const std::uint32_t id : region) inside_[id] = 0;
    return beyond.size() == before;
  }

  /// Makes room for supervoxels up to this number, each a segment of its own.
  void grow(std::size_t supervoxels) {
    for (std::size_t id = nodes_.size(); id <= supervoxels; ++id) nodes_.push_back({static_cast<std::uint32_t>(id), 0});
    if (!voxels_.empty()) voxels_.resize(nodes_.size());
  }

  /// Lowest supervoxel of the segment.
  std::uint32_t find(std::uint32_t id) {
    while (nodes_[id].parent != id) {
      nodes_[id].parent = nodes_[nodes_[id].parent].parent;
      id = nodes_[id].parent;
    }
    return id;
  }

 private:
  struct Node {
    std::uint32_t parent;
    std::uint32_t ring;  ///< of a root: a member of its ring; 0 = nothing is decided
  };
  /// By position in the constraints. All but `next` count for the whole ring, at the member that its segment names.
  struct Ring {
    std::uint32_t next;
    std::uint32_t links;
    double threshold;         ///< the strictest of the objects' own, or `none`
    double lowest_threshold;  ///< or infinity
  };

  void begin(const MergeForest& forest, const Constraints& constraints, MergeTreeCut cut) {
    forest_ = &forest;
    constraints_ = &constraints;
    cut_ = cut;
  }

  void start_ring(std::uint32_t position) {
    const Constraints::Decided& decided = constraints_->at(position);
    const bool own = decided.threshold >= 0;
    rings_[position] = {position, static_cast<std::uint32_t>(decided.cannot.size()), decided.threshold,
                        own ? decided.threshold : std::numeric_limits<double>::infinity()};
  }

  void join_must_links(std::uint32_t position) {
    const Constraints::Decided& decided = constraints_->at(position);
    for (const std::uint32_t other : decided.must) {
      const std::uint32_t a = find(decided.supervoxel);
      const std::uint32_t b = find(other);
      if (a != b) unite(a, b);
    }
  }

  void check_cannot_links(std::uint32_t position) {
    const Constraints::Decided& decided = constraints_->at(position);
    for (const std::uint32_t other : decided.cannot) {
      if (find(decided.supervoxel) == find(other)) {
        throw ConstraintConflict({decided.supervoxel, other}, constraints_->must_chain(decided.supervoxel, other));
      }
    }
  }

  std::uint32_t unite(std::uint32_t a, std::uint32_t b) {
    if (a > b) std::swap(a, b);
    nodes_[b].parent = a;
    if (nodes_[a].ring == 0) {
      nodes_[a].ring = nodes_[b].ring;
    } else if (nodes_[b].ring != 0) {
      Ring& ring = rings_[nodes_[a].ring];
      Ring& other = rings_[nodes_[b].ring];
      std::swap(ring.next, other.next);
      ring.links += other.links;
      ring.threshold = std::max(ring.threshold, other.threshold);
      ring.lowest_threshold = std::min(ring.lowest_threshold, other.lowest_threshold);
    }
    return a;
  }

  /// Whether a cannot-link lies between two segments, both decided.
  bool must_stay_apart(std::uint32_t a, std::uint32_t b) {
    if (rings_[nodes_[a].ring].links > rings_[nodes_[b].ring].links) std::swap(a, b);
    const std::uint32_t start = nodes_[a].ring;
    if (rings_[start].links == 0) return false;
    std::uint32_t member = start;
    do {
      for (const std::uint32_t other : constraints_->at(member).cannot) {
        if (find(other) != b) continue;
        lead_ring(a, start, member);
        return true;
      }
      member = rings_[member].next;
    } while (member != start);
    return false;
  }

  /// Lets the ring begin at the member that settled a question: the next one is likely the same.
  void lead_ring(std::uint32_t root, std::uint32_t from, std::uint32_t to) {
    if (from == to) return;
    const std::uint32_t next = rings_[to].next;
    rings_[to] = rings_[from];
    rings_[to].next = next;
    nodes_[root].ring = to;
  }

  /// Whether the thresholds take a step of this score between two segments.
  bool reaches(std::uint32_t a, std::uint32_t b, double score) const {
    const std::uint32_t ring_a = nodes_[a].ring;
    const std::uint32_t ring_b = nodes_[b].ring;
    if ((ring_a | ring_b) == 0) return score >= cut_.threshold;
    const double own = std::max(rings_[ring_a].threshold, rings_[ring_b].threshold);
    return score >= (own >= 0 ? own : cut_.threshold);
  }

  /// Takes the step between two segments if thresholds and cannot-links let it; returns false otherwise.
  bool join_by_threshold(std::uint32_t a, std::uint32_t b, double score) {
    if (!reaches(a, b, score)) return false;
    if (nodes_[a].ring != 0 && nodes_[b].ring != 0 && must_stay_apart(a, b)) return false;
    unite(a, b);
    return true;
  }

  /// Makes every node a child of its root.
  void flatten() {
    for (Node& node : nodes_) node.parent = nodes_[node.parent].parent;  // parents are lower, so they come first
  }

  /// Calls take(step) from `first` on until it returns false, and returns that step.
  template <class Take>
  std::size_t for_steps_from(std::size_t first, Take&& take) {
    constexpr std::size_t ahead = 12;
    const std::size_t steps = forest_->steps();
    for (std::size_t step = first; step < steps; ++step) {
      if (step + ahead < steps) {
        prefetch(&nodes_[forest_->u(step + ahead)]);
        prefetch(&nodes_[forest_->v(step + ahead)]);
      }
      if (!take(step)) return step;
    }
    return steps;
  }

  /// Takes what thresholds let it of the steps down to a score; those that were not taken are in `steps_`.
  void take_down_to(double floor) {
    next_ = for_steps_from(next_, [&](std::size_t step) {
      const double score = forest_->score(step);
      if (score < floor) return false;
      const std::uint32_t a = find(forest_->u(step));
      const std::uint32_t b = find(forest_->v(step));
      if (a != b && !join_by_threshold(a, b, score)) steps_.push_back(static_cast<std::uint32_t>(step));
      return true;
    });
  }

  // Fragments: undecided segments below the minimum size after the thresholds.

  bool is_fragment(std::uint32_t root) const { return nodes_[root].ring == 0 && voxels_[root] < cut_.min_size; }

  void take_by_size(std::uint32_t step) {
    const std::uint32_t a = find(forest_->u(step));
    const std::uint32_t b = find(forest_->v(step));
    if (a == b || !(is_fragment(a) || is_fragment(b))) return;
    const double sum = voxels_[a] + voxels_[b];
    voxels_[unite(a, b)] = sum;
  }

  // Again, for a region.

  void walk_region(std::span<const std::uint32_t> region, std::vector<std::uint32_t>& beyond) {
    rings_.resize(constraints_->positions());
    rings_[0] = {0, 0, AnchoredThreshold::none, std::numeric_limits<double>::infinity()};
    steps_.clear();
    decided_.clear();
    for (const std::uint32_t id : region) {
      const std::uint32_t position = constraints_->position(id);
      nodes_[id] = {id, position};
      if (position != 0) {
        decided_.push_back(position);
        start_ring(position);
      }
      forest_->for_steps_of(id, [&](std::uint32_t step, std::uint32_t other) {
        if (inside_[other] == 0 || id < other) steps_.push_back(step);
      });
    }
    for (const std::uint32_t position : decided_) join_must_links(position);
    for (const std::uint32_t position : decided_) check_cannot_links(position);
    std::sort(steps_.begin(), steps_.end());

    const std::size_t before = beyond.size();
    for (const std::uint32_t step : steps_) {
      const std::uint32_t u = forest_->u(step);
      const std::uint32_t v = forest_->v(step);
      if (inside_[u] != 0 && inside_[v] != 0) {
        const std::uint32_t a = find(u);
        const std::uint32_t b = find(v);
        if (a != b) join_by_threshold(a, b, forest_->score(step));
      } else {
        const bool u_inside = inside_[u] != 0;
        if (might_reach(u_inside ? u : v, u_inside ? v : u, forest_->score(step))) beyond.push_back(u_inside ? v : u);
      }
    }
    if (cut_.min_size <= 0 || beyond.size() != before) return;

    std::for_each(region.begin(), region.end(), [&](std::uint32_t id) { voxels_[id] = 0; });
    for (const std::uint32_t id : region) voxels_[find(id)] += forest_->size(id);
    for (const std::uint32_t step : steps_) {
      const std::uint32_t u = forest_->u(step);
      const std::uint32_t v = forest_->v(step);
      if (inside_[u] != 0 && inside_[v] != 0) {
        take_by_size(step);
      } else {
        // What is outside was no fragment when its walk came here: it would have taken the step.
        const bool u_inside = inside_[u] != 0;
        if (is_fragment(find(u_inside ? u : v))) beyond.push_back(u_inside ? v : u);
      }
    }
  }

  /// Whether the thresholds could take a step between a supervoxel of the region, at this moment of its walk, and one
  /// of the rest, of which only the last result is known.
  bool might_reach(std::uint32_t inside, std::uint32_t outside, double score) {
    const std::uint32_t a = find(inside);
    const Ring& ring = rings_[nodes_[a].ring];
    const Ring& other = rings_[nodes_[find(outside)].ring];
    if (score < (ring.threshold >= 0 ? ring.threshold : std::min(cut_.threshold, other.lowest_threshold))) return false;
    const auto& cannot = constraints_->at(constraints_->position(outside)).cannot;
    return std::none_of(cannot.begin(), cannot.end(),
                        [&](std::uint32_t id) { return inside_[id] != 0 && find(id) == a; });
  }

  const MergeForest* forest_ = nullptr;
  const Constraints* constraints_ = nullptr;
  MergeTreeCut cut_;
  std::vector<Node> nodes_;
  std::vector<Ring> rings_;
  std::vector<double> voxels_;  ///< of a root
  std::vector<std::uint8_t> inside_;
  std::vector<std::uint32_t> steps_;
  std::size_t next_ = 0;  ///< the first step that was not reached
  std::vector<std::uint32_t> decided_;
};

}  // namespace detail

}  // namespace fascicle
