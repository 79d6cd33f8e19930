#include "label_statistics.hpp"

#include <doctest/doctest.h>

#include "random_volume.hpp"

using namespace fascicle;

namespace {

struct Tables {
  explicit Tables(std::size_t rows) : voxels(rows), boxes(6 * rows), sums(3 * rows) { clear(view()); }
  LabelStatistics view() { return {voxels, boxes, sums}; }
  friend bool operator==(const Tables&, const Tables&) = default;

  std::vector<std::uint64_t> voxels;
  std::vector<std::uint32_t> boxes;
  std::vector<std::uint64_t> sums;
};

Tables voxel_by_voxel(const std::vector<std::uint32_t>& labels, Shape shape, std::size_t rows) {
  Tables tables(rows);
  for (std::uint32_t z = 0; z < shape.z; ++z)
    for (std::uint32_t y = 0; y < shape.y; ++y)
      for (std::uint32_t x = 0; x < shape.x; ++x) {
        const std::size_t label = labels[shape.index(z, y, x)];
        const std::array<std::uint32_t, 3> at{z, y, x};
        ++tables.voxels[label];
        for (std::size_t axis = 0; axis < 3; ++axis) {
          tables.sums[3 * label + axis] += at[axis];
          tables.boxes[6 * label + axis] = std::min(tables.boxes[6 * label + axis], at[axis]);
          tables.boxes[6 * label + 3 + axis] = std::max(tables.boxes[6 * label + 3 + axis], at[axis] + 1);
        }
      }
  return tables;
}

}  // namespace

TEST_CASE("statistics equal those of a voxel-by-voxel count, for any threads and blocks") {
  test::Random random(9);
  for (const Shape shape : test::awkward_shapes()) {
    const auto labels = test::random_labels<std::uint32_t>(shape, 6, random);
    const Tables expected = voxel_by_voxel(labels, shape, 8);
    for (const unsigned threads : {1u, 2u, 4u}) {
      Monitor monitor;
      Tables whole(8);
      add_label_statistics({labels, shape}, {0, 0, 0}, whole.view(), threads, monitor);
      CHECK(whole == expected);

      Tables blocks(8);  // slabs of 2 planes, last first
      for (std::size_t slab = (shape.z + 1) / 2; slab-- > 0;) {
        const std::size_t z0 = 2 * slab;
        const Shape part{std::min<std::size_t>(2, shape.z - z0), shape.y, shape.x};
        const std::span<const std::uint32_t> planes(labels.data() + z0 * shape.plane(), part.voxels());
        add_label_statistics({planes, part}, {static_cast<std::uint32_t>(z0), 0, 0}, blocks.view(), threads, monitor);
      }
      CHECK(blocks == expected);
    }
  }
}

TEST_CASE("a label beyond the tables is refused") {
  const std::vector<std::uint32_t> labels{3};
  Tables tables(3);
  Monitor monitor;
  CHECK_THROWS_AS(add_label_statistics({labels, {1, 1, 1}}, {0, 0, 0}, tables.view(), 1, monitor),
                  std::invalid_argument);
}
