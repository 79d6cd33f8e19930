// Exact squared Euclidean distance transform of a label volume, all labels at once, anisotropic voxels.
//
// Method: separable lower envelope of parabolas (Felzenszwalb and Huttenlocher: Distance Transforms of Sampled
// Functions, Theory of Computing 2012; Meijster et al. 2000 for the first axis), applied to each stretch of equal label
// on its own with a zero-height parabola just outside either end. That is exact for many labels: the nearest voxel of
// another label is never behind the end of the stretch in which a column passes through the object. Three passes (x and
// y fused per plane, then z), O(voxels) each. No ties can occur: the result is a minimum.
#pragma once

#include <algorithm>
#include <cmath>
#include <concepts>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "monitor.hpp"
#include "parallel.hpp"
#include "volume_view.hpp"

namespace fascicle {

/// What lies outside the volume: nothing (distances only to voxels inside), or another label.
enum class VolumeBorder { ignored, counts };

namespace detail {

/// Lower envelope over one column, with its working memory.
class ParabolaEnvelope {
 public:
  explicit ParabolaEnvelope(std::size_t longest) : site_(longest + 2), height_(longest + 2), from_(longest + 3) {}

  /// distance[i] = min over j of (weight * (i - j)^2 + distance[j]) for i in [0, length), where j runs over the column
  /// and over the positions -1 and length with height 0 if the flags say so. Infinite values are no sites.
  void apply(float* distance, std::size_t length, double weight, bool before, bool behind) {
    const auto n = static_cast<std::ptrdiff_t>(length);
    std::ptrdiff_t top = -1;
    if (before) add(top, -1, 0, weight);
    for (std::ptrdiff_t i = 0; i < n; ++i) {
      if (distance[i] < std::numeric_limits<float>::infinity()) add(top, i, static_cast<double>(distance[i]), weight);
    }
    if (behind) add(top, n, 0, weight);
    if (top < 0) return;

    std::ptrdiff_t k = 0;
    for (std::ptrdiff_t i = 0; i < n; ++i) {
      while (k < top && from_[k + 1] < static_cast<double>(i)) ++k;
      const auto offset = static_cast<double>(i - site_[k]);
      distance[i] = static_cast<float>(weight * offset * offset + height_[k]);
    }
  }

 private:
  /// Puts the parabola at `site` on the envelope; sites come in rising order.
  void add(std::ptrdiff_t& top, std::ptrdiff_t site, double height, double weight) {
    double from = -std::numeric_limits<double>::infinity();
    while (top >= 0) {
      const auto gap = static_cast<double>(site - site_[top]);
      const auto middle = static_cast<double>(site + site_[top]);
      from = 0.5 * (middle + (height - height_[top]) / (weight * gap));
      if (from > from_[top]) break;
      --top;
      from = -std::numeric_limits<double>::infinity();
    }
    ++top;
    site_[top] = site;
    height_[top] = height;
    from_[top] = from;
  }

  std::vector<std::ptrdiff_t> site_;
  std::vector<double> height_;
  std::vector<double> from_;
};

/// First axis: distance to the nearer end of each run.
template <class T>
void distance_along_row(std::span<const T> labels, float* distance, double weight, bool border) {
  const std::size_t length = labels.size();
  for (std::size_t begin = 0; begin < length;) {
    const T label = labels[begin];
    std::size_t end = begin + 1;
    while (end < length && labels[end] == label) ++end;
    const bool before = border || begin > 0;
    const bool behind = border || end < length;
    for (std::size_t i = begin; i < end; ++i) {
      double steps = std::numeric_limits<double>::infinity();
      if (before) steps = static_cast<double>(i - begin + 1);
      if (behind) steps = std::min(steps, static_cast<double>(end - i));
      distance[i] = label == 0 ? 0.0f : static_cast<float>(weight * steps * steps);
    }
    begin = end;
  }
}

/// Applies the envelope to `columns` neighbouring columns of `length` elements, `stride` apart, stretch by stretch.
template <class T>
class ColumnTile {
 public:
  static constexpr std::size_t width = 16;

  explicit ColumnTile(std::size_t length) : labels_(width * length), values_(width * length), envelope_(length) {}

  void apply(const T* labels, float* distance, std::size_t columns, std::size_t length, std::size_t stride,
             double weight, bool border) {
    // Columns are copied so that each is contiguous: neighbouring ones share cache lines, far rows may share cache
    // sets.
    for (std::size_t i = 0; i < length; ++i) {
      for (std::size_t c = 0; c < columns; ++c) {
        labels_[c * length + i] = labels[i * stride + c];
        values_[c * length + i] = distance[i * stride + c];
      }
    }
    for (std::size_t c = 0; c < columns; ++c)
      column(&labels_[c * length], &values_[c * length], length, weight, border);
    for (std::size_t i = 0; i < length; ++i) {
      for (std::size_t c = 0; c < columns; ++c) distance[i * stride + c] = values_[c * length + i];
    }
  }

 private:
  void column(const T* labels, float* values, std::size_t length, double weight, bool border) {
    for (std::size_t begin = 0; begin < length;) {
      std::size_t end = begin + 1;
      while (end < length && labels[end] == labels[begin]) ++end;
      if (labels[begin] != 0) {
        envelope_.apply(values + begin, end - begin, weight, border || begin > 0, border || end < length);
      }
      begin = end;
    }
  }

  std::vector<T> labels_;
  std::vector<float> values_;
  ParabolaEnvelope envelope_;
};

}  // namespace detail

/// Writes to `out` the squared distance of every voxel's centre to the centre of the nearest voxel with another label,
/// in the unit of `voxel_size` squared; 0 where the label is 0, infinity where there is no other label.
///
/// With VolumeBorder::counts the voxels just outside the volume are of another label. Values are exact while they stay
/// below 2^24 and the voxel size is integral, else rounded to float once per axis. Throws std::invalid_argument for a
/// wrong size.
template <std::unsigned_integral T>
void squared_distance_transform(VolumeView<const T> labels, VoxelSize voxel_size, VolumeBorder border,
                                std::span<float> out, unsigned threads, Monitor& monitor) {
  const Shape shape = labels.shape();
  require(out.size() == shape.voxels(), "squared_distance_transform: labels and out differ in size");
  if (shape.voxels() == 0) return;
  const bool border_counts = border == VolumeBorder::counts;
  constexpr std::size_t width = detail::ColumnTile<T>::width;
  monitor.begin(shape.z + shape.y);

  parallel_for(shape.z, threads, [&](std::size_t z) {
    const std::size_t plane = shape.index(z, 0, 0);
    for (std::size_t y = 0; y < shape.y; ++y) {
      detail::distance_along_row<T>(labels.row(z, y), out.data() + plane + y * shape.x, voxel_size.x * voxel_size.x,
                                    border_counts);
    }
    detail::ColumnTile<T> tile(shape.y);
    for (std::size_t x = 0; x < shape.x; x += width) {
      tile.apply(labels.data().data() + plane + x, out.data() + plane + x, std::min(width, shape.x - x), shape.y,
                 shape.x, voxel_size.y * voxel_size.y, border_counts);
    }
    monitor.advance();
  });
  parallel_for(shape.y, threads, [&](std::size_t y) {
    detail::ColumnTile<T> tile(shape.z);
    for (std::size_t x = 0; x < shape.x; x += width) {
      const std::size_t first = y * shape.x + x;
      tile.apply(labels.data().data() + first, out.data() + first, std::min(width, shape.x - x), shape.z, shape.plane(),
                 voxel_size.z * voxel_size.z, border_counts);
    }
    monitor.advance();
  });
}

}  // namespace fascicle
