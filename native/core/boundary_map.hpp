// Boundary probability from affinities.
#pragma once

#include <algorithm>
#include <concepts>
#include <cstdint>
#include <span>
#include <type_traits>
#include <vector>

#include "monitor.hpp"
#include "parallel.hpp"
#include "volume_view.hpp"

namespace fascicle {

/// How the affinities of a voxel become one number, whose complement is the boundary probability.
enum class AffinityReduction { mean, minimum, maximum };

/// boundary = 1 - reduction over `channels` of the affinities, as a probability in [0, 1].
///
/// `affinities` holds whole channels one after the other, `channels` names those to use (e.g. {1, 2}: the links in
/// plane). uint8 stands for 255 * p. Throws std::invalid_argument for a channel that is not there.
template <class T>
requires std::same_as<T, std::uint8_t> || std::same_as<T, float>
void boundary_from_affinities(std::span<const T> affinities, std::size_t voxels, std::span<const std::size_t> channels,
                              AffinityReduction reduction, std::span<float> out, unsigned threads, Monitor& monitor) {
  require(out.size() == voxels, "boundary_from_affinities: out does not have the volume's size");
  require(!channels.empty(), "boundary_from_affinities: no channel chosen");
  for (const std::size_t channel : channels) {
    require((channel + 1) * voxels <= affinities.size(), "boundary_from_affinities: a chosen channel is not there");
  }
  constexpr float scale = std::is_same_v<T, std::uint8_t> ? 1.0f / 255 : 1.0f;
  constexpr std::size_t piece = std::size_t{1} << 18;
  const auto count = static_cast<float>(channels.size());
  monitor.begin(voxels);
  parallel_for((voxels + piece - 1) / piece, threads, [&](std::size_t task) {
    const std::size_t begin = task * piece;
    const std::size_t end = std::min(voxels, begin + piece);
    for (std::size_t i = begin; i < end; ++i) {
      auto value = static_cast<float>(affinities[channels[0] * voxels + i]);
      for (std::size_t c = 1; c < channels.size(); ++c) {
        const auto next = static_cast<float>(affinities[channels[c] * voxels + i]);
        value = reduction == AffinityReduction::mean      ? value + next
                : reduction == AffinityReduction::minimum ? std::min(value, next)
                                                          : std::max(value, next);
      }
      if (reduction == AffinityReduction::mean) value /= count;
      out[i] = 1 - scale * value;
    }
    monitor.advance(end - begin);
  });
}

}  // namespace fascicle
