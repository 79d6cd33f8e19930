// A slice at any angle through a volume that is held in chunks.
//
// Pixel (row, column) lies at origin + row * down + column * right, in voxels, where voxel i spans [i - 0.5, i + 0.5).
// Images are interpolated linearly between the eight voxels around the place, the outermost voxels being continued to
// the edge; labels are those of the nearest voxel. What lies outside the volume is 0. A plane along the axes through
// voxel centres gives the voxels themselves.
//
// Cost: one table look-up for each pixel whose eight voxels share a chunk, eight otherwise. The result of a pixel
// depends on the pixel alone, so threads share rows freely.
#pragma once

#include <cmath>
#include <cstdint>
#include <span>
#include <type_traits>
#include <vector>

#include "box.hpp"
#include "monitor.hpp"
#include "parallel.hpp"
#include "volume_view.hpp"

namespace fascicle {

/// Some chunks of a volume. Chunk (cz, cy, cx) counts from the origin of the volume; those of `grid` may be given.
template <class T>
struct ChunkedVolume {
  Shape shape;
  Shape chunk;
  Box grid;
  /// For every chunk of `grid`, x fastest: its position in `chunks`, or -1 where no pixel needs it (read as 0).
  std::span<const std::int32_t> slots;
  /// Dense voxels of a whole chunk, or a single element that stands for all of them.
  std::vector<std::span<const T>> chunks;
};

using Vector3 = std::array<double, 3>;

/// Where the pixels of a slice lie, z, y, x.
struct SlicePlane {
  Vector3 origin;
  Vector3 right;
  Vector3 down;
  std::size_t rows;
  std::size_t columns;
};

enum class Sampling { nearest, linear };

namespace detail {

/// Random access to the voxels of a ChunkedVolume; divisions are tabulated once for each coordinate.
template <class T>
class ChunkReader {
 public:
  explicit ChunkReader(const ChunkedVolume<T>& volume) : volume_(volume) {
    const Zyx shape = to_zyx(volume.shape);
    const Zyx chunk = to_zyx(volume.chunk);
    const Zyx grid = to_zyx(volume.grid.shape());
    const Zyx grid_step{grid[1] * grid[2], grid[2], 1};
    const Zyx voxel_step{chunk[1] * chunk[2], chunk[2], 1};
    for (std::size_t axis = 0; axis < 3; ++axis) {
      places_[axis].resize(shape[axis]);
      for (std::size_t i = 0; i < shape[axis]; ++i) {
        const std::size_t index = i / chunk[axis];
        const bool given = index >= volume.grid.min[axis] && index < volume.grid.max[axis];
        places_[axis][i] = {given ? (index - volume.grid.min[axis]) * grid_step[axis] : outside,
                            (i % chunk[axis]) * voxel_step[axis]};
      }
    }
  }

  T operator()(std::size_t z, std::size_t y, std::size_t x) const {
    const Place &pz = places_[0][z], &py = places_[1][y], &px = places_[2][x];
    const std::span<const T> chunk = chunk_at(pz, py, px);
    if (chunk.size() <= 1) return chunk.empty() ? T{} : chunk[0];
    return chunk[pz.voxel + py.voxel + px.voxel];
  }

  /// The eight voxels between `low` and `high` (equal or neighbours along each axis), x fastest.
  void cell(const Zyx& low, const Zyx& high, std::array<double, 8>& values) const {
    const std::array<const Place*, 2> z{&places_[0][low[0]], &places_[0][high[0]]};
    const std::array<const Place*, 2> y{&places_[1][low[1]], &places_[1][high[1]]};
    const std::array<const Place*, 2> x{&places_[2][low[2]], &places_[2][high[2]]};
    const bool shared = z[0]->grid == z[1]->grid && y[0]->grid == y[1]->grid && x[0]->grid == x[1]->grid;
    if (!shared) {
      for (std::size_t i = 0; i < 8; ++i)
        values[i] =
            static_cast<double>((*this)(i & 4 ? high[0] : low[0], i & 2 ? high[1] : low[1], i & 1 ? high[2] : low[2]));
      return;
    }
    const std::span<const T> chunk = chunk_at(*z[0], *y[0], *x[0]);
    if (chunk.size() <= 1) {
      values.fill(chunk.empty() ? 0.0 : static_cast<double>(chunk[0]));
      return;
    }
    for (std::size_t i = 0; i < 8; ++i)
      values[i] = static_cast<double>(chunk[z[i >> 2]->voxel + y[(i >> 1) & 1]->voxel + x[i & 1]->voxel]);
  }

 private:
  static constexpr std::size_t outside = static_cast<std::size_t>(-1);
  /// Of a coordinate along one axis: what it adds to the index of the chunk, and to that of the voxel in the chunk.
  struct Place {
    std::size_t grid;
    std::size_t voxel;
  };

  std::span<const T> chunk_at(const Place& z, const Place& y, const Place& x) const {
    if (z.grid == outside || y.grid == outside || x.grid == outside) return {};
    const std::int32_t slot = volume_.slots[z.grid + y.grid + x.grid];
    return slot < 0 ? std::span<const T>{} : volume_.chunks[static_cast<std::size_t>(slot)];
  }

  const ChunkedVolume<T>& volume_;
  std::array<std::vector<Place>, 3> places_;
};

template <class T>
T from_interpolated(double value) {
  if constexpr (std::is_floating_point_v<T>) return static_cast<T>(value);
  return static_cast<T>(std::floor(value + 0.5));
}

template <class T>
T interpolate(const ChunkReader<T>& voxels, const Zyx& shape, const Vector3& place) {
  Zyx low{};
  Zyx high{};
  Vector3 weight{};
  for (std::size_t axis = 0; axis < 3; ++axis) {
    const double last = static_cast<double>(shape[axis] - 1);
    const double clamped = std::min(std::max(place[axis], 0.0), last);
    low[axis] = static_cast<std::size_t>(clamped);
    high[axis] = std::min(low[axis] + 1, shape[axis] - 1);
    weight[axis] = clamped - static_cast<double>(low[axis]);
  }
  std::array<double, 8> v;
  voxels.cell(low, high, v);
  const auto mix = [](double a, double b, double t) { return a + (b - a) * t; };
  const double near_slice = mix(mix(v[0], v[1], weight[2]), mix(v[2], v[3], weight[2]), weight[1]);
  const double far_slice = mix(mix(v[4], v[5], weight[2]), mix(v[6], v[7], weight[2]), weight[1]);
  return from_interpolated<T>(mix(near_slice, far_slice, weight[0]));
}

template <class T>
T nearest(const ChunkReader<T>& voxels, const Zyx& shape, const Vector3& place) {
  Zyx index{};
  for (std::size_t axis = 0; axis < 3; ++axis)
    index[axis] = std::min(static_cast<std::size_t>(std::max(0.0, std::floor(place[axis] + 0.5))), shape[axis] - 1);
  return voxels(index[0], index[1], index[2]);
}

}  // namespace detail

/// Samples `plane` into `out` (rows x columns, columns fastest).
/// Throws std::invalid_argument for tables that do not fit each other.
template <class T>
void sample_oblique_slice(const ChunkedVolume<T>& volume, const SlicePlane& plane, Sampling sampling, std::span<T> out,
                          unsigned threads, Monitor& monitor) {
  require(out.size() == plane.rows * plane.columns, "the slice does not hold rows * columns elements");
  require(volume.chunk.voxels() > 0 && volume.shape.voxels() > 0, "the volume and its chunks must not be empty");
  require(volume.slots.size() == volume.grid.shape().voxels(),
          "the table must have a place for every chunk of the grid");
  for (const auto& chunk : volume.chunks)
    require(chunk.size() == 1 || chunk.size() == volume.chunk.voxels(), "a chunk holds all its voxels, or one for all");
  for (const std::int32_t slot : volume.slots)
    require(slot >= -1 && slot < static_cast<std::int64_t>(volume.chunks.size()),
            "the table names a chunk that is not there");

  const detail::ChunkReader<T> voxels(volume);
  const Zyx shape = to_zyx(volume.shape);
  monitor.begin(plane.rows);
  parallel_for(plane.rows, threads, [&](std::size_t row) {
    for (std::size_t column = 0; column < plane.columns; ++column) {
      Vector3 place{};
      bool inside = true;
      for (std::size_t axis = 0; axis < 3; ++axis) {
        place[axis] = plane.origin[axis] + static_cast<double>(row) * plane.down[axis] +
                      static_cast<double>(column) * plane.right[axis];
        inside = inside && place[axis] >= -0.5 && place[axis] < static_cast<double>(shape[axis]) - 0.5;
      }
      T& pixel = out[row * plane.columns + column];
      if (!inside) {
        pixel = T{};
      } else {
        pixel = sampling == Sampling::linear ? detail::interpolate(voxels, shape, place)
                                             : detail::nearest(voxels, shape, place);
      }
    }
    monitor.advance();
  });
}

}  // namespace fascicle
