#include "seeded_watershed.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <queue>
#include <set>

#include "boundary_map.hpp"
#include "random_volume.hpp"

using namespace fascicle;

namespace {

std::vector<float> random_values(std::size_t n, std::uint64_t levels, test::Random& random) {
  std::vector<float> values(n);
  for (float& value : values) value = static_cast<float>(random.below(levels + 1)) / static_cast<float>(levels);
  return values;
}

/// Flood with a heap ordered by (height, number of entering): the definition of the result.
std::vector<std::uint32_t> heap_flood(const std::vector<std::uint16_t>& heights, Shape shape,
                                      std::vector<std::uint32_t> labels) {
  using Entry = std::tuple<std::uint16_t, std::uint64_t, std::size_t>;
  std::priority_queue<Entry, std::vector<Entry>, std::greater<>> queue;
  std::uint64_t entered = 0;
  const auto spread = [&](std::size_t from) {
    detail::for_face_neighbours(shape, static_cast<std::uint32_t>(from), [&](std::size_t at) {
      if (labels[at] != 0) return;
      labels[at] = labels[from];
      queue.emplace(heights[at], entered++, at);
    });
  };
  std::vector<std::size_t> seeds;
  for (std::size_t i = 0; i < labels.size(); ++i) {
    if (labels[i] != 0) seeds.push_back(i);
  }
  for (const std::size_t seed : seeds) spread(seed);
  while (!queue.empty()) {
    const std::size_t at = std::get<2>(queue.top());
    queue.pop();
    spread(at);
  }
  return labels;
}

/// A voxel is in a maximum when no walk over equal values from it meets a higher neighbour.
std::vector<std::uint8_t> slow_maxima(const std::vector<float>& values, Shape shape) {
  std::vector<std::uint8_t> out(values.size());
  for (std::size_t start = 0; start < values.size(); ++start) {
    std::set<std::size_t> plateau{start};
    std::vector<std::size_t> stack{start};
    bool higher = false;
    while (!stack.empty()) {
      const std::size_t at = stack.back();
      stack.pop_back();
      detail::for_all_neighbours(shape, at, [&](std::size_t next) {
        higher |= values[next] > values[at];
        if (values[next] == values[at] && plateau.insert(next).second) stack.push_back(next);
      });
    }
    out[start] = higher ? 0 : 1;
  }
  return out;
}

/// Distance of each voxel of `open` to the nearest other one, over all pairs; 0 where there is none.
std::vector<float> slow_distance(const std::vector<bool>& open, Shape shape) {
  std::vector<float> out(open.size(), 0.0f);
  for (std::size_t i = 0; i < open.size(); ++i) {
    if (!open[i]) continue;
    double nearest = -1;
    for (std::size_t j = 0; j < open.size(); ++j) {
      if (open[j]) continue;
      const auto apart = [](std::size_t a, std::size_t b) { return static_cast<double>(a) - static_cast<double>(b); };
      const double dy = apart(i / shape.x, j / shape.x);
      const double dx = apart(i % shape.x, j % shape.x);
      const double squared = dy * dy + dx * dx;
      if (nearest < 0 || squared < nearest) nearest = squared;
    }
    if (nearest > 0) out[i] = std::sqrt(static_cast<float>(nearest));
  }
  return out;
}

/// Connected sets of `mask` over edges and corners, numbered by their first voxels.
std::vector<std::uint32_t> slow_components(const std::vector<std::uint8_t>& mask, Shape shape, std::uint32_t& count) {
  std::vector<std::uint32_t> out(mask.size(), 0);
  count = 0;
  for (std::size_t start = 0; start < mask.size(); ++start) {
    if (mask[start] == 0 || out[start] != 0) continue;
    std::vector<std::size_t> stack{start};
    out[start] = ++count;
    while (!stack.empty()) {
      const std::size_t at = stack.back();
      stack.pop_back();
      detail::for_all_neighbours(shape, at, [&](std::size_t next) {
        if (mask[next] == 0 || out[next] != 0) return;
        out[next] = count;
        stack.push_back(next);
      });
    }
  }
  return out;
}

/// The whole recipe on one slice, step by step as it is written down; only the smoothing is that of the program.
std::vector<std::uint32_t> slow_slice(std::vector<float> probability, Shape shape,
                                      const SeededWatershedParams& params) {
  std::vector<bool> open(probability.size());
  for (std::size_t i = 0; i < open.size(); ++i) open[i] = !(probability[i] > static_cast<float>(params.threshold));
  auto distance = slow_distance(open, shape);
  const float farthest = *std::max_element(distance.begin(), distance.end());
  gaussian_smooth({probability, shape}, {0, params.sigma_weights, params.sigma_weights}, 1);
  const auto alpha = static_cast<float>(params.alpha);
  std::vector<std::uint16_t> heights(probability.size());
  for (std::size_t i = 0; i < heights.size(); ++i) {
    const float near = farthest > 0 ? 1 - distance[i] * (1 / farthest) : 1;
    const float height = alpha * probability[i] + (1 - alpha) * near;
    heights[i] = static_cast<std::uint16_t>(std::clamp(height, 0.0f, 1.0f) * 65535 + 0.5f);
  }
  gaussian_smooth({distance, shape}, {0, params.sigma_seeds, params.sigma_seeds}, 1);
  std::uint32_t count = 0;
  auto labels = heap_flood(heights, shape, slow_components(slow_maxima(distance, shape), shape, count));
  std::map<std::uint32_t, std::size_t> sizes;
  for (const std::uint32_t label : labels) ++sizes[label];
  std::size_t largest = 0;
  for (const auto& [label, size] : sizes) largest = std::max(largest, size);
  std::map<std::uint32_t, std::uint32_t> numbers;
  std::uint32_t kept = 0;
  for (const auto& [label, size] : sizes) {
    numbers[label] = size >= std::min<std::size_t>(params.min_size, largest) ? ++kept : 0;
  }
  for (std::uint32_t& label : labels) label = numbers[label];
  return heap_flood(heights, shape, labels);
}

std::vector<std::uint32_t> segment(const std::vector<float>& boundary, Shape shape, const SeededWatershedParams& params,
                                   unsigned threads, std::uint32_t& count) {
  std::vector<std::uint32_t> out(boundary.size(), 99);
  Monitor monitor;
  count = seeded_watershed<float>({boundary, shape}, params, out, threads, monitor);
  return out;
}

}  // namespace

TEST_CASE("the level queue floods as a heap does") {
  test::Random random(10);
  for (const Shape shape : test::awkward_shapes()) {
    for (const std::uint64_t levels : {1, 5, 65536}) {
      std::vector<std::uint16_t> heights(shape.voxels());
      for (auto& height : heights) height = static_cast<std::uint16_t>(random.below(levels));
      std::vector<std::uint32_t> seeds(shape.voxels(), 0);
      for (std::size_t i = 0; i < seeds.size(); ++i)
        seeds[i] = random.below(8) == 0 ? static_cast<std::uint32_t>(1 + random.below(5)) : 0;
      const auto expected = heap_flood(heights, shape, seeds);
      priority_flood({heights, shape}, seeds);
      CHECK(seeds == expected);
    }
  }
}

TEST_CASE("maxima are those of the definition, plateaus included") {
  test::Random random(11);
  for (const Shape shape : test::awkward_shapes()) {
    if (shape.voxels() > 1000) continue;
    for (const std::uint64_t levels : {1, 2, 4, 1000}) {
      const auto values = random_values(shape.voxels(), levels, random);
      std::vector<std::uint8_t> out(values.size());
      local_maxima({values, shape}, out, 2);
      CHECK(out == slow_maxima(values, shape));
    }
  }
}

TEST_CASE("smoothing equals a direct sum over the mirrored neighbourhood and keeps constants") {
  test::Random random(12);
  const Shape shape{5, 6, 9};
  const auto values = random_values(shape.voxels(), 1000, random);
  const VoxelSize sigma{0.8, 1.2, 2.4};
  std::vector<double> expected(values.begin(), values.end());
  const auto along = [&](std::size_t length, std::size_t stride, double s) {
    const auto kernel = detail::half_gaussian(s);
    const auto radius = static_cast<std::ptrdiff_t>(kernel.size()) - 1;
    const auto before = expected;
    for (std::size_t i = 0; i < expected.size(); ++i) {
      const auto at = static_cast<std::ptrdiff_t>(i / stride % length);
      double sum = 0;
      for (std::ptrdiff_t k = -radius; k <= radius; ++k) {
        const auto from = static_cast<std::ptrdiff_t>(detail::mirrored(at + k, length));
        sum += static_cast<double>(kernel[std::abs(k)]) * before[i + (from - at) * static_cast<std::ptrdiff_t>(stride)];
      }
      expected[i] = sum;
    }
  };
  along(shape.x, 1, sigma.x);
  along(shape.y, shape.x, sigma.y);
  along(shape.z, shape.plane(), sigma.z);
  auto smoothed = values;
  gaussian_smooth({smoothed, shape}, sigma, 2);
  for (std::size_t i = 0; i < smoothed.size(); ++i) {
    CHECK(static_cast<double>(smoothed[i]) == doctest::Approx(expected[i]).epsilon(1e-5));
  }
  std::vector<float> constant(shape.voxels(), 0.5f);
  gaussian_smooth({constant, shape}, {3, 3, 3}, 1);
  for (const float value : constant) CHECK(static_cast<double>(value) == doctest::Approx(0.5).epsilon(1e-5));
}

TEST_CASE("the kernel's exponential is that of the library") {
  for (double x = 0; x < 12; x += 0.37) CHECK(detail::exp_of_minus(x) == doctest::Approx(std::exp(-x)).epsilon(1e-10));
}

TEST_CASE("two rooms behind a wall are two segments, in a slice and in space") {
  const Shape shape{12, 20, 31};
  std::vector<float> boundary(shape.voxels(), 0.05f);
  for (std::size_t z = 0; z < shape.z; ++z)
    for (std::size_t y = 0; y < shape.y; ++y) boundary[shape.index(z, y, 14)] = 0.95f;
  SeededWatershedParams params;
  params.min_size = 20;
  std::uint32_t count = 0;
  const auto per_slice = segment(boundary, shape, params, 2, count);
  CHECK(count == 2 * shape.z);
  params.per_slice = false;
  const auto in_space = segment(boundary, shape, params, 2, count);
  CHECK(count == 2);
  for (std::size_t z = 0; z < shape.z; ++z)
    for (std::size_t y = 0; y < shape.y; ++y)
      for (std::size_t x = 0; x < shape.x; ++x) {
        if (x >= 13 && x <= 15) continue;
        CHECK(in_space[shape.index(z, y, x)] == (x < 14 ? 1 : 2));
        CHECK(per_slice[shape.index(z, y, x)] == 2 * z + (x < 14 ? 1 : 2));
      }
}

TEST_CASE("slices are flooded as the recipe is written down") {
  test::Random random(15);
  std::uint32_t most = 0;
  for (const Shape shape : {Shape{1, 1, 1}, Shape{2, 1, 30}, Shape{3, 23, 31}, Shape{2, 40, 37}}) {
    for (const std::uint64_t min_size : {0, 12, 60}) {
      auto boundary = random_values(shape.voxels(), 40, random);
      gaussian_smooth({boundary, shape}, {0, 1.2, 1.2}, 1);
      SeededWatershedParams params;
      params.threshold = 0.52;
      params.sigma_seeds = 0.8;
      params.sigma_weights = 1.1;
      params.min_size = min_size;
      std::vector<std::uint32_t> expected;
      std::uint32_t offset = 0;
      for (std::size_t z = 0; z < shape.z; ++z) {
        const auto begin = boundary.begin() + static_cast<std::ptrdiff_t>(z * shape.plane());
        auto slice =
            slow_slice({begin, begin + static_cast<std::ptrdiff_t>(shape.plane())}, {1, shape.y, shape.x}, params);
        for (std::uint32_t& label : slice) label += offset;
        offset = *std::max_element(slice.begin(), slice.end());
        expected.insert(expected.end(), slice.begin(), slice.end());
      }
      std::uint32_t count = 0;
      CHECK(segment(boundary, shape, params, 2, count) == expected);
      CHECK(count == offset);
      most = std::max(most, count);
    }
  }
  CHECK(most > 50);
}

TEST_CASE("every voxel gets a dense id, slices share none, small segments are gone, threads do not matter") {
  test::Random random(13);
  for (const Shape shape : {Shape{1, 1, 1}, Shape{3, 1, 40}, Shape{4, 33, 29}, Shape{9, 17, 21}}) {
    auto boundary = random_values(shape.voxels(), 50, random);
    gaussian_smooth({boundary, shape}, {0, 1, 1}, 1);
    for (const bool per_slice : {true, false}) {
      SeededWatershedParams params;
      params.threshold = 0.5;
      params.sigma_seeds = 1;
      params.sigma_weights = 0.5;
      params.min_size = 25;
      params.per_slice = per_slice;
      params.voxel_size = {4, 1, 1};
      std::uint32_t count = 0;
      const auto labels = segment(boundary, shape, params, 1, count);
      std::uint32_t same = 0;
      CHECK(segment(boundary, shape, params, 3, same) == labels);
      CHECK(same == count);
      std::map<std::uint32_t, std::pair<std::size_t, std::set<std::size_t>>> sizes;
      for (std::size_t i = 0; i < labels.size(); ++i) {
        ++sizes[labels[i]].first;
        sizes[labels[i]].second.insert(i / shape.plane());
      }
      CHECK(sizes.size() == count);
      CHECK(sizes.begin()->first == 1);
      CHECK(sizes.rbegin()->first == count);
      const std::size_t part = per_slice ? shape.plane() : shape.voxels();
      for (const auto& [label, entry] : sizes) {
        CHECK(entry.first >= std::min<std::size_t>(params.min_size, part));
        if (per_slice) CHECK(entry.second.size() == 1);
      }
    }
  }
}

TEST_CASE("a slice without boundary, or all boundary, is one segment; uint8 equals its float") {
  const Shape shape{2, 16, 16};
  std::uint32_t count = 0;
  segment(std::vector<float>(shape.voxels(), 0.0f), shape, {}, 1, count);
  CHECK(count == 2);
  segment(std::vector<float>(shape.voxels(), 1.0f), shape, {}, 1, count);
  CHECK(count == 2);

  test::Random random(14);
  std::vector<std::uint8_t> bytes(shape.voxels());
  std::vector<float> floats(bytes.size());
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    bytes[i] = static_cast<std::uint8_t>(random.next());
    floats[i] = 1.0f / 255 * static_cast<float>(bytes[i]);
  }
  std::vector<std::uint32_t> out(bytes.size());
  Monitor monitor;
  seeded_watershed<std::uint8_t>({bytes, shape}, {}, out, 1, monitor);
  CHECK(out == segment(floats, shape, {}, 1, count));
}

TEST_CASE("NaN and parameters out of range are refused") {
  std::vector<float> boundary(4, 0.5f);
  std::uint32_t count = 0;
  SeededWatershedParams params;
  params.alpha = 1.5;
  CHECK_THROWS_AS(segment(boundary, {1, 2, 2}, params, 1, count), std::invalid_argument);
  boundary[2] = std::numeric_limits<float>::quiet_NaN();
  CHECK_THROWS_AS(segment(boundary, {1, 2, 2}, {}, 1, count), std::invalid_argument);
}

TEST_CASE("boundaries are the complement of the reduced affinities") {
  const std::vector<float> affinities{0.5f, 1.0f, 0.25f, 0.5f, 0.75f, 0.0f};
  std::vector<float> out(2);
  Monitor monitor;
  const std::vector<std::size_t> all{0, 1, 2};
  boundary_from_affinities<float>(affinities, 2, all, AffinityReduction::mean, out, 1, monitor);
  CHECK(out == std::vector<float>{0.5f, 0.5f});
  boundary_from_affinities<float>(affinities, 2, all, AffinityReduction::minimum, out, 1, monitor);
  CHECK(out == std::vector<float>{0.75f, 1.0f});
  const std::vector<std::size_t> last{1, 2};
  boundary_from_affinities<float>(affinities, 2, last, AffinityReduction::maximum, out, 1, monitor);
  CHECK(out == std::vector<float>{0.25f, 0.5f});
  const std::vector<std::size_t> missing{3};
  CHECK_THROWS_AS(boundary_from_affinities<float>(affinities, 2, missing, AffinityReduction::mean, out, 1, monitor),
                  std::invalid_argument);
}
