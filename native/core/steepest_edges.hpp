// First pass of the affinity watershed: the steepest edges of every voxel of a block.
//
// With m(v) the largest weight among the six edges of v, an edge of weight m(v) is steepest at v. Its other end u has
// m(u) >= m(v): the edge leads up when m(u) > m(v), and along a plateau when m(u) = m(v).
//
// Three planes of weights and of m are kept in a ring, so the pass reads each affinity once and works within the cache.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "affinity_watershed_params.hpp"
#include "multiversion.hpp"

namespace fascicle {

/// Directions in rising order of the linear index of the neighbour: -z, -y, -x, +x, +y, +z. Direction d and 5 - d are
/// opposite; bit d of a mask stands for direction d.
inline constexpr std::size_t directions = 6;
inline constexpr std::uint8_t all_directions = 0x3f;

/// Steepest edges of the voxels of a block, one byte each, x fastest.
struct SteepestEdges {
  /// The edge to follow: at a corner (a voxel with a way up) the direction of the lowest neighbour that is higher; on a
  /// saturated plateau all its edges; elsewhere 0.
  std::vector<std::uint8_t> link;
  /// Edges along an unsaturated plateau, 0 on saturated ones; corners of a plateau carry corner_mark too.
  std::vector<std::uint8_t> plateau;
};

/// Says in a plateau mask that the voxel is at distance 0 from a corner (plateau_distance.hpp).
inline constexpr std::uint8_t corner_mark = 0x40;

namespace detail {

/// Pointers into the padded planes at the first voxel of a row; index x - 1 and x + 1 exist.
template <Affinity T>
struct EdgeRow {
  std::array<const T*, directions> weight;  ///< of the edge in each direction
  std::array<const T*, directions> top;     ///< m of the neighbour in each direction
  const T* centre;                          ///< m of the voxel
};

template <Affinity T>
[[gnu::always_inline]] inline void steepest_row_kernel(const EdgeRow<T>& row, std::size_t n, T high,
                                                       std::uint8_t* __restrict link,
                                                       std::uint8_t* __restrict plateau) {
  const auto [w0, w1, w2, w3, w4, w5] = row.weight;
  const auto [t0, t1, t2, t3, t4, t5] = row.top;
  const T* centre = row.centre;
  for (std::size_t x = 0; x < n; ++x) {
    const T m = centre[x];
    const auto steep = [m](T weight, int bit) { return static_cast<std::uint8_t>(weight == m ? 1 << bit : 0); };
    const auto level = [m](T top, int bit) { return static_cast<std::uint8_t>(top == m ? 1 << bit : 0); };
    const auto steepest = static_cast<std::uint8_t>(steep(w0[x], 0) | steep(w1[x], 1) | steep(w2[x], 2) |
                                                    steep(w3[x], 3) | steep(w4[x], 4) | steep(w5[x], 5));
    const auto same = static_cast<std::uint8_t>(level(t0[x], 0) | level(t1[x], 1) | level(t2[x], 2) | level(t3[x], 3) |
                                                level(t4[x], 4) | level(t5[x], 5));
    const auto present = static_cast<std::uint8_t>(m == T{0} ? 0 : 0xff);
    const auto saturated = static_cast<std::uint8_t>(m == high ? 0xff : 0);
    const auto along = static_cast<std::uint8_t>(steepest & same & present);
    const auto up = static_cast<std::uint8_t>(steepest & ~same & present);
    const auto corner = static_cast<std::uint8_t>(up != 0 && along != 0 ? corner_mark : 0);
    link[x] = static_cast<std::uint8_t>((up & (0 - up)) | (along & saturated));
    plateau[x] = static_cast<std::uint8_t>((along & ~saturated) | corner);
  }
}

FASCICLE_MULTIVERSION inline void steepest_row(const EdgeRow<std::uint8_t>& row, std::size_t n, std::uint8_t high,
                                               std::uint8_t* link, std::uint8_t* plateau) {
  steepest_row_kernel(row, n, high, link, plateau);
}
FASCICLE_MULTIVERSION inline void steepest_row(const EdgeRow<float>& row, std::size_t n, float high, std::uint8_t* link,
                                               std::uint8_t* plateau) {
  steepest_row_kernel(row, n, high, link, plateau);
}

}  // namespace detail

/// Reusable buffers of the pass; one per thread.
template <Affinity T>
class SteepestEdgesPass {
 public:
  /// Fills `edges` for the voxels of `block`. The window of `affinities` must contain the block grown by 1 voxel
  /// towards the origin and 2 away from it, as far as the volume goes; edges that leave the volume do not exist,
  /// whatever the array holds for them.
  void run(const AffinityView<T>& affinities, const Shape& volume, const Box& block, const EdgeWeight<T>& weight,
           SteepestEdges& edges) {
    extent_ = block.shape();
    row_ = extent_.x + 3;
    plane_ = (extent_.y + 3) * row_;
    for (auto& plane : tops_) plane.assign(plane_, T{0});
    for (auto& slot : weights_) {
      for (auto& plane : slot) plane.assign(plane_, T{0});
    }
    edges.link.resize(extent_.voxels());
    edges.plateau.resize(extent_.voxels());

    // Plane i of the block is stored at index i + 1; index 0 and the last two belong to the neighbours.
    load(affinities, volume, block, weight, 0);
    load(affinities, volume, block, weight, 1);
    top(0);
    load(affinities, volume, block, weight, 2);
    top(1);
    for (std::size_t z = 0; z < extent_.z; ++z) {
      load(affinities, volume, block, weight, z + 3);
      top(z + 2);
      steepest(z, weight.high, edges);
    }
  }

 private:
  static constexpr std::size_t ring = 3;
  using Plane = std::vector<T>;

  [[nodiscard]] std::size_t at(std::size_t y, std::size_t x) const { return y * row_ + x; }

  /// Stores the weights of plane `index` (block plane index - 1) and of its rim.
  void load(const AffinityView<T>& affinities, const Shape& volume, const Box& block, const EdgeWeight<T>& weight,
            std::size_t index) {
    auto& slot = weights_[index % ring];
    const std::size_t z = block.min[0] + index;  // 1 more than the plane's own z, which may be -1
    const bool outside = z == 0 || z > volume.z;
    for (std::size_t c = 0; c < 3; ++c) {
      if (outside || (c == 0 && z == 1)) {
        std::fill(slot[c].begin(), slot[c].end(), T{0});
        continue;
      }
      for (std::size_t row = 0; row < extent_.y + 3; ++row) {
        T* target = slot[c].data() + at(row, 0);
        const std::size_t y = block.min[1] + row;
        if (y == 0 || y > volume.y || (c == 1 && y == 1)) {
          std::fill(target, target + row_, T{0});
          continue;
        }
        load_row(affinities.row(c, z - 1, y - 1), affinities.window().min[2], volume.x, block.min[2], c == 2, weight,
                 target);
      }
    }
  }

  void load_row(std::span<const T> source, std::size_t source_x, std::size_t volume_x, std::size_t block_x,
                bool along_x, const EdgeWeight<T>& weight, T* target) const {
    // Column k is voxel block_x + k - 1. Voxel -1 has no edges, voxel 0 none along x.
    const std::size_t first_voxel_with_edge = along_x ? 2 : 1;
    const std::size_t skip = first_voxel_with_edge - std::min(first_voxel_with_edge, block_x);
    const std::size_t end = std::min(row_, volume_x + 1 - block_x);
    std::fill(target, target + std::min(skip, end), T{0});
    const T* from = source.data() + (block_x + skip - 1 - source_x);
    const EdgeWeight<T> edge = weight;
    for (std::size_t x = skip; x < end; ++x) target[x] = edge(from[x - skip]);
    std::fill(target + end, target + row_, T{0});
  }

  /// m of plane `index`, for the block's rows and one more on each side.
  void top(std::size_t index) {
    const auto& [w0, w1, w2] = weights_[index % ring];
    const auto& above = weights_[(index + 1) % ring][0];
    T* target = tops_[index % ring].data();
    // One run over the whole plane: what wraps round a row's end lands in the last column, which nobody reads.
    const std::size_t n = at(extent_.y + 1, extent_.x + 2);
    const T* a = w0.data();
    const T* b = above.data();
    const T* c = w1.data();
    const T* d = w1.data() + row_;
    const T* e = w2.data();
    const T* f = w2.data() + 1;
    for (std::size_t i = 0; i < n; ++i) {
      const T ab = std::max(a[i], b[i]);
      const T cd = std::max(c[i], d[i]);
      const T ef = std::max(e[i], f[i]);
      target[i] = std::max(std::max(ab, cd), ef);
    }
  }

  void steepest(std::size_t z, T high, SteepestEdges& edges) const {
    const std::size_t index = z + 1;
    const auto& [w0, w1, w2] = weights_[index % ring];
    const auto& above = weights_[(index + 1) % ring][0];
    const T* below = tops_[(index + ring - 1) % ring].data();
    const T* centre = tops_[index % ring].data();
    const T* next = tops_[(index + 1) % ring].data();
    for (std::size_t y = 0; y < extent_.y; ++y) {
      const std::size_t i = at(y + 1, 1);
      const detail::EdgeRow<T> row{
          {&w0[i], &w1[i], &w2[i], &w2[i + 1], &w1[i + row_], &above[i]},
          {below + i, centre + i - row_, centre + i - 1, centre + i + 1, centre + i + row_, next + i},
          centre + i};
      const std::size_t out = extent_.index(z, y, 0);
      detail::steepest_row(row, extent_.x, high, edges.link.data() + out, edges.plateau.data() + out);
    }
  }

  Shape extent_;
  std::size_t row_ = 0;
  std::size_t plane_ = 0;
  std::array<std::array<Plane, 3>, ring> weights_;
  std::array<Plane, ring> tops_;
};

}  // namespace fascicle
