#include "multicut.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <limits>
#include <numeric>

#include "multicut_costs.hpp"
#include "multicut_merge_tree.hpp"
#include "random_volume.hpp"

using namespace fascicle;

namespace {

struct Problem {
  std::uint32_t nodes = 0;
  std::vector<std::uint32_t> u;
  std::vector<std::uint32_t> v;
  std::vector<std::int64_t> cost;

  [[nodiscard]] MulticutGraph view() const { return {nodes, u, v, cost}; }
};

/// `spread`: costs are -spread..spread; few make ties.
Problem random_problem(std::uint32_t nodes, std::uint32_t density_percent, std::int64_t spread, test::Random& random) {
  Problem problem;
  problem.nodes = nodes;
  for (std::uint32_t u = 0; u < nodes; ++u) {
    for (std::uint32_t v = u + 1; v < nodes; ++v) {
      if (random.below(100) >= density_percent) continue;
      problem.u.push_back(u);
      problem.v.push_back(v);
      problem.cost.push_back(static_cast<std::int64_t>(random.below(2 * spread + 1)) - spread);
    }
  }
  return problem;
}

/// The lowest energy of all partitions: node i joins one of the segments of the nodes before, or begins its own.
std::int64_t lowest_energy(const MulticutGraph& graph) {
  std::vector<std::uint32_t> segments(graph.nodes, 0);
  std::int64_t lowest = std::numeric_limits<std::int64_t>::max();
  const auto choose = [&](auto&& self, std::uint32_t node, std::uint32_t used) -> void {
    if (node == graph.nodes) {
      lowest = std::min(lowest, multicut_energy(graph, segments));
      return;
    }
    for (std::uint32_t segment = 0; segment <= used; ++segment) {
      segments[node] = segment;
      self(self, node + 1, std::max(used, segment + 1));
    }
  };
  choose(choose, 0, 0);
  return lowest;
}

/// Contracts the most attractive pair of segments, adding up all edges anew before every contraction.
std::vector<std::uint32_t> slow_contraction(const MulticutGraph& graph) {
  std::vector<std::uint32_t> segments(graph.nodes);
  std::iota(segments.begin(), segments.end(), 0);
  while (true) {
    std::int64_t best = 0;
    std::uint32_t a = 0;
    std::uint32_t b = 0;
    for (std::size_t i = 0; i < graph.size(); ++i) {
      const std::uint32_t one = segments[graph.u[i]];
      const std::uint32_t other = segments[graph.v[i]];
      if (one == other) continue;
      std::int64_t sum = 0;
      for (std::size_t j = 0; j < graph.size(); ++j) {
        const std::uint32_t x = segments[graph.u[j]];
        const std::uint32_t y = segments[graph.v[j]];
        if ((x == one && y == other) || (x == other && y == one)) sum += graph.cost[j];
      }
      if (sum > best) {
        best = sum;
        a = std::min(one, other);
        b = std::max(one, other);
      }
    }
    if (best == 0) return segments;
    std::replace(segments.begin(), segments.end(), b, a);
  }
}

/// The region graph of a random problem, for the merge tree: mean affinities of few values, up to five contacts.
struct Regions : RegionGraph {
  std::uint32_t supervoxels = 0;
};

Regions random_regions(std::uint32_t supervoxels, std::uint32_t density_percent, test::Random& random) {
  Regions regions;
  regions.supervoxels = supervoxels;
  for (std::uint32_t u = 1; u <= supervoxels; ++u) {
    for (std::uint32_t v = u + 1; v <= supervoxels; ++v) {
      if (random.below(100) >= density_percent) continue;
      regions.u.push_back(u);
      regions.v.push_back(v);
      regions.count.push_back(static_cast<std::uint32_t>(1 + random.below(5)));
      regions.sum.push_back(random.below(6) * 51 * regions.count.back());
    }
  }
  return regions;
}

}  // namespace

TEST_CASE("portable_log is the logarithm") {
  test::Random random(1);
  for (int i = 0; i < 100000; ++i) {
    const double x = std::exp(40 * random.unit() - 20);
    CHECK(std::abs(detail::portable_log(x) - std::log(x)) <= 4e-16 * std::max(1.0, std::abs(std::log(x))));
  }
  CHECK(detail::portable_log(1) == 0);
}

TEST_CASE("a multicut cost is positive exactly where the mean affinity is above beta") {
  CHECK(multicut_log_odds(0.5, 0.5) == 0);
  CHECK(multicut_log_odds(0.26, 0.25) > 0);
  CHECK(multicut_log_odds(0.24, 0.25) < 0);
  // log 999 + log 3
  CHECK(multicut_log_odds(1, 0.25) == std::llround((std::log(999.0) + std::log(3.0)) * multicut_unit));
  CHECK(multicut_log_odds(0, 0.5) == -multicut_log_odds(1, 0.5));
  RegionGraph graph;
  graph.u = {1};
  graph.v = {2};
  graph.sum = {1530};
  graph.count = {10};
  CHECK(multicut_costs(graph, {0.25, false})[0] == multicut_log_odds(0.6, 0.25));
  CHECK(multicut_costs(graph, {0.25, true})[0] == 10 * multicut_log_odds(0.6, 0.25));
  CHECK_THROWS_AS(multicut_costs(graph, {0, true}), std::invalid_argument);
}

TEST_CASE("contraction equals that which adds up all edges before every step") {
  test::Random random(2);
  Monitor monitor;
  for (int run = 0; run < 300; ++run) {
    const auto nodes = static_cast<std::uint32_t>(2 + random.below(20));
    // Wide costs: the reference knows nothing of the order of ties.
    const Problem problem =
        random_problem(nodes, static_cast<std::uint32_t>(10 + random.below(90)), std::int64_t{1} << 40, random);
    monitor.begin(problem.u.size());
    UnionFind contracted = contract_greedily(problem.view(), monitor);
    const std::vector<std::uint32_t> expected = slow_contraction(problem.view());
    for (std::uint32_t node = 0; node < nodes; ++node) CHECK(contracted.find(node) == expected[node]);
  }
}

TEST_CASE("multicut: never above the contraction, never below the best of all partitions, and mostly the best") {
  test::Random random(3);
  Monitor monitor;
  int best = 0;
  int contraction_best = 0;
  int improved = 0;
  constexpr int runs = 400;
  for (int run = 0; run < runs; ++run) {
    const auto nodes = static_cast<std::uint32_t>(2 + random.below(8));
    const std::int64_t spread = run % 3 == 0 ? 2 : 1000;
    const Problem problem = random_problem(nodes, static_cast<std::uint32_t>(20 + random.below(81)), spread, random);
    const MulticutGraph graph = problem.view();
    const Multicut result = solve_multicut(graph, {}, monitor);
    const std::int64_t lowest = lowest_energy(graph);
    CHECK(result.energy == multicut_energy(graph, result.segments));
    CHECK(result.energy <= result.contraction_energy);
    CHECK(result.energy >= lowest);
    best += result.energy == lowest ? 1 : 0;
    contraction_best += result.contraction_energy == lowest ? 1 : 0;
    improved += result.energy < result.contraction_energy ? 1 : 0;
  }
  MESSAGE("optimal: " << best << " of " << runs << ", contraction alone " << contraction_best << ", improved "
                      << improved);
  CHECK(best >= runs * 9 / 10);
  CHECK(best > contraction_best);
}

TEST_CASE("multicut: a joint improvement that no single move makes is found by joining and by splitting") {
  Monitor monitor;
  // Joining 0-1 with 2-3 pays only as a whole.
  const Problem join{4, {0, 2, 0, 0, 1, 1}, {1, 3, 2, 3, 2, 3}, {9, 9, 1, 1, 1, -2}};
  const std::vector<std::uint32_t> halves{0, 0, 2, 2};
  monitor.begin(6);
  CHECK(multicut_energy(join.view(), improve_by_moves(join.view(), halves, {}, monitor)) == 0);
  // A whole that falls in two.
  const Problem split{4, {0, 2, 0, 1}, {1, 3, 2, 3}, {9, 9, -1, -1}};
  const std::vector<std::uint32_t> whole{0, 0, 0, 0};
  CHECK(multicut_energy(split.view(), improve_by_moves(split.view(), whole, {}, monitor)) == -2);
}

TEST_CASE("multicut: moves better any first partition of larger graphs, whatever the patience") {
  test::Random random(4);
  Monitor monitor;
  for (int run = 0; run < 40; ++run) {
    const auto nodes = static_cast<std::uint32_t>(30 + random.below(60));
    const Problem problem = random_problem(nodes, 12, run % 2 == 0 ? 3 : 1000, random);
    const MulticutGraph graph = problem.view();
    std::vector<std::uint32_t> first(nodes);
    for (auto& segment : first) segment = static_cast<std::uint32_t>(random.below(nodes));
    for (const std::uint32_t patience : {1u, 8u, 1000u}) {
      monitor.begin(problem.u.size());
      const std::int64_t energy = multicut_energy(graph, improve_by_moves(graph, first, {patience, 100}, monitor));
      CHECK(energy <= multicut_energy(graph, first));
    }
    CHECK(solve_multicut(graph, {}, monitor).segments == solve_multicut(graph, {}, monitor).segments);
  }
}

TEST_CASE("multicut: segments are named by their lowest node and held together by attraction") {
  test::Random random(5);
  Monitor monitor;
  for (int run = 0; run < 50; ++run) {
    const Problem problem = random_problem(40, 10, 2, random);
    const Multicut result = solve_multicut(problem.view(), {}, monitor);
    UnionFind attached(problem.nodes);
    for (std::size_t i = 0; i < problem.u.size(); ++i) {
      const bool cut = result.segments[problem.u[i]] != result.segments[problem.v[i]];
      if (!cut && problem.cost[i] > 0) attached.unite(problem.u[i], problem.v[i]);
    }
    for (std::uint32_t node = 0; node < problem.nodes; ++node) CHECK(result.segments[node] == attached.find(node));
  }
}

TEST_CASE("multicut: edges may be there twice, and the order of edges does not matter without ties") {
  test::Random random(6);
  Monitor monitor;
  for (int run = 0; run < 50; ++run) {
    const Problem problem = random_problem(12, 50, std::int64_t{1} << 40, random);
    Problem halves = problem;
    for (std::size_t i = 0; i < problem.u.size(); ++i) {
      const std::int64_t part = static_cast<std::int64_t>(random.below(std::uint64_t{1} << 40));
      halves.cost[i] -= part;
      halves.u.push_back(problem.v[i]);
      halves.v.push_back(problem.u[i]);
      halves.cost.push_back(part);
    }
    CHECK(solve_multicut(halves.view(), {}, monitor).contraction_energy ==
          solve_multicut(problem.view(), {}, monitor).contraction_energy);
  }
}

TEST_CASE("multicut refuses what is no graph, and stops when told to") {
  Monitor monitor;
  CHECK_THROWS_AS(solve_multicut(Problem{2, {0}, {2}, {1}}.view(), {}, monitor), std::invalid_argument);
  CHECK_THROWS_AS(solve_multicut(Problem{2, {1}, {1}, {1}}.view(), {}, monitor), std::invalid_argument);
  CHECK_THROWS_AS(solve_multicut(Problem{2, {0}, {1}, {}}.view(), {}, monitor), std::invalid_argument);
  const std::int64_t huge = std::int64_t{1} << 62;
  CHECK_THROWS_AS(solve_multicut(Problem{3, {0, 1}, {1, 2}, {huge, -1}}.view(), {}, monitor), std::invalid_argument);
  CHECK(solve_multicut(Problem{}.view(), {}, monitor).segments.empty());
  CHECK(solve_multicut(Problem{2, {}, {}, {}}.view(), {}, monitor).segments == std::vector<std::uint32_t>{0, 1});

  test::Random random(7);
  const Problem problem = random_problem(300, 10, 1000, random);
  std::atomic<int> asked{0};
  Monitor counting({}, [&] { return ++asked < 0; });
  solve_multicut(problem.view(), {}, counting);
  for (int after = 1; after <= asked; after += 3) {
    std::atomic<int> calls{0};
    Monitor stopping({}, [&] { return ++calls >= after; });
    CHECK_THROWS_AS(solve_multicut(problem.view(), {}, stopping), Cancelled);
  }
  std::uint64_t done = 0;
  std::uint64_t total = 0;
  Monitor listening([&](std::uint64_t d, std::uint64_t t) { done = d, total = t; }, {});
  solve_multicut(problem.view(), {}, listening);
  CHECK(done == total);
}

TEST_CASE("the score of a merge step rises with the mean affinity and says on which side it was decided") {
  for (const double beta : {0.01, 0.25, 0.5, 0.9, 0.99}) {
    double last_within = 0;
    double last_between = -1;
    for (int a = 0; a <= 1000; ++a) {
      const double within = multicut_score(a / 1000.0, beta, true);
      const double between = multicut_score(a / 1000.0, beta, false);
      CHECK((within >= 0.5 && within <= 1 && within > last_within));
      CHECK((between >= 0 && between < 0.5 && between > last_between));
      last_within = within;
      last_between = between;
    }
  }
  CHECK(multicut_score(0.5, 0.25, true) == doctest::Approx(0.75));
  CHECK(multicut_score(0.1, 0.25, false) == doctest::Approx(0.25));
}

TEST_CASE("the merge tree of a multicut cut at one half is the multicut") {
  test::Random random(8);
  Monitor monitor;
  for (int run = 0; run < 200; ++run) {
    const Regions graph = random_regions(static_cast<std::uint32_t>(1 + random.below(40)),
                                         static_cast<std::uint32_t>(3 + random.below(40)), random);
    const double beta = 0.05 + 0.9 * random.unit();
    const std::vector<std::int64_t> costs = multicut_costs(graph, {beta, run % 2 == 0});
    const Multicut cut = solve_multicut({graph.supervoxels + 1, graph.u, graph.v, costs}, {}, monitor);
    const MergeTree tree = multicut_merge_tree(graph, graph.supervoxels, cut.segments, beta, monitor);
    const std::vector<std::uint64_t> sizes(graph.supervoxels, 1);
    std::vector<std::uint32_t> assignment(graph.supervoxels + 1);
    cut_merge_tree<std::uint64_t>(tree, sizes, 0.5, 0, assignment);
    CHECK(assignment == cut.segments);

    // Within and between, the order is that of an agglomeration by mean affinity.
    const MergeTree whole =
        multicut_merge_tree(graph, graph.supervoxels, std::vector<std::uint32_t>(graph.supervoxels + 1), beta, monitor);
    const MergeTree mean = agglomerate(graph, graph.supervoxels, {}, monitor);
    const auto count = static_cast<std::ptrdiff_t>(mean.size());
    CHECK(std::equal(mean.u.begin(), mean.u.end(), whole.u.begin(), whole.u.begin() + count));
    for (std::size_t i = 0; i < mean.size(); ++i) {
      CHECK(whole.score[i] == doctest::Approx(multicut_score(mean.score[i], beta, true)));
    }
  }
}

TEST_CASE("the merge tree of a multicut refuses segments that are not those of the graph") {
  test::Random random(9);
  Monitor monitor;
  const Regions graph = random_regions(5, 100, random);
  const std::vector<std::uint32_t> segments(5);
  CHECK_THROWS_AS(multicut_merge_tree(graph, 5, segments, 0.25, monitor), std::invalid_argument);
  CHECK_THROWS_AS(multicut_merge_tree(graph, 5, std::vector<std::uint32_t>(6), 1, monitor), std::invalid_argument);
}
