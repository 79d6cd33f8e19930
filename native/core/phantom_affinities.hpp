// Affinities as a network might predict them for a phantom: right on the whole, noisy, and wrong in places.
//
// Like the phantom itself they are a pure function of position and seed. Errors come in three kinds: noise, correlated
// over a few voxels and white; weak boundaries, patches of contact that look like one object; false boundaries, thin
// sheets through an object that look like a membrane.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "phantom.hpp"

namespace fascicle {

struct PhantomAffinityParams {
  double noise = 1;     ///< scale of the noise; 0: none
  double blunders = 1;  ///< scale of the share of contacts and interiors that are wrong; 0: none
};

namespace phantom {

/// The value of one link, row by row.
class AffinityPainter {
 public:
  AffinityPainter(const PhantomParams& params, const PhantomAffinityParams& errors)
      : seed_(params.seed),
        size_{static_cast<float>(params.voxel_size.z), static_cast<float>(params.voxel_size.y),
              static_cast<float>(params.voxel_size.x)},
        noise_(static_cast<float>(errors.noise)),
        blunders_(static_cast<float>(errors.blunders)) {}

  /// `from[i]` and `to[i]` are the labels that link i joins; `at` is the global index of the first voxel of the row.
  void paint_row(int channel, std::array<std::int64_t, 3> at, std::span<const std::uint32_t> from,
                 std::span<const std::uint32_t> to, std::span<std::uint8_t> out) {
    const std::size_t width = out.size();
    const auto z = static_cast<float>(at[0]);
    const auto y = static_cast<float>(at[1]);
    voxel_x_.resize(width);
    x_nm_.resize(width);
    for (std::size_t i = 0; i < width; ++i) {
      voxel_x_[i] = static_cast<float>(at[2] + static_cast<std::int64_t>(i));
      x_nm_[i] = voxel_x_[i] * size_.x;
    }
    for (auto* row : {&correlated_, &patch_, &sheet_}) row->assign(width, 0);
    // Sections are noisier against each other than pixels are: the correlation reaches half as far in z.
    shared_noise_.add_row(2 * z, y, voxel_x_, 1, correlated_);
    own_noise_[channel].add_row(2 * z, y, voxel_x_, 0.2f, correlated_);
    patch_noise_.add_row(z * size_.z, y * size_.y, x_nm_, 1, patch_);
    sheet_noise_.add_row(z * size_.z, y * size_.y, x_nm_, 1, sheet_);

    const auto key = static_cast<std::uint32_t>(seed_ + 0x1000 + static_cast<std::uint64_t>(channel));
    for (std::size_t i = 0; i < width; ++i) {
      const float white = bell(hash32(key, static_cast<std::uint32_t>(at[0]), static_cast<std::uint32_t>(at[1]),
                                      static_cast<std::uint32_t>(at[2]) + static_cast<std::uint32_t>(i)));
      const bool cut = from[i] != to[i] || to[i] == 0;
      float value = cut ? boundary(from[i], to[i], patch_[i]) : interior(sheet_[i], patch_[i]);
      value += noise_ * ((cut ? 0.22f : 0.14f) * correlated_[i] + 0.002f * white);
      out[i] = static_cast<std::uint8_t>(std::clamp(value, 0.0f, 1.0f) * 255 + 0.5f);
    }
  }

 private:
  [[nodiscard]] float boundary(std::uint32_t a, std::uint32_t b, float patch) const {
    constexpr float low = 0.1f;
    const float pair = unit(hash(seed_, std::min(a, b), std::max(a, b), 41));
    const bool weak_pair = pair < 0.08f * blunders_ && patch > 0.1f;
    const bool weak_patch = patch > 1 - 0.22f * blunders_;
    return weak_pair || weak_patch ? 0.72f : low;
  }

  [[nodiscard]] float interior(float sheet, float patch) const {
    const bool false_boundary = std::fabs(sheet) < 0.012f && patch < 0.15f * blunders_ - 0.5f;
    return false_boundary ? 0.3f : 0.97f;
  }

  std::uint64_t seed_;
  Point size_;
  float noise_;
  float blunders_;
  ValueNoise shared_noise_{hash(seed_, 50), 6.0f};
  std::array<ValueNoise, 3> own_noise_{ValueNoise{hash(seed_, 51), 9.0f}, ValueNoise{hash(seed_, 52), 9.0f},
                                       ValueNoise{hash(seed_, 53), 9.0f}};
  ValueNoise patch_noise_{hash(seed_, 54), 320};
  ValueNoise sheet_noise_{hash(seed_, 55), 620};
  std::vector<float> voxel_x_;
  std::vector<float> x_nm_;
  std::vector<float> correlated_;
  std::vector<float> patch_;
  std::vector<float> sheet_;
};

}  // namespace phantom

/// Paints the affinities of a block of the phantom: `out` holds 3 x z x y x x values of 255 * p, where channel 0, 1, 2
/// links voxel p to p - (1,0,0), p - (0,1,0), p - (0,0,1), across the block's faces too; 0 where that leaves the
/// phantom at index 0. `labels` is empty or receives the block's labels. Throws as paint_phantom does.
inline void paint_phantom_affinities(const PhantomParams& params, const PhantomAffinityParams& errors,
                                     std::array<std::int64_t, 3> origin, Shape shape, std::span<std::uint8_t> out,
                                     std::span<std::uint32_t> labels, unsigned threads, Monitor& monitor) {
  require(out.size() == 3 * shape.voxels(), "phantom: affinities do not have the block's size");
  require(labels.empty() || labels.size() == shape.voxels(), "phantom: labels do not have the block's size");
  std::array<std::size_t, 3> halo{};
  std::array<std::int64_t, 3> from = origin;
  for (std::size_t axis = 0; axis < 3; ++axis) {
    halo[axis] = origin[axis] > 0 ? 1 : 0;
    from[axis] -= static_cast<std::int64_t>(halo[axis]);
  }
  const Shape grown{shape.z + halo[0], shape.y + halo[1], shape.x + halo[2]};
  std::vector<std::uint32_t> wide(grown.voxels());
  paint_phantom(params, from, grown, {}, wide, threads, monitor);

  const std::array<std::size_t, 3> back{grown.plane(), grown.x, 1};
  parallel_for(shape.z, threads, [&](std::size_t z) {
    phantom::AffinityPainter painter(params, errors);
    for (std::size_t y = 0; y < shape.y; ++y) {
      const std::array<std::int64_t, 3> at{origin[0] + static_cast<std::int64_t>(z),
                                           origin[1] + static_cast<std::int64_t>(y), origin[2]};
      const std::size_t row = grown.index(z + halo[0], y + halo[1], halo[2]);
      const std::span<const std::uint32_t> own(wide.data() + row, shape.x);
      if (!labels.empty()) std::ranges::copy(own, labels.begin() + static_cast<std::ptrdiff_t>(shape.index(z, y, 0)));
      for (std::size_t channel = 0; channel < 3; ++channel) {
        const std::span<std::uint8_t> target = out.subspan(channel * shape.voxels() + shape.index(z, y, 0), shape.x);
        const bool leaves = (channel == 0 && at[0] == 0) || (channel == 1 && at[1] == 0);
        if (leaves) {
          std::ranges::fill(target, std::uint8_t{0});
          continue;
        }
        // At index 0 along x the first link leaves the phantom; the rest of the row is painted as usual.
        const std::size_t skipped = channel == 2 && at[2] == 0 ? std::min<std::size_t>(1, shape.x) : 0;
        if (skipped != 0) target[0] = 0;
        painter.paint_row(static_cast<int>(channel), {at[0], at[1], at[2] + static_cast<std::int64_t>(skipped)},
                          {wide.data() + row + skipped - back[channel], shape.x - skipped}, own.subspan(skipped),
                          target.subspan(skipped));
      }
    }
    monitor.check();
  });
}

}  // namespace fascicle
