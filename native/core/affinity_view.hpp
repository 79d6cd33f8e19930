// Affinities of a window of a volume.
//
// The array is (3, Z, Y, X), x fastest. Channel c of voxel p is the probability that p and p - e_c belong to one
// neuron, where e_0, e_1, e_2 are the unit steps along z, y, x. uint8 stores 255 times the probability, float32 the
// probability.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>

#include "box.hpp"

namespace fascicle {

template <class T>
concept Affinity = std::same_as<T, std::uint8_t> || std::same_as<T, float>;

/// Read access in the coordinates of the whole volume to the part of it that an array holds.
template <Affinity T>
class AffinityView {
 public:
  /// `data` holds 3 * voxels of `window` elements. Throws std::invalid_argument when it does not.
  AffinityView(std::span<const T> data, const Box& window) : data_(data), window_(window), shape_(window.shape()) {
    require(data.size() == 3 * shape_.voxels(), "the affinities do not hold 3 * z * y * x elements");
  }

  [[nodiscard]] const Box& window() const { return window_; }

  /// Elements of channel `c` from (z, y, window min x) to the end of the row.
  [[nodiscard]] std::span<const T> row(std::size_t c, std::size_t z, std::size_t y) const {
    const std::size_t start = shape_.index(z - window_.min[0], y - window_.min[1], 0);
    return data_.subspan(c * shape_.voxels() + start, shape_.x);
  }

 private:
  std::span<const T> data_;
  Box window_;
  Shape shape_;
};

}  // namespace fascicle
