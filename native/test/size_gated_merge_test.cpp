#include "size_gated_merge.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <numeric>
#include <tuple>
#include <vector>

#include "random_volume.hpp"

using namespace fascicle;

namespace {

RegionGraph random_graph(std::uint32_t fragments, std::size_t edges, test::Random& random) {
  std::vector<std::pair<std::uint32_t, std::uint32_t>> pairs;
  for (std::size_t i = 0; i < edges; ++i) {
    const auto a = static_cast<std::uint32_t>(1 + random.below(fragments));
    const auto b = static_cast<std::uint32_t>(1 + random.below(fragments));
    if (a != b) pairs.emplace_back(std::min(a, b), std::max(a, b));
  }
  std::sort(pairs.begin(), pairs.end());
  pairs.erase(std::unique(pairs.begin(), pairs.end()), pairs.end());
  RegionGraph graph;
  for (const auto& [u, v] : pairs) {
    graph.u.push_back(u);
    graph.v.push_back(v);
    graph.max.push_back(static_cast<std::uint32_t>(random.below(6)) * 51);
    graph.voxel.push_back(graph.voxel.size() / 2 * 7919 % 1000);  // two contacts of each voxel
    graph.axis.push_back(static_cast<std::uint8_t>(graph.axis.size() % 2));
  }
  return graph;
}

/// The definition: again and again, the strongest contact that may still merge.
SizeGatedMerge reference(const RegionGraph& graph, std::vector<std::uint64_t> sizes,
                         const SizeGatedMergeParams& params) {
  const std::size_t n = sizes.size();
  std::vector<std::size_t> set(n + 1);
  std::iota(set.begin(), set.end(), 0);
  std::vector<std::tuple<int, std::uint64_t, int, std::uint32_t, std::uint32_t>> contacts;
  for (std::size_t i = 0; i < graph.size(); ++i) {
    if (graph.max[i] / 255.0 + 1e-9 >= params.gate_affinity) {
      contacts.emplace_back(-static_cast<int>(graph.max[i]), graph.voxel[i], graph.axis[i], graph.u[i], graph.v[i]);
    }
  }
  std::sort(contacts.begin(), contacts.end());
  for (const auto& [strength, voxel, axis, u, v] : contacts) {
    const std::size_t low = std::min(set[u], set[v]);
    const std::size_t high = std::max(set[u], set[v]);
    if (low == high || std::min(sizes[low - 1], sizes[high - 1]) >= params.size_threshold) continue;
    sizes[low - 1] += sizes[high - 1];
    for (auto& s : set) s = s == high ? low : s;
  }
  SizeGatedMerge result;
  result.table.assign(n + 1, 0);
  for (std::size_t i = 1; i <= n; ++i) {
    if (set[i] != i) {
      result.table[i] = result.table[set[i]];
    } else if (sizes[i - 1] >= params.dust_threshold) {
      result.voxel_counts.push_back(sizes[i - 1]);
      result.table[i] = static_cast<std::uint32_t>(result.voxel_counts.size());
    }
  }
  return result;
}

}  // namespace

TEST_CASE("small fragments go to their strongest neighbour, whatever the order of the edges") {
  test::Random random(31);
  for (int round = 0; round < 200; ++round) {
    const auto fragments = static_cast<std::uint32_t>(2 + random.below(40));
    RegionGraph graph = random_graph(fragments, random.below(120), random);
    std::vector<std::uint64_t> sizes(fragments);
    for (auto& size : sizes) size = 1 + random.below(50);
    const SizeGatedMergeParams params{random.below(60), static_cast<double>(random.below(6)) * 51 / 255.0,
                                      random.below(30)};
    const SizeGatedMerge expected = reference(graph, sizes, params);
    for (std::size_t i = graph.size(); i > 1; --i) {
      const std::size_t j = random.below(i);
      std::swap(graph.u[i - 1], graph.u[j]);
      std::swap(graph.v[i - 1], graph.v[j]);
      std::swap(graph.max[i - 1], graph.max[j]);
      std::swap(graph.voxel[i - 1], graph.voxel[j]);
      std::swap(graph.axis[i - 1], graph.axis[j]);
    }
    Monitor monitor;
    const SizeGatedMerge result = size_gated_merge(graph, sizes, params, monitor);
    CHECK(result.table == expected.table);
    CHECK(result.voxel_counts == expected.voxel_counts);
  }
}

TEST_CASE("without a size threshold the merge only renumbers") {
  Monitor monitor;
  RegionGraph graph;
  graph.u = {1};
  graph.v = {2};
  graph.max = {255};
  graph.voxel = {5};
  graph.axis = {0};
  const std::vector<std::uint64_t> sizes{3, 4};
  CHECK(size_gated_merge(graph, sizes, {0, 0, 0}, monitor).table == std::vector<std::uint32_t>{0, 1, 2});
  CHECK(size_gated_merge(graph, sizes, {0, 0, 4}, monitor).table == std::vector<std::uint32_t>{0, 0, 1});
}

TEST_CASE("an edge that names no fragment is refused") {
  Monitor monitor;
  RegionGraph graph;
  graph.u = {1};
  graph.v = {3};
  graph.max = {255};
  graph.voxel = {5};
  graph.axis = {0};
  const std::vector<std::uint64_t> sizes{3, 4};
  CHECK_THROWS_AS(size_gated_merge(graph, sizes, {}, monitor), std::invalid_argument);
}
