// A neuropil-like volume with ground truth, as a pure function of position and seed.
//
// Any block of any size is made on its own and agrees voxel for voxel with every other block: geometry, texture,
// section defects and noise depend on the global voxel index and the seed alone. Curved, branching neurites of many
// calibres (dendrites with spines, axons with boutons, glia in what is left) fill all space. See phantom_neurites.hpp
// for the geometry, phantom_claims.hpp for who owns a voxel, phantom_texture.hpp for the look, phantom_sections.hpp for
// the defects.
//
// O(voxels), some tens of nanoseconds each, and a fixed cost per block for the neurites around it (tens of
// milliseconds).
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "monitor.hpp"
#include "parallel.hpp"
#include "phantom_painter.hpp"
#include "phantom_params.hpp"

namespace fascicle {

namespace phantom {

inline void check(const PhantomParams& params, const VoxelBox& block) {
  const std::array<double, 3> size{params.voxel_size.z, params.voxel_size.y, params.voxel_size.x};
  for (std::size_t axis = 0; axis < 3; ++axis) {
    require(size[axis] >= 1 && size[axis] <= 1000, "phantom: voxel edges must be 1 to 1000 nm");
    require(block.low[axis] >= 0 && static_cast<double>(block.high[axis]) * size[axis] <= double{largest_coordinate},
            "phantom: coordinates must be 0 to " + std::to_string(largest_coordinate / 1000) + " um");
  }
}

}  // namespace phantom

/// Paints the block of `shape` voxels whose first voxel has the global index `origin` (z, y, x).
///
/// `raw` (grey values; 0 only in a missing section) and `labels` (one id per neurite, sparse in 1 .. 2^31; 0 only in
/// membranes, if asked for) each hold the block or are empty. Throws std::invalid_argument for sizes that do not fit
/// and for blocks beyond 0.99 mm along an axis.
inline void paint_phantom(const PhantomParams& params, std::array<std::int64_t, 3> origin, Shape shape,
                          std::span<std::uint8_t> raw, std::span<std::uint32_t> labels, unsigned threads,
                          Monitor& monitor) {
  require(raw.empty() || raw.size() == shape.voxels(), "phantom: raw does not have the block's size");
  require(labels.empty() || labels.size() == shape.voxels(), "phantom: labels do not have the block's size");
  const phantom::VoxelBox block{
      origin,
      {origin[0] + static_cast<std::int64_t>(shape.z), origin[1] + static_cast<std::int64_t>(shape.y),
       origin[2] + static_cast<std::int64_t>(shape.x)}};
  phantom::check(params, block);
  if (shape.voxels() == 0) return;
  monitor.begin(shape.voxels());
  const phantom::BlockPainter painter(params, block, raw, labels, threads);
  const auto tasks = painter.tasks();
  parallel_for(tasks.size(), threads, [&](std::size_t task) {
    painter.paint(tasks[task]);
    monitor.advance(tasks[task].voxels());
  });
}

}  // namespace fascicle
