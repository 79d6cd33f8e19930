#include "min_cut.hpp"

#include <doctest/doctest.h>

#include "random_cut_graph.hpp"

using namespace fascicle;

namespace {

std::int64_t cost(const CutGraph& graph, const std::vector<std::uint8_t>& side) {
  std::int64_t sum = 0;
  for (const auto& edge : graph.edges) sum += side[edge.a] != side[edge.b] ? edge.capacity : 0;
  return sum;
}

/// Tries every division; of those of least cost, the one with the fewest nodes beside the sources.
std::vector<std::uint8_t> slow_min_cut(const CutGraph& graph, const std::vector<std::uint32_t>& sources,
                                       const std::vector<std::uint32_t>& sinks) {
  std::vector<std::uint8_t> best;
  std::int64_t least = std::numeric_limits<std::int64_t>::max();
  std::size_t fewest = 0;
  for (std::uint32_t bits = 0; bits < 1u << graph.nodes(); ++bits) {
    std::vector<std::uint8_t> side(graph.nodes());
    std::size_t count = 0;
    for (std::size_t node = 0; node < side.size(); ++node) count += side[node] = bits >> node & 1;
    if (std::any_of(sources.begin(), sources.end(), [&](std::uint32_t node) { return side[node] == 0; })) continue;
    if (std::any_of(sinks.begin(), sinks.end(), [&](std::uint32_t node) { return side[node] != 0; })) continue;
    const std::int64_t own = cost(graph, side);
    if (own > least || (own == least && count >= fewest)) continue;
    least = own;
    fewest = count;
    best = side;
  }
  return best;
}

std::vector<std::int64_t> capacities_of(const CutGraph& graph) {
  std::vector<std::int64_t> capacities;
  for (const auto& edge : graph.edges) capacities.push_back(edge.capacity);
  return capacities;
}

}  // namespace

TEST_CASE("the cut is the cheapest of all divisions, with the smallest side of sources") {
  test::Random random(21);
  Monitor monitor;
  for (int round = 0; round < 400; ++round) {
    const auto nodes = static_cast<std::uint32_t>(2 + random.below(10));
    const CutGraph graph = test::random_cut_graph(nodes, 1 + random.below(std::uint64_t{3} * nodes), 6, random);
    std::vector<std::uint32_t> sources{0};
    std::vector<std::uint32_t> sinks{nodes - 1};
    if (nodes > 4 && random.below(2) == 0) sources.push_back(1);
    if (nodes > 4 && random.below(2) == 0) sinks.push_back(2);
    CHECK(min_cut(graph, capacities_of(graph), sources, sinks, monitor) == slow_min_cut(graph, sources, sinks));
  }
}

TEST_CASE("edges listed in another order give the same cut") {
  test::Random random(22);
  Monitor monitor;
  for (int round = 0; round < 20; ++round) {
    CutGraph graph = test::random_cut_graph(200, 700, 1000, random);
    const std::vector<std::uint32_t> sources{3};
    const std::vector<std::uint32_t> sinks{150};
    const auto side = min_cut(graph, capacities_of(graph), sources, sinks, monitor);
    std::reverse(graph.edges.begin(), graph.edges.end());
    graph.index();
    CHECK(min_cut(graph, capacities_of(graph), sources, sinks, monitor) == side);
  }
}

TEST_CASE("a stop request ends a cut") {
  test::Random random(23);
  const CutGraph graph = test::random_cut_graph(3000, 60000, 100000, random);
  Monitor monitor({}, [] { return true; });
  const std::vector<std::uint32_t> sources{0};
  const std::vector<std::uint32_t> sinks{2999};
  CHECK_THROWS_AS(min_cut(graph, capacities_of(graph), sources, sinks, monitor), Cancelled);
}
