// A project's segments and region graph together, and what the edits of a user mean in decisions about supervoxels.
//
// Proposals are values: they say which decisions an edit would take and take back, and change nothing. The newest
// decision wins: a merge takes back the cannot-links between its two sides, a split the must-links across it.
//
//   merge     a must-link where the two segments touch: between the chosen supervoxels if these do, else at the
//             strongest contact, else between the two nearest supervoxels. All real contacts count again in later cuts,
//             because the graph of a segment is made of all of them.
//   split     cannot-links along the merge steps that cross the division and between the seeds of each two sides,
//             must-links along the ways that join the seeds of a side, and where a side would otherwise fall apart.
//   isolate   cannot-links between a set of supervoxels and all that they touch in their segment; what is left of it
//             holds together where contacts reach the threshold.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "constrained_agglomeration.hpp"
#include "reader_gate.hpp"
#include "split_segment.hpp"
#include "supervoxel_graph.hpp"
#include "union_find.hpp"

namespace fascicle {

/// An edit that makes no sense on the segments as they are. The message says what to do.
class EditRefused : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

struct MergeProposal {
  ConstraintChange change;
  SupervoxelPair link;  ///< the must-link
  std::uint32_t edge;   ///< the contact it lies on, or SupervoxelGraph::none
  double gap_nm;        ///< between the boxes of the two supervoxels; 0 on a contact
  ContactSum contacts;  ///< all between the two segments
};

class LiveSegmentation {
 public:
  /// Throws std::invalid_argument when the two disagree in the number of supervoxels.
  LiveSegmentation(ConstrainedAgglomeration agglomeration, SupervoxelGraph graph, VoxelSize voxel_size)
      : agglomeration_(std::move(agglomeration)),
        graph_(std::move(graph)),
        voxel_size_(voxel_size),
        local_(graph_.supervoxels() + 1) {
    require(graph_.supervoxels() == agglomeration_.forest().supervoxels(),
            "the region graph and the merge tree differ in the number of supervoxels");
  }

  [[nodiscard]] ConstrainedAgglomeration& agglomeration() { return agglomeration_; }
  [[nodiscard]] const ConstrainedAgglomeration& agglomeration() const { return agglomeration_; }
  [[nodiscard]] const SupervoxelGraph& graph() const { return graph_; }
  /// Who has entered it may read the graph and the forest on another thread; all else changes at any time.
  [[nodiscard]] const std::shared_ptr<ReaderGate>& gate() const { return gate_; }

  struct Applied {
    ConstrainedAgglomeration::Applied segments;
    SupervoxelGraph::Change graph_inverse;
  };

  /// Makes an edit: decisions and, where a supervoxel is divided, the forest and the graph. All or nothing; throws as
  /// ConstrainedAgglomeration::apply and SupervoxelGraph::apply.
  Applied apply(const ConstraintChange& change, const ForestChange& forest = {},
                const SupervoxelGraph::Change& graph = {}) {
    const bool is_seen = !forest.empty() || !graph.add.empty() || !graph.remove.empty() || !graph.places.empty();
    if (is_seen) gate_->begin_change();
    Applied applied;
    applied.graph_inverse = graph_.apply(graph);
    try {
      applied.segments = agglomeration_.apply(change, forest);
    } catch (...) {
      graph_.apply(applied.graph_inverse);
      throw;
    }
    local_.resize(graph_.supervoxels() + 1);
    return applied;
  }

  /// What the decisions would change, without taking them.
  AssignmentDelta preview(const ConstraintChange& change) {
    auto applied = agglomeration_.apply(change);
    agglomeration_.apply(applied.inverse);
    return std::move(applied.delta);
  }

  /// The segments that touch a segment, by rising id.
  [[nodiscard]] auto neighbours(std::uint32_t segment) {
    return graph_.neighbours(agglomeration_.members(segment), agglomeration_.assignment());
  }

  /// Edges between two segments, rising.
  [[nodiscard]] std::vector<std::uint32_t> contacts(std::uint32_t a, std::uint32_t b) {
    return graph_.contacts(agglomeration_.members(a), b, agglomeration_.assignment());
  }

  /// The graph of the segment with the supervoxels `members`, rising.
  [[nodiscard]] SegmentGraph segment(std::span<const std::uint32_t> members) {
    return segment_graph(
        graph_, members, [&](std::uint32_t id) { return agglomeration_.forest().size(id); },
        [&](std::uint32_t id, auto&& visit) {
          const Constraints& constraints = agglomeration_.constraints();
          for (const std::uint32_t other : constraints.at(constraints.position(id)).must) visit(other);
          // Painting can take the contact of a merge step away: the step goes on holding its supervoxels together.
          agglomeration_.forest().for_steps_of(id, [&](std::uint32_t, std::uint32_t other) { visit(other); });
        },
        local_);
  }

  /// Throws EditRefused when both are of one segment.
  [[nodiscard]] MergeProposal propose_merge(std::uint32_t a, std::uint32_t b) {
    const std::uint32_t segment_a = segment_of(a);
    const std::uint32_t segment_b = segment_of(b);
    if (segment_a == segment_b) {
      throw EditRefused("Both places belong to segment " + std::to_string(segment_a) +
                        " already. Choose a place on another segment.");
    }
    const auto members_a = agglomeration_.members(segment_a);
    const auto members_b = agglomeration_.members(segment_b);
    MergeProposal proposal{{}, {a, b}, graph_.find(a, b), 0, {}};
    for (const std::uint32_t id : graph_.contacts(members_a, segment_b, agglomeration_.assignment())) {
      const SupervoxelEdge& edge = graph_.edge(id);
      proposal.contacts.add(id, edge.sum, edge.count, edge.max);
    }
    if (proposal.edge == SupervoxelGraph::none && proposal.contacts.edges > 0) {
      proposal.edge = proposal.contacts.edge;
      const SupervoxelEdge& edge = graph_.edge(proposal.edge);
      const bool u_in_a = agglomeration_.assignment()[edge.u] == segment_a;
      proposal.link = {u_in_a ? edge.u : edge.v, u_in_a ? edge.v : edge.u};
    } else if (proposal.edge == SupervoxelGraph::none) {
      const ClosestPair pair = closest_pair(graph_, members_a, members_b, voxel_size_);
      proposal.link = {pair.a, pair.b};
      proposal.gap_nm = pair.gap_nm;
    }
    proposal.change.add_must.push_back(proposal.link);
    take_back_cannot_links(
        members_a, [&](std::uint32_t other) { return segment_of(other) == segment_b; }, proposal.change);
    return proposal;
  }

  /// The decisions that divide a segment: `members` all its supervoxels, rising, `side` theirs, from 0, `ways` for each
  /// side its seeds and the supervoxels on the ways between them. Throws std::invalid_argument when these disagree.
  [[nodiscard]] ConstraintChange split_change(std::span<const std::uint32_t> members,
                                              std::span<const std::uint8_t> side, const SideNodes& ways) {
    check_members(members);
    require(side.size() == members.size(), "a split needs the side of every supervoxel of the segment");
    const SegmentGraph segment = this->segment(members);
    ConstraintChange change;
    const auto node_of = [&](std::uint32_t id) {
      const auto at = std::lower_bound(members.begin(), members.end(), id);
      require(at != members.end() && *at == id, "a seed lies outside of the segment");
      return static_cast<std::uint32_t>(at - members.begin());
    };
    SideNodes nodes(ways.size());
    for (std::size_t i = 0; i < ways.size(); ++i) {
      require(!ways[i].empty(), "a side of a split has no seed");
      for (const std::uint32_t id : ways[i]) {
        nodes[i].push_back(node_of(id));
        require(side[nodes[i].back()] == i, "a seed lies on another side than its own");
      }
      for (std::size_t j = 0; j < i; ++j) change.add_cannot.push_back({ways[j].front(), ways[i].front()});
    }
    for (const std::uint8_t of : side) require(of < ways.size(), "a supervoxel has a side without a seed");

    part(
        segment, [&](std::uint32_t node) { return side[node]; }, change);
    for (const auto& way : nodes) {
      std::vector<std::uint8_t> on_way(members.size());
      for (const std::uint32_t node : way) on_way[node] = 1;
      UnionFind groups(members.size());
      hold_together(
          segment, groups, 0, [&](std::uint32_t a, std::uint32_t b) { return on_way[a] && on_way[b]; }, change);
    }
    keep_whole(
        segment, 0, [&](std::uint32_t node) { return side[node]; }, change);
    return change;
  }

  /// The decisions that make a segment of its own of some supervoxels of one segment. Throws EditRefused when they
  /// are all of it, or of several.
  [[nodiscard]] ConstraintChange isolate_change(std::span<const std::uint32_t> supervoxels) {
    require(!supervoxels.empty(), "isolate: no supervoxel given");
    const std::uint32_t segment_id = segment_of(supervoxels.front());
    for (const std::uint32_t id : supervoxels) {
      if (segment_of(id) != segment_id) {
        throw EditRefused("The supervoxels belong to segments " + std::to_string(segment_id) + " and " +
                          std::to_string(segment_of(id)) + ". Choose supervoxels of one segment.");
      }
    }
    const auto members = agglomeration_.members(segment_id);
    std::vector<std::uint8_t> chosen(members.size());
    for (const std::uint32_t id : supervoxels) {
      chosen[static_cast<std::size_t>(std::lower_bound(members.begin(), members.end(), id) - members.begin())] = 1;
    }
    if (std::find(chosen.begin(), chosen.end(), 0) == chosen.end()) {
      throw EditRefused("This is all of segment " + std::to_string(segment_id) + ": nothing is left to part it from.");
    }
    const SegmentGraph segment = this->segment(members);
    ConstraintChange change;
    for (const CutGraph::Edge& edge : segment.graph.edges) {
      if (chosen[edge.a] != chosen[edge.b]) change.add_cannot.push_back({members[edge.a], members[edge.b]});
    }
    part(
        segment, [&](std::uint32_t node) { return chosen[node]; }, change);
    for (std::size_t i = 1; i < supervoxels.size(); ++i) {
      if (supervoxels[i] != supervoxels[i - 1]) change.add_must.push_back({supervoxels[i - 1], supervoxels[i]});
    }
    const double threshold = std::min(1.0, agglomeration_.cut().threshold);
    keep_whole(
        segment, static_cast<std::uint32_t>(threshold * full_strength),
        [&](std::uint32_t node) { return chosen[node]; }, change);
    return change;
  }

  /// Segment of a supervoxel. Throws std::invalid_argument when there is none of this id.
  [[nodiscard]] std::uint32_t segment_of(std::uint32_t supervoxel) const {
    const auto assignment = agglomeration_.assignment();
    require(supervoxel >= 1 && supervoxel < assignment.size() && assignment[supervoxel] != 0,
            "there is no supervoxel " + std::to_string(supervoxel));
    return assignment[supervoxel];
  }

 private:
  void check_members(std::span<const std::uint32_t> members) const {
    require(!members.empty() && std::is_sorted(members.begin(), members.end()),
            "the supervoxels of a segment must come by rising id");
    const std::uint32_t segment = segment_of(members.front());
    require(std::all_of(members.begin(), members.end(), [&](std::uint32_t id) { return segment_of(id) == segment; }),
            "the supervoxels are not of one segment; it has changed since the split was proposed");
  }

  template <class Concerned>
  void take_back_cannot_links(std::span<const std::uint32_t> members, Concerned&& concerned,
                              ConstraintChange& change) const {
    const Constraints& constraints = agglomeration_.constraints();
    for (const std::uint32_t id : members) {
      for (const std::uint32_t other : constraints.at(constraints.position(id)).cannot) {
        if (!concerned(other)) continue;
        change.remove_cannot.insert(change.remove_cannot.end(), constraints.cannot_links({id, other}), {id, other});
      }
    }
  }

  /// Parts the groups of a segment: cannot-links along merge steps across, and must-links across taken back.
  template <class Group>
  void part(const SegmentGraph& segment, Group&& group, ConstraintChange& change) {
    const Constraints& constraints = agglomeration_.constraints();
    const auto& members = segment.supervoxels;
    for (std::size_t i = 0; i < members.size(); ++i) local_[members[i]] = static_cast<std::uint32_t>(i + 1);
    const auto across = [&](std::uint32_t node, std::uint32_t other) {
      return members[node] < other && local_[other] != 0 && group(node) != group(local_[other] - 1);
    };
    for (std::uint32_t node = 0; node < members.size(); ++node) {
      const std::uint32_t own = members[node];
      agglomeration_.forest().for_steps_of(own, [&](std::uint32_t, std::uint32_t other) {
        if (across(node, other)) change.add_cannot.push_back({own, other});
      });
      for (const std::uint32_t other : constraints.at(constraints.position(own)).must) {
        if (!across(node, other)) continue;
        change.remove_must.insert(change.remove_must.end(), constraints.must_links({own, other}), {own, other});
      }
    }
    for (const std::uint32_t id : members) local_[id] = 0;
    remove_doubles(change.add_cannot);
  }

  static void remove_doubles(std::vector<SupervoxelPair>& pairs) {
    for (SupervoxelPair& pair : pairs) pair = {std::min(pair.u, pair.v), std::max(pair.u, pair.v)};
    std::sort(pairs.begin(), pairs.end(), [](const SupervoxelPair& a, const SupervoxelPair& b) {
      return std::pair(a.u, a.v) < std::pair(b.u, b.v);
    });
    pairs.erase(std::unique(pairs.begin(), pairs.end()), pairs.end());
  }

  /// Adds must-links along the strongest edges that `chosen(a, b)` picks, as far as they join groups.
  template <class Chosen>
  static void hold_together(const SegmentGraph& segment, UnionFind& groups, std::uint32_t weakest, Chosen&& chosen,
                            ConstraintChange& change) {
    const auto& edges = segment.graph.edges;
    std::vector<std::uint32_t> order;
    for (std::uint32_t i = 0; i < edges.size(); ++i) {
      if (edges[i].strength >= weakest && chosen(edges[i].a, edges[i].b)) order.push_back(i);
    }
    std::stable_sort(order.begin(), order.end(),
                     [&](std::uint32_t i, std::uint32_t j) { return edges[i].capacity > edges[j].capacity; });
    for (const std::uint32_t i : order) {
      if (groups.find(edges[i].a) == groups.find(edges[i].b)) continue;
      groups.unite(edges[i].a, edges[i].b);
      change.add_must.push_back({segment.supervoxels[edges[i].a], segment.supervoxels[edges[i].b]});
    }
  }

  /// Adds must-links where the change alone would let a group fall apart more than `weakest` contacts say.
  template <class Group>
  void keep_whole(const SegmentGraph& segment, std::uint32_t weakest, Group&& group, ConstraintChange& change) {
    const auto applied = agglomeration_.apply(change);
    const auto assignment = agglomeration_.assignment();
    UnionFind groups(segment.supervoxels.size());
    std::vector<std::pair<std::uint32_t, std::uint32_t>> by_segment;
    for (std::uint32_t node = 0; node < segment.supervoxels.size(); ++node) {
      by_segment.emplace_back(assignment[segment.supervoxels[node]], node);
    }
    std::sort(by_segment.begin(), by_segment.end());
    for (std::size_t i = 1; i < by_segment.size(); ++i) {
      if (by_segment[i].first == by_segment[i - 1].first) groups.unite(by_segment[i].second, by_segment[i - 1].second);
    }
    agglomeration_.apply(applied.inverse);
    hold_together(
        segment, groups, weakest, [&](std::uint32_t a, std::uint32_t b) { return group(a) == group(b); }, change);
  }

  ConstrainedAgglomeration agglomeration_;
  SupervoxelGraph graph_;
  VoxelSize voxel_size_;
  std::vector<std::uint32_t> local_;  ///< scratch by supervoxel, all 0 between calls
  std::shared_ptr<ReaderGate> gate_ = std::make_shared<ReaderGate>();
};

}  // namespace fascicle
