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
  ParabolaEnvelope(std::size_t longest, double weight)
      : weight_(weight), site_(longest + 2), height_(longest + 2), from_(longest + 3), half_per_gap_(longest + 2) {
    // A product with the reciprocal instead of a quotient may misplace where two parabolas meet by a rounding error,
    // which changes which of two values that are equal to rounding is taken.
    for (std::size_t gap = 1; gap < half_per_gap_.size(); ++gap) {
      half_per_gap_[gap] = 0.5 / (weight * static_cast<double>(gap));
    }
  }

  /// distance[i] = min over j of (weight * (i - j)^2 + distance[j]) for i in [0, length), where j runs over the column
  /// and over the positions -1 and length with height 0 if the flags say so. Infinite values are no sites.
  void apply(float* distance, std::size_t length, bool before, bool behind) {
    const auto n = static_cast<std::ptrdiff_t>(length);
    std::ptrdiff_t top = -1;
    if (before) add(top, -1, 0);
    for (std::ptrdiff_t i = 0; i < n; ++i) {
      if (distance[i] < std::numeric_limits<float>::infinity()) add(top, i, static_cast<double>(distance[i]));
    }
    if (behind) add(top, n, 0);
    if (top < 0) return;

    std::ptrdiff_t k = 0;
    for (std::ptrdiff_t i = 0; i < n; ++i) {
      while (k < top && from_[k + 1] < static_cast<double>(i)) ++k;
      const auto offset = static_cast<double>(i - site_[k]);
      distance[i] = static_cast<float>(weight_ * offset * offset + height_[k]);
    }
  }

 private:
  /// Puts the parabola at `site` on the envelope; sites come in rising order.
  void add(std::ptrdiff_t& top, std::ptrdiff_t site, double height) {
    double from = -std::numeric_limits<double>::infinity();
    while (top >= 0) {
      const auto middle = static_cast<double>(site + site_[top]);
      from = 0.5 * middle + (height - height_[top]) * half_per_gap_[site - site_[top]];
      if (from > from_[top]) break;
      --top;
      from = -std::numeric_limits<double>::infinity();
    }
    ++top;
    site_[top] = site;
    height_[top] = height;
    from_[top] = from;
  }

  double weight_;
  std::vector<std::ptrdiff_t> site_;
  std::vector<double> height_;
  std::vector<double> from_;
  std::vector<double> half_per_gap_;
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

/// Applies the envelope to neighbouring columns of `length` elements, stretch by stretch.
template <class T>
class ColumnTile {
 public:
  /// As many columns at once as fit the second-level cache: wide tiles read far rows in long pieces.
  static std::size_t width(std::size_t length) { return std::clamp<std::size_t>(32768 / length, 16, 128); }

  ColumnTile(std::size_t length, double weight)
      : pitch_(length + 16),
        labels_(width(length) * pitch_),
        values_(width(length) * pitch_),
        envelope_(length, weight) {}

  void apply(const T* labels, float* distance, std::size_t columns, std::size_t length, std::size_t stride,
             bool border) {
    // Columns are copied so that each is contiguous: neighbouring ones share cache lines. The pitch is longer than a
    // column so that columns of a power of two do not all fall into the same cache sets.
    for (std::size_t i = 0; i < length; ++i) {
      for (std::size_t c = 0; c < columns; ++c) {
        labels_[c * pitch_ + i] = labels[i * stride + c];
        values_[c * pitch_ + i] = distance[i * stride + c];
      }
    }
    for (std::size_t c = 0; c < columns; ++c) column(&labels_[c * pitch_], &values_[c * pitch_], length, border);
    for (std::size_t i = 0; i < length; ++i) {
      for (std::size_t c = 0; c < columns; ++c) distance[i * stride + c] = values_[c * pitch_ + i];
    }
  }

 private:
  void column(const T* labels, float* values, std::size_t length, bool border) {
    for (std::size_t begin = 0; begin < length;) {
      std::size_t end = begin + 1;
      while (end < length && labels[end] == labels[begin]) ++end;
      if (labels[begin] != 0) {
        envelope_.apply(values + begin, end - begin, border || begin > 0, border || end < length);
      }
      begin = end;
    }
  }

  std::size_t pitch_;
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
  monitor.begin(shape.z + shape.y);

  parallel_for(shape.z, threads, [&](std::size_t z) {
    const std::size_t plane = shape.index(z, 0, 0);
    for (std::size_t y = 0; y < shape.y; ++y) {
      detail::distance_along_row<T>(labels.row(z, y), out.data() + plane + y * shape.x, voxel_size.x * voxel_size.x,
                                    border_counts);
    }
    detail::ColumnTile<T> tile(shape.y, voxel_size.y * voxel_size.y);
    const std::size_t width = tile.width(shape.y);
    for (std::size_t x = 0; x < shape.x; x += width) {
      tile.apply(labels.data().data() + plane + x, out.data() + plane + x, std::min(width, shape.x - x), shape.y,
                 shape.x, border_counts);
    }
    monitor.advance();
  });
  parallel_for(shape.y, threads, [&](std::size_t y) {
    detail::ColumnTile<T> tile(shape.z, voxel_size.z * voxel_size.z);
    const std::size_t width = tile.width(shape.z);
    for (std::size_t x = 0; x < shape.x; x += width) {
      const std::size_t first = y * shape.x + x;
      tile.apply(labels.data().data() + first, out.data() + first, std::min(width, shape.x - x), shape.z, shape.plane(),
                 border_counts);
    }
    monitor.advance();
  });
}

}  // namespace fascicle
