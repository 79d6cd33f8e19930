// Dividing a graph among the nodes of two or more sides.
//
// By spanning forest: edges are taken strongest first unless they would join two sides; what remains is a maximum
// spanning forest with one side to a tree. O(edges log edges).
//
// By cuts: for every side the minimum cut that parts it from all others. The smallest source sides of these cuts are
// disjoint; all but the one of the dearest cut are taken, and that side gets the rest. With two sides this is the
// minimum cut, with k it costs at most 2 - 2/k times the best (Dahlhaus, Johnson, Papadimitriou, Seymour, Yannakakis:
// The complexity of multiterminal cuts, SIAM J. Comput. 23, 1994).
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <queue>
#include <span>
#include <utility>
#include <vector>

#include "cut_graph.hpp"
#include "min_cut.hpp"
#include "path_augmentation.hpp"
#include "union_find.hpp"

namespace fascicle {

/// Side of every node, from 0. What no side can reach goes to the first one.
inline std::vector<std::uint8_t> partition_by_forest(const CutGraph& graph, const SideNodes& sides) {
  std::vector<std::uint32_t> order(graph.edges.size());
  std::iota(order.begin(), order.end(), 0u);
  std::stable_sort(order.begin(), order.end(),
                   [&](std::uint32_t a, std::uint32_t b) { return graph.edges[a].capacity > graph.edges[b].capacity; });
  UnionFind trees(graph.nodes());
  std::vector<std::uint8_t> side(graph.nodes());  // of a tree, by its root, 1 + side; 0 = free
  for (std::size_t i = 0; i < sides.size(); ++i) {
    std::uint32_t root = sides[i].front();
    for (const std::uint32_t node : sides[i]) root = trees.unite(root, node);
    side[root] = static_cast<std::uint8_t>(i + 1);
  }
  for (const std::uint32_t edge : order) {
    const std::uint32_t a = trees.find(graph.edges[edge].a);
    const std::uint32_t b = trees.find(graph.edges[edge].b);
    if (a == b || (side[a] != 0 && side[b] != 0)) continue;
    const std::uint8_t of = std::max(side[a], side[b]);
    side[trees.unite(a, b)] = of;
  }
  std::vector<std::uint8_t> result(graph.nodes());
  for (std::uint32_t node = 0; node < result.size(); ++node) {
    const std::uint8_t of = side[trees.find(node)];
    result[node] = of == 0 ? 0 : static_cast<std::uint8_t>(of - 1);
  }
  return result;
}

/// Side of every node, from 0, by cuts of these capacities (one per edge).
inline std::vector<std::uint8_t> partition_by_cuts(const CutGraph& graph, std::span<const std::int64_t> capacities,
                                                   const SideNodes& sides, Monitor& monitor) {
  struct Isolation {
    std::size_t side;
    std::int64_t cost;
    std::vector<std::uint8_t> inside;
  };
  std::vector<Isolation> isolations;
  // With two sides either cut is the minimum cut: one is enough.
  const std::size_t cuts = sides.size() == 2 ? 1 : sides.size();
  for (std::size_t side = 0; side < cuts; ++side) {
    std::vector<std::uint32_t> others;
    for (std::size_t other = 0; other < sides.size(); ++other) {
      if (other != side) others.insert(others.end(), sides[other].begin(), sides[other].end());
    }
    Isolation isolation{side, 0, min_cut(graph, capacities, sides[side], others, monitor)};
    for (std::size_t edge = 0; edge < graph.edges.size(); ++edge) {
      const CutGraph::Edge& ends = graph.edges[edge];
      if (isolation.inside[ends.a] != isolation.inside[ends.b]) isolation.cost += capacities[edge];
    }
    isolations.push_back(std::move(isolation));
  }
  std::size_t rest = 1;
  if (cuts > 1) {
    const auto dearest = std::max_element(isolations.begin(), isolations.end(),
                                          [](const auto& a, const auto& b) { return a.cost < b.cost; });
    rest = dearest->side;
    isolations.erase(dearest);
  }
  std::vector<std::uint8_t> result(graph.nodes(), static_cast<std::uint8_t>(rest));
  for (const Isolation& isolation : isolations) {
    for (std::size_t node = 0; node < result.size(); ++node) {
      if (isolation.inside[node] != 0) result[node] = static_cast<std::uint8_t>(isolation.side);
    }
  }
  return result;
}

/// Makes each side hang together: what no way within its side leads to from the side's own nodes goes, strongest edge
/// first, to a side that it touches. Between the cuts of three sides or more lie nodes that no contact joins to the
/// rest of their side: they would not be one object with it.
inline void connect_sides(const CutGraph& graph, const SideNodes& sides, std::span<std::uint8_t> side) {
  std::vector<std::uint8_t> reached(graph.nodes());
  std::vector<std::uint32_t> stack;
  for (const auto& nodes : sides) {
    for (const std::uint32_t node : nodes) {
      if (reached[node] == 0) stack.push_back(node);
      reached[node] = 1;
    }
  }
  using Step = std::pair<std::int64_t, std::uint32_t>;  // capacity, ~arc: among equals the lower arc comes first
  std::priority_queue<Step> across;
  const auto spread = [&] {
    while (!stack.empty()) {
      const std::uint32_t node = stack.back();
      stack.pop_back();
      for (const CutGraph::Arc arc : graph.arcs_of(node)) {
        const std::uint32_t to = graph.head(arc);
        if (reached[to] != 0) continue;
        if (side[to] != side[node]) {
          across.push({graph.edges[arc >> 1].capacity, ~arc});
          continue;
        }
        reached[to] = 1;
        stack.push_back(to);
      }
    }
  };
  // All that sides hold of their own comes first, so that nothing is taken from a side that can be reached.
  spread();
  while (!across.empty()) {
    const CutGraph::Arc arc = ~across.top().second;
    across.pop();
    const std::uint32_t to = graph.head(arc);
    if (reached[to] != 0) continue;
    side[to] = side[graph.head(arc ^ 1)];
    reached[to] = 1;
    stack.push_back(to);
    spread();
  }
}

}  // namespace fascicle
