#include "affinity_watershed.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <functional>
#include <map>
#include <numeric>
#include <vector>

#include "random_volume.hpp"
#include "region_graph_block.hpp"

using namespace fascicle;

namespace {

using Labels = std::vector<std::uint32_t>;

/// The definition, over the whole volume, one voxel at a time.
template <class T>
struct Reference {
  Shape shape;
  std::vector<T> weights;  // (3, Z, Y, X), clamped, 0 outside the volume
  std::vector<T> top;

  Reference(const std::vector<T>& affinities, Shape volume, const AffinityWatershedParams& params)
      : shape(volume), weights(affinities), top(volume.voxels(), T{0}) {
    const EdgeWeight<T> weight(params);
    for (T& w : weights) w = weight(w);
    for_edges([&](std::size_t a, std::size_t b, std::size_t, T w) {
      top[a] = std::max(top[a], w);
      top[b] = std::max(top[b], w);
    });
  }

  template <class Visit>
  void for_edges(Visit&& visit) const {
    for (std::size_t z = 0; z < shape.z; ++z)
      for (std::size_t y = 0; y < shape.y; ++y)
        for (std::size_t x = 0; x < shape.x; ++x) {
          const std::size_t p = shape.index(z, y, x);
          if (z > 0) visit(p, shape.index(z - 1, y, x), 0, weights[p]);
          if (y > 0) visit(p, shape.index(z, y - 1, x), 1, weights[shape.voxels() + p]);
          if (x > 0) visit(p, shape.index(z, y, x - 1), 2, weights[2 * shape.voxels() + p]);
        }
  }

  Labels run() const {
    const std::size_t n = shape.voxels();
    std::vector<std::vector<std::size_t>> higher(n);
    std::vector<std::vector<std::size_t>> level(n);
    for_edges([&](std::size_t a, std::size_t b, std::size_t, T w) {
      if (w == 0) return;
      for (const auto& [from, to] : {std::pair{a, b}, std::pair{b, a}}) {
        if (w != top[from]) continue;
        (top[to] > w ? higher : level)[from].push_back(to);
      }
    });
    const std::size_t far = n + 1;
    std::vector<std::size_t> distance(n, far);
    for (std::size_t v = 0; v < n; ++v)
      if (!higher[v].empty()) distance[v] = 0;
    for (bool changed = true; changed;) {
      changed = false;
      for (std::size_t v = 0; v < n; ++v)
        for (const std::size_t u : level[v])
          if (distance[u] != far && distance[u] + 1 < distance[v]) {
            distance[v] = distance[u] + 1;
            changed = true;
          }
    }
    std::vector<std::size_t> set(n);
    std::iota(set.begin(), set.end(), 0);
    const auto find = [&](std::size_t v) {
      while (set[v] != v) v = set[v];
      return v;
    };
    const auto unite = [&](std::size_t a, std::size_t b) {
      a = find(a);
      b = find(b);
      set[std::max(a, b)] = std::min(a, b);
    };
    for (std::size_t v = 0; v < n; ++v) {
      if (distance[v] == 0) {
        unite(v, *std::min_element(higher[v].begin(), higher[v].end()));
      } else if (distance[v] == far) {
        for (const std::size_t u : level[v]) unite(v, u);
      } else {
        std::size_t parent = n;
        for (const std::size_t u : level[v])
          if (distance[u] + 1 == distance[v]) parent = std::min(parent, u);
        unite(v, parent);
      }
    }
    Labels labels(n, 0);
    std::uint32_t next = 0;
    for (std::size_t v = 0; v < n; ++v) {
      if (top[v] == 0) continue;
      labels[v] = find(v) == v ? ++next : labels[find(v)];
    }
    return labels;
  }
};

/// Steepest ascent written without plateaus: right where no two edges of a voxel and its neighbours are equal.
Labels steepest_ascent(const std::vector<float>& affinities, Shape shape) {
  const std::size_t n = shape.voxels();
  std::vector<float> best(n, 0);
  std::vector<std::size_t> target(n, n);
  const auto consider = [&](std::size_t from, std::size_t to, float w) {
    if (w > best[from]) {
      best[from] = w;
      target[from] = to;
    }
  };
  const std::size_t steps[3] = {shape.plane(), shape.x, 1};
  for (std::size_t p = 0; p < n; ++p) {
    const bool inside[3] = {p / shape.plane() > 0, p / shape.x % shape.y > 0, p % shape.x > 0};
    for (std::size_t c = 0; c < 3; ++c) {
      if (!inside[c]) continue;
      consider(p, p - steps[c], affinities[c * n + p]);
      consider(p - steps[c], p, affinities[c * n + p]);
    }
  }
  std::map<std::size_t, std::uint32_t> ids;
  Labels labels(n, 0);
  for (std::size_t p = 0; p < n; ++p) {
    if (best[p] <= 0) continue;
    std::size_t v = p;
    while (target[target[v]] != v) v = target[v];
    labels[p] = ids.try_emplace(std::min(v, target[v]), static_cast<std::uint32_t>(ids.size() + 1)).first->second;
  }
  return labels;
}

template <class T>
Labels blockwise(const std::vector<T>& affinities, Shape shape, const AffinityWatershedParams& params, Shape block,
                 unsigned threads) {
  Monitor monitor;
  Labels labels(shape.voxels(), 77);
  const auto counts = affinity_watershed<T>(affinities, shape, params, block, threads, monitor, labels);
  std::vector<std::uint64_t> expected(counts.size(), 0);
  for (const std::uint32_t label : labels) {
    if (label != 0) ++expected.at(label - 1);
  }
  CHECK(counts == expected);
  return labels;
}

/// Every block read through a window with no more than its halo, as from a file.
template <class T>
Labels out_of_core(const std::vector<T>& affinities, Shape shape, const AffinityWatershedParams& params, Shape block) {
  const AffinityView<T> whole(affinities, box_of(shape));
  const std::vector<Box> blocks = blocks_covering(shape, block);
  std::vector<std::vector<std::uint32_t>> words;
  std::vector<Labels> labels;
  for (const Box& box : blocks) {
    const Box window = grow_box(box, watershed_halo_low, watershed_halo_high, shape);
    std::vector<T> part;
    for (std::size_t c = 0; c < 3; ++c)
      for (std::size_t z = window.min[0]; z < window.max[0]; ++z)
        for (std::size_t y = window.min[1]; y < window.max[1]; ++y) {
          const auto row = whole.row(c, z, y).subspan(window.min[2], window.max[2] - window.min[2]);
          part.insert(part.end(), row.begin(), row.end());
        }
    labels.emplace_back(box.shape().voxels());
    AffinityWatershedBlock<T> watershed;
    words.push_back(
        watershed.run(AffinityView<T>(part, window), shape, box, params, LabelBlock(labels.back(), box.shape())));
  }
  std::reverse(words.begin(), words.end());  // the order of the summaries does not matter
  std::vector<WatershedSummary> summaries;
  for (const auto& summary : words) summaries.emplace_back(summary);
  Monitor monitor;
  const WatershedStitching stitching = stitch_watershed(summaries, monitor);
  Labels result(shape.voxels());
  for (std::size_t i = 0; i < blocks.size(); ++i) {
    const auto table = stitching.block_table(blocks.size() - 1 - i);
    const LabelBlock target(result, shape, blocks[i]);
    const Shape extent = blocks[i].shape();
    for (std::size_t z = 0; z < extent.z; ++z)
      for (std::size_t y = 0; y < extent.y; ++y)
        for (std::size_t x = 0; x < extent.x; ++x) target.row(z, y)[x] = table[labels[i][extent.index(z, y, x)]];
  }
  return result;
}

template <class T>
std::vector<T> random_affinities(Shape shape, std::uint64_t kinds, test::Random& random) {
  std::vector<T> affinities(3 * shape.voxels());
  T value = 0;
  for (T& a : affinities) {
    // Runs make plateaus that wind through several blocks.
    if (random.below(4) != 0 || kinds > 4) {
      const double level = static_cast<double>(random.below(kinds)) / static_cast<double>(kinds > 1 ? kinds - 1 : 1);
      value = static_cast<T>(std::is_same_v<T, float> ? level : 255 * level);
    }
    a = value;
  }
  return affinities;
}

template <class T>
void check_all_ways(const std::vector<T>& affinities, Shape shape, const AffinityWatershedParams& params,
                    test::Random& random) {
  const Labels expected = Reference<T>(affinities, shape, params).run();
  const auto edge = [&] { return 1 + static_cast<std::size_t>(random.below(6)); };
  const std::vector<Shape> blocks{{1, 1, 1}, {64, 64, 64}, {edge(), edge(), edge()}, {edge(), edge(), edge()}};
  for (const Shape& block : blocks) {
    CHECK(blockwise(affinities, shape, params, block, 1 + static_cast<unsigned>(random.below(4))) == expected);
    CHECK(out_of_core(affinities, shape, params, block) == expected);
  }
}

Shape random_shape(test::Random& random, std::size_t largest) {
  const auto edge = [&] { return 1 + static_cast<std::size_t>(random.below(largest)); };
  return {edge(), edge(), edge()};
}

}  // namespace

TEST_CASE_TEMPLATE("the watershed equals its definition for every block shape and thread count", T, std::uint8_t,
                   float) {
  test::Random random(11);
  for (const std::uint64_t kinds : {1, 2, 3, 4, 7, 30, 256}) {
    for (int round = 0; round < 12; ++round) {
      const Shape shape = random_shape(random, 9);
      const auto affinities = random_affinities<T>(shape, kinds, random);
      CAPTURE(kinds);
      CAPTURE(round);
      check_all_ways(affinities, shape, {}, random);
      check_all_ways(affinities, shape, {0.3, 0.7}, random);
      check_all_ways(affinities, shape, {0, 1.5}, random);
    }
  }
}

TEST_CASE_TEMPLATE("awkward shapes and constant affinities", T, std::uint8_t, float) {
  test::Random random(12);
  for (const Shape& shape : test::awkward_shapes()) {
    if (shape.voxels() > 1000) continue;
    for (const double value : {0.0, 0.5, 1.0}) {
      const auto constant = static_cast<T>(std::is_same_v<T, float> ? value : 255 * value);
      check_all_ways(std::vector<T>(3 * shape.voxels(), constant), shape, {}, random);
    }
  }
}

TEST_CASE("plateaus that wind through many blocks are divided by their geodesic distance") {
  test::Random random(13);
  for (int round = 0; round < 40; ++round) {
    // Long open plateaus at one level, with rare higher edges that make corners far away.
    const Shape shape = random_shape(random, 14);
    std::vector<std::uint8_t> affinities(3 * shape.voxels());
    for (auto& a : affinities) a = random.below(40) == 0 ? 200 : random.below(3) == 0 ? 0 : 100;
    check_all_ways(affinities, shape, {}, random);
  }
}

TEST_CASE("without ties the watershed is steepest ascent") {
  test::Random random(14);
  for (int round = 0; round < 20; ++round) {
    const Shape shape = random_shape(random, 12);
    std::vector<float> affinities(3 * shape.voxels());
    for (std::size_t i = 0; i < affinities.size(); ++i) affinities[i] = static_cast<float>(i + 1);
    for (std::size_t i = affinities.size(); i > 1; --i) std::swap(affinities[i - 1], affinities[random.below(i)]);
    for (float& a : affinities) a /= static_cast<float>(affinities.size() + 1);
    const AffinityWatershedParams params{0, 2};
    CHECK(blockwise(affinities, shape, params, {5, 4, 6}, 2) == steepest_ascent(affinities, shape));
  }
}

TEST_CASE("uint8 affinities and their float32 copy have the same watershed at every threshold") {
  test::Random random(15);
  const Shape shape{7, 8, 9};
  std::vector<std::uint8_t> bytes(3 * shape.voxels());
  for (auto& a : bytes) a = static_cast<std::uint8_t>(random.below(256));
  std::vector<float> floats;
  for (const auto a : bytes) floats.push_back(static_cast<float>(a / 255.0));
  for (int step = 0; step <= 255; ++step) {
    const AffinityWatershedParams params{step / 255.0 * 0.5, 0.5 + (step + 1) / 255.0 * 0.5};
    CHECK(blockwise(bytes, shape, params, {4, 4, 4}, 1) == blockwise(floats, shape, params, {9, 9, 9}, 1));
  }
}

TEST_CASE("thresholds compare as documented: low is removed, high is saturated") {
  const EdgeWeight<std::uint8_t> weight({51 / 255.0, 102 / 255.0});
  CHECK(weight(51) == 0);
  CHECK(weight(52) == 52);
  CHECK(weight(101) == 101);
  CHECK(weight(102) == weight(255));
  const EdgeWeight<float> nan({0, 1});
  CHECK(nan(std::numeric_limits<float>::quiet_NaN()) == 0.0f);
}

TEST_CASE("edges that leave the volume do not exist, whatever the array holds") {
  const Shape shape{1, 1, 3};
  std::vector<std::uint8_t> affinities(9, 255);
  std::fill(affinities.begin() + 6, affinities.end(), std::uint8_t{0});
  affinities[6] = 200;  // x edge of voxel 0
  CHECK(blockwise(affinities, shape, {}, {1, 1, 2}, 1) == Labels{0, 0, 0});
}

TEST_CASE("the watershed refuses wrong arguments") {
  Monitor monitor;
  const Shape shape{2, 2, 2};
  const std::vector<float> affinities(24, 0.5f);
  Labels labels(8);
  const auto run = [&](std::size_t elements, AffinityWatershedParams params, Shape block) {
    return affinity_watershed<float>(std::span(affinities).first(elements), shape, params, block, 1, monitor, labels);
  };
  CHECK_THROWS_AS(run(23, {}, {2, 2, 2}), std::invalid_argument);
  CHECK_THROWS_AS(run(24, {0.9, 0.9}, {2, 2, 2}), std::invalid_argument);
  CHECK_THROWS_AS(run(24, {-0.1, 0.9}, {2, 2, 2}), std::invalid_argument);
  CHECK_THROWS_AS(run(24, {}, {2, 0, 2}), std::invalid_argument);

  AffinityWatershedBlock<float> block;
  const Box box{{0, 0, 0}, {1, 2, 2}};
  const AffinityView<float> no_halo(std::span<const float>(affinities).first(12), box);
  Labels part(4);
  CHECK_THROWS_AS(block.run(no_halo, shape, box, {}, LabelBlock(part, box.shape())), std::invalid_argument);
}

TEST_CASE("the stitching refuses summaries that do not make one volume") {
  Monitor monitor;
  const Shape shape{4, 2, 2};
  const std::vector<float> affinities(48, 0.5f);
  const AffinityView<float> view(affinities, box_of(shape));
  AffinityWatershedBlock<float> block;
  std::vector<std::vector<std::uint32_t>> words;
  for (const Box& box : blocks_covering(shape, {2, 2, 2})) {
    Labels part(8);
    words.push_back(block.run(view, shape, box, {}, LabelBlock(part, box.shape())));
  }
  const std::vector<WatershedSummary> one{WatershedSummary(words[0])};
  CHECK_THROWS_AS(stitch_watershed(one, monitor), std::invalid_argument);
  const std::vector<WatershedSummary> twice{WatershedSummary(words[0]), WatershedSummary(words[0])};
  CHECK_THROWS_AS(stitch_watershed(twice, monitor), std::invalid_argument);
  CHECK_THROWS_AS(WatershedSummary(std::span<const std::uint32_t>(words[0]).first(words[0].size() - 1)),
                  std::invalid_argument);
  CHECK_THROWS_AS(WatershedSummary(std::span<const std::uint32_t>(words[0]).subspan(1)), std::invalid_argument);
}

TEST_CASE("a stopped watershed throws Cancelled") {
  Monitor monitor(nullptr, [] { return true; });
  const std::vector<float> affinities(24, 0.5f);
  Labels labels(8);
  CHECK_THROWS_AS(affinity_watershed<float>(affinities, {2, 2, 2}, {}, {1, 2, 2}, 2, monitor, labels), Cancelled);
}

TEST_CASE_TEMPLATE("merging ahead in the blocks leaves no trace after the size-gated merge", T, std::uint8_t, float) {
  test::Random random(16);
  std::uint64_t merged_ahead = 0;
  for (const std::uint64_t kinds : {2, 3, 5, 256}) {
    for (int round = 0; round < 12; ++round) {
      const Shape shape = random_shape(random, 13);
      const auto affinities = random_affinities<T>(shape, kinds, random);
      AffinityWatershedParams params{0.1, 0.95, {}};
      params.gate = {random.below(60), random.below(2) == 0 ? 0 : 0.6, random.below(8)};
      const auto segments = [&](Shape block, SizeGatedMergeParams ahead) {
        AffinityWatershedParams with = params;
        with.gate = ahead;
        const Labels fragments = blockwise(affinities, shape, with, block, 2);
        Monitor monitor;
        const std::uint32_t count = fragments.empty() ? 0 : *std::max_element(fragments.begin(), fragments.end());
        std::vector<std::uint64_t> sizes(count, 0);
        for (const auto label : fragments) {
          if (label != 0) ++sizes[label - 1];
        }
        const RegionGraph graph = region_graph<T>(fragments, affinities, shape, 0, {64, 64, 64}, 1, monitor);
        const SizeGatedMerge merge = size_gated_merge(graph, sizes, params.gate, monitor);
        Labels result;
        for (const auto label : fragments) result.push_back(merge.table[label]);
        return std::pair(result, sizes.size());
      };
      const auto [expected, fragments] = segments({64, 64, 64}, {.size_threshold = 0});
      const auto edge = [&] { return 1 + static_cast<std::size_t>(random.below(9)); };
      for (const Shape& block : {Shape{64, 64, 64}, Shape{edge(), edge(), edge()}, Shape{edge(), edge(), edge()}}) {
        const auto [result, remaining] = segments(block, params.gate);
        CHECK(result == expected);
        merged_ahead += fragments - remaining;
      }
    }
  }
  CHECK(merged_ahead > 1000);
}
