// Gaussian smoothing of a float volume: separable, truncated at three standard deviations, mirrored at the faces (the
// edge voxel is not repeated). O(voxels * sigma) per axis; each axis costs one pass through a scratch row or plane.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>
#include <vector>

#include "parallel.hpp"
#include "volume_view.hpp"

namespace fascicle {

namespace detail {

/// exp(-x) for x >= 0 from additions and multiplications alone, so that kernels have the same bits with every library.
inline double exp_of_minus(double x) {
  constexpr int halvings = 10;
  const double small = x / (1 << halvings);
  double value = 1 - small * (1 - small / 2 * (1 - small / 3 * (1 - small / 4 * (1 - small / 5))));
  for (int i = 0; i < halvings; ++i) value *= value;
  return value;
}

/// Half of a normalised symmetric kernel: weight of the centre, of distance 1, ...; {1} for sigma 0.
inline std::vector<float> half_gaussian(double sigma) {
  const auto radius = static_cast<std::size_t>(3 * sigma + 0.5);
  std::vector<double> weights(radius + 1, 1);
  double sum = 1;
  for (std::size_t i = 1; i <= radius; ++i) {
    const auto distance = static_cast<double>(i);
    weights[i] = exp_of_minus(distance * distance / (2 * sigma * sigma));
    sum += 2 * weights[i];
  }
  std::vector<float> kernel(weights.size());
  std::transform(weights.begin(), weights.end(), kernel.begin(),
                 [sum](double w) { return static_cast<float>(w / sum); });
  return kernel;
}

/// Position of index i of a line mirrored at its ends.
inline std::size_t mirrored(std::ptrdiff_t i, std::size_t length) {
  if (length == 1) return 0;
  const auto period = static_cast<std::ptrdiff_t>(2 * length - 2);
  i %= period;
  if (i < 0) i += period;
  return static_cast<std::size_t>(i < static_cast<std::ptrdiff_t>(length) ? i : period - i);
}

inline void smooth_row(float* row, std::size_t length, std::span<const float> kernel, std::vector<float>& scratch) {
  const std::size_t radius = kernel.size() - 1;
  scratch.resize(length + 2 * radius);
  for (std::size_t i = 0; i < scratch.size(); ++i) {
    scratch[i] = row[mirrored(static_cast<std::ptrdiff_t>(i) - static_cast<std::ptrdiff_t>(radius), length)];
  }
  const float* centre = scratch.data() + radius;
  for (std::size_t i = 0; i < length; ++i) row[i] = kernel[0] * centre[i];
  for (std::size_t k = 1; k <= radius; ++k) {
    const float weight = kernel[k];
    for (std::size_t i = 0; i < length; ++i) row[i] += weight * (centre[i - k] + centre[i + k]);
  }
}

/// Smooths along an axis with the given stride, for `width` neighbouring columns of `length` elements at `first`.
inline void smooth_columns(float* first, std::size_t width, std::size_t length, std::size_t stride,
                           std::span<const float> kernel, std::vector<float>& scratch) {
  const std::size_t radius = kernel.size() - 1;
  scratch.resize(length * width);
  for (std::size_t i = 0; i < length; ++i) std::copy_n(first + i * stride, width, scratch.data() + i * width);
  for (std::size_t i = 0; i < length; ++i) {
    float* target = first + i * stride;
    const float* centre = scratch.data() + i * width;
    for (std::size_t c = 0; c < width; ++c) target[c] = kernel[0] * centre[c];
    for (std::size_t k = 1; k <= radius; ++k) {
      const auto offset = static_cast<std::ptrdiff_t>(k);
      const auto at = static_cast<std::ptrdiff_t>(i);
      const float* before = scratch.data() + mirrored(at - offset, length) * width;
      const float* behind = scratch.data() + mirrored(at + offset, length) * width;
      const float weight = kernel[k];
      for (std::size_t c = 0; c < width; ++c) target[c] += weight * (before[c] + behind[c]);
    }
  }
}

}  // namespace detail

/// Smooths `volume` in place with standard deviations `sigma` (voxels, per axis; 0 leaves an axis as it is).
inline void gaussian_smooth(VolumeView<float> volume, VoxelSize sigma, unsigned threads) {
  const Shape shape = volume.shape();
  if (shape.voxels() == 0) return;
  float* data = volume.data().data();
  constexpr std::size_t tile = 64;
  if (sigma.x > 0 || sigma.y > 0) {
    const auto along_x = detail::half_gaussian(sigma.x);
    const auto along_y = detail::half_gaussian(sigma.y);
    parallel_for(shape.z, threads, [&](std::size_t z) {
      std::vector<float> scratch;
      float* plane = data + z * shape.plane();
      for (std::size_t y = 0; y < shape.y; ++y) detail::smooth_row(plane + y * shape.x, shape.x, along_x, scratch);
      for (std::size_t x = 0; x < shape.x; x += tile) {
        detail::smooth_columns(plane + x, std::min(tile, shape.x - x), shape.y, shape.x, along_y, scratch);
      }
    });
  }
  if (sigma.z > 0 && shape.z > 1) {
    const auto along_z = detail::half_gaussian(sigma.z);
    parallel_for(shape.y, threads, [&](std::size_t y) {
      std::vector<float> scratch;
      for (std::size_t x = 0; x < shape.x; x += tile) {
        detail::smooth_columns(data + y * shape.x + x, std::min(tile, shape.x - x), shape.z, shape.plane(), along_z,
                               scratch);
      }
    });
  }
}

}  // namespace fascicle
