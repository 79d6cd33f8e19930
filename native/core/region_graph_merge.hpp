// Adds the region graphs of several blocks to one.
//
// The tables are sorted by u, so the edges of a range of u form one run in each: ranges are merged independently, on
// several threads, and the results follow one another. O(edges) with a radix sort per range; 32 bytes per edge of the
// ranges in work, beside inputs and result.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "monitor.hpp"
#include "parallel.hpp"
#include "region_graph.hpp"

namespace fascicle {

namespace detail {

/// Values of u that cut the edges of all graphs into about `parts` equal ranges; the last one is beyond every id.
inline std::vector<std::uint64_t> u_boundaries(std::span<const RegionGraphView> graphs, std::size_t edges,
                                               std::size_t parts) {
  constexpr std::size_t samples_per_part = 64;
  const std::size_t stride = std::max<std::size_t>(1, edges / (parts * samples_per_part));
  std::vector<std::uint32_t> samples;
  for (const RegionGraphView& graph : graphs) {
    for (std::size_t i = 0; i < graph.size(); i += stride) samples.push_back(graph.u[i]);
  }
  std::sort(samples.begin(), samples.end());
  std::vector<std::uint64_t> boundaries{0};
  for (std::size_t part = 1; part < parts && !samples.empty(); ++part) {
    boundaries.push_back(std::max<std::uint64_t>(boundaries.back(), samples[samples.size() * part / parts]));
  }
  boundaries.push_back(std::uint64_t{1} << 32);
  return boundaries;
}

/// Merges the edges of each range of u; the graphs may be dropped afterwards.
inline std::vector<RegionGraph> merge_ranges(std::span<const RegionGraphView> graphs, unsigned threads,
                                             const Monitor& monitor) {
  require(!graphs.empty(), "no region graphs to merge");
  std::size_t edges = 0;
  for (const RegionGraphView& graph : graphs) {
    check(graph);
    require(graph.bins == graphs[0].bins && graph.unit == graphs[0].unit,
            "region graphs of different units or histograms do not add up");
    require(std::is_sorted(graph.u.begin(), graph.u.end()), "the edges of a region graph are not sorted by u");
    edges += graph.size();
  }
  constexpr std::size_t edges_per_part = std::size_t{1} << 18;
  const std::vector<std::uint64_t> boundaries = u_boundaries(graphs, edges, edges / edges_per_part + 1);
  std::vector<RegionGraph> parts(boundaries.size() - 1);
  parallel_for(parts.size(), threads, [&](std::size_t part) {
    monitor.check();
    std::vector<EdgeSource> sources;
    for (std::size_t g = 0; g < graphs.size(); ++g) {
      const auto& u = graphs[g].u;
      const auto begin = std::lower_bound(u.begin(), u.end(), boundaries[part]);
      const auto end = std::lower_bound(begin, u.end(), boundaries[part + 1]);
      for (auto i = static_cast<std::size_t>(begin - u.begin()); i < static_cast<std::size_t>(end - u.begin()); ++i) {
        sources.push_back(
            {edge_key(u[i], graphs[g].v[i]), static_cast<std::uint32_t>(g), static_cast<std::uint32_t>(i)});
      }
    }
    parts[part] = reduce_edges(graphs, sources);
  });
  return parts;
}

/// The parts one after the other; each is freed once it is copied.
inline RegionGraph concatenate(std::vector<RegionGraph>&& parts) {
  RegionGraph result;
  result.bins = parts[0].bins;
  result.unit = parts[0].unit;
  std::size_t edges = 0;
  for (const RegionGraph& part : parts) edges += part.size();
  reserve_edges(result, edges);
  const auto append = [](auto& to, auto& from) {
    to.insert(to.end(), from.begin(), from.end());
    from = {};
  };
  for (RegionGraph& part : parts) {
    append(result.u, part.u);
    append(result.v, part.v);
    append(result.sum, part.sum);
    append(result.count, part.count);
    append(result.max, part.max);
    append(result.voxel, part.voxel);
    append(result.axis, part.axis);
    append(result.histogram, part.histogram);
  }
  return result;
}

}  // namespace detail

/// The graph of the union of several disjoint blocks, whatever their order.
///
/// Throws std::invalid_argument when units or bins differ or a table is not sorted by u.
inline RegionGraph merge_region_graphs(std::span<const RegionGraphView> graphs, unsigned threads, Monitor& monitor) {
  monitor.begin(1);
  RegionGraph merged = detail::concatenate(detail::merge_ranges(graphs, threads, monitor));
  monitor.advance();
  return merged;
}

}  // namespace fascicle
