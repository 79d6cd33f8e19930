// A dense volume seen through a span: axes z, y, x, with x fastest.
#pragma once

#include <array>
#include <cstddef>
#include <limits>
#include <span>

#include "errors.hpp"

namespace fascicle {

/// Extent of a volume in voxels.
struct Shape {
  std::size_t z = 0;
  std::size_t y = 0;
  std::size_t x = 0;

  [[nodiscard]] constexpr std::size_t voxels() const { return z * y * x; }
  [[nodiscard]] constexpr std::size_t plane() const { return y * x; }
  [[nodiscard]] constexpr std::size_t index(std::size_t iz, std::size_t iy, std::size_t ix) const {
    return (iz * y + iy) * x + ix;
  }
  friend constexpr bool operator==(const Shape&, const Shape&) = default;
};

/// Physical or relative edge lengths of a voxel. Only ratios matter unless a function says otherwise.
struct VoxelSize {
  double z = 1;
  double y = 1;
  double x = 1;
};

/// Non-owning view of `shape.voxels()` elements.
template <class T>
class VolumeView {
 public:
  VolumeView(std::span<T> data, Shape shape) : data_(data), shape_(shape) {
    require(data.size() == shape.voxels(), "the array does not hold z * y * x elements");
  }

  [[nodiscard]] const Shape& shape() const { return shape_; }
  [[nodiscard]] std::span<T> data() const { return data_; }
  [[nodiscard]] std::size_t size() const { return data_.size(); }
  T& operator[](std::size_t index) const { return data_[index]; }
  T& operator()(std::size_t z, std::size_t y, std::size_t x) const { return data_[shape_.index(z, y, x)]; }
  [[nodiscard]] std::span<T> plane(std::size_t z) const { return data_.subspan(z * shape_.plane(), shape_.plane()); }
  [[nodiscard]] std::span<T> row(std::size_t z, std::size_t y) const {
    return data_.subspan(shape_.index(z, y, 0), shape_.x);
  }

 private:
  std::span<T> data_;
  Shape shape_;
};

}  // namespace fascicle
