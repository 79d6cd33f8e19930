// Speed of what an edit costs: --supervoxels=1000000 --constraints=10000 --repetitions=20.
//
// The graph is that of supervoxels on a jittered lattice with objects of some hundred supervoxels, whose contacts are
// strong inside and weak across.
#include <algorithm>
#include <cstdint>
#include <numeric>
#include <string>

#include "agglomeration.hpp"
#include "constrained_agglomeration.hpp"
#include "harness.hpp"
#include "lattice_graph.hpp"
#include "split_segment.hpp"
#include "supervoxel_graph.hpp"

using namespace fascicle;

namespace {

struct Sample {
  double ms;
  double processor_ms;  ///< says more than the wall clock on a busy machine
};

void report(const char* name, std::vector<Sample> samples, const std::string& extra = "") {
  const auto by = [&](double Sample::*member) {
    std::vector<double> values;
    for (const Sample& sample : samples) values.push_back(sample.*member);
    std::sort(values.begin(), values.end());
    return values;
  };
  const std::vector<double> ms = by(&Sample::ms);
  const std::vector<double> processor = by(&Sample::processor_ms);
  const std::size_t middle = ms.size() / 2;
  std::printf(
      "{\"name\":\"%s\",\"bestMs\":%.3f,\"medianMs\":%.3f,\"p95Ms\":%.3f,\"maxMs\":%.3f,\"processorBestMs\":%.3f,"
      "\"processorMedianMs\":%.3f%s%s}\n",
      name, ms.front(), ms[middle], ms[ms.size() * 95 / 100], ms.back(), processor.front(), processor[middle],
      extra.empty() ? "" : ",", extra.c_str());
  std::fflush(stdout);
}

template <class Work>
Sample time_of(Work&& work) {
  const auto start = std::chrono::steady_clock::now();
  const std::clock_t processor_start = std::clock();
  work();
  const double processor = 1e3 * static_cast<double>(std::clock() - processor_start) / CLOCKS_PER_SEC;
  return {std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count(), processor};
}

}  // namespace

int main(int argc, char** argv) {
  const std::size_t supervoxels = bench::integer_option(argc, argv, "supervoxels", 1000000);
  const std::size_t constraints = bench::integer_option(argc, argv, "constraints", 10000);
  const std::size_t repetitions = bench::integer_option(argc, argv, "repetitions", 20);
  const bench::LatticeGraph lattice(supervoxels);
  Monitor monitor;
  const MergeTree tree = agglomerate(lattice.graph, static_cast<std::uint32_t>(lattice.sizes.size()), {}, monitor);
  std::vector<double> sizes(lattice.sizes.begin(), lattice.sizes.end());
  std::printf("{\"supervoxels\":%zu,\"edges\":%zu,\"steps\":%zu}\n", sizes.size(), lattice.graph.size(), tree.size());

  ConstrainedAgglomeration live(MergeForest(tree, sizes), {0.5, 0});
  bench::Random random(7);
  std::vector<Sample> edits;
  std::vector<Sample> undos;
  std::size_t changed = 0;
  for (std::size_t i = 0; i < constraints; ++i) {
    const std::size_t edge = random.below(lattice.graph.size());
    const SupervoxelPair pair{lattice.graph.u[edge], lattice.graph.v[edge]};
    const bool together = live.assignment()[pair.u] == live.assignment()[pair.v];
    ConstraintChange change;
    (together ? change.add_cannot : change.add_must).push_back(pair);
    try {
      ConstrainedAgglomeration::Applied applied;
      edits.push_back(time_of([&] { applied = live.apply(change); }));
      changed += applied.delta.supervoxels.size();
      undos.push_back(time_of([&] { applied = live.apply(applied.inverse); }));
      live.apply(applied.inverse);
    } catch (const ConstraintConflict&) {
      // The lattice has loops of must-links; a contradiction is not what is timed here.
    }
  }
  report("edit", edits, "\"changedPerEdit\":" + std::to_string(changed / edits.size()));
  report("undo", undos);
  for (const double min_size : {0.0, 600.0}) {
    std::vector<Sample> cuts;
    std::size_t segments = 0;
    std::vector<std::uint32_t> assignment(sizes.size() + 1);
    for (std::size_t i = 0; i < repetitions; ++i) {
      cuts.push_back(time_of([&] { live.preview({0.3 + 0.6 * random.unit(), min_size}, assignment); }));
    }
    live.preview({0.5, min_size}, assignment);
    for (std::size_t id = 1; id < assignment.size(); ++id) segments += assignment[id] == id ? 1 : 0;
    report(
        min_size > 0 ? "thresholdMinSize" : "threshold", cuts,
        "\"constraints\":" + std::to_string(live.constraints().size()) + ",\"segments\":" + std::to_string(segments));
  }

  std::vector<SupervoxelPlace> places;
  for (const auto& [z, y, x] : lattice.centres) {
    const std::array<std::int32_t, 3> low{static_cast<std::int32_t>(z), static_cast<std::int32_t>(y),
                                          static_cast<std::int32_t>(x)};
    places.push_back({low, {low[0] + 8, low[1] + 8, low[2] + 8}, {z + 4, y + 4, x + 4}});
  }
  const SupervoxelGraph graph(lattice.graph, places);
  std::vector<std::uint32_t> local(graph.supervoxels() + 1);
  for (const std::size_t nodes : {1000, 10000, 100000}) {
    std::vector<Sample> extractions;
    std::vector<Sample> cuts;
    std::vector<Sample> ranked;
    std::size_t edges = 0;
    for (std::size_t i = 0; i < repetitions; ++i) {
      // A cube of the lattice: several objects falsely merged.
      const auto side = static_cast<std::size_t>(std::cbrt(static_cast<double>(sizes.size())) + 0.5);
      const auto width = static_cast<std::size_t>(std::cbrt(static_cast<double>(nodes)) + 0.5);
      const std::size_t start = random.below(side - width);
      std::vector<std::uint32_t> members;
      for (std::size_t z = start; z < start + width; ++z) {
        for (std::size_t y = 0; y < width; ++y) {
          for (std::size_t x = start; x < start + width; ++x) {
            members.push_back(static_cast<std::uint32_t>((z * side + y) * side + x + 1));
          }
        }
      }
      SegmentGraph segment;
      extractions.push_back(time_of([&] {
        segment = segment_graph(
            graph, members, [&](std::uint32_t id) { return sizes[id - 1]; }, [](std::uint32_t, auto&&) {}, local);
      }));
      edges = segment.graph.edges.size();
      // Two objects, and one seed or two in each.
      const std::uint32_t first = lattice.objects[members.front() - 1];
      const std::uint32_t last = lattice.objects[members.back() - 1];
      SideNodes seeds(2);
      for (std::uint32_t node = 0; node < members.size(); ++node) {
        const std::uint32_t object = lattice.objects[members[node] - 1];
        if (object == first && seeds[0].size() < 2 && random.below(20) == 0) seeds[0].push_back(node);
        if (object == last && seeds[1].size() < 2 && random.below(20) == 0) seeds[1].push_back(node);
      }
      if (seeds[0].empty() || seeds[1].empty()) continue;
      try {
        cuts.push_back(time_of([&] { split_segment(segment.graph, seeds, {1, 4, 4, 0.02}, monitor); }));
        ranked.push_back(time_of([&] { split_segment(segment.graph, seeds, {}, monitor); }));
      } catch (const SplitRefused&) {
        // Two seeds beside each other can be refused; that takes no less time.
      }
    }
    const std::string extra = "\"nodes\":" + std::to_string(nodes) + ",\"edges\":" + std::to_string(edges);
    report("segmentGraph", extractions, extra);
    report("split", cuts, extra);
    report("splitThreeAlternatives", ranked, extra);
  }
}
