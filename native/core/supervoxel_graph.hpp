// The region graph of a project in memory, with the places of its supervoxels: what an edit asks about neighbours,
// contacts and segments.
//
// Edges come sorted by (u, v), so those to later supervoxels lie together and only those to earlier ones are listed.
// Supervoxels that are divided get edges anew: old ones end, later ones are kept in lists of their own.
// About 56 bytes per edge and 48 per supervoxel.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <numeric>
#include <span>
#include <string>
#include <tuple>
#include <unordered_map>
#include <utility>
#include <vector>

#include "cut_graph.hpp"
#include "region_graph.hpp"

namespace fascicle {

/// Where a supervoxel lies: half-open box and mean position in voxels, z, y, x.
struct SupervoxelPlace {
  std::array<std::int32_t, 3> min;
  std::array<std::int32_t, 3> max;
  std::array<float, 3> centroid;
};

/// What two supervoxels or segments have in common.
struct ContactSum {
  std::uint64_t affinity = 0;   ///< sum over contacts, in units of the graph
  std::uint64_t area = 0;       ///< number of contacts
  std::uint32_t strongest = 0;  ///< largest affinity
  std::uint32_t edge = 0;       ///< the edge that holds it, the lowest if there are several
  std::uint32_t edges = 0;

  void add(std::uint32_t id, std::uint64_t sum, std::uint32_t count, std::uint32_t max) {
    if (edges == 0 || max > strongest || (max == strongest && id < edge)) {
      strongest = max;
      edge = id;
    }
    affinity += sum;
    area += count;
    ++edges;
  }
};

/// One edge with its statistics.
struct SupervoxelEdge {
  std::uint32_t u;
  std::uint32_t v;
  std::uint64_t sum;
  std::uint32_t count;
  std::uint32_t max;
  std::uint64_t voxel;  ///< linear index in the volume of the strongest contact
};

class SupervoxelGraph {
 public:
  /// Copies u, v, sum, count, max, voxel and unit of `graph`, which must be sorted by (u, v); element i of `places`
  /// belongs to supervoxel i + 1. Throws std::invalid_argument otherwise.
  SupervoxelGraph(const RegionGraphView& graph, std::vector<SupervoxelPlace> places)
      : unit_(graph.unit), places_(std::move(places)) {
    const std::size_t edges = graph.size();
    require(graph.v.size() == edges && graph.sum.size() == edges && graph.count.size() == edges &&
                graph.max.size() == edges && graph.voxel.size() == edges,
            "the arrays of the region graph differ in length");
    require(edges < (std::size_t{1} << 31), "more than 2^31 - 1 edges in one region graph");
    require(graph.unit >= 1, "the unit of the affinities is 0");
    places_.insert(places_.begin(), SupervoxelPlace{});
    edges_.reserve(edges);
    const std::size_t supervoxels = this->supervoxels();
    higher_.assign(supervoxels + 2, 0);
    lower_.assign(supervoxels + 2, 0);
    for (std::size_t i = 0; i < edges; ++i) {
      const std::uint32_t u = graph.u[i];
      const std::uint32_t v = graph.v[i];
      const bool in_order = i == 0 || graph.u[i - 1] < u || (graph.u[i - 1] == u && graph.v[i - 1] < v);
      if (!(u >= 1 && u < v && v <= supervoxels && in_order && graph.count[i] >= 1)) {
        require(false, "edge " + std::to_string(i) + " of the region graph links " + std::to_string(u) + " and " +
                           std::to_string(v) + "; accepted: sorted pairs u < v of supervoxels 1 to " +
                           std::to_string(supervoxels) + " with a contact area from 1 on");
      }
      edges_.push_back({u, v, graph.sum[i], graph.count[i], graph.max[i], graph.voxel[i]});
      ++higher_[u + 1];
      ++lower_[v + 1];
    }
    std::partial_sum(higher_.begin(), higher_.end(), higher_.begin());
    std::partial_sum(lower_.begin(), lower_.end(), lower_.begin());
    incoming_.resize(edges);
    std::vector<std::uint32_t> next(lower_.begin(), lower_.end() - 1);
    for (std::size_t i = 0; i < edges; ++i) incoming_[next[edges_[i].v]++] = static_cast<std::uint32_t>(i);
    ended_.assign(edges, 0);
  }

  [[nodiscard]] std::size_t supervoxels() const { return places_.size() - 1; }
  /// Edge ids are below this number; ended ones among them.
  [[nodiscard]] std::size_t edges() const { return edges_.size(); }
  [[nodiscard]] std::uint32_t unit() const { return unit_; }
  [[nodiscard]] const SupervoxelEdge& edge(std::uint32_t id) const { return edges_[id]; }
  [[nodiscard]] bool has_ended(std::uint32_t id) const { return ended_[id] != 0; }
  [[nodiscard]] const SupervoxelPlace& place(std::uint32_t supervoxel) const { return places_[supervoxel]; }

  /// Calls visit(edge id, other supervoxel) for the edges of a supervoxel.
  template <class Visit>
  void for_edges_of(std::uint32_t supervoxel, Visit&& visit) const {
    const auto one = [&](std::uint32_t id) {
      if (ended_[id] == 0) visit(id, edges_[id].u == supervoxel ? edges_[id].v : edges_[id].u);
    };
    if (supervoxel + std::size_t{1} < lower_.size()) {
      for (std::uint32_t i = lower_[supervoxel]; i < lower_[supervoxel + 1]; ++i) one(incoming_[i]);
      for (std::uint32_t id = higher_[supervoxel]; id < higher_[supervoxel + 1]; ++id) one(id);
    }
    if (const auto later = later_.find(supervoxel); later != later_.end()) {
      for (const std::uint32_t id : later->second) one(id);
    }
  }

  /// The edge between two supervoxels, or `none`.
  static constexpr std::uint32_t none = std::numeric_limits<std::uint32_t>::max();
  [[nodiscard]] std::uint32_t find(std::uint32_t u, std::uint32_t v) const {
    std::uint32_t found = none;
    for_edges_of(u, [&](std::uint32_t id, std::uint32_t other) {
      if (other == v) found = id;
    });
    return found;
  }

  /// The segments that touch a segment, by rising id, and what they share with it.
  [[nodiscard]] std::vector<std::pair<std::uint32_t, ContactSum>> neighbours(
      std::span<const std::uint32_t> members, std::span<const std::uint32_t> assignment) const {
    std::unordered_map<std::uint32_t, ContactSum> sums;
    for (const std::uint32_t member : members) {
      for_edges_of(member, [&](std::uint32_t id, std::uint32_t other) {
        if (assignment[other] == assignment[member]) return;
        sums[assignment[other]].add(id, edges_[id].sum, edges_[id].count, edges_[id].max);
      });
    }
    std::vector<std::pair<std::uint32_t, ContactSum>> found(sums.begin(), sums.end());
    std::sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    return found;
  }

  /// Edges between the supervoxels of `members` and the segment `other`, rising.
  [[nodiscard]] std::vector<std::uint32_t> contacts(std::span<const std::uint32_t> members, std::uint32_t other,
                                                    std::span<const std::uint32_t> assignment) const {
    std::vector<std::uint32_t> found;
    for (const std::uint32_t member : members) {
      for_edges_of(member, [&](std::uint32_t id, std::uint32_t neighbour) {
        if (assignment[neighbour] == other && assignment[member] != other) found.push_back(id);
      });
    }
    std::sort(found.begin(), found.end());
    return found;
  }

  /// Division of a supervoxel and its reverse: edges that end, edges that begin, places that change.
  struct Change {
    std::vector<SupervoxelEdge> add;
    std::vector<std::uint32_t> remove;                              ///< ids
    std::vector<std::pair<std::uint32_t, SupervoxelPlace>> places;  ///< the id after the last adds a supervoxel
  };

  /// Makes the change and returns the one that takes it back. Throws std::invalid_argument, with nothing changed, for
  /// an edge to an unknown supervoxel or one that does not live.
  Change apply(const Change& change) {
    std::size_t known = supervoxels();
    for (const auto& [id, place] : change.places) {
      require(id >= 1 && id <= known + 1, "supervoxel ids must stay dense");
      known = std::max<std::size_t>(known, id);
    }
    for (const std::uint32_t id : change.remove) require(id < edges() && ended_[id] == 0, "no such edge to remove");
    for (const SupervoxelEdge& edge : change.add) {
      require(edge.u >= 1 && edge.u < edge.v && edge.v <= known && edge.count >= 1, "an edge to add is not valid");
    }
    Change inverse;
    for (const auto& [id, place] : change.places) {
      if (id > supervoxels()) places_.push_back(place);
      inverse.places.emplace_back(id, std::exchange(places_[id], place));
    }
    std::reverse(inverse.places.begin(), inverse.places.end());
    for (const std::uint32_t id : change.remove) {
      ended_[id] = 1;
      inverse.add.push_back(edges_[id]);
    }
    for (const SupervoxelEdge& edge : change.add) inverse.remove.push_back(revive(edge));
    return inverse;
  }

 private:
  /// Takes the id of an ended edge with the same ends where there is one, so that undo and redo do not pile up ids.
  std::uint32_t revive(const SupervoxelEdge& edge) {
    if (edge.u + std::size_t{1} < higher_.size()) {
      for (std::uint32_t id = higher_[edge.u]; id < higher_[edge.u + 1]; ++id) {
        if (edges_[id].v == edge.v && ended_[id] != 0) return begin_again(id, edge);
      }
    }
    for (const std::uint32_t id : later_[edge.u]) {
      if (edges_[id].u == edge.u && edges_[id].v == edge.v && ended_[id] != 0) return begin_again(id, edge);
    }
    const auto id = static_cast<std::uint32_t>(edges_.size());
    edges_.push_back(edge);
    ended_.push_back(0);
    later_[edge.u].push_back(id);
    later_[edge.v].push_back(id);
    return id;
  }

  std::uint32_t begin_again(std::uint32_t id, const SupervoxelEdge& edge) {
    edges_[id] = edge;
    ended_[id] = 0;
    return id;
  }

  std::uint32_t unit_;
  std::vector<SupervoxelPlace> places_;  ///< by supervoxel, [0] unused
  std::vector<SupervoxelEdge> edges_;
  std::vector<std::uint8_t> ended_;
  std::vector<std::uint32_t> higher_;    ///< first edge to a later supervoxel, by supervoxel
  std::vector<std::uint32_t> lower_;     ///< into incoming_, by supervoxel
  std::vector<std::uint32_t> incoming_;  ///< edges to earlier supervoxels
  std::unordered_map<std::uint32_t, std::vector<std::uint32_t>> later_;  ///< edges made after the start
};

/// The nearest two supervoxels of two sets, by the gap between their boxes, then the distance of their centroids, then
/// the lowest ids.
struct ClosestPair {
  std::uint32_t a;
  std::uint32_t b;
  double gap_nm;
};

/// Finds it among all pairs; `voxel_size` in nanometres. Both sets must have members. Sweeps along x: O(a log a + b log
/// b) and the pairs that overlap within the gap.
inline ClosestPair closest_pair(const SupervoxelGraph& graph, std::span<const std::uint32_t> a,
                                std::span<const std::uint32_t> b, const VoxelSize& voxel_size) {
  require(!a.empty() && !b.empty(), "closest_pair: a set is empty");
  const std::array<double, 3> edge{voxel_size.z, voxel_size.y, voxel_size.x};
  struct Distance {
    double gap;
    double centroids;
    std::uint32_t a;
    std::uint32_t b;
    bool operator<(const Distance& other) const {
      return std::tie(gap, centroids, a, b) < std::tie(other.gap, other.centroids, other.a, other.b);
    }
  };
  const auto measure = [&](std::uint32_t ia, std::uint32_t ib) {
    const SupervoxelPlace& pa = graph.place(ia);
    const SupervoxelPlace& pb = graph.place(ib);
    Distance distance{0, 0, ia, ib};
    for (std::size_t axis = 0; axis < 3; ++axis) {
      const double gap = edge[axis] * std::max({0, pb.min[axis] - pa.max[axis], pa.min[axis] - pb.max[axis]});
      const double centre =
          edge[axis] * (static_cast<double>(pa.centroid[axis]) - static_cast<double>(pb.centroid[axis]));
      distance.gap += gap * gap;
      distance.centroids += centre * centre;
    }
    return distance;
  };
  std::vector<std::uint32_t> sorted(b.begin(), b.end());
  std::sort(sorted.begin(), sorted.end(), [&](std::uint32_t i, std::uint32_t j) {
    return std::pair(graph.place(i).min[2], i) < std::pair(graph.place(j).min[2], j);
  });
  std::int32_t widest = 0;
  for (const std::uint32_t id : b) widest = std::max(widest, graph.place(id).max[2] - graph.place(id).min[2]);
  Distance best = measure(a.front(), b.front());
  for (const std::uint32_t ia : a) {
    const SupervoxelPlace& place = graph.place(ia);
    const double reach = std::sqrt(best.gap) / edge[2];
    const double from = place.min[2] - reach - widest;
    auto at = std::lower_bound(sorted.begin(), sorted.end(), from,
                               [&](std::uint32_t id, double x) { return graph.place(id).min[2] < x; });
    for (; at != sorted.end() && graph.place(*at).min[2] <= place.max[2] + reach; ++at) {
      best = std::min(best, measure(ia, *at));
    }
  }
  return {best.a, best.b, std::sqrt(best.gap)};
}

/// The graph of one segment and the names of its nodes and edges.
struct SegmentGraph {
  CutGraph graph;
  std::vector<std::uint32_t> supervoxels;  ///< of each node
  std::vector<std::uint32_t> edges;        ///< region graph edge of each edge, `none` for a link without a contact
  static constexpr std::uint32_t none = SupervoxelGraph::none;
};

/// What a link without a contact resists a cut with: one contact of full affinity, so that it gives way first.
inline constexpr std::uint32_t link_strength = full_strength;

/// Extracts the graph of the supervoxels `members` (rising). `sizes(supervoxel)` gives voxels; `links(supervoxel,
/// visit)` calls visit(other) for what holds it together with others besides contacts. `local` has an element for every
/// supervoxel, all 0, and is left so.
template <class Sizes, class Links>
SegmentGraph segment_graph(const SupervoxelGraph& graph, std::span<const std::uint32_t> members, Sizes&& sizes,
                           Links&& links, std::vector<std::uint32_t>& local) {
  SegmentGraph made;
  made.supervoxels.assign(members.begin(), members.end());
  made.graph.sizes.reserve(members.size());
  for (std::size_t i = 0; i < members.size(); ++i) {
    local[members[i]] = static_cast<std::uint32_t>(i + 1);
    made.graph.sizes.push_back(sizes(members[i]));
  }
  for (std::size_t i = 0; i < members.size(); ++i) {
    const std::uint32_t own = members[i];
    const auto node = static_cast<std::uint32_t>(i);
    graph.for_edges_of(own, [&](std::uint32_t id, std::uint32_t other) {
      if (other < own || local[other] == 0) return;
      const SupervoxelEdge& edge = graph.edge(id);
      const std::uint32_t strength = edge_strength(edge.sum, edge.count, graph.unit());
      made.graph.edges.push_back({node, local[other] - 1, strength, edge_capacity(strength, edge.count)});
      made.edges.push_back(id);
    });
    links(own, [&](std::uint32_t other) {
      if (other < own || local[other] == 0 || graph.find(own, other) != SupervoxelGraph::none) return;
      made.graph.edges.push_back({node, local[other] - 1, link_strength, edge_capacity(link_strength, 1)});
      made.edges.push_back(SegmentGraph::none);
    });
  }
  for (const std::uint32_t id : members) local[id] = 0;
  made.graph.index();
  return made;
}

}  // namespace fascicle
