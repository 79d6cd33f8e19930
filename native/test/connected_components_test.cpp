#include "connected_components.hpp"

#include <doctest/doctest.h>

#include <cstdlib>
#include <queue>

#include "random_volume.hpp"

using namespace fascicle;

namespace {

/// Flood fill from each unvisited voxel in raster order.
template <class T>
std::vector<std::uint32_t> flood_components(const std::vector<T>& labels, Shape shape, Connectivity connectivity) {
  std::vector<std::uint32_t> out(labels.size(), 0);
  std::uint32_t count = 0;
  const auto size = [](std::size_t n) { return static_cast<long>(n); };
  for (std::size_t start = 0; start < labels.size(); ++start) {
    if (labels[start] == 0 || out[start] != 0) continue;
    out[start] = ++count;
    std::queue<std::size_t> queue({start});
    while (!queue.empty()) {
      const std::size_t at = queue.front();
      queue.pop();
      const long z = size(at / shape.plane());
      const long y = size(at / shape.x % shape.y);
      const long x = size(at % shape.x);
      for (long dz = -1; dz <= 1; ++dz)
        for (long dy = -1; dy <= 1; ++dy)
          for (long dx = -1; dx <= 1; ++dx) {
            if (connectivity == Connectivity::faces && std::abs(dz) + std::abs(dy) + std::abs(dx) != 1) continue;
            const long nz = z + dz;
            const long ny = y + dy;
            const long nx = x + dx;
            if (nz < 0 || ny < 0 || nx < 0 || nz >= size(shape.z) || ny >= size(shape.y) || nx >= size(shape.x))
              continue;
            const std::size_t next = shape.index(nz, ny, nx);
            if (out[next] != 0 || labels[next] != labels[at]) continue;
            out[next] = count;
            queue.push(next);
          }
    }
  }
  return out;
}

}  // namespace

TEST_CASE_TEMPLATE("components equal those of a flood fill, for any thread count", T, std::uint8_t, std::uint16_t,
                   std::uint32_t, std::uint64_t) {
  test::Random random(3);
  for (const Shape shape : test::awkward_shapes()) {
    for (const std::uint64_t kinds : {1, 2, 3, 9}) {
      const auto labels = test::random_labels<T>(shape, kinds, random);
      for (const Connectivity connectivity : {Connectivity::faces, Connectivity::corners}) {
        const auto expected = flood_components(labels, shape, connectivity);
        const std::uint32_t count = expected.empty() ? 0 : *std::max_element(expected.begin(), expected.end());
        for (const unsigned threads : {1u, 2u, 3u}) {
          Monitor monitor;
          std::vector<std::uint32_t> out(labels.size(), 77);
          CHECK(connected_components<T>({labels, shape}, out, connectivity, threads, monitor) == count);
          CHECK(out == expected);
        }
      }
    }
  }
}

TEST_CASE("components may be written over their labels") {
  test::Random random(4);
  const Shape shape{5, 6, 7};
  auto labels = test::random_labels<std::uint32_t>(shape, 3, random);
  const auto expected = flood_components(labels, shape, Connectivity::faces);
  Monitor monitor;
  connected_components<std::uint32_t>({labels, shape}, labels, Connectivity::faces, 2, monitor);
  CHECK(labels == expected);
}

TEST_CASE("64-bit labels that agree in their low half are different") {
  const std::vector<std::uint64_t> labels{1, (std::uint64_t{1} << 32) + 1};
  std::vector<std::uint32_t> out(2);
  Monitor monitor;
  CHECK(connected_components<std::uint64_t>({labels, {1, 1, 2}}, out, Connectivity::corners, 1, monitor) == 2);
}
