#include "region_graph.hpp"

#include <doctest/doctest.h>

#include <map>
#include <vector>

#include "random_volume.hpp"
#include "region_graph_block.hpp"
#include "region_graph_merge.hpp"

using namespace fascicle;

namespace {

using Labels = std::vector<std::uint32_t>;

void check_equal(const RegionGraph& a, const RegionGraph& b) {
  CHECK(a.u == b.u);
  CHECK(a.v == b.v);
  CHECK(a.sum == b.sum);
  CHECK(a.count == b.count);
  CHECK(a.max == b.max);
  CHECK(a.voxel == b.voxel);
  CHECK(a.axis == b.axis);
  CHECK(a.histogram == b.histogram);
  CHECK(a.bins == b.bins);
  CHECK(a.unit == b.unit);
}

/// Every contact of the volume in a map.
template <class T>
RegionGraph reference(const Labels& labels, const std::vector<T>& affinities, Shape shape, std::uint32_t bins) {
  struct Edge {
    std::uint64_t sum = 0;
    std::uint32_t count = 0;
    std::uint32_t max = 0;
    std::size_t voxel = 0;
    std::uint8_t axis = 0;
    std::vector<std::uint32_t> histogram;
  };
  std::map<std::pair<std::uint32_t, std::uint32_t>, Edge> edges;
  for (std::size_t z = 0; z < shape.z; ++z)
    for (std::size_t y = 0; y < shape.y; ++y)
      for (std::size_t x = 0; x < shape.x; ++x) {
        const std::size_t p = shape.index(z, y, x);
        const std::size_t position[3] = {z, y, x};
        const std::size_t step[3] = {shape.plane(), shape.x, 1};
        for (std::size_t c = 0; c < 3; ++c) {
          if (position[c] == 0) continue;
          const std::uint32_t a = labels[p];
          const std::uint32_t b = labels[p - step[c]];
          if (a == 0 || b == 0 || a == b) continue;
          const std::uint32_t value = FixedPoint<T>::of(affinities[c * shape.voxels() + p]);
          Edge& edge = edges[{std::min(a, b), std::max(a, b)}];
          if (edge.count == 0 || value > edge.max) {
            edge.max = value;
            edge.voxel = p;
            edge.axis = static_cast<std::uint8_t>(c);
          }
          edge.sum += value;
          edge.count += 1;
          edge.histogram.resize(bins);
          for (std::uint32_t bin = bins; bin-- > 0;) {
            if (static_cast<std::uint64_t>(value) * bins >= static_cast<std::uint64_t>(bin) * FixedPoint<T>::range) {
              ++edge.histogram[bin];
              break;
            }
          }
        }
      }
  RegionGraph graph;
  graph.bins = bins;
  graph.unit = FixedPoint<T>::unit;
  for (const auto& [key, edge] : edges) {
    graph.u.push_back(key.first);
    graph.v.push_back(key.second);
    graph.sum.push_back(edge.sum);
    graph.count.push_back(edge.count);
    graph.max.push_back(edge.max);
    graph.voxel.push_back(edge.voxel);
    graph.axis.push_back(edge.axis);
    graph.histogram.insert(graph.histogram.end(), edge.histogram.begin(), edge.histogram.end());
  }
  return graph;
}

template <class T>
std::vector<T> random_affinities(Shape shape, test::Random& random) {
  std::vector<T> affinities(3 * shape.voxels());
  for (T& a : affinities) {
    const double value = random.below(3) == 0 ? 1.0 : random.unit();
    a = static_cast<T>(std::is_same_v<T, float> ? value : 255 * value);
  }
  return affinities;
}

}  // namespace

TEST_CASE_TEMPLATE("the region graph counts every contact once, for every block shape and thread count", T,
                   std::uint8_t, float) {
  test::Random random(21);
  for (const Shape& shape : test::awkward_shapes()) {
    for (const std::uint32_t bins : {0u, 1u, 16u, 256u}) {
      const auto labels = test::random_labels<std::uint32_t>(shape, 1 + random.below(40), random);
      const auto affinities = random_affinities<T>(shape, random);
      const RegionGraph expected = reference(labels, affinities, shape, bins);
      const auto edge = [&] { return 1 + static_cast<std::size_t>(random.below(6)); };
      for (const Shape& block : {Shape{99, 99, 99}, Shape{edge(), edge(), edge()}, Shape{edge(), edge(), edge()}}) {
        Monitor monitor;
        const auto threads = 1 + static_cast<unsigned>(random.below(4));
        check_equal(region_graph<T>(labels, affinities, shape, bins, block, threads, monitor), expected);
      }
    }
  }
}

TEST_CASE("blocks with windows of their own add up in any order") {
  test::Random random(22);
  const Shape shape{9, 10, 11};
  const auto labels = test::random_labels<std::uint32_t>(shape, 60, random);
  const auto affinities = random_affinities<float>(shape, random);
  std::vector<RegionGraph> graphs;
  for (const Box& box : blocks_covering(shape, {4, 3, 5})) {
    const auto cut = [&](const auto& volume, const Box& window, std::size_t channels) {
      std::remove_cvref_t<decltype(volume)> part;
      for (std::size_t c = 0; c < channels; ++c)
        for (std::size_t z = window.min[0]; z < window.max[0]; ++z)
          for (std::size_t y = window.min[1]; y < window.max[1]; ++y)
            for (std::size_t x = window.min[2]; x < window.max[2]; ++x)
              part.push_back(volume[c * shape.voxels() + shape.index(z, y, x)]);
      return part;
    };
    const Box halo = grow_box(box, 1, 0, shape);
    const auto label_part = cut(labels, halo, 1);
    const auto affinity_part = cut(affinities, box, 3);
    RegionGraphBlock<float> block;
    graphs.push_back(block.run(LabelWindow(label_part, halo), AffinityView<float>(affinity_part, box), shape, box, 16));
  }
  std::reverse(graphs.begin(), graphs.end());
  const std::vector<RegionGraphView> views(graphs.begin(), graphs.end());
  Monitor monitor;
  check_equal(merge_region_graphs(views, 2, monitor), reference(labels, affinities, shape, 16));
}

TEST_CASE("relabelling the graph equals the graph of the relabelled volume") {
  test::Random random(23);
  const Shape shape{8, 9, 10};
  const auto labels = test::random_labels<std::uint32_t>(shape, 50, random);
  const auto affinities = random_affinities<std::uint8_t>(shape, random);
  std::vector<std::uint32_t> table(50);
  for (std::size_t i = 1; i < table.size(); ++i) table[i] = static_cast<std::uint32_t>(random.below(12));
  Labels relabelled;
  for (const auto label : labels) relabelled.push_back(table[label]);
  check_equal(relabel_region_graph(reference(labels, affinities, shape, 8), table),
              reference(relabelled, affinities, shape, 8));
}

TEST_CASE("large merges split into ranges give the same graph") {
  test::Random random(24);
  RegionGraph graph;
  for (std::uint32_t u = 1; u < 200000; ++u) {
    for (std::uint32_t v = u + 1; v < u + 4; ++v) {
      graph.u.push_back(u);
      graph.v.push_back(v);
      graph.sum.push_back(random.below(1000));
      graph.count.push_back(1 + static_cast<std::uint32_t>(random.below(9)));
      graph.max.push_back(static_cast<std::uint32_t>(random.below(256)));
      graph.voxel.push_back(random.below(1000));
      graph.axis.push_back(static_cast<std::uint8_t>(random.below(3)));
    }
  }
  Monitor monitor;
  const std::vector<RegionGraphView> once{graph};
  check_equal(merge_region_graphs(once, 2, monitor), graph);
  const std::vector<RegionGraphView> twice{graph, graph};
  RegionGraph doubled = graph;
  for (auto& sum : doubled.sum) sum *= 2;
  for (auto& count : doubled.count) count *= 2;
  check_equal(merge_region_graphs(twice, 3, monitor), doubled);
}

TEST_CASE("float affinities are rounded to multiples of 2^-24 within 0..1") {
  CHECK(FixedPoint<float>::of(1.0f) == 1u << 24);
  CHECK(FixedPoint<float>::of(7.0f) == 1u << 24);
  CHECK(FixedPoint<float>::of(-1.0f) == 0);
  CHECK(FixedPoint<float>::of(std::numeric_limits<float>::quiet_NaN()) == 0);
  CHECK(FixedPoint<float>::of(0.5f) == 1u << 23);
  CHECK(FixedPoint<float>::of(1.5f * 0x1p-24f) == 2);  // half to even
  CHECK(FixedPoint<float>::of(2.5f * 0x1p-24f) == 2);
}

TEST_CASE("the region graph refuses wrong arguments") {
  Monitor monitor;
  const Shape shape{2, 2, 2};
  const Labels labels(8, 1);
  const std::vector<float> affinities(24, 0.5f);
  const auto run = [&](std::size_t voxels, std::size_t elements, std::uint32_t bins) {
    return region_graph<float>(std::span(labels).first(voxels), std::span(affinities).first(elements), shape, bins,
                               {2, 2, 2}, 1, monitor);
  };
  CHECK_THROWS_AS(run(7, 24, 0), std::invalid_argument);
  CHECK_THROWS_AS(run(8, 23, 0), std::invalid_argument);
  CHECK_THROWS_AS(run(8, 24, 257), std::invalid_argument);
  CHECK(run(8, 24, 16).size() == 0);

  RegionGraph a;
  RegionGraph b;
  b.unit = 1u << 24;
  const std::vector<RegionGraphView> mixed{a, b};
  CHECK_THROWS_AS(merge_region_graphs(mixed, 1, monitor), std::invalid_argument);
  a.u = {2, 1};
  CHECK_THROWS_AS(relabel_region_graph(a, Labels(3)), std::invalid_argument);
}
