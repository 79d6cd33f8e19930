// What agglomeration asks of a region graph.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <stdexcept>
#include <string>

#include "errors.hpp"
#include "region_graph.hpp"

namespace fascicle::detail {

[[noreturn]] inline void refuse_edge(std::size_t edge, const std::string& why) {
  throw std::invalid_argument("agglomerate: edge " + std::to_string(edge) + " " + why);
}

/// Throws std::invalid_argument unless the edges are sorted by (u, v), u < v, each pair once, ids 1..supervoxels, with
/// at least one contact each, no more affinity than their contacts hold, and no sum of affinities beyond 63 bits.
inline void check_edges(const RegionGraphView& graph, std::uint32_t supervoxels) {
  const std::size_t n = graph.size();
  require(graph.v.size() == n && graph.sum.size() == n && graph.count.size() == n,
          "agglomerate: the arrays of the region graph differ in length");
  require(n <= std::numeric_limits<std::int32_t>::max(), "agglomerate: more than 2^31 - 1 edges");
  require(supervoxels < std::numeric_limits<std::uint32_t>::max(), "agglomerate: more than 2^32 - 2 supervoxels");
  require(graph.unit >= 1, "agglomerate: the unit of the affinities is 0");
  const std::uint64_t most_contacts = (std::uint64_t{1} << 63) / graph.unit;
  std::uint64_t contacts = 0;
  for (std::size_t i = 0; i < n; ++i) {
    const std::uint32_t u = graph.u[i];
    const std::uint32_t v = graph.v[i];
    if (!(u >= 1 && u < v && v <= supervoxels)) {
      refuse_edge(i, "links " + std::to_string(u) + " and " + std::to_string(v) +
                         "; accepted: 1 <= u < v <= " + std::to_string(supervoxels));
    }
    if (i > 0 && !(graph.u[i - 1] < u || (graph.u[i - 1] == u && graph.v[i - 1] < v))) {
      refuse_edge(i, "is not behind the one before it; accepted: sorted by (u, v), each pair once");
    }
    const std::uint64_t sum = graph.sum[i];
    const std::uint64_t count = graph.count[i];
    if (count == 0) refuse_edge(i, "has the contact area 0; accepted: from 1 on");
    if (count > most_contacts - contacts) refuse_edge(i, "takes the affinities of all edges beyond 2^63");
    contacts += count;
    if (sum > count * graph.unit) {
      refuse_edge(i, "has the affinity sum " + std::to_string(sum) + "; accepted: up to its contact area " +
                         std::to_string(count) + " times the unit " + std::to_string(graph.unit));
    }
  }
}

/// Throws std::invalid_argument unless every histogram counts the contacts of its edge, all of them within 32 bits.
inline void check_histograms(const RegionGraphView& graph) {
  require(graph.bins >= 1 && graph.bins <= max_bins, "agglomerate: histograms have 1 to 256 bins");
  require(graph.histogram.size() == graph.size() * graph.bins,
          "agglomerate: the histogram has " + std::to_string(graph.histogram.size()) + " elements; accepted: " +
              std::to_string(graph.bins) + " for each of " + std::to_string(graph.size()) + " edges");
  std::uint64_t total = 0;
  for (std::size_t i = 0; i < graph.size(); ++i) {
    std::uint64_t contacts = 0;
    for (const std::uint32_t bin : graph.histogram.subspan(i * graph.bins, graph.bins)) contacts += bin;
    if (contacts != graph.count[i]) {
      refuse_edge(i, "has " + std::to_string(contacts) + " contacts in its histogram; accepted: its contact area " +
                         std::to_string(graph.count[i]));
    }
    total += contacts;
  }
  require(total <= std::numeric_limits<std::uint32_t>::max(), "agglomerate: histograms of more than 2^32 - 1 contacts");
}

}  // namespace fascicle::detail
