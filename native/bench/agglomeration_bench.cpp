// Speed and memory of agglomeration and of cutting its merge tree, on a graph like that of a 520^3 volume: fragments on
// a jittered lattice that touch about 11 others, cut from column-shaped objects; --hubs=n adds supervoxels that touch
// --hub-degree others each. Defaults: 238,328 supervoxels, 1.27 million edges.
#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <ctime>
#include <limits>
#include <map>
#include <memory>
#include <new>
#include <utility>

#include "agglomeration.hpp"
#include "harness.hpp"
#include "merge_tree.hpp"

using namespace fascicle;

namespace {

std::atomic<std::size_t> allocated{0};
std::atomic<std::size_t> peak_allocated{0};
/// What lies in front of every block.
struct Header {
  std::size_t size;
  void* block;
};

void* allocate(std::size_t size, std::size_t alignment) {
  std::size_t space = size + alignment;
  void* block = std::malloc(sizeof(Header) + space);
  if (block == nullptr) throw std::bad_alloc();
  void* pointer = static_cast<Header*>(block) + 1;
  std::align(alignment, size, pointer, space);
  static_cast<Header*>(pointer)[-1] = {size, block};
  const std::size_t now = allocated.fetch_add(size) + size;
  if (now > peak_allocated.load()) peak_allocated.store(now);
  return pointer;
}

void release(void* pointer) {
  if (pointer == nullptr) return;
  const Header header = static_cast<Header*>(pointer)[-1];
  allocated.fetch_sub(header.size);
  std::free(header.block);
}

}  // namespace

// Every allocation is counted, so that the peak of a run is known.
void* operator new(std::size_t size) {
  return allocate(size, alignof(std::max_align_t));
}
void* operator new(std::size_t size, std::align_val_t alignment) {
  return allocate(size, std::max(static_cast<std::size_t>(alignment), alignof(std::max_align_t)));
}
void operator delete(void* pointer) noexcept {
  release(pointer);
}
void operator delete(void* pointer, std::size_t) noexcept {
  release(pointer);
}
void operator delete(void* pointer, std::align_val_t) noexcept {
  release(pointer);
}
void operator delete(void* pointer, std::size_t, std::align_val_t) noexcept {
  release(pointer);
}

namespace {

struct Edges : RegionGraph {
  std::uint32_t supervoxels = 0;
};

class Numbers {
 public:
  std::uint64_t below(std::uint64_t bound) {
    state_ = state_ * 6364136223846793005ULL + 1442695040888963407ULL;
    return (state_ >> 33) % bound;
  }

 private:
  std::uint64_t state_ = 1;
};

/// Contacts of one edge: many where surfaces are large, strong within an object.
void add_edge(Edges& edges, std::uint32_t u, std::uint32_t v, bool same_object, Numbers& numbers) {
  const std::uint64_t contacts = 1 + numbers.below(8) * numbers.below(8) * numbers.below(4);
  std::uint64_t sum = 0;
  std::vector<std::uint32_t> row(edges.bins);
  const std::uint64_t level = same_object ? 150 + numbers.below(90) : 20 + numbers.below(150);
  for (std::uint64_t i = 0; i < contacts; ++i) {
    const std::uint64_t affinity = std::min<std::uint64_t>(255, level + numbers.below(40));
    sum += affinity;
    if (edges.bins != 0) ++row[affinity * edges.bins / 256];
  }
  edges.u.push_back(u);
  edges.v.push_back(v);
  edges.sum.push_back(sum);
  edges.count.push_back(static_cast<std::uint32_t>(contacts));
  edges.histogram.insert(edges.histogram.end(), row.begin(), row.end());
}

Edges lattice(std::uint32_t edge, std::uint32_t bins, std::uint32_t hubs, std::uint32_t hub_degree) {
  Numbers numbers;
  Edges edges;
  const std::uint32_t fragments = edge * edge * edge;
  edges.supervoxels = fragments + hubs;
  edges.bins = bins;
  const auto object = [&](std::uint32_t id) {
    const std::uint32_t z = id / (edge * edge);
    const std::uint32_t y = id / edge % edge + z / 5;
    const std::uint32_t x = id % edge + z / 7;
    return y / 4 * 1000 + x / 4;
  };
  std::map<std::uint32_t, std::vector<std::uint32_t>> of_hub;
  for (std::uint32_t hub = 0; hub < hubs; ++hub) {
    std::vector<bool> touched(fragments);
    for (std::uint32_t i = 0; i < hub_degree; ++i) touched[numbers.below(fragments)] = true;
    for (std::uint32_t id = 0; id < fragments; ++id) {
      if (touched[id]) of_hub[id].push_back(fragments + hub);
    }
  }
  // Forward neighbours in rising order: along x, diagonal in plane, then the next plane.
  const int steps[][3] = {{0, 0, 1},  {0, 1, -1}, {0, 1, 0}, {0, 1, 1}, {1, -1, 0},
                          {1, 0, -1}, {1, 0, 0},  {1, 0, 1}, {1, 1, 0}};
  for (std::uint32_t id = 0; id < fragments; ++id) {
    for (const auto& step : steps) {
      const bool face = std::abs(step[0]) + std::abs(step[1]) + std::abs(step[2]) == 1;
      const std::int64_t z = id / (edge * edge) + std::int64_t{step[0]};
      const std::int64_t y = id / edge % edge + std::int64_t{step[1]};
      const std::int64_t x = id % edge + std::int64_t{step[2]};
      if (z >= edge || y < 0 || y >= edge || x < 0 || x >= edge) continue;
      if (!face && numbers.below(100) >= 41) continue;
      const auto other = static_cast<std::uint32_t>((z * edge + y) * edge + x);
      add_edge(edges, id + 1, other + 1, object(id) == object(other), numbers);
    }
    for (const std::uint32_t hub : of_hub[id]) add_edge(edges, id + 1, hub + 1, false, numbers);
  }
  return edges;
}

}  // namespace

int main(int argc, char** argv) {
  const auto edge = static_cast<std::uint32_t>(bench::integer_option(argc, argv, "edge", 62));
  const auto bins = static_cast<std::uint32_t>(bench::integer_option(argc, argv, "bins", 16));
  const auto hubs = static_cast<std::uint32_t>(bench::integer_option(argc, argv, "hubs", 0));
  const auto hub_degree = static_cast<std::uint32_t>(bench::integer_option(argc, argv, "hub-degree", 20000));
  const int repetitions = static_cast<int>(bench::integer_option(argc, argv, "repetitions", 5));
  const Edges edges = lattice(edge, bins, hubs, hub_degree);
  const double count = static_cast<double>(edges.u.size());
  Monitor monitor;
  std::printf("{\"name\":\"copy\",\"gigabytesPerSecond\":%.1f}\n", bench::copy_gigabytes_per_second());

  MergeTree tree;
  for (const AgglomerationScore score : {AgglomerationScore::mean, AgglomerationScore::quantile}) {
    if (score == AgglomerationScore::quantile && bins == 0) continue;
    AgglomerationParams params;
    params.score = score;
    std::size_t before = 0;
    std::size_t bytes = 0;
    double cpu_ms = std::numeric_limits<double>::infinity();
    const bench::Timing timing = bench::measure(
        repetitions,
        [&] {
          tree = {};
          before = allocated;
          peak_allocated.store(before);
        },
        [&] {
          const std::clock_t start = std::clock();
          tree = agglomerate(edges, edges.supervoxels, params, monitor);
          cpu_ms = std::min(cpu_ms, 1e3 * static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC);
          bytes = peak_allocated - before;
        });
    std::printf(
        "{\"name\":\"agglomeration\",\"score\":\"%s\",\"threads\":1,\"supervoxels\":%u,\"edges\":%zu,\"steps\":%zu,"
        "\"bestMs\":%.2f,\"medianMs\":%.2f,\"bestCpuMs\":%.2f,\"megaedgesPerSecond\":%.2f,\"bytesPerEdge\":%.1f}\n",
        score == AgglomerationScore::mean ? "mean" : "quantile", edges.supervoxels, edges.u.size(), tree.size(),
        timing.best_ms, timing.median_ms, cpu_ms, count / timing.best_ms / 1e3, static_cast<double>(bytes) / count);
    std::fflush(stdout);
  }

  Numbers numbers;
  std::vector<double> sizes(edges.supervoxels);
  for (double& size : sizes) size = static_cast<double>(1 + numbers.below(1000));
  std::vector<std::uint32_t> assignment(sizes.size() + 1);
  for (const double min_size : {0.0, 300.0}) {
    for (const double threshold : {0.9, 0.5, 0.1}) {
      const bench::Timing timing = bench::measure(
          4 * repetitions, [] {}, [&] { cut_merge_tree<double>(tree, sizes, threshold, min_size, assignment); });
      std::printf(
          "{\"name\":\"cut\",\"threads\":1,\"threshold\":%.1f,\"minSize\":%.0f,\"bestMs\":%.3f,\"medianMs\":%.3f,"
          "\"medianMsPer250000Supervoxels\":%.3f}\n",
          threshold, min_size, timing.best_ms, timing.median_ms, timing.median_ms * 250000 / edges.supervoxels);
    }
  }
}
