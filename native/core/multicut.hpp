// Multicut: greedy additive edge contraction, then Kernighan-Lin with joins.
//
// Finding the best partition is NP-hard; see multicut_contraction.hpp and multicut_moves.hpp for what these two
// promise. The region graph is the whole problem: however many blocks its voxels came from, it is solved at once, in
// about 110 bytes per edge.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "monitor.hpp"
#include "multicut_contraction.hpp"
#include "multicut_graph.hpp"
#include "multicut_moves.hpp"
#include "union_find.hpp"

namespace fascicle {

struct Multicut {
  /// The lowest node of the segment that holds node i. Segments are connected by edges that attract.
  std::vector<std::uint32_t> segments;
  /// Sum of the costs of cut edges after the contraction alone, and of the result, which is never above.
  std::int64_t contraction_energy = 0;
  std::int64_t energy = 0;
};

/// A partition of low energy. Progress counts edges twice. Throws std::invalid_argument for edges or costs that
/// check_multicut refuses, Cancelled after a stop request.
inline Multicut solve_multicut(const MulticutGraph& graph, const MulticutMoveParams& params, Monitor& monitor) {
  monitor.begin(2 * graph.size());
  check_multicut(graph);
  Multicut result;
  {
    UnionFind contracted = contract_greedily(graph, monitor);
    result.segments.resize(graph.nodes);
    for (std::uint32_t node = 0; node < graph.nodes; ++node) result.segments[node] = contracted.find(node);
  }
  result.contraction_energy = multicut_energy(graph, result.segments);
  const std::vector<std::uint32_t> moved = improve_by_moves(graph, result.segments, params, monitor);
  // Moves may leave a segment in parts that nothing holds together: parting them costs nothing, or less.
  UnionFind attached(graph.nodes);
  for (std::size_t i = 0; i < graph.size(); ++i) {
    if (graph.cost[i] > 0 && moved[graph.u[i]] == moved[graph.v[i]]) attached.unite(graph.u[i], graph.v[i]);
  }
  for (std::uint32_t node = 0; node < graph.nodes; ++node) result.segments[node] = attached.find(node);
  result.energy = multicut_energy(graph, result.segments);
  return result;
}

}  // namespace fascicle
