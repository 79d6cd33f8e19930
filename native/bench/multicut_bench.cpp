// Speed and energy of the multicut on the graph of lattice_graph.hpp: contraction, moves, merge tree. Defaults: 103,823
// supervoxels with about 700,000 edges.
#include <algorithm>
#include <cinttypes>
#include <cstdio>

#include "harness.hpp"
#include "lattice_graph.hpp"
#include "multicut.hpp"
#include "multicut_costs.hpp"
#include "multicut_merge_tree.hpp"

using namespace fascicle;

int main(int argc, char** argv) {
  const std::size_t supervoxels = bench::integer_option(argc, argv, "supervoxels", 103823);
  const std::size_t per_object = bench::integer_option(argc, argv, "per-object", 300);
  const std::size_t beta_percent = bench::integer_option(argc, argv, "beta-percent", 25);
  const bool by_area = bench::integer_option(argc, argv, "by-area", 1) != 0;
  const int repetitions = static_cast<int>(bench::integer_option(argc, argv, "repetitions", 3));
  MulticutMoveParams moves;
  moves.patience = static_cast<std::uint32_t>(bench::integer_option(argc, argv, "patience", moves.patience));
  const bench::LatticeGraph lattice(supervoxels, per_object, 1, true);
  const RegionGraph& graph = lattice.graph;
  const auto nodes = static_cast<std::uint32_t>(lattice.sizes.size());
  const double beta = static_cast<double>(beta_percent) / 100;
  const auto unit = static_cast<double>(multicut_unit);
  Monitor monitor;

  Multicut result;
  std::vector<std::int64_t> costs;
  const bench::Timing solving = bench::measure(
      repetitions, [] {},
      [&] {
        costs = multicut_costs(graph, {beta, by_area});
        result = solve_multicut({nodes + 1, graph.u, graph.v, costs}, moves, monitor);
      });
  const bench::Timing contracting = bench::measure(
      repetitions, [&] { monitor.begin(graph.size()); },
      [&] {
        contract_greedily({nodes + 1, graph.u, graph.v, costs}, monitor);
      });
  const bench::Timing tree = bench::measure(
      repetitions, [] {}, [&] { multicut_merge_tree(graph, nodes, result.segments, beta, monitor); });
  std::vector<std::uint32_t> names = result.segments;
  std::sort(names.begin(), names.end());
  const auto segments = std::unique(names.begin(), names.end()) - names.begin();
  std::printf(
      "{\"name\":\"multicut\",\"threads\":1,\"supervoxels\":%u,\"edges\":%zu,\"segments\":%td,\"bestMs\":%.1f,"
      "\"medianMs\":%.1f,\"processorMs\":%.1f,\"contractionMs\":%.1f,\"mergeTreeMs\":%.1f,"
      "\"contractionEnergy\":%.1f,\"energy\":%.1f}\n",
      nodes, graph.size(), segments, solving.best_ms, solving.median_ms, solving.processor_ms, contracting.best_ms,
      tree.best_ms, static_cast<double>(result.contraction_energy) / unit, static_cast<double>(result.energy) / unit);
}
