// What a review can know of a segmentation without ground truth: which contacts between segments may be missed merges
// and which links within segments may be false ones, with the numbers that speak for or against. What they are worth is
// judged elsewhere.
//
// A contact or link is reported when the variation of information at stake reaches a limit: parting a volume N into a +
// b changes it by ((a+b) log2(a+b) - a log2 a - b log2 b) / N bits where the answer is wrong (Meila 2007).
// One pass over the supervoxels and three over the contacts, for a whole segmentation or around some of its segments;
// O(e log s). All sums are integers, so the order of passes does not show.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "constraints.hpp"
#include "merge_forest.hpp"
#include "monitor.hpp"
#include "radix_sort.hpp"
#include "segment_forest.hpp"
#include "supervoxel_graph.hpp"
#include "volume_view.hpp"

namespace fascicle {

/// A segmentation to look at. Nothing of it may change meanwhile.
struct ReviewInput {
  const SupervoxelGraph& graph;
  const MergeForest& merges;
  std::span<const std::uint32_t> assignment;  ///< by supervoxel, [0] = 0, vacant ids 0
  std::span<const SupervoxelPair> must_links;
  std::span<const SupervoxelPair> cannot_links;
  Shape shape;  ///< of the volume
};

struct ReviewSegment {
  std::uint32_t id = 0;
  double voxels = 0;
  std::uint32_t supervoxels = 0;
  std::array<std::int32_t, 3> min{};
  std::array<std::int32_t, 3> max{};
  /// Of its contacts with all segments from which it was not decided to be apart.
  std::uint64_t affinity = 0;
  std::uint64_t area = 0;
};

/// Two segments that touch and were not decided to be apart.
struct MergeEvidence {
  std::uint32_t small;  ///< segment of fewer voxels, of lower id where both have as many
  std::uint32_t large;
  ContactSum contact;
  double stake;  ///< bits
};

/// A link of a segment's tree of merges.
struct LinkEvidence {
  std::uint32_t segment;
  std::uint32_t inside;   ///< the supervoxel at the link, on the side below it
  std::uint32_t outside;  ///< on the other side
  std::uint32_t edge;     ///< between the two, or SupervoxelGraph::none
  double score;           ///< of the merge step
  double voxels;          ///< below
  ContactTotal all;       ///< contacts between the sides
  ContactTotal away;      ///< those that end at neither end of the link
  std::uint32_t largest_inside;
  std::uint32_t largest_outside;
  double stake;  ///< bits
};

struct ReviewEvidence {
  double voxels = 0;  ///< of all segments
  /// Of log2 of the voxels of all segments: median, and median of the distances from it.
  double median_size = 0;
  double spread_of_sizes = 0;
  std::vector<ReviewSegment> segments;  ///< those that `merges` and `links` name, by rising id
  std::vector<MergeEvidence> merges;    ///< by rising pair of ids, the lower of a pair first
  std::vector<LinkEvidence> links;      ///< by segment, each in preorder of its tree
};

namespace detail {

class ReviewPass {
 public:
  ReviewPass(const ReviewInput& input, std::optional<std::span<const std::uint32_t>> chosen, double least_stake,
             Monitor& monitor)
      : input_(input),
        least_stake_(least_stake),
        monitor_(monitor),
        is_all_(!chosen),
        ids_(input.assignment.size()),
        is_chosen_(ids_),
        segments_(ids_),
        logs_(ids_) {
    for (const std::uint32_t id : chosen.value_or(std::span<const std::uint32_t>())) {
      if (id >= 1 && id < ids_) is_chosen_[id] = 1;
    }
  }

  ReviewEvidence run() {
    monitor_.begin(5);
    sum_supervoxels();
    measure_sizes();
    monitor_.advance();
    note_apart();
    find_pairs();
    monitor_.advance();
    const SegmentForest forest = segment_forest(
        input_.merges, input_.assignment, input_.must_links,
        [&](std::uint32_t segment) { return is_chosen(segment) && may_be_two(segment); }, monitor_);
    monitor_.advance();
    find_links(forest);
    monitor_.advance();
    sum_contacts();
    monitor_.advance();
    for (std::uint32_t id = 1; id < ids_; ++id) {
      if (is_named_[id] != 0) found_.segments.push_back(segments_[id]);
    }
    return std::move(found_);
  }

 private:
  static constexpr std::size_t pause = 1 << 16;
  static double entropy(double voxels) { return voxels > 0 ? voxels * std::log2(voxels) : 0; }

  [[nodiscard]] bool is_chosen(std::uint32_t segment) const { return is_all_ || is_chosen_[segment] != 0; }

  [[nodiscard]] double stake(std::uint32_t a, std::uint32_t b) const {
    return (entropy(segments_[a].voxels + segments_[b].voxels) - logs_[a] - logs_[b]) / found_.voxels;
  }

  /// Whether any link of it can be worth asking: parting it in halves stakes most.
  [[nodiscard]] bool may_be_two(std::uint32_t segment) const {
    const ReviewSegment& one = segments_[segment];
    return one.supervoxels > 1 && one.voxels / found_.voxels >= least_stake_;
  }

  void sum_supervoxels() {
    for (std::uint32_t id = 1; id < ids_; ++id) {
      if (id % pause == 0) monitor_.check();
      const std::uint32_t segment = input_.assignment[id];
      if (segment == 0) continue;
      ReviewSegment& sum = segments_[segment];
      const SupervoxelPlace& place = input_.graph.place(id);
      if (sum.supervoxels == 0) {
        sum.id = segment;
        sum.min = place.min;
        sum.max = place.max;
      }
      for (std::size_t axis = 0; axis < 3; ++axis) {
        sum.min[axis] = std::min(sum.min[axis], place.min[axis]);
        sum.max[axis] = std::max(sum.max[axis], place.max[axis]);
      }
      sum.voxels += input_.merges.size(id);
      ++sum.supervoxels;
    }
  }

  void measure_sizes() {
    std::vector<double> sizes;
    for (const ReviewSegment& segment : segments_) {
      if (segment.supervoxels == 0) continue;
      found_.voxels += segment.voxels;
      logs_[segment.id] = entropy(segment.voxels);
      if (segment.voxels > 0) sizes.push_back(std::log2(segment.voxels));
    }
    if (sizes.empty()) return;
    found_.median_size = median(sizes);
    for (double& size : sizes) size = std::abs(size - found_.median_size);
    found_.spread_of_sizes = median(sizes);
  }

  /// The upper one of two.
  static double median(std::vector<double>& values) {
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    return *middle;
  }

  static std::uint64_t key(std::uint32_t a, std::uint32_t b) {
    return static_cast<std::uint64_t>(std::min(a, b)) << 32 | std::max(a, b);
  }

  void note_apart() {
    for (const SupervoxelPair& pair : input_.cannot_links) {
      apart_.push_back(key(input_.assignment[pair.u], input_.assignment[pair.v]));
    }
    std::sort(apart_.begin(), apart_.end());
  }

  [[nodiscard]] bool is_apart(std::uint64_t pair) const {
    return !apart_.empty() && std::binary_search(apart_.begin(), apart_.end(), pair);
  }

  /// Calls visit(edge id, edge, segment of u, segment of v) once for every contact of the segments that `wanted` names.
  template <class Wanted, class Visit>
  void for_contacts_of(Wanted&& wanted, Visit&& visit) {
    const SupervoxelGraph& graph = input_.graph;
    const auto one = [&](std::uint32_t id) {
      const SupervoxelEdge& edge = graph.edge(id);
      visit(id, edge, input_.assignment[edge.u], input_.assignment[edge.v]);
    };
    if (is_all_) {
      for (std::uint32_t id = 0; id < graph.edges(); ++id) {
        if (id % pause == 0) monitor_.check();
        if (!graph.has_ended(id)) one(id);
      }
      return;
    }
    for (std::uint32_t own = 1; own < ids_; ++own) {
      if (own % pause == 0) monitor_.check();
      if (!wanted(input_.assignment[own])) continue;
      graph.for_edges_of(own, [&](std::uint32_t id, std::uint32_t other) {
        if (own < other || !wanted(input_.assignment[other])) one(id);
      });
    }
  }

  void find_pairs() {
    std::vector<KeyedPosition> contacts;
    for_contacts_of([&](std::uint32_t segment) { return is_chosen(segment); },
                    [&](std::uint32_t id, const SupervoxelEdge&, std::uint32_t a, std::uint32_t b) {
                      if (a != b && stake(a, b) >= least_stake_) contacts.push_back({key(a, b), id});
                    });
    radix_sort(contacts);
    is_named_.assign(ids_, 0);
    for (std::size_t at = 0; at < contacts.size();) {
      if (at % pause == 0) monitor_.check();
      const std::uint64_t pair = contacts[at].key;
      const auto low = static_cast<std::uint32_t>(pair >> 32);
      const auto high = static_cast<std::uint32_t>(pair);
      ContactSum sum;
      for (; at < contacts.size() && contacts[at].key == pair; ++at) {
        const SupervoxelEdge& edge = input_.graph.edge(contacts[at].position);
        sum.add(contacts[at].position, edge.sum, edge.count, edge.max);
      }
      if (is_apart(pair)) continue;
      is_named_[low] = is_named_[high] = 1;
      const bool low_is_small = segments_[low].voxels <= segments_[high].voxels;
      found_.merges.push_back({low_is_small ? low : high, low_is_small ? high : low, sum, stake(low, high)});
    }
  }

  void sum_contacts() {
    for_contacts_of([&](std::uint32_t segment) { return is_named_[segment] != 0; },
                    [&](std::uint32_t, const SupervoxelEdge& edge, std::uint32_t a, std::uint32_t b) {
                      if (a == b || is_apart(key(a, b))) return;
                      for (const std::uint32_t segment : {a, b}) {
                        segments_[segment].affinity += edge.sum;
                        segments_[segment].area += edge.count;
                      }
                    });
  }

  void find_links(const SegmentForest& forest) {
    CrossingContacts crossing(forest);
    const auto in_forest = [&](std::uint32_t segment) { return forest.nodes[segment] != SegmentForest::decided; };
    for_contacts_of(in_forest, [&](std::uint32_t, const SupervoxelEdge& edge, std::uint32_t a, std::uint32_t b) {
      if (a != b || !in_forest(a)) return;
      crossing.add(forest.nodes[edge.u], forest.nodes[edge.v], total_of(edge));
    });
    crossing.finish();
    const std::size_t nodes = forest.size();
    std::vector<double> voxels(nodes);
    std::vector<std::uint32_t> largest(forest.supervoxels);
    for (std::size_t node = nodes; node-- > 0;) {
      voxels[node] += input_.merges.size(forest.supervoxels[node]);
      const std::uint32_t parent = forest.parents[node];
      if (parent == node) continue;
      voxels[parent] += voxels[node];
      largest[parent] = larger(largest[parent], largest[node]);
    }
    for (std::uint32_t root = 0; root < nodes; root = forest.ends[root]) {
      monitor_.check();
      links_of(forest, crossing, voxels, largest, root);
    }
  }

  [[nodiscard]] ContactTotal total_of(const SupervoxelEdge& edge) const {
    const std::uint64_t line = edge.voxel / input_.shape.x;
    const std::array<std::uint64_t, 3> voxel{line / input_.shape.y, line % input_.shape.y, edge.voxel % input_.shape.x};
    ContactTotal total{static_cast<std::int64_t>(edge.sum), edge.count, {}};
    for (std::size_t axis = 0; axis < 3; ++axis) {
      total.place[axis] = static_cast<std::int64_t>(voxel[axis]) * edge.count;
    }
    return total;
  }

  /// The supervoxel of more voxels, of lower id where both have as many.
  [[nodiscard]] std::uint32_t larger(std::uint32_t a, std::uint32_t b) const {
    const double of_a = input_.merges.size(a);
    const double of_b = input_.merges.size(b);
    return of_a > of_b || (of_a == of_b && a < b) ? a : b;
  }

  void links_of(const SegmentForest& forest, const CrossingContacts& crossing, std::span<const double> voxels,
                std::span<const std::uint32_t> largest, std::uint32_t root) {
    const std::uint32_t end = forest.ends[root];
    const double whole = voxels[root];
    const std::uint32_t segment = input_.assignment[forest.supervoxels[root]];
    // Nodes outside of a subtree are those before it and those after it.
    std::vector<std::uint32_t> after(end - root + std::size_t{1});
    for (std::uint32_t node = end; node-- > root + 1;) {
      const std::uint32_t later = after[node + std::size_t{1} - root];
      after[node - root] = later == 0 ? forest.supervoxels[node] : larger(forest.supervoxels[node], later);
    }
    std::uint32_t before = forest.supervoxels[root];
    for (std::uint32_t node = root + 1; node < end; ++node) {
      const std::uint32_t largest_before = before;
      const std::uint32_t own = forest.supervoxels[node];
      before = larger(before, own);
      if (forest.steps[node] == SegmentForest::decided) continue;
      const double inside = voxels[node];
      const double at_stake = (logs_[segment] - entropy(inside) - entropy(whole - inside)) / found_.voxels;
      if (at_stake < least_stake_) continue;
      const std::uint32_t outside = forest.supervoxels[forest.parents[node]];
      const std::uint32_t later = after[forest.ends[node] - root];
      is_named_[segment] = 1;
      found_.links.push_back({segment, own, outside, input_.graph.find(own, outside),
                              input_.merges.score(forest.steps[node]), inside, crossing.all(node), crossing.away(node),
                              largest[node], later == 0 ? largest_before : larger(largest_before, later), at_stake});
    }
  }

  const ReviewInput& input_;
  double least_stake_;
  Monitor& monitor_;
  bool is_all_;
  std::size_t ids_;
  std::vector<std::uint8_t> is_chosen_;  ///< by segment
  std::vector<std::uint8_t> is_named_;   ///< by segment: in a pair or with a link that is reported
  std::vector<ReviewSegment> segments_;  ///< by id
  std::vector<double> logs_;             ///< entropy(voxels), by segment
  std::vector<std::uint64_t> apart_;     ///< pairs of segments, rising
  ReviewEvidence found_;
};

}  // namespace detail

/// What speaks for and against the segments `chosen` and their contacts, of all segments where that is absent. Ids that
/// are no segment are passed over. `least_stake` in bits, above 0.
inline ReviewEvidence review_evidence(const ReviewInput& input, std::optional<std::span<const std::uint32_t>> chosen,
                                      double least_stake, Monitor& monitor) {
  require(least_stake > 0, "review: the least stake is not above 0");
  require(input.assignment.size() == input.graph.supervoxels() + 1,
          "review: the assignment and the region graph differ in the number of supervoxels");
  return detail::ReviewPass(input, chosen, least_stake, monitor).run();
}

}  // namespace fascicle
