// Distance-transform watershed of a boundary map: seeds where the distance to boundaries is largest, grown over the
// boundary map. The recipe of supervoxels for anisotropic EM (Beier et al.: Multicut brings automated neurite
// segmentation closer to human performance, Nature Methods 2017), per slice or in space:
//   1. boundary = probability > threshold; distance d of every voxel to it (Euclidean, voxel edges in units of that
//   along x);
//   2. seeds = maxima of d smoothed by sigma_seeds, plateaus included;
//   3. heights = alpha * (probability smoothed by sigma_weights) + (1 - alpha) * (1 - d / max d);
//   4. priority flood from the seeds; segments below min_size are taken away and flooded again by those that remain.
// O(voxels * sigma). Per slice, slices run in parallel and take 20 bytes per voxel of a slice each; in space the flood
// is serial and the whole takes about 20 bytes per voxel. Results depend on the input and parameters alone; for ties
// see priority_flood.hpp.
#pragma once

#include <algorithm>
#include <cmath>
#include <concepts>
#include <cstdint>
#include <limits>
#include <span>
#include <type_traits>
#include <vector>

#include "connected_components.hpp"
#include "distance_transform.hpp"
#include "gaussian.hpp"
#include "local_maxima.hpp"
#include "priority_flood.hpp"

namespace fascicle {

struct SeededWatershedParams {
  double threshold = 0.25;       ///< boundary probability above which a voxel is boundary
  double sigma_seeds = 2;        ///< smoothing of the distance before its maxima are taken, voxels along x
  double sigma_weights = 2;      ///< smoothing of the boundary probability, voxels along x
  double alpha = 0.9;            ///< weight of the boundary probability against the distance, 0 to 1
  std::uint64_t min_size = 100;  ///< voxels; smaller segments are given to their neighbours
  bool per_slice = true;         ///< each plane on its own, or the volume in space
  VoxelSize voxel_size;          ///< z, y, x; ratios matter only
};

namespace detail {

/// Takes away the labels of fewer than `min_size` voxels (all but the largest, if all are) and numbers the rest 1, 2,
/// ... in the order of their old numbers. Returns how many remain.
inline std::uint32_t drop_small(std::span<std::uint32_t> labels, std::uint32_t count, std::uint64_t min_size) {
  std::vector<std::uint64_t> sizes(std::size_t{count} + 1, 0);
  for (const std::uint32_t label : labels) ++sizes[label];
  sizes[0] = 0;
  const std::uint64_t largest = *std::max_element(sizes.begin(), sizes.end());
  const std::uint64_t needed = std::min(min_size, largest);
  std::vector<std::uint32_t> numbers(sizes.size(), 0);
  std::uint32_t kept = 0;
  for (std::size_t label = 1; label < sizes.size(); ++label) {
    if (sizes[label] >= needed && sizes[label] > 0) numbers[label] = ++kept;
  }
  for (std::uint32_t& label : labels) label = numbers[label];
  return kept;
}

/// The recipe on one slice or volume; `probability` is consumed.
inline std::uint32_t watershed_of(VolumeView<float> probability, const SeededWatershedParams& params,
                                  std::span<std::uint32_t> out, unsigned threads, Monitor& monitor) {
  const Shape shape = probability.shape();
  const std::size_t voxels = shape.voxels();
  const VoxelSize edges{params.voxel_size.z / params.voxel_size.x, params.voxel_size.y / params.voxel_size.x, 1};
  const auto sigmas = [&](double sigma) {
    return VoxelSize{params.per_slice ? 0 : sigma / edges.z, sigma / edges.y, sigma};
  };
  const auto threshold = static_cast<float>(params.threshold);

  std::vector<std::uint8_t> mask(voxels);
  for (std::size_t i = 0; i < voxels; ++i) mask[i] = probability[i] > threshold ? 0 : 1;
  std::vector<float> distance(voxels);
  Monitor quiet({}, [&monitor] {
    monitor.check();
    return false;
  });
  squared_distance_transform<std::uint8_t>({mask, shape}, edges, VolumeBorder::ignored, distance, threads, quiet);
  float farthest = 0;
  for (float& value : distance) {
    // Without any boundary there is no distance: the whole is one plateau.
    value = std::isinf(value) ? 0 : std::sqrt(value);
    farthest = std::max(farthest, value);
  }

  gaussian_smooth(probability, sigmas(params.sigma_weights), threads);
  monitor.check();
  const auto alpha = static_cast<float>(params.alpha);
  const float per_distance = farthest > 0 ? 1 / farthest : 0;
  std::vector<std::uint16_t> heights(voxels);
  for (std::size_t i = 0; i < voxels; ++i) {
    const float height = alpha * probability[i] + (1 - alpha) * (1 - distance[i] * per_distance);
    heights[i] = static_cast<std::uint16_t>(std::clamp(height, 0.0f, 1.0f) * 65535 + 0.5f);
  }

  gaussian_smooth({distance, shape}, sigmas(params.sigma_seeds), threads);
  local_maxima({distance, shape}, mask, threads);
  const std::uint32_t seeds =
      connected_components<std::uint8_t>({mask, shape}, out, Connectivity::corners, threads, quiet);
  monitor.check();
  priority_flood({heights, shape}, out);
  if (params.min_size <= 1) return seeds;
  const std::uint32_t kept = drop_small(out, seeds, params.min_size);
  if (kept < seeds) priority_flood({heights, shape}, out);
  return kept;
}

}  // namespace detail

/// Divides the volume into supervoxels, numbered 1, 2, ... slice by slice and within a slice by their seeds' first
/// voxels; every voxel gets one. Returns their number.
///
/// `boundary` holds probabilities in [0, 1], uint8 as 255 * p. Throws std::invalid_argument for sizes that do not fit,
/// parameters out of range, or NaN.
template <class T>
requires std::same_as<T, std::uint8_t> || std::same_as<T, float> std::uint32_t seeded_watershed(
    VolumeView<const T> boundary, const SeededWatershedParams& params, std::span<std::uint32_t> out, unsigned threads,
    Monitor& monitor) {
  const Shape shape = boundary.shape();
  require(out.size() == shape.voxels(), "seeded_watershed: boundary and out differ in size");
  require(params.alpha >= 0 && params.alpha <= 1, "seeded_watershed: alpha must be 0 to 1");
  require(params.sigma_seeds >= 0 && params.sigma_weights >= 0, "seeded_watershed: a sigma is negative");
  if (shape.voxels() == 0) return 0;

  const std::size_t parts = params.per_slice ? shape.z : 1;
  const Shape part_shape{params.per_slice ? 1 : shape.z, shape.y, shape.x};
  const unsigned inner_threads = params.per_slice ? 1 : threads;
  std::vector<std::uint32_t> counts(parts);
  monitor.begin(parts);
  parallel_for(parts, threads, [&](std::size_t part) {
    const std::size_t first = part * part_shape.voxels();
    std::vector<float> probability(part_shape.voxels());
    constexpr float scale = std::is_same_v<T, std::uint8_t> ? 1.0f / 255 : 1.0f;
    for (std::size_t i = 0; i < probability.size(); ++i) {
      probability[i] = scale * static_cast<float>(boundary[first + i]);
      require(!std::isnan(probability[i]), "seeded_watershed: the boundary map holds NaN");
    }
    counts[part] = detail::watershed_of({probability, part_shape}, params, out.subspan(first, part_shape.voxels()),
                                        inner_threads, monitor);
    monitor.advance();
  });

  std::uint64_t total = 0;
  std::vector<std::uint32_t> offsets(parts);
  for (std::size_t part = 0; part < parts; ++part) {
    offsets[part] = static_cast<std::uint32_t>(total);
    total += counts[part];
    require(total <= std::numeric_limits<std::uint32_t>::max(), "seeded_watershed: more than 2^32 - 1 supervoxels");
  }
  parallel_for(parts, threads, [&](std::size_t part) {
    if (offsets[part] == 0) return;
    for (std::uint32_t& label : out.subspan(part * part_shape.voxels(), part_shape.voxels())) label += offsets[part];
  });
  return static_cast<std::uint32_t>(total);
}

}  // namespace fascicle
