// Which neurite owns a voxel of the phantom, and how far the next neurite is.
//
// A ball of radius r claims a point at distance d with t = d - r (nm): the lowest claim wins, an additively weighted
// Voronoi diagram whose cells are tubes that share the gaps between them evenly. Deep inside a thick neurite the claim
// hardly falls any more (it stops at -depth, and thin neurites go deeper), so that a thin one that runs through it is
// never cut. A box of voxels is halved until it is small, keeping at each step the balls that can still win in it or
// come within `claim_margin` of winning; the few that remain are compared voxel by voxel.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "multiversion.hpp"
#include "phantom_neurites.hpp"

namespace fascicle::phantom {

/// A second neurite whose claim is farther behind than this (nm) may be missed, and is treated as absent.
inline constexpr float claim_margin = 90;
/// Slope of a claim below its depth.
inline constexpr float core_slope = 0.04f;

/// A ball as the comparison needs it: claim = max(t, core_slope * t + core_offset) with t = slope * d + offset.
struct Claimant {
  Point centre;
  float slope;
  float offset;
  float core_offset;
  std::uint32_t label;
  std::uint32_t ball;

  [[nodiscard]] float claim(float distance) const {
    const float t = slope * distance + offset;
    return std::max(t, core_slope * t + core_offset);
  }
  /// Claim below which the point is in the core.
  [[nodiscard]] float core_claim() const { return core_offset / (1 - core_slope); }
};

/// The two best claims, of different labels, for a list of points.
struct Claims {
  std::vector<float> first;          ///< nm
  std::vector<float> second;         ///< nm
  std::vector<std::uint32_t> label;  ///< of the first
  std::vector<std::uint32_t> first_ball;
  std::vector<std::uint32_t> second_ball;

  void reset(std::size_t points) {
    first.assign(points, std::numeric_limits<float>::max());
    second.assign(points, std::numeric_limits<float>::max());
    label.assign(points, 0);
    first_ball.assign(points, 0);
    second_ball.assign(points, 0);
  }
};

inline Claimant claimant_of(const Ball& ball, std::uint32_t index) {
  const auto make = [&](float slope, float offset, float depth) {
    return Claimant{ball.centre, slope, offset, (core_slope - 1) * depth, ball.label, index};
  };
  if (ball.part == Part::glia) return make(glia_slope, glia_handicap, 0);
  const float thinness = std::clamp((200 - ball.radius) / 140, 0.0f, 1.0f);
  return make(1, -ball.radius, std::min(ball.radius, 12 + 45 * thinness));
}

namespace detail {

/// Lowest claim of each claimant within a region, to `nearest`; returns an upper bound of the winning claim anywhere in
/// it.
FASCICLE_MULTIVERSION inline float bound_claims(const Claimant* claimants, std::size_t count, const Region& region,
                                                float* FASCICLE_RESTRICT nearest) {
  const Point centre = 0.5f * (region.low + region.high);
  const Point half = 0.5f * (region.high - region.low);
  float best = std::numeric_limits<float>::max();
  for (std::size_t i = 0; i < count; ++i) {
    const Claimant& c = claimants[i];
    const float z = std::fabs(c.centre.z - centre.z);
    const float y = std::fabs(c.centre.y - centre.y);
    const float x = std::fabs(c.centre.x - centre.x);
    const float far_z = z + half.z;
    const float far_y = y + half.y;
    const float far_x = x + half.x;
    const float near_z = std::max(0.0f, z - half.z);
    const float near_y = std::max(0.0f, y - half.y);
    const float near_x = std::max(0.0f, x - half.x);
    best = std::min(best, c.claim(std::sqrt(far_z * far_z + far_y * far_y + far_x * far_x)));
    nearest[i] = c.claim(std::sqrt(near_z * near_z + near_y * near_y + near_x * near_x));
  }
  return best;
}

}  // namespace detail

/// The claimants that matter within `region`, in their order.
inline void prune(std::span<const Claimant> all, const Region& region, std::vector<Claimant>& kept) {
  std::vector<float> nearest(all.size());
  const float best = detail::bound_claims(all.data(), all.size(), region, nearest.data());
  // A little slack for the rounding of the two bounds, so that pruning never changes a result.
  const float limit = best + claim_margin + 0.5f;
  kept.clear();
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (nearest[i] <= limit) kept.push_back(all[i]);
  }
}

namespace detail {

/// Lets one claimant compete for all points.
FASCICLE_MULTIVERSION inline void compete(const Claimant& claimant, const float* FASCICLE_RESTRICT pz,
                                          const float* FASCICLE_RESTRICT py, const float* FASCICLE_RESTRICT px,
                                          std::size_t points, float* FASCICLE_RESTRICT first,
                                          float* FASCICLE_RESTRICT second, std::uint32_t* FASCICLE_RESTRICT label,
                                          std::uint32_t* FASCICLE_RESTRICT first_ball,
                                          std::uint32_t* FASCICLE_RESTRICT second_ball) {
  const Claimant c = claimant;
  for (std::size_t i = 0; i < points; ++i) {
    const float z = pz[i] - c.centre.z;
    const float y = py[i] - c.centre.y;
    const float x = px[i] - c.centre.x;
    const float t = c.slope * std::sqrt(z * z + y * y + x * x) + c.offset;
    const float core = core_slope * t + c.core_offset;
    const float claim = t > core ? t : core;
    const float old_first = first[i];
    const float old_second = second[i];
    const std::uint32_t old_label = label[i];
    const std::uint32_t old_ball = first_ball[i];
    const std::uint32_t old_second_ball = second_ball[i];
    const bool own = old_label == c.label;
    const bool wins = claim < old_first;
    const bool second_best = claim < old_second;
    const float second_of_others = wins ? old_first : second_best ? claim : old_second;
    const std::uint32_t ball_of_others = wins ? old_ball : second_best ? c.ball : old_second_ball;
    first[i] = wins ? claim : old_first;
    label[i] = wins ? c.label : old_label;
    first_ball[i] = wins ? c.ball : old_ball;
    second[i] = own ? old_second : second_of_others;
    second_ball[i] = own ? old_second_ball : ball_of_others;
  }
}

}  // namespace detail

/// The two best claims at points (pz, py, px).
inline void decide(std::span<const Claimant> claimants, std::span<const float> pz, std::span<const float> py,
                   std::span<const float> px, Claims& claims) {
  claims.reset(px.size());
  for (const Claimant& claimant : claimants) {
    detail::compete(claimant, pz.data(), py.data(), px.data(), px.size(), claims.first.data(), claims.second.data(),
                    claims.label.data(), claims.first_ball.data(), claims.second_ball.data());
  }
}

}  // namespace fascicle::phantom
