// Greedy additive edge contraction (GAEC): the first partition of a multicut.
//
// Keuper et al., Efficient decomposition of image and mesh graphs by lifted multicuts, ICCV 2015. The two segments
// whose edge attracts most become one, their edges to a common neighbour add up, until no edge attracts. The order is a
// function of the graph alone: higher cost first, among equal costs the edge whose lowest original edge comes first.
//
// O(edges log edges) whatever the degrees, see agglomeration_graph.hpp. About 65 bytes per edge and 28 per node. One
// thread.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "agglomeration_graph.hpp"
#include "monitor.hpp"
#include "multicut_graph.hpp"
#include "union_find.hpp"

namespace fascicle {

namespace detail {

struct MulticutEdge {
  std::int64_t cost;
  /// The segments it links, each named by one of its nodes.
  std::uint32_t node[2];
  bool ended;

  [[nodiscard]] bool live() const { return !ended; }
  [[nodiscard]] bool links(std::uint32_t a, std::uint32_t b) const {
    return (node[0] == a && node[1] == b) || (node[0] == b && node[1] == a);
  }
};

class GreedyContraction {
 public:
  explicit GreedyContraction(const MulticutGraph& graph)
      : edges_(edges_of(graph)), pairs_(edges_), lists_(edges_, graph.nodes), segments_(graph.nodes) {
    add_up_parallel();
    for (std::uint32_t edge = 0; edge < edges_.size(); ++edge) {
      if (edges_[edge].live() && edges_[edge].cost > 0) heap_.push_back({edges_[edge].cost, edge});
    }
    std::make_heap(heap_.begin(), heap_.end());
  }

  /// Calls `monitor.advance` with the edges that ended, and check() at least as often.
  UnionFind run(Monitor& monitor) {
    constexpr std::size_t report_every = 1 << 12;
    std::size_t contractions = 0;
    std::size_t reported = 0;
    while (!heap_.empty()) {
      const Entry entry = heap_.front();
      std::pop_heap(heap_.begin(), heap_.end());
      heap_.pop_back();
      if (!edges_[entry.edge].live() || edges_[entry.edge].cost != entry.cost) continue;
      contract(entry.edge);
      if (++contractions % report_every == 0) monitor.advance(ended_ - std::exchange(reported, ended_));
    }
    monitor.advance(edges_.size() - reported);
    return std::move(segments_);
  }

 private:
  using Pairs = PairIndex<MulticutEdge>;
  struct Entry {
    std::int64_t cost;
    std::uint32_t edge;
    bool operator<(const Entry& other) const { return cost < other.cost || (cost == other.cost && edge > other.edge); }
  };

  static std::vector<MulticutEdge> edges_of(const MulticutGraph& graph) {
    std::vector<MulticutEdge> edges(graph.size());
    for (std::size_t i = 0; i < edges.size(); ++i) edges[i] = {graph.cost[i], {graph.u[i], graph.v[i]}, false};
    return edges;
  }

  void add_up_parallel() {
    for (std::uint32_t edge = 0; edge < edges_.size(); ++edge) {
      const auto [u, v] = edges_[edge].node;
      const std::uint32_t first = pairs_.find(Pairs::hash(u, v), u, v).edge;
      if (first == edge) continue;
      edges_[first].cost += edges_[edge].cost;
      end(edge);
      --lists_.degree(u);
      --lists_.degree(v);
    }
  }

  void end(std::uint32_t edge) {
    edges_[edge].ended = true;
    ++ended_;
  }

  /// Makes one segment of the two that `edge` links.
  void contract(std::uint32_t edge) {
    std::uint32_t kept = edges_[edge].node[0];
    std::uint32_t gone = edges_[edge].node[1];
    if (lists_.degree(kept) < lists_.degree(gone)) std::swap(kept, gone);
    segments_.unite(kept, gone);
    end(edge);
    --lists_.degree(kept);

    pairs_.reserve(lists_.degree(gone));
    incident_.clear();
    lists_.for_each(gone, edges_, [&](std::uint32_t id) {
      if (edges_[id].live()) incident_.push_back(id);
    });
    moved_.clear();
    for (const std::uint32_t id : incident_) attach(id, gone, kept);
    lists_.move(gone, moved_, kept);
  }

  /// Lets an edge of `gone` lead to `kept`, where it may meet another to the same neighbour.
  void attach(std::uint32_t id, std::uint32_t gone, std::uint32_t kept) {
    MulticutEdge& edge = edges_[id];
    const int end_at_gone = edge.node[0] == gone ? 0 : 1;
    const std::uint32_t neighbour = edge.node[1 - end_at_gone];
    const Pairs::Place place = pairs_.find(Pairs::hash(kept, neighbour), kept, neighbour);
    if (place.edge == Pairs::none) {
      ++lists_.degree(kept);
    } else {
      --lists_.degree(neighbour);
      if (place.edge < id) return add_up(place.edge, id);
      add_up(id, place.edge);
    }
    edge.node[end_at_gone] = kept;
    pairs_.set(place, id);
    moved_.push_back(id);
  }

  /// Adds the cost of `from`, which ends, to `into`, the edge that comes first.
  void add_up(std::uint32_t into, std::uint32_t from) {
    edges_[into].cost += edges_[from].cost;
    end(from);
    if (edges_[into].cost <= 0) return;
    heap_.push_back({edges_[into].cost, into});
    std::push_heap(heap_.begin(), heap_.end());
  }

  std::vector<MulticutEdge> edges_;
  Pairs pairs_;
  IncidenceLists<MulticutEdge> lists_;
  UnionFind segments_;
  std::vector<Entry> heap_;  ///< an entry counts while its edge lives and costs what it says
  std::vector<std::uint32_t> incident_;
  std::vector<std::uint32_t> moved_;
  std::size_t ended_ = 0;
};

}  // namespace detail

/// The segments that greedy contraction makes; the graph must have passed check_multicut. Advances `monitor`, which has
/// begun, by the number of edges. Throws Cancelled after a stop request.
inline UnionFind contract_greedily(const MulticutGraph& graph, Monitor& monitor) {
  monitor.check();
  return detail::GreedyContraction(graph).run(monitor);
}

}  // namespace fascicle
