// The region graph: which supervoxels touch, and how strongly.
//
// Every statistic is an integer that adds up (sum, count, histogram) or a maximum, so the graph of a volume is the
// merge of the graphs of its blocks in any order, bit for bit, whatever their shapes.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <utility>
#include <vector>

#include "affinity_view.hpp"
#include "radix_sort.hpp"

namespace fascicle {

/// Integer affinity and its unit: the integer that stands for 1.
///
/// uint8 is taken as it is (unit 255). float32 is rounded to a multiple of 2^-24 (half to even) after clamping to 0..1;
/// NaN counts as 0.
template <Affinity T>
struct FixedPoint;

template <>
struct FixedPoint<std::uint8_t> {
  static constexpr std::uint32_t unit = 255;
  static constexpr std::uint32_t range = 256;  ///< number of steps that histogram bins divide
  static std::uint32_t of(std::uint8_t affinity) { return affinity; }
};

template <>
struct FixedPoint<float> {
  static constexpr std::uint32_t unit = std::uint32_t{1} << 24;
  static constexpr std::uint32_t range = unit;
  static std::uint32_t of(float affinity) {
    const float clamped = affinity > 0 ? std::min(affinity, 1.0f) : 0.0f;
    return static_cast<std::uint32_t>(std::nearbyint(clamped * static_cast<float>(unit)));
  }
};

/// Most histogram bins an edge may have.
inline constexpr std::uint32_t max_bins = 256;

/// Edges as a structure of arrays, sorted by (u, v), u < v, each pair once.
struct RegionGraph {
  std::vector<std::uint32_t> u;
  std::vector<std::uint32_t> v;
  /// Sum of the integer affinities of all contacts.
  std::vector<std::uint64_t> sum;
  /// Number of contacts: voxel pairs (p, p - e_c) with one voxel on each side.
  std::vector<std::uint32_t> count;
  /// Largest integer affinity.
  std::vector<std::uint32_t> max;
  /// Linear index in the volume of the voxel p of the strongest contact; the lowest one if there are several.
  std::vector<std::uint64_t> voxel;
  /// Axis of the strongest contact: it lies between p and p - e_axis. The lowest one if p has several. Largest
  /// affinity, voxel and axis put all contacts of a volume in one order that no merging of supervoxels changes.
  std::vector<std::uint8_t> axis;
  /// `bins` counts per edge: bin i holds the contacts whose integer affinity a has floor(a * bins / range) = i, where
  /// range is 256 for uint8 and 2^24 for float32 (1 falls into the last bin).
  std::vector<std::uint32_t> histogram;
  /// 0: no histograms.
  std::uint32_t bins = 0;
  /// The integer affinity that stands for 1.
  std::uint32_t unit = 255;

  [[nodiscard]] std::size_t size() const { return u.size(); }
};

/// Read access to edges that live elsewhere, e.g. in arrays of JavaScript.
struct RegionGraphView {
  std::span<const std::uint32_t> u;
  std::span<const std::uint32_t> v;
  std::span<const std::uint64_t> sum;
  std::span<const std::uint32_t> count;
  std::span<const std::uint32_t> max;
  std::span<const std::uint64_t> voxel;
  std::span<const std::uint8_t> axis;
  std::span<const std::uint32_t> histogram;
  std::uint32_t bins = 0;
  std::uint32_t unit = 255;

  RegionGraphView() = default;
  RegionGraphView(const RegionGraph& graph)  // NOLINT: a graph is its own view
      : u(graph.u),
        v(graph.v),
        sum(graph.sum),
        count(graph.count),
        max(graph.max),
        voxel(graph.voxel),
        axis(graph.axis),
        histogram(graph.histogram),
        bins(graph.bins),
        unit(graph.unit) {}

  [[nodiscard]] std::size_t size() const { return u.size(); }
};

/// Throws std::invalid_argument unless the arrays of the graph agree in length.
inline void check(const RegionGraphView& graph) {
  const std::size_t n = graph.size();
  require(graph.v.size() == n && graph.sum.size() == n && graph.count.size() == n && graph.max.size() == n &&
              graph.voxel.size() == n && graph.axis.size() == n && graph.histogram.size() == n * graph.bins,
          "the arrays of the region graph differ in length");
  require(n <= std::numeric_limits<std::uint32_t>::max(), "more than 2^32 - 1 edges in one region graph");
}

namespace detail {

/// Where an edge with that (u, v) is found.
struct EdgeSource {
  std::uint64_t key;
  std::uint32_t graph;
  std::uint32_t index;
};

inline std::uint64_t edge_key(std::uint32_t a, std::uint32_t b) {
  return static_cast<std::uint64_t>(std::min(a, b)) << 32 | std::max(a, b);
}

inline void reserve_edges(RegionGraph& graph, std::size_t edges) {
  graph.u.reserve(edges);
  graph.v.reserve(edges);
  graph.sum.reserve(edges);
  graph.count.reserve(edges);
  graph.max.reserve(edges);
  graph.voxel.reserve(edges);
  graph.axis.reserve(edges);
  graph.histogram.reserve(edges * graph.bins);
}

inline void append_edge(RegionGraph& target, std::uint64_t key, const RegionGraphView& from, std::size_t i) {
  target.u.push_back(static_cast<std::uint32_t>(key >> 32));
  target.v.push_back(static_cast<std::uint32_t>(key));
  target.sum.push_back(from.sum[i]);
  target.count.push_back(from.count[i]);
  target.max.push_back(from.max[i]);
  target.voxel.push_back(from.voxel[i]);
  target.axis.push_back(from.axis[i]);
  const auto histogram = from.histogram.subspan(i * from.bins, from.bins);
  target.histogram.insert(target.histogram.end(), histogram.begin(), histogram.end());
}

/// Adds edge i of `from` to the last edge of `target`.
inline void add_to_last_edge(RegionGraph& target, const RegionGraphView& from, std::size_t i) {
  target.sum.back() += from.sum[i];
  require(from.count[i] <= std::numeric_limits<std::uint32_t>::max() - target.count.back(),
          "two supervoxels have more than 2^32 - 1 contacts");
  target.count.back() += from.count[i];
  const std::pair own(target.voxel.back(), target.axis.back());
  const std::pair other(from.voxel[i], from.axis[i]);
  if (from.max[i] > target.max.back() || (from.max[i] == target.max.back() && other < own)) {
    target.max.back() = from.max[i];
    target.voxel.back() = from.voxel[i];
    target.axis.back() = from.axis[i];
  }
  const std::size_t last = target.histogram.size() - target.bins;
  for (std::size_t bin = 0; bin < target.bins; ++bin)
    target.histogram[last + bin] += from.histogram[i * from.bins + bin];
}

/// Sorts the sources and adds up those of equal key. The graphs agree in bins and unit.
inline RegionGraph reduce_edges(std::span<const RegionGraphView> graphs, std::vector<EdgeSource>& sources) {
  radix_sort(sources);
  RegionGraph result;
  result.bins = graphs[0].bins;
  result.unit = graphs[0].unit;
  std::size_t distinct = 0;
  for (std::size_t i = 0; i < sources.size(); ++i) distinct += i == 0 || sources[i].key != sources[i - 1].key ? 1u : 0u;
  reserve_edges(result, distinct);
  for (std::size_t i = 0; i < sources.size(); ++i) {
    const EdgeSource& source = sources[i];
    if (i == 0 || source.key != sources[i - 1].key) {
      append_edge(result, source.key, graphs[source.graph], source.index);
    } else {
      add_to_last_edge(result, graphs[source.graph], source.index);
    }
  }
  return result;
}

}  // namespace detail

/// The graph after every supervoxel i became table[i]: edges into 0 or within one supervoxel vanish, parallel ones add
/// up. Equals the region graph of the relabelled volume. Throws std::invalid_argument for an id beyond the table.
inline RegionGraph relabel_region_graph(const RegionGraphView& graph, std::span<const std::uint32_t> table) {
  check(graph);
  std::vector<detail::EdgeSource> sources;
  for (std::size_t i = 0; i < graph.size(); ++i) {
    require(graph.u[i] < table.size() && graph.v[i] < table.size(), "an edge of the region graph is not in the table");
    const std::uint32_t a = table[graph.u[i]];
    const std::uint32_t b = table[graph.v[i]];
    if (a != 0 && b != 0 && a != b) sources.push_back({detail::edge_key(a, b), 0, static_cast<std::uint32_t>(i)});
  }
  return detail::reduce_edges(std::span(&graph, 1), sources);
}

}  // namespace fascicle
