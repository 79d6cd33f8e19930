// The region graph as agglomeration takes it, and what it must hold to.
#pragma once

#include <cmath>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <stdexcept>
#include <string>

#include "errors.hpp"

namespace fascicle {

/// Edges as a structure of arrays sorted by (u, v), u < v, each pair once, supervoxel ids 1..supervoxels.
///
/// `Sum` and `Count` are std::uint64_t, std::uint32_t or double; doubles must be whole numbers from 0 to 2^53.
template <class Sum, class Count>
struct AgglomerationGraph {
  std::uint32_t supervoxels = 0;
  std::span<const std::uint32_t> u;
  std::span<const std::uint32_t> v;
  /// Sum of the affinities of all contacts, in units of 1 / unit.
  std::span<const Sum> affinity_sum;
  /// Number of contacts, at least 1.
  std::span<const Count> contact_area;
  /// `bins` counts per edge, row by row; bin i holds the affinities of [i, i + 1) / bins, the last one 1 too. Empty
  /// unless the score is a quantile.
  std::span<const std::uint32_t> histogram;
  std::uint32_t bins = 0;
  /// The integer affinity that stands for 1.
  std::uint32_t unit = 255;

  [[nodiscard]] std::size_t size() const { return u.size(); }
};

namespace detail {

[[noreturn]] inline void refuse_edge(std::size_t edge, const std::string& why) {
  throw std::invalid_argument("agglomerate: edge " + std::to_string(edge) + " " + why);
}

/// The value as an integer; refuses doubles that are none.
template <class Number>
std::uint64_t whole_number(Number value, const char* what, std::size_t edge) {
  if constexpr (std::floating_point<Number>) {
    if (!(value >= 0 && value <= 0x1.0p53 && value == std::floor(value))) {
      refuse_edge(edge, "has the " + std::string(what) + " " + std::to_string(value) +
                            "; accepted: whole numbers from 0 to 2^53");
    }
  }
  return static_cast<std::uint64_t>(value);
}

/// Throws std::invalid_argument unless the graph is as described above and no sum of its affinities leaves 63 bits.
template <class Sum, class Count>
void check_graph(const AgglomerationGraph<Sum, Count>& graph) {
  const std::size_t n = graph.size();
  require(graph.v.size() == n && graph.affinity_sum.size() == n && graph.contact_area.size() == n,
          "agglomerate: the arrays of the region graph differ in length");
  require(n <= std::numeric_limits<std::int32_t>::max(), "agglomerate: more than 2^31 - 1 edges");
  require(graph.supervoxels < std::numeric_limits<std::uint32_t>::max(), "agglomerate: more than 2^32 - 2 supervoxels");
  require(graph.unit >= 1, "agglomerate: the unit of the affinities is 0");
  const std::uint64_t most_contacts = (std::uint64_t{1} << 63) / graph.unit;
  std::uint64_t contacts = 0;
  for (std::size_t i = 0; i < n; ++i) {
    const std::uint32_t u = graph.u[i];
    const std::uint32_t v = graph.v[i];
    if (!(u >= 1 && u < v && v <= graph.supervoxels)) {
      refuse_edge(i, "links " + std::to_string(u) + " and " + std::to_string(v) +
                         "; accepted: 1 <= u < v <= " + std::to_string(graph.supervoxels));
    }
    if (i > 0 && !(graph.u[i - 1] < u || (graph.u[i - 1] == u && graph.v[i - 1] < v))) {
      refuse_edge(i, "is not behind the one before it; accepted: sorted by (u, v), each pair once");
    }
    const std::uint64_t sum = whole_number(graph.affinity_sum[i], "affinity sum", i);
    const std::uint64_t count = whole_number(graph.contact_area[i], "contact area", i);
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
template <class Sum, class Count>
void check_histograms(const AgglomerationGraph<Sum, Count>& graph) {
  require(graph.bins >= 1 && graph.bins <= 256, "agglomerate: histograms have 1 to 256 bins");
  require(graph.histogram.size() == graph.size() * graph.bins,
          "agglomerate: the histogram has " + std::to_string(graph.histogram.size()) + " elements; accepted: " +
              std::to_string(graph.bins) + " for each of " + std::to_string(graph.size()) + " edges");
  std::uint64_t total = 0;
  for (std::size_t i = 0; i < graph.size(); ++i) {
    const auto area = static_cast<std::uint64_t>(graph.contact_area[i]);
    std::uint64_t contacts = 0;
    for (const std::uint32_t bin : graph.histogram.subspan(i * graph.bins, graph.bins)) contacts += bin;
    if (contacts != area) {
      refuse_edge(i, "has " + std::to_string(contacts) + " contacts in its histogram; accepted: its contact area " +
                         std::to_string(area));
    }
    total += contacts;
  }
  require(total <= std::numeric_limits<std::uint32_t>::max(), "agglomerate: histograms of more than 2^32 - 1 contacts");
}

}  // namespace detail

}  // namespace fascicle
