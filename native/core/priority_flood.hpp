// Seeded watershed by priority flood (Meyer 1991; Barnes, Lehman, Mulla: Priority-Flood, 2014): labels grow into the
// unlabelled voxels in the order of their height.
//
// Heights have 65,536 levels, so the queue is an array of first-in-first-out lists: O(voxels), 4 bytes per voxel. A
// voxel gets its label when it enters the queue, from the neighbour that was taken out first; ties are decided by the
// order of entering, which begins in raster order. The result depends on heights and seeds alone.
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "errors.hpp"
#include "volume_view.hpp"

namespace fascicle {

namespace detail {

/// First-in-first-out lists of voxels, one per level, as chains through `next`.
class LevelQueue {
 public:
  explicit LevelQueue(std::size_t voxels)
      : next_(voxels), head_(levels, none), tail_(levels, none), words_(levels / 64) {}

  void push(std::uint16_t level, std::uint32_t voxel) {
    next_[voxel] = none;
    if (head_[level] == none) {
      head_[level] = voxel;
      words_[level >> 6] |= std::uint64_t{1} << (level & 63);
      summary_[level >> 12] |= std::uint64_t{1} << (level >> 6 & 63);
    } else {
      next_[tail_[level]] = voxel;
    }
    tail_[level] = voxel;
  }

  /// Takes out the oldest voxel of the lowest level; returns false when there is none.
  bool pop(std::uint32_t& voxel) {
    for (std::size_t s = 0; s < summary_.size(); ++s) {
      if (summary_[s] == 0) continue;
      const std::size_t word = s * 64 + static_cast<std::size_t>(std::countr_zero(summary_[s]));
      const std::size_t level = word * 64 + static_cast<std::size_t>(std::countr_zero(words_[word]));
      voxel = head_[level];
      head_[level] = next_[voxel];
      if (head_[level] == none) {
        words_[word] &= words_[word] - 1;
        if (words_[word] == 0) summary_[s] &= summary_[s] - 1;
      }
      return true;
    }
    return false;
  }

 private:
  static constexpr std::size_t levels = 65536;
  static constexpr std::uint32_t none = std::numeric_limits<std::uint32_t>::max();

  std::vector<std::uint32_t> next_;
  std::vector<std::uint32_t> head_;
  std::vector<std::uint32_t> tail_;
  std::vector<std::uint64_t> words_;
  std::array<std::uint64_t, levels / 4096> summary_{};
};

/// Calls `visit(neighbour index)` for the neighbours of a voxel that share a face, in the order -z, -y, -x, +x, +y, +z.
/// Indices are 32-bit here because dividing them is a good part of the work.
template <class Visit>
void for_face_neighbours(const Shape& shape, std::uint32_t index, Visit&& visit) {
  const auto plane = static_cast<std::uint32_t>(shape.plane());
  const auto width = static_cast<std::uint32_t>(shape.x);
  const std::uint32_t z = shape.z == 1 ? 0 : index / plane;
  const std::uint32_t in_plane = index - z * plane;
  const std::uint32_t y = in_plane / width;
  const std::uint32_t x = in_plane - y * width;
  if (z > 0) visit(index - plane);
  if (y > 0) visit(index - width);
  if (x > 0) visit(index - 1);
  if (x + 1 < width) visit(index + 1);
  if (y + 1 < shape.y) visit(index + width);
  if (z + 1 < shape.z) visit(index + plane);
}

}  // namespace detail

/// Grows the non-zero labels into the voxels of label 0 (face neighbours) in the order of `heights`. Every voxel that a
/// seed can reach gets a label. Throws std::invalid_argument for unequal sizes or more than 2^32 - 2 voxels.
inline void priority_flood(VolumeView<const std::uint16_t> heights, std::span<std::uint32_t> labels) {
  const Shape shape = heights.shape();
  require(labels.size() == shape.voxels(), "priority_flood: heights and labels differ in size");
  require(shape.voxels() < std::numeric_limits<std::uint32_t>::max(), "priority_flood: more than 2^32 - 2 voxels");
  detail::LevelQueue queue(shape.voxels());
  const auto spread = [&](std::uint32_t from) {
    const std::uint32_t label = labels[from];
    detail::for_face_neighbours(shape, from, [&](std::uint32_t at) {
      if (labels[at] != 0) return;
      labels[at] = label;
      queue.push(heights[at], at);
    });
  };
  // Seeds are found before any label spreads: a voxel labelled from its neighbour waits for its turn in the queue.
  std::vector<std::uint32_t> front;
  const auto voxels = static_cast<std::uint32_t>(labels.size());
  for (std::uint32_t voxel = 0; voxel < voxels; ++voxel) {
    if (labels[voxel] == 0) continue;
    bool open = false;
    detail::for_face_neighbours(shape, voxel, [&](std::uint32_t at) { open |= labels[at] == 0; });
    if (open) front.push_back(voxel);
  }
  for (const std::uint32_t seed : front) spread(seed);
  for (std::uint32_t voxel = 0; queue.pop(voxel);) spread(voxel);
}

}  // namespace fascicle
