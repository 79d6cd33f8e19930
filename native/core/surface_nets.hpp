// Smooth closed surfaces of all supervoxels of a block, in one pass.
//
// Method: multi-label surface nets (Gibson: Constrained elastic surface nets, MICCAI 1998; Frisken: SurfaceNets for
// multi-label segmentations, JCGT 2022), with a vertex per cycle of crossed edges as in dual marching cubes
// (surface_cell.hpp), so that each label's surface is a closed orientable manifold. Chosen over marching cubes because
// labels have no grey values to interpolate: marching cubes puts every vertex half way between two voxels and leaves
// terraces, while a net has as many triangles and room for its vertices to be smoothed (surface_smoothing.hpp).
//
// What a vertex is depends only on the voxels of its own label within `surface_apron` of it, so the surfaces of blocks
// meet without gaps (same positions and normals, bit for bit), other labels may change without a trace, and the result
// depends on neither block nor thread. Voxels outside the volume count as none: surfaces are closed at its border.
//
// O(voxels + faces); per block about 8 bytes per voxel and 100 bytes per face of working memory.
#pragma once

#include <span>
#include <vector>

#include "octahedral_normal.hpp"
#include "parallel.hpp"
#include "scratch_pool.hpp"
#include "surface_smoothing.hpp"

namespace fascicle {

struct SurfaceParams {
  /// Edge lengths of a voxel, for the normals and the split of quads; only ratios matter.
  VoxelSize voxel_size{};
  /// Smoothing steps; 0 gives the faces of the voxels.
  unsigned smoothing = 2;
};

/// Units of `SurfaceMeshes::positions` in a voxel.
constexpr unsigned surface_units = detail::cell_units;

/// Largest extent of a block: positions fit 16 bits.
constexpr std::size_t largest_surface_block = 252;

/// Voxels around a block on which its surfaces depend.
constexpr std::size_t surface_apron(unsigned smoothing) {
  return std::size_t{smoothing} + 2;
}

/// The parts of surfaces that belong to one block. Label i has the vertices vertex_start[i] .. vertex_start[i + 1] - 1
/// and the triangles triangle_start[i] .. triangle_start[i + 1] - 1. A face between two voxels belongs to the block of
/// the one with the lower coordinates (at the low border of the volume, of the other).
struct SurfaceMeshes {
  std::vector<std::uint32_t> labels;  ///< rising; those that have a face in the block
  std::vector<std::uint32_t> vertex_start{0};
  std::vector<std::uint32_t> triangle_start{0};
  /// x, y, z from the corner of the voxel before the block's first along each axis, in 1 / surface_units voxel.
  std::vector<std::uint16_t> positions;
  std::vector<std::int8_t> normals;      ///< octahedral, two per vertex, outward, area-weighted
  std::vector<std::uint32_t> triangles;  ///< three vertices of the label each, counter-clockwise from outside
};

namespace detail {

struct SurfaceScratch {
  SurfaceNet net;
  std::vector<NetPoint> sums;
  std::vector<std::array<float, 4>> normals;
  std::vector<std::uint32_t> local_vertex;
};

struct Vector {
  float x, y, z;
};

inline Vector between(const NetPoint& from, const NetPoint& to, const VoxelSize& size) {
  return {static_cast<float>(to.x - from.x) * static_cast<float>(size.x),
          static_cast<float>(to.y - from.y) * static_cast<float>(size.y),
          static_cast<float>(to.z - from.z) * static_cast<float>(size.z)};
}

inline Vector cross(const Vector& a, const Vector& b) {
  return {a.y * b.z - a.z * b.y, a.z * b.x - a.x * b.z, a.x * b.y - a.y * b.x};
}

inline float squared_length(const Vector& a) {
  return a.x * a.x + a.y * a.y + a.z * a.z;
}

/// Sum of the area vectors of the quads at each vertex; and each quad turned so that its first and third vertex are the
/// ends of the shorter diagonal, along which splitting bends it less. Quads come in raster order in every block, so the
/// sums have one order of addition.
inline void add_up_normals(SurfaceNet& net, const VoxelSize& size, std::vector<std::array<float, 4>>& normals) {
  normals.assign(net.points.size(), {});
  for (NetQuad& quad : net.quads) {
    const auto [a, b, c, d] = quad.vertices;
    const Vector first = between(net.points[a], net.points[c], size);
    const Vector second = between(net.points[b], net.points[d], size);
    const Vector area = cross(first, second);
    for (const std::uint32_t vertex : quad.vertices) {
      normals[vertex][0] += area.x;
      normals[vertex][1] += area.y;
      normals[vertex][2] += area.z;
    }
    if (squared_length(second) < squared_length(first)) quad.vertices = {b, c, d, a};
  }
}

/// The block's own quads as triangles, grouped by label.
inline SurfaceMeshes collect_surfaces(SurfaceScratch& scratch, const Box& block) {
  const SurfaceNet& net = scratch.net;
  constexpr std::uint32_t unused = 0xffffffffu;
  scratch.local_vertex.assign(net.points.size(), unused);
  std::vector<std::uint32_t> vertices(net.ids.size() + 1);  // of local label i - 1, then where label i begins
  std::vector<std::uint32_t> triangles(net.ids.size() + 1);
  for (const auto [index, label] : net.owned_quads) {
    for (const std::uint32_t vertex : net.quads[index].vertices) scratch.local_vertex[vertex] = 0;
    triangles[label + 1] += 2;
  }
  for (std::size_t vertex = 0; vertex < net.points.size(); ++vertex) {
    if (scratch.local_vertex[vertex] != unused) scratch.local_vertex[vertex] = vertices[net.points[vertex].tag + 1]++;
  }
  SurfaceMeshes meshes;
  for (std::size_t label = 1; label < net.ids.size(); ++label) {
    vertices[label + 1] += vertices[label];
    triangles[label + 1] += triangles[label];
    if (triangles[label + 1] == triangles[label]) continue;
    meshes.labels.push_back(net.ids[label]);
    meshes.vertex_start.push_back(vertices[label + 1]);
    meshes.triangle_start.push_back(triangles[label + 1]);
  }
  meshes.positions.resize(3 * std::size_t{meshes.vertex_start.back()});
  meshes.normals.resize(2 * std::size_t{meshes.vertex_start.back()});
  meshes.triangles.resize(3 * std::size_t{meshes.triangle_start.back()});

  // The net counts from the centre of its first voxel, the result from the corner of the voxel before the block.
  std::array<std::int32_t, 3> offset{};
  for (std::size_t axis = 0; axis < 3; ++axis) {
    const auto cells = net.first_voxel[axis] - static_cast<std::ptrdiff_t>(block.min[axis]) + 1;
    offset[axis] = static_cast<std::int32_t>(cells) * cell_units + cell_units / 2;
  }
  for (std::size_t vertex = 0; vertex < net.points.size(); ++vertex) {
    if (scratch.local_vertex[vertex] == unused) continue;
    const std::size_t at = vertices[net.points[vertex].tag] + scratch.local_vertex[vertex];
    const NetPoint& point = net.points[vertex];
    meshes.positions[3 * at] = static_cast<std::uint16_t>(point.x + offset[2]);
    meshes.positions[3 * at + 1] = static_cast<std::uint16_t>(point.y + offset[1]);
    meshes.positions[3 * at + 2] = static_cast<std::uint16_t>(point.z + offset[0]);
    const auto& normal = scratch.normals[vertex];
    const auto bytes = encode_octahedral(normal[0], normal[1], normal[2]);
    meshes.normals[2 * at] = bytes[0];
    meshes.normals[2 * at + 1] = bytes[1];
  }
  for (const auto [index, label] : net.owned_quads) {
    const auto [a, b, c, d] = net.quads[index].vertices;
    const std::array<std::uint32_t, 4> corner{scratch.local_vertex[a], scratch.local_vertex[b], scratch.local_vertex[c],
                                              scratch.local_vertex[d]};
    std::uint32_t* out = &meshes.triangles[3 * std::size_t{triangles[label]}];
    triangles[label] += 2;
    for (const unsigned i : {0u, 1u, 2u, 0u, 2u, 3u}) *out++ = corner[i];
  }
  return meshes;
}

}  // namespace detail

/// The surfaces of each of `blocks` (non-empty, at most largest_surface_block along each axis), one after the other or
/// on several threads.
///
/// @param labels the voxels of `window`; what lies outside it counts as 0. It must hold every voxel of the wanted
/// labels
///   within surface_apron of the blocks.
/// @param selected labels to mesh, rising; empty for all but 0
/// Throws std::invalid_argument for a wrong size, Cancelled.
inline std::vector<SurfaceMeshes> surface_nets(std::span<const std::uint32_t> labels, const Box& window,
                                               std::span<const Box> blocks, std::span<const std::uint32_t> selected,
                                               const SurfaceParams& params, unsigned threads, Monitor& monitor) {
  require(labels.size() == window.shape().voxels(), "surface_nets: the window does not hold z * y * x labels");
  require(params.smoothing <= 16, "surface_nets: more than 16 smoothing steps");
  require(std::is_sorted(selected.begin(), selected.end()), "surface_nets: the selected labels do not rise");
  for (const Box& block : blocks) {
    for (std::size_t axis = 0; axis < 3; ++axis) {
      require(block.max[axis] > block.min[axis] && block.max[axis] - block.min[axis] <= largest_surface_block,
              "surface_nets: a block is empty or longer than " + std::to_string(largest_surface_block) + " voxels");
    }
  }
  std::vector<SurfaceMeshes> meshes(blocks.size());
  ScratchPool<detail::SurfaceScratch> scratch_pool;
  monitor.begin(blocks.size());
  parallel_for(blocks.size(), threads, [&](std::size_t index) {
    meshes[index] = scratch_pool.with([&](detail::SurfaceScratch& scratch) {
      // One ring of cells for the normals, and one for each smoothing step.
      scratch.net.build(labels, window, blocks[index], std::size_t{params.smoothing} + 1, selected, monitor);
      for (unsigned step = 0; step < params.smoothing; ++step) {
        detail::smooth_once(scratch.net.points, scratch.net.quads, scratch.sums, detail::smoothing_step(step));
      }
      detail::add_up_normals(scratch.net, params.voxel_size, scratch.normals);
      return detail::collect_surfaces(scratch, blocks[index]);
    });
    monitor.advance();
  });
  return meshes;
}

}  // namespace fascicle
