// Boxes of voxels within a volume, and the lattice of blocks that covers one.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <vector>

#include "volume_view.hpp"

namespace fascicle {

/// Position or extent, z, y, x.
using Zyx = std::array<std::size_t, 3>;

inline Zyx to_zyx(const Shape& shape) {
  return {shape.z, shape.y, shape.x};
}

/// Half-open box: `min` is inside, `max` is not.
struct Box {
  Zyx min{};
  Zyx max{};

  [[nodiscard]] Shape shape() const { return {max[0] - min[0], max[1] - min[1], max[2] - min[2]}; }
  [[nodiscard]] bool empty() const { return min[0] >= max[0] || min[1] >= max[1] || min[2] >= max[2]; }
  [[nodiscard]] bool contains(const Box& inner) const {
    for (std::size_t axis = 0; axis < 3; ++axis) {
      if (inner.min[axis] < min[axis] || inner.max[axis] > max[axis]) return false;
    }
    return true;
  }
  friend bool operator==(const Box&, const Box&) = default;
};

inline Box box_of(const Shape& shape) {
  return {{0, 0, 0}, to_zyx(shape)};
}

/// `box` grown by `low` voxels towards the origin and `high` away from it, cut to the volume.
inline Box grow_box(const Box& box, std::size_t low, std::size_t high, const Shape& volume) {
  const Zyx limit = to_zyx(volume);
  Box grown;
  for (std::size_t axis = 0; axis < 3; ++axis) {
    grown.min[axis] = box.min[axis] - std::min(box.min[axis], low);
    grown.max[axis] = std::min(limit[axis], box.max[axis] + high);
  }
  return grown;
}

/// The blocks of extent `block` (the last ones cut) that cover the volume, in raster order.
inline std::vector<Box> blocks_covering(const Shape& volume, const Shape& block) {
  require(block.voxels() > 0, "the block shape must be at least 1 along every axis");
  std::vector<Box> boxes;
  for (std::size_t z = 0; z < volume.z; z += block.z) {
    for (std::size_t y = 0; y < volume.y; y += block.y) {
      for (std::size_t x = 0; x < volume.x; x += block.x) {
        boxes.push_back(
            {{z, y, x},
             {std::min(volume.z, z + block.z), std::min(volume.y, y + block.y), std::min(volume.x, x + block.x)}});
      }
    }
  }
  return boxes;
}

}  // namespace fascicle
