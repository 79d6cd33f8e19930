// Thresholds of the affinity watershed and their exact meaning.
#pragma once

#include <cstdint>
#include <type_traits>

#include "affinity_view.hpp"
#include "size_gated_merge.hpp"

namespace fascicle {

struct AffinityWatershedParams {
  /// Edges of affinity <= low do not exist.
  double low = 1e-4;
  /// Edges of affinity >= high are saturated: their voxels always belong together. Above 1 nothing is saturated.
  double high = 0.9999;
  /// What the size-gated merge that follows will merge, if one follows: blocks then merge ahead what they can
  /// (fragment_contraction.hpp), which keeps every later table small. Its result is the same as without.
  /// dust_threshold has no effect here.
  SizeGatedMergeParams gate{.size_threshold = 0};
};

/// Throws std::invalid_argument unless 0 <= low < high, as float32.
inline void check(const AffinityWatershedParams& params) {
  require(params.low >= 0 && static_cast<float>(params.low) < static_cast<float>(params.high),
          "the watershed needs thresholds 0 <= low < high");
}

/// Edge weights of the watershed: 0 where there is no edge, at most `high`.
///
/// Clamping at `high` is all that saturation needs: a plateau at the largest weight has no way up, so it is one basin.
/// Thresholds are rounded to float32 and compared with affinities as float32 (uint8 as the float32 nearest to v / 255),
/// so a uint8 volume and its float32 copy have the same watershed. NaN counts as no edge.
template <Affinity T>
struct EdgeWeight {
  T low;
  T high;

  explicit EdgeWeight(const AffinityWatershedParams& params) {
    check(params);
    const auto low_affinity = static_cast<float>(params.low);
    const auto high_affinity = static_cast<float>(params.high);
    if constexpr (std::is_same_v<T, float>) {
      low = low_affinity;
      high = high_affinity;
    } else {
      const auto affinity = [](int v) { return static_cast<float>(v / 255.0); };
      int v = 0;
      while (v < 255 && affinity(v + 1) <= low_affinity) ++v;
      low = static_cast<T>(v);
      v = 0;
      while (v < 255 && affinity(v) < high_affinity) ++v;
      high = static_cast<T>(v);
    }
  }

  [[nodiscard]] T operator()(T affinity) const {
    if (!(affinity > low)) return 0;
    return affinity < high ? affinity : high;
  }
};

}  // namespace fascicle
