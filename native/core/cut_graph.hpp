// The region graph of one segment, as the algorithms that divide it see it: nodes and edges by dense index.
//
// What an edge resists a cut with comes from the mean affinity of its contacts, not from their sum: a broad contact
// along a membrane has a large sum and must still be cheaper to cut than a thin neck inside a neurite. Squaring widens
// the gap between the two; the contact area enters by its number of binary digits, because the mean of few contacts
// says less. capacity = 1 + digits(area) * mean^2, in units of 2^-16, in exact integer arithmetic.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <span>
#include <vector>

#include "errors.hpp"

namespace fascicle {

/// The mean affinity that stands for 1.
inline constexpr std::uint32_t full_strength = 0xffff;

/// Mean of affinities as 0..full_strength; `sum` is in units of 1 / `unit`, `area` at least 1.
inline std::uint32_t edge_strength(std::uint64_t sum, std::uint32_t area, std::uint32_t unit) {
  // Products and quotients of doubles are rounded the same everywhere.
  const double mean = static_cast<double>(sum) / (static_cast<double>(area) * static_cast<double>(unit));
  return static_cast<std::uint32_t>(mean * full_strength);
}

inline std::int64_t edge_capacity(std::uint32_t strength, std::uint32_t area) {
  return 1 + static_cast<std::int64_t>((std::uint64_t{strength} * strength) >> 16) * std::bit_width(area);
}

struct CutGraph {
  struct Edge {
    std::uint32_t a;
    std::uint32_t b;
    std::uint32_t strength;  ///< 0..full_strength
    std::int64_t capacity;   ///< at least 1
  };
  /// The way over an edge from one of its nodes; the edge's other arc has the other lowest bit.
  using Arc = std::uint32_t;

  std::vector<double> sizes;  ///< voxels of each node
  std::vector<Edge> edges;
  std::vector<std::uint32_t> starts;  ///< into arcs, by node
  std::vector<Arc> arcs;              ///< 2 * edge leads from a to b, 2 * edge + 1 from b to a

  [[nodiscard]] std::size_t nodes() const { return sizes.size(); }
  [[nodiscard]] std::uint32_t head(Arc arc) const { return (arc & 1) == 0 ? edges[arc >> 1].b : edges[arc >> 1].a; }
  [[nodiscard]] std::span<const Arc> arcs_of(std::uint32_t node) const {
    return std::span(arcs).subspan(starts[node], starts[node + 1] - starts[node]);
  }

  /// Fills in starts and arcs. Throws std::invalid_argument for an edge between nodes that are not there.
  void index() {
    require(edges.size() < (std::size_t{1} << 31), "a segment with more than 2^31 - 1 edges cannot be cut");
    starts.assign(nodes() + 1, 0);
    for (const Edge& edge : edges) {
      require(edge.a < nodes() && edge.b < nodes() && edge.a != edge.b, "an edge leads out of the segment");
      ++starts[edge.a];
      ++starts[edge.b];
    }
    // From the ends of the lists down, so that each list is in the order of edges when it is filled from the back.
    std::partial_sum(starts.begin(), starts.end(), starts.begin());
    arcs.resize(2 * edges.size());
    for (std::size_t i = edges.size(); i-- > 0;) {
      arcs[--starts[edges[i].b]] = static_cast<Arc>(2 * i + 1);
      arcs[--starts[edges[i].a]] = static_cast<Arc>(2 * i);
    }
  }
};

}  // namespace fascicle
