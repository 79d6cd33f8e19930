// Grey value of a phantom voxel: cytoplasm, membranes blurred by the section's thickness, mitochondria with cristae,
// vesicles in boutons, synaptic densities.
#pragma once

#include <cmath>
#include <cstdint>
#include <limits>
#include <span>

#include "phantom_claims.hpp"
#include "phantom_sections.hpp"

namespace fascicle::phantom {

/// Where a voxel lies between its neurite and the next one.
struct Boundary {
  float distance = std::numeric_limits<float>::max();  ///< nm to the surface between them
  float tilt = 0;                                      ///< z component of the surface's unit normal, 0 to 1
};

/// First-order distance to the surface where two claims are equal: their difference over the length of its gradient.
inline Boundary boundary_at(Point p, float first, float second, const Claimant& mine, const Claimant& other) {
  const float gap = second - first;
  if (gap >= claim_margin) return {};
  const auto direction_from = [&](const Claimant& c) {
    const Point from = p - c.centre;
    return (1 / std::max(from.length(), 1e-3f)) * from;
  };
  const auto slope_at = [](const Claimant& c, float claim) {
    return claim > c.core_claim() ? c.slope : core_slope * c.slope;
  };
  const Point own = slope_at(mine, first) * direction_from(mine);
  const Point towards = direction_from(other);
  const Point gradient = slope_at(other, second) * towards - own;
  const float slope = std::max(gradient.length(), 0.1f);
  const float tilt = std::fabs(gradient.z) / slope;
  // Where the surface lies in the core of the other one, its claim falls steeply up to the core and hardly within.
  const float core = other.core_claim();
  if (second > core && first < core) {
    const Point within = core_slope * other.slope * towards - own;
    return {(second - core) / slope + (core - first) / std::max(within.length(), 0.1f), tilt};
  }
  return {gap / slope, tilt};
}

/// A smooth bump: 1 at 0, 0 from `width` on.
inline float bump(float distance, float width) {
  const float t = distance / width;
  if (std::fabs(t) >= 1) return 0;
  const float u = 1 - t * t;
  return u * u;
}

class Texture {
 public:
  explicit Texture(const PhantomParams& params)
      : seed_(params.seed),
        thickness_(static_cast<float>(params.voxel_size.z)),
        membrane_(static_cast<float>(params.membrane_thickness)) {}

  /// `grain` is smooth noise of unit amplitude at the voxel; the result is the grey value before imaging.
  [[nodiscard]] float grey(Point p, const Ball& mine, const Ball& other, const Boundary& boundary,
                           const Section& section, float grain, std::span<const OrganelleBall> mitochondria) const {
    float value = cytoplasm(mine) + 16 * grain;
    if (mine.part == Part::bouton && boundary.distance > 22) value -= vesicle(p);
    value = with_mitochondrion(value, p, mine.label, boundary, grain, mitochondria);

    const bool synapse = is_synapse(mine, other);
    const float width = membrane_ * section.membrane * (synapse ? 1.5f : 0.95f);
    // A section is a projection: a tilted membrane is smeared over its thickness.
    const float smear = 0.4f * boundary.tilt * thickness_;
    const float darkness = (bump(boundary.distance - smear, width) + bump(boundary.distance, width) +
                            bump(boundary.distance + smear, width)) /
                           3;
    const float depth = synapse ? 118.0f : 98.0f;
    return value - darkness * std::min(depth, value - 25);
  }

 private:
  [[nodiscard]] float cytoplasm(const Ball& ball) const {
    const float own = unit(hash(seed_, ball.label, 21));
    switch (ball.part) {
      case Part::dendrite:
      case Part::spine:
        return 160 + 18 * own;
      case Part::axon:
        return 142 + 24 * own;
      case Part::bouton:
        return 138 + 20 * own;
      default:
        return 172 + 12 * own;
    }
  }

  /// Some contacts between a bouton and a dendrite or spine carry a density.
  [[nodiscard]] bool is_synapse(const Ball& a, const Ball& b) const {
    const auto receives = [](Part part) { return part == Part::spine || part == Part::dendrite; };
    const bool pair = (a.part == Part::bouton && receives(b.part)) || (b.part == Part::bouton && receives(a.part));
    if (!pair) return false;
    const std::uint32_t low = std::min(a.label, b.label);
    const std::uint32_t high = std::max(a.label, b.label);
    return unit(hash(seed_, low, high, 31)) < 0.5f;
  }

  /// Darkening by a 40 nm vesicle of a jittered lattice, in clusters: a ring about a pale lumen.
  [[nodiscard]] float vesicle(Point p) const {
    constexpr float spacing = 56;
    const auto cell = [](float at) { return static_cast<std::int64_t>(std::floor(at / spacing)); };
    const std::uint64_t h = hash(seed_ ^ 0x5eed, cell(p.z), cell(p.y), cell(p.x));
    if ((h & 255) > 150) return 0;
    const auto offset = [&](float at, int shift) {
      const float jitter = (static_cast<float>(h >> shift & 255) / 255 - 0.5f) * 18;
      return at - (std::floor(at / spacing) + 0.5f) * spacing - jitter;
    };
    // Sections are thicker than vesicles are apart, so depth counts half.
    const Point d{0.5f * offset(p.z, 8), offset(p.y, 16), offset(p.x, 24)};
    const float distance = d.length();
    return 32 * bump(distance - 16, 9) - 8 * bump(distance, 9);
  }

  [[nodiscard]] float with_mitochondrion(float value, Point p, std::uint32_t label, const Boundary& boundary,
                                         float grain, std::span<const OrganelleBall> mitochondria) const {
    float nearest = 40;  // nm outside the surface
    const OrganelleBall* found = nullptr;
    for (const OrganelleBall& ball : mitochondria) {
      if (ball.label != label) continue;
      const float outside = (p - ball.centre).length() - ball.radius;
      if (outside < nearest) {
        nearest = outside;
        found = &ball;
      }
    }
    // It lies inside its neurite: its surface keeps a distance from the membrane.
    if (found == nullptr || boundary.distance < 24) return value;
    const float inside = std::min(-nearest, boundary.distance - 30);
    if (inside < -10) return value;
    const float outline = bump(inside, 11);
    const float fold = (p.y * 0.8f + p.x * 0.5f + p.z * 0.35f + 24 * grain) / 34;
    const float stripe = std::fabs(fold - std::floor(fold) - 0.5f) * 4 - 1;
    const float matrix = 92 + 13 * stripe + 6 * grain;
    const float body = inside > 4 ? matrix : value;
    return body - outline * std::max(0.0f, body - 58);
  }

  std::uint64_t seed_;
  float thickness_;
  float membrane_;
};

}  // namespace fascicle::phantom
