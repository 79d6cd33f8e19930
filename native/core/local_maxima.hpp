// Local maxima of a float volume, plateaus included: a maximum is a connected set (8 neighbours in a plane, 26 in
// space) of equal value without a higher neighbour. Maxima may touch the border. O(voxels).
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

#include "parallel.hpp"
#include "volume_view.hpp"

namespace fascicle {

namespace detail {

/// Calls `visit(neighbour index)` for the neighbours of a voxel that share a face, an edge or a corner.
template <class Visit>
void for_all_neighbours(const Shape& shape, std::size_t index, Visit&& visit) {
  const std::size_t z = index / shape.plane();
  const std::size_t y = index / shape.x % shape.y;
  const std::size_t x = index % shape.x;
  const std::size_t z1 = std::min(z + 1, shape.z - 1);
  const std::size_t y1 = std::min(y + 1, shape.y - 1);
  const std::size_t x1 = std::min(x + 1, shape.x - 1);
  for (std::size_t iz = z == 0 ? 0 : z - 1; iz <= z1; ++iz)
    for (std::size_t iy = y == 0 ? 0 : y - 1; iy <= y1; ++iy)
      for (std::size_t ix = x == 0 ? 0 : x - 1; ix <= x1; ++ix) {
        const std::size_t at = shape.index(iz, iy, ix);
        if (at != index) visit(at);
      }
}

}  // namespace detail

/// Writes 1 to `out` at the voxels of local maxima and 0 elsewhere.
inline void local_maxima(VolumeView<const float> volume, std::span<std::uint8_t> out, unsigned threads) {
  const Shape shape = volume.shape();
  require(out.size() == shape.voxels(), "local_maxima: volume and out differ in size");
  const std::span<const float> values = volume.data();

  // A plateau voxel beside its plateau's higher neighbours drags the rest of the plateau down with it.
  std::vector<std::vector<std::size_t>> edges(shape.z);
  parallel_for(shape.z, threads, [&](std::size_t z) {
    for (std::size_t index = z * shape.plane(); index < (z + 1) * shape.plane(); ++index) {
      const float value = values[index];
      bool higher = false;
      bool equal = false;
      detail::for_all_neighbours(shape, index, [&](std::size_t at) {
        higher |= values[at] > value;
        equal |= values[at] == value;
      });
      out[index] = higher ? 0 : 1;
      if (higher && equal) edges[z].push_back(index);
    }
  });
  std::vector<std::size_t> stack;
  for (const auto& plane : edges) stack.insert(stack.end(), plane.begin(), plane.end());
  while (!stack.empty()) {
    const std::size_t index = stack.back();
    stack.pop_back();
    detail::for_all_neighbours(shape, index, [&](std::size_t at) {
      if (out[at] != 0 && values[at] == values[index]) {
        out[at] = 0;
        stack.push_back(at);
      }
    });
  }
}

}  // namespace fascicle
