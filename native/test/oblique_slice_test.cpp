#include "oblique_slice.hpp"

#include <doctest/doctest.h>

#include <cstdint>
#include <random>
#include <vector>

using namespace fascicle;

namespace {

constexpr Shape scene_shape{19, 23, 29};
constexpr Shape chunk_shape{8, 8, 8};

/// A random volume, and the same cut into chunks. Every third chunk is of one value.
template <class T>
struct Fixture {
  std::vector<T> voxels = std::vector<T>(scene_shape.voxels());
  std::vector<std::vector<T>> storage;
  std::vector<std::int32_t> slots;
  ChunkedVolume<T> volume;

  explicit Fixture(unsigned seed) {
    std::mt19937 random(seed);
    const Box grid{{0, 0, 0}, {3, 3, 4}};
    for (std::size_t index = 0; index < grid.shape().voxels(); ++index) {
      const std::size_t cz = index / 12, cy = index / 4 % 3, cx = index % 4;
      const bool uniform = index % 3 == 1;
      std::vector<T> chunk(uniform ? 1 : chunk_shape.voxels());
      for (T& value : chunk) value = static_cast<T>(random() % 251);
      for (std::size_t z = 0; z < chunk_shape.z; ++z)
        for (std::size_t y = 0; y < chunk_shape.y; ++y)
          for (std::size_t x = 0; x < chunk_shape.x; ++x) {
            const Zyx place{cz * chunk_shape.z + z, cy * chunk_shape.y + y, cx * chunk_shape.x + x};
            if (place[0] < scene_shape.z && place[1] < scene_shape.y && place[2] < scene_shape.x)
              voxels[scene_shape.index(place[0], place[1], place[2])] = chunk[uniform ? 0 : chunk_shape.index(z, y, x)];
          }
      slots.push_back(static_cast<std::int32_t>(storage.size()));
      storage.push_back(std::move(chunk));
    }
    volume = {scene_shape, chunk_shape, grid, slots, {}};
    for (const auto& chunk : storage) volume.chunks.emplace_back(chunk);
  }

  /// The voxel, the outermost ones continued.
  [[nodiscard]] double at(long z, long y, long x) const {
    const auto clamp = [](long value, std::size_t extent) {
      return static_cast<std::size_t>(std::clamp(value, 0L, static_cast<long>(extent) - 1));
    };
    return static_cast<double>(
        voxels[scene_shape.index(clamp(z, scene_shape.z), clamp(y, scene_shape.y), clamp(x, scene_shape.x))]);
  }
};

/// Weighs the eight voxels around a place one by one.
template <class T>
double weighted(const Fixture<T>& fixture, const Vector3& place) {
  double sum = 0;
  for (int corner = 0; corner < 8; ++corner) {
    double weight = 1;
    std::array<long, 3> index{};
    for (std::size_t axis = 0; axis < 3; ++axis) {
      const double low = std::floor(place[axis]);
      const bool high = (corner >> (2 - axis)) & 1;
      weight *= high ? place[axis] - low : low + 1 - place[axis];
      index[axis] = static_cast<long>(low) + (high ? 1 : 0);
    }
    if (weight > 0) sum += weight * fixture.at(index[0], index[1], index[2]);
  }
  return sum;
}

bool outside(const Vector3& place) {
  const Zyx shape = to_zyx(scene_shape);
  for (std::size_t axis = 0; axis < 3; ++axis)
    if (place[axis] < -0.5 || place[axis] >= static_cast<double>(shape[axis]) - 0.5) return true;
  return false;
}

template <class T>
std::vector<T> sample(const Fixture<T>& fixture, const SlicePlane& plane, Sampling sampling, unsigned threads) {
  std::vector<T> out(plane.rows * plane.columns);
  Monitor monitor;
  sample_oblique_slice<T>(fixture.volume, plane, sampling, out, threads, monitor);
  return out;
}

}  // namespace

TEST_CASE_TEMPLATE("oblique slices are interpolated from the eight voxels around each pixel", T, std::uint8_t,
                   std::uint16_t, float) {
  const Fixture<T> fixture(3);
  std::mt19937 random(5);
  std::uniform_real_distribution<double> part(-1, 1);
  for (int trial = 0; trial < 20; ++trial) {
    const Vector3 right{part(random), part(random), part(random)};
    const Vector3 down{part(random), part(random), part(random)};
    const SlicePlane plane{{9 + 9 * part(random), 11 + 9 * part(random), 14 + 9 * part(random)}, right, down, 17, 31};
    const auto out = sample(fixture, plane, Sampling::linear, 1);
    CHECK(out == sample(fixture, plane, Sampling::linear, 3));
    for (std::size_t row = 0; row < plane.rows; ++row)
      for (std::size_t column = 0; column < plane.columns; ++column) {
        Vector3 place{};
        for (std::size_t axis = 0; axis < 3; ++axis)
          place[axis] =
              plane.origin[axis] + static_cast<double>(row) * down[axis] + static_cast<double>(column) * right[axis];
        const double expected = outside(place) ? 0 : weighted(fixture, place);
        // Rounding to an integer may fall to either side of a half.
        CHECK(std::abs(static_cast<double>(out[row * plane.columns + column]) - expected) <= 0.5 + 1e-4);
      }
  }
}

TEST_CASE("planes along the axes give the voxels themselves, labels any plane the nearest") {
  const Fixture<std::uint32_t> fixture(7);
  const SlicePlane along{{4, 0, 0}, {0, 0, 1}, {0, 1, 0}, scene_shape.y, scene_shape.x};
  for (const Sampling sampling : {Sampling::nearest, Sampling::linear}) {
    const auto out = sample(fixture, along, sampling, 2);
    const auto plane = std::span(fixture.voxels).subspan(4 * scene_shape.plane(), scene_shape.plane());
    CHECK(std::equal(out.begin(), out.end(), plane.begin(), plane.end()));
  }
  const SlicePlane tilted{{1, 2, -3}, {0.3, 0.4, 0.8}, {0.6, 0.5, -0.2}, 40, 40};
  const auto out = sample(fixture, tilted, Sampling::nearest, 2);
  for (std::size_t row = 0; row < 40; ++row)
    for (std::size_t column = 0; column < 40; ++column) {
      const double r = static_cast<double>(row), c = static_cast<double>(column);
      const Vector3 place{1 + 0.6 * r + 0.3 * c, 2 + 0.5 * r + 0.4 * c, -3 + -0.2 * r + 0.8 * c};
      const auto nearest = [](double value) { return static_cast<long>(std::floor(value + 0.5)); };
      const double expected = outside(place) ? 0 : fixture.at(nearest(place[0]), nearest(place[1]), nearest(place[2]));
      CHECK(static_cast<double>(out[row * 40 + column]) == expected);
    }
}

TEST_CASE("chunks that are not given read as 0, and tables that do not fit are refused") {
  Fixture<std::uint8_t> fixture(9);
  std::fill(fixture.slots.begin(), fixture.slots.end(), -1);
  const SlicePlane plane{{4, 0, 0}, {0, 0, 1}, {0, 1, 0}, scene_shape.y, scene_shape.x};
  CHECK(sample(fixture, plane, Sampling::linear, 1) == std::vector<std::uint8_t>(scene_shape.plane(), 0));
  fixture.slots[0] = 36;
  CHECK_THROWS_AS(sample(fixture, plane, Sampling::linear, 1), std::invalid_argument);
  fixture.slots[0] = 0;
  fixture.volume.chunks[0] = fixture.volume.chunks[0].first(2);
  CHECK_THROWS_AS(sample(fixture, plane, Sampling::linear, 1), std::invalid_argument);
}
