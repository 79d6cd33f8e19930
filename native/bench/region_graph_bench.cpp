// Region graph of the watershed of a phantom: --size=520 --threads=2 --bins=0 --block-z= --block-y= --block-x=.
#include "affinity_phantom.hpp"
#include "affinity_watershed.hpp"
#include "harness.hpp"
#include "region_graph_block.hpp"
#include "size_gated_merge.hpp"

using namespace fascicle;

int main(int argc, char** argv) {
  const std::size_t size = bench::integer_option(argc, argv, "size", 520);
  const auto threads = static_cast<unsigned>(bench::integer_option(argc, argv, "threads", 2));
  const auto bins = static_cast<std::uint32_t>(bench::integer_option(argc, argv, "bins", 0));
  const Shape shape{size, size, size};
  const Shape block{bench::integer_option(argc, argv, "block-z", 64), bench::integer_option(argc, argv, "block-y", 128),
                    bench::integer_option(argc, argv, "block-x", 256)};
  const std::vector<std::uint8_t> affinities = bench::affinity_phantom(shape, threads);
  std::vector<std::uint32_t> labels(shape.voxels());
  Monitor monitor;
  const auto sizes = affinity_watershed<std::uint8_t>(affinities, shape, {}, block, threads, monitor, labels);
  std::printf("{\"copyGigabytesPerSecond\":%.1f}\n", bench::copy_gigabytes_per_second());
  RegionGraph graph;
  const auto run = [&] {
    graph = region_graph<std::uint8_t>(labels, affinities, shape, bins, block, threads, monitor);
  };
  const bench::Timing fine = bench::measure(
      3, [] {}, run);
  bench::report("regionGraph", threads, shape, fine,
                "\"fragments\":" + std::to_string(sizes.size()) + ",\"edges\":" + std::to_string(graph.size()));
  SizeGatedMerge merge;
  const bench::Timing gate = bench::measure(
      3, [] {}, [&] { merge = size_gated_merge(graph, sizes, {}, monitor); });
  bench::report("sizeGatedMerge", 1, shape, gate, "\"fragments\":" + std::to_string(merge.voxel_counts.size()));
  RegionGraph coarse;
  const bench::Timing collapse = bench::measure(
      3, [] {}, [&] { coarse = relabel_region_graph(graph, merge.table); });
  bench::report("relabelRegionGraph", 1, shape, collapse, "\"edges\":" + std::to_string(coarse.size()));
  for (std::uint32_t& label : labels) label = merge.table[label];
  const bench::Timing merged = bench::measure(
      3, [] {}, run);
  bench::report("regionGraphMerged", threads, shape, merged, "\"edges\":" + std::to_string(graph.size()));
}
