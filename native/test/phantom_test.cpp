#include "phantom.hpp"

#include <doctest/doctest.h>

#include <set>

#include "connected_components.hpp"
#include "phantom_affinities.hpp"

using namespace fascicle;

namespace {

struct Block {
  Shape shape;
  std::vector<std::uint8_t> raw;
  std::vector<std::uint32_t> labels;
};

Block paint(const PhantomParams& params, std::array<std::int64_t, 3> origin, Shape shape, unsigned threads = 2) {
  Block block{shape, std::vector<std::uint8_t>(shape.voxels()), std::vector<std::uint32_t>(shape.voxels())};
  Monitor monitor;
  paint_phantom(params, origin, shape, block.raw, block.labels, threads, monitor);
  return block;
}

std::vector<std::uint8_t> paint_affinities(const PhantomParams& params, std::array<std::int64_t, 3> origin,
                                           Shape shape) {
  std::vector<std::uint8_t> out(3 * shape.voxels());
  Monitor monitor;
  paint_phantom_affinities(params, {}, origin, shape, out, {}, 2, monitor);
  return out;
}

}  // namespace

TEST_CASE("a block of a phantom is the same wherever its neighbours are cut") {
  PhantomParams params;
  params.seed = 5;
  params.missing_sections = params.shifted_sections = params.dark_sections = 0.2;
  params.membranes_labelled = false;
  const Shape shape{6, 45, 70};
  const Block whole = paint(params, {3, 200, 150}, shape);
  for (const std::array<std::int64_t, 3> at : {std::array<std::int64_t, 3>{0, 0, 0}, {2, 17, 31}, {5, 44, 69}}) {
    const Shape part{shape.z - static_cast<std::size_t>(at[0]), shape.y - static_cast<std::size_t>(at[1]),
                     shape.x - static_cast<std::size_t>(at[2])};
    const Block block = paint(params, {3 + at[0], 200 + at[1], 150 + at[2]}, part, 1);
    for (std::size_t z = 0; z < part.z; ++z)
      for (std::size_t y = 0; y < part.y; ++y)
        for (std::size_t x = 0; x < part.x; ++x) {
          const std::size_t in_whole = shape.index(z + at[0], y + at[1], x + at[2]);
          const std::size_t in_part = part.index(z, y, x);
          REQUIRE(block.raw[in_part] == whole.raw[in_whole]);
          REQUIRE(block.labels[in_part] == whole.labels[in_whole]);
        }
  }
}

TEST_CASE("affinities of a block are the same wherever its neighbours are cut, and 0 out of the phantom") {
  const PhantomParams params{};
  const Shape shape{4, 30, 40};
  const auto whole = paint_affinities(params, {0, 0, 0}, shape);
  const Shape part{3, 21, 33};
  const auto block = paint_affinities(params, {1, 9, 7}, part);
  for (std::size_t channel = 0; channel < 3; ++channel)
    for (std::size_t z = 0; z < part.z; ++z)
      for (std::size_t y = 0; y < part.y; ++y)
        for (std::size_t x = 0; x < part.x; ++x) {
          REQUIRE(block[channel * part.voxels() + part.index(z, y, x)] ==
                  whole[channel * shape.voxels() + shape.index(z + 1, y + 9, x + 7)]);
        }
  for (std::size_t y = 0; y < shape.y; ++y) {
    CHECK(whole[shape.index(0, y, 5)] == 0);
    CHECK(whole[2 * shape.voxels() + shape.index(2, y, 0)] == 0);
  }
  CHECK(whole[shape.voxels() + shape.index(2, 0, 5)] == 0);
}

TEST_CASE("every voxel has a label, labels are few large objects, and another seed is another phantom") {
  PhantomParams params;
  params.voxel_size = {20, 20, 20};
  const Shape shape{40, 40, 40};
  const Block block = paint(params, {0, 0, 0}, shape);
  const std::set<std::uint32_t> ids(block.labels.begin(), block.labels.end());
  CHECK(ids.count(0) == 0);
  CHECK(ids.size() > 5);
  CHECK(ids.size() < 200);
  std::vector<std::uint32_t> components(shape.voxels());
  Monitor monitor;
  const auto count =
      connected_components<std::uint32_t>({block.labels, shape}, components, Connectivity::corners, 1, monitor);
  // Neurites that leave the block and come back are several components; hardly more than that.
  CHECK(count < 3 * ids.size());
  params.seed = 1;
  CHECK(paint(params, {0, 0, 0}, shape).labels != block.labels);
}

TEST_CASE("membranes are dark, missing sections black and only they hold 0") {
  PhantomParams params;
  params.membranes_labelled = false;
  params.noise = 0;
  params.dark_sections = params.shifted_sections = 0;
  params.missing_sections = 0.3;
  const Shape shape{12, 60, 60};
  const Block block = paint(params, {0, 0, 0}, shape);
  std::size_t missing = 0;
  double membrane = 0;
  double inside = 0;
  std::size_t membrane_voxels = 0;
  std::size_t inside_voxels = 0;
  for (std::size_t z = 0; z < shape.z; ++z) {
    const bool black = block.raw[shape.index(z, 0, 0)] == 0;
    missing += black;
    for (std::size_t i = shape.index(z, 0, 0); i < shape.index(z + 1, 0, 0); ++i) {
      REQUIRE((block.raw[i] == 0) == black);
      if (black) continue;
      (block.labels[i] == 0 ? membrane : inside) += block.raw[i];
      ++(block.labels[i] == 0 ? membrane_voxels : inside_voxels);
    }
  }
  CHECK(missing > 0);
  CHECK(missing < shape.z);
  CHECK(membrane / static_cast<double>(membrane_voxels) + 30 < inside / static_cast<double>(inside_voxels));
}

TEST_CASE("a phantom refuses blocks beyond its space and voxels of no size") {
  CHECK_THROWS_AS(paint({}, {1 << 20, 0, 0}, {1, 1, 1}), std::invalid_argument);
  PhantomParams params;
  params.voxel_size = {0, 6, 6};
  CHECK_THROWS_AS(paint(params, {0, 0, 0}, {1, 1, 1}), std::invalid_argument);
  CHECK_NOTHROW(paint({}, {0, 0, 0}, {0, 4, 4}));
}
