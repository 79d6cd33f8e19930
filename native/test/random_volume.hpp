// Inputs of the property tests: a small deterministic generator and the awkward shapes.
#pragma once

#include <cstdint>
#include <vector>

#include "volume_view.hpp"

namespace fascicle::test {

/// SplitMix64: the same numbers on every platform, unlike the distributions of <random>.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}

  std::uint64_t next() {
    std::uint64_t z = (state_ += 0x9e3779b97f4a7c15ULL);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
    return z ^ (z >> 31);
  }
  /// Uniform in [0, bound).
  std::uint64_t below(std::uint64_t bound) { return next() % bound; }
  /// Uniform in [0, 1).
  double unit() { return static_cast<double>(next() >> 11) * 0x1.0p-53; }

 private:
  std::uint64_t state_;
};

/// Shapes at the edges: empty, one voxel, lines along each axis, planes, odd sizes.
inline std::vector<Shape> awkward_shapes() {
  return {{0, 3, 4},  {1, 1, 1}, {1, 1, 17}, {1, 13, 1}, {11, 1, 1},
          {1, 9, 14}, {7, 1, 8}, {6, 5, 1},  {5, 7, 9},  {16, 16, 16}};
}

/// Labels 0 .. kinds-1, constant over random runs along x so that objects have some extent.
template <class T>
std::vector<T> random_labels(Shape shape, std::uint64_t kinds, Random& random) {
  std::vector<T> labels(shape.voxels());
  T value = 0;
  for (T& label : labels) {
    if (random.below(3) == 0) value = static_cast<T>(random.below(kinds));
    label = value;
  }
  return labels;
}

}  // namespace fascicle::test
