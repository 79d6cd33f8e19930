// The multicut problem: the partition of a graph whose cut edges cost least.
//
// Costs are integers (multicut_costs.hpp): sums are exact in any order, so that energies can be compared, ties are real
// ties, and the result is the same on every machine.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <vector>

#include "errors.hpp"

namespace fascicle {

/// Nodes 0..nodes-1 and what it costs to cut each edge: positive edges attract, negative ones repel.
struct MulticutGraph {
  std::uint32_t nodes = 0;
  std::span<const std::uint32_t> u;
  std::span<const std::uint32_t> v;
  std::span<const std::int64_t> cost;

  [[nodiscard]] std::size_t size() const { return u.size(); }
};

/// Throws std::invalid_argument unless every edge links two nodes of the graph and no sum of costs passes 2^62. An edge
/// may be there twice.
inline void check_multicut(const MulticutGraph& graph) {
  constexpr std::uint64_t most = std::uint64_t{1} << 62;
  require(graph.v.size() == graph.size() && graph.cost.size() == graph.size(),
          "multicut: u, v and cost differ in length");
  require(graph.size() <= std::numeric_limits<std::int32_t>::max(), "multicut: more than 2^31 - 1 edges");
  std::uint64_t total = 0;
  for (std::size_t i = 0; i < graph.size(); ++i) {
    if (!(graph.u[i] < graph.nodes && graph.v[i] < graph.nodes && graph.u[i] != graph.v[i])) {
      require(false, "multicut: edge " + std::to_string(i) + " links " + std::to_string(graph.u[i]) + " and " +
                         std::to_string(graph.v[i]) + "; accepted: two of the " + std::to_string(graph.nodes) +
                         " nodes");
    }
    const std::int64_t cost = graph.cost[i];
    const std::uint64_t size =
        cost < 0 ? std::uint64_t{0} - static_cast<std::uint64_t>(cost) : static_cast<std::uint64_t>(cost);
    require(size <= most - total, "multicut: the costs add up to more than 2^62");
    total += size;
  }
}

/// Sum of the costs of the edges between different segments; `segments[i]` is that of node i.
inline std::int64_t multicut_energy(const MulticutGraph& graph, std::span<const std::uint32_t> segments) {
  std::int64_t energy = 0;
  for (std::size_t i = 0; i < graph.size(); ++i) {
    if (segments[graph.u[i]] != segments[graph.v[i]]) energy += graph.cost[i];
  }
  return energy;
}

}  // namespace fascicle
