// Connected graphs for the tests of cuts.
#pragma once

#include <algorithm>
#include <cstdint>

#include "cut_graph.hpp"
#include "random_volume.hpp"

namespace fascicle::test {

/// A random tree and up to `more` further edges; capacities 1 to `most`, strengths rising with them.
inline CutGraph random_cut_graph(std::uint32_t nodes, std::size_t more, std::uint64_t most, Random& random) {
  CutGraph graph;
  graph.sizes.assign(nodes, 1);
  const auto add = [&](std::uint32_t a, std::uint32_t b) {
    if (a == b) return;
    const std::uint64_t capacity = 1 + random.below(most);
    graph.edges.push_back({std::min(a, b), std::max(a, b), static_cast<std::uint32_t>(full_strength * capacity / most),
                           static_cast<std::int64_t>(capacity)});
  };
  for (std::uint32_t node = 1; node < nodes; ++node) add(node, static_cast<std::uint32_t>(random.below(node)));
  for (std::size_t i = 0; i < more; ++i) {
    const auto a = static_cast<std::uint32_t>(random.below(nodes));
    add(a, static_cast<std::uint32_t>(random.below(nodes)));
  }
  graph.index();
  return graph;
}

}  // namespace fascicle::test
