#include "distance_transform.hpp"

#include <doctest/doctest.h>

#include "random_volume.hpp"

using namespace fascicle;

namespace {

/// Distance to every voxel of another label, one by one, in a volume with an explicit shell when the border counts.
template <class T>
std::vector<double> brute_force(const std::vector<T>& labels, Shape shape, VoxelSize size, VolumeBorder border) {
  const long shell = border == VolumeBorder::counts ? 1 : 0;
  const auto depth = static_cast<long>(shape.z);
  const auto height = static_cast<long>(shape.y);
  const auto width = static_cast<long>(shape.x);
  std::vector<double> out(labels.size(), 0);
  for (long z = 0; z < depth; ++z)
    for (long y = 0; y < height; ++y)
      for (long x = 0; x < width; ++x) {
        const T label = labels[shape.index(z, y, x)];
        if (label == 0) continue;
        double nearest = std::numeric_limits<double>::infinity();
        for (long oz = -shell; oz < depth + shell; ++oz)
          for (long oy = -shell; oy < height + shell; ++oy)
            for (long ox = -shell; ox < width + shell; ++ox) {
              const bool inside = oz >= 0 && oy >= 0 && ox >= 0 && oz < depth && oy < height && ox < width;
              if (inside && labels[shape.index(oz, oy, ox)] == label) continue;
              const double dz = size.z * static_cast<double>(z - oz);
              const double dy = size.y * static_cast<double>(y - oy);
              const double dx = size.x * static_cast<double>(x - ox);
              nearest = std::min(nearest, dz * dz + dy * dy + dx * dx);
            }
        out[shape.index(z, y, x)] = nearest;
      }
  return out;
}

}  // namespace

TEST_CASE_TEMPLATE("squared distances equal the brute-force ones, for any thread count", T, std::uint8_t,
                   std::uint32_t) {
  test::Random random(5);
  const std::vector<VoxelSize> sizes{{1, 1, 1}, {5, 1, 1}, {1, 3, 2}};
  for (const Shape shape : test::awkward_shapes()) {
    if (shape.voxels() > 1000) continue;
    for (const std::uint64_t kinds : {2, 3, 30}) {
      auto labels = test::random_labels<T>(shape, kinds, random);
      if (kinds == 30) {
        for (T& label : labels) label = label < 29 ? 1 : 0;  // rare zeros: long stretches in every direction
      }
      for (const VoxelSize& size : sizes) {
        for (const VolumeBorder border : {VolumeBorder::ignored, VolumeBorder::counts}) {
          const auto expected = brute_force(labels, shape, size, border);
          for (const unsigned threads : {1u, 3u}) {
            Monitor monitor;
            std::vector<float> out(labels.size(), -1);
            squared_distance_transform<T>({labels, shape}, size, border, out, threads, monitor);
            CHECK(std::equal(out.begin(), out.end(), expected.begin(),
                             [](float found, double wanted) { return static_cast<double>(found) == wanted; }));
          }
        }
      }
    }
  }
}

TEST_CASE("fractional voxel sizes agree to float precision") {
  test::Random random(6);
  const Shape shape{7, 8, 9};
  const auto labels = test::random_labels<std::uint16_t>(shape, 3, random);
  const VoxelSize size{2.9, 0.7, 1.3};
  const auto expected = brute_force(labels, shape, size, VolumeBorder::ignored);
  Monitor monitor;
  std::vector<float> out(labels.size());
  squared_distance_transform<std::uint16_t>({labels, shape}, size, VolumeBorder::ignored, out, 2, monitor);
  for (std::size_t i = 0; i < out.size(); ++i) {
    CHECK(static_cast<double>(out[i]) == doctest::Approx(expected[i]).epsilon(1e-6));
  }
}

TEST_CASE("a volume of one label has no other label to be near to") {
  const std::vector<std::uint8_t> labels(27, 4);
  std::vector<float> out(27);
  Monitor monitor;
  squared_distance_transform<std::uint8_t>({labels, {3, 3, 3}}, {}, VolumeBorder::ignored, out, 1, monitor);
  CHECK(std::all_of(out.begin(), out.end(), [](float value) { return std::isinf(value); }));
  squared_distance_transform<std::uint8_t>({labels, {3, 3, 3}}, {}, VolumeBorder::counts, out, 1, monitor);
  CHECK(out[13] == 4.0f);
}
