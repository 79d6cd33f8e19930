// Second pass of the affinity watershed: divides the plateaus of a block by geodesic distance.
//
// A plateau is a set of voxels joined by edges that are steepest at both ends. Its corners (voxels with a way up) have
// distance 0; every other voxel follows its neighbour that is one step nearer to a corner, the lowest such neighbour if
// there are several. A plateau without a corner is a basin.
//
// A block sees only its part of a plateau. A voxel whose plateau goes on in the next block is a portal: through it a
// nearer corner might be reached. Two waves therefore start together, one from the corners at time 0 and one from the
// portals at time 1, the earliest that an outer corner could claim them. What the corners' wave reaches strictly first
// is settled for good; the rest is left open for the stitching of the blocks (affinity_watershed_stitch.hpp), with
// records of the open voxels and of the settled ones beside them.
//
// Why settled parents are final: let f be the distance of v to the nearest portal. v is settled when its distance d
// inside the block is at most f. A neighbour's way through a portal is then at least f long, so no neighbour at
// distance d - 1 gets it from outside.
//
// O(plateau voxels). Levels are handled whole, so the order within one does not matter.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include "steepest_edges.hpp"

namespace fascicle {

inline constexpr std::uint32_t no_distance = std::numeric_limits<std::uint32_t>::max();

/// A plateau voxel that the stitching needs to know.
struct PlateauRecord {
  std::uint32_t voxel;     ///< linear index within the block
  std::uint32_t label;     ///< block label
  std::uint32_t distance;  ///< to the nearest corner, or no_distance when it is open
  std::uint32_t edges;     ///< plateau edges: bits 0-5 within the block, bits 6-11 out of it
};

/// A voxel with plateau edges that leave the block.
struct PlateauPortal {
  std::uint32_t voxel;
  std::uint32_t outward;  ///< mask of those directions
};

namespace detail {

/// Marks in the upper bits of SteepestEdges::link.
inline constexpr std::uint8_t recorded_bit = 0x40;
inline constexpr std::uint8_t open_bit = 0x80;

/// The two upper bits of a plateau mask hold 1 + distance modulo 3 of a settled voxel: the distances of neighbours
/// differ by at most 1, so that is enough to tell which is nearer.
inline constexpr std::uint8_t mark_mask = 0xc0;
constexpr std::uint8_t distance_mark(std::uint32_t distance) {
  return static_cast<std::uint8_t>((distance % 3 + 1) << 6);
}
static_assert(distance_mark(0) == corner_mark);

}  // namespace detail

class PlateauDistancePass {
 public:
  /// Settles what it can of `edges`: afterwards `link` holds the edge to the parent of every settled voxel, open_bit
  /// for the open ones and 0 for the voxels of basins. `plateau` loses the edges that leave the block.
  void run(const Shape& block, SteepestEdges& edges) {
    const auto plane = static_cast<std::int64_t>(block.plane());
    const auto row = static_cast<std::int64_t>(block.x);
    steps_ = {-plane, -row, -1, 1, row, plane};
    link_ = edges.link.data();
    plateau_ = edges.plateau.data();
    portals_.clear();
    open_.clear();
    settled_.clear();
    records_.clear();
    find_sources(block);
    spread();
    make_records();
  }

  /// Portals in rising order of their voxel.
  [[nodiscard]] const std::vector<PlateauPortal>& portals() const { return portals_; }
  /// Records in rising order of their voxel, labels not yet filled in.
  [[nodiscard]] std::vector<PlateauRecord>& records() { return records_; }

 private:
  template <class Visit>
  void for_neighbours(std::uint32_t voxel, Visit&& visit) const {
    for (unsigned mask = plateau_[voxel] & all_directions; mask != 0; mask &= mask - 1) {
      const int direction = std::countr_zero(mask);
      visit(static_cast<std::uint32_t>(voxel + steps_[static_cast<std::size_t>(direction)]), direction);
    }
  }

  [[nodiscard]] bool unclaimed(std::uint32_t voxel) const {
    return (plateau_[voxel] & detail::mark_mask) == 0 && (link_[voxel] & detail::open_bit) == 0;
  }

  void find_sources(const Shape& block) {
    std::size_t voxel = 0;
    for (std::size_t z = 0; z < block.z; ++z) {
      const unsigned at_z = (z == 0 ? 1u << 0 : 0u) | (z + 1 == block.z ? 1u << 5 : 0u);
      for (std::size_t y = 0; y < block.y; ++y) {
        const unsigned faces = at_z | (y == 0 ? 1u << 1 : 0u) | (y + 1 == block.y ? 1u << 4 : 0u);
        const std::size_t first = voxel;
        const std::size_t last = voxel + block.x - 1;
        if (faces == 0) {
          find_portal(first, 1u << 2 | (first == last ? 1u << 3 : 0u));
          if (first != last) find_portal(last, 1u << 3);
        } else {
          for (std::size_t i = first; i <= last; ++i) {
            find_portal(i, faces | (i == first ? 1u << 2 : 0u) | (i == last ? 1u << 3 : 0u));
          }
        }
        // Appending without a branch: about one voxel in five is a corner, in no order that could be predicted.
        std::size_t count = settled_.size();
        settled_.resize(count + block.x);
        for (; voxel <= last; ++voxel) {
          settled_[count] = static_cast<std::uint32_t>(voxel);
          count += (plateau_[voxel] & detail::mark_mask) != 0 ? 1u : 0u;
        }
        settled_.resize(count);
      }
    }
  }

  void find_portal(std::size_t voxel, unsigned faces) {
    const unsigned outward = plateau_[voxel] & faces;
    if (outward == 0) return;
    portals_.push_back({static_cast<std::uint32_t>(voxel), outward});
    plateau_[voxel] &= static_cast<std::uint8_t>(~outward);
  }

  void spread() {
    levels_.assign(1, 0);
    for (const PlateauPortal& portal : portals_) {
      if (unclaimed(portal.voxel)) {
        link_[portal.voxel] |= detail::open_bit;
        open_.push_back(portal.voxel);
      } else {
        link_[portal.voxel] |= detail::recorded_bit;
      }
    }
    std::size_t open_begin = 0;
    std::size_t open_end = open_.size();
    for (std::uint32_t distance = 1;; ++distance) {
      const std::size_t begin = levels_.back();
      const std::size_t end = settled_.size();
      if (begin == end && open_begin == open_end) break;
      if (begin != end) settle_level(begin, end, distance);
      levels_.push_back(static_cast<std::uint32_t>(end));
      for (; open_begin < open_end; ++open_begin) {
        for_neighbours(open_[open_begin], [&](std::uint32_t neighbour, int) {
          if (!unclaimed(neighbour)) return;
          link_[neighbour] |= detail::open_bit;
          open_.push_back(neighbour);
        });
      }
      open_end = open_.size();
    }
  }

  /// Claims the voxels at `distance` from the level before it, then gives each its parent.
  void settle_level(std::size_t begin, std::size_t end, std::uint32_t distance) {
    const std::uint8_t nearer = detail::distance_mark(distance - 1);
    for (std::size_t i = begin; i < end; ++i) {
      for_neighbours(settled_[i], [&](std::uint32_t neighbour, int) {
        if (!unclaimed(neighbour)) return;
        plateau_[neighbour] |= detail::distance_mark(distance);
        settled_.push_back(neighbour);
      });
    }
    for (std::size_t i = end; i < settled_.size(); ++i) {
      const std::uint32_t voxel = settled_[i];
      for (unsigned mask = plateau_[voxel] & all_directions; mask != 0; mask &= mask - 1) {
        const auto direction = static_cast<std::size_t>(std::countr_zero(mask));
        if ((plateau_[static_cast<std::size_t>(voxel + steps_[direction])] & detail::mark_mask) == nearer) {
          link_[voxel] = static_cast<std::uint8_t>(1u << direction);
          break;
        }
      }
    }
  }

  void make_records() {
    for (const std::uint32_t voxel : open_) {
      add_record(voxel, no_distance);
      for_neighbours(voxel, [&](std::uint32_t neighbour, int) {
        if ((link_[neighbour] & detail::open_bit) == 0) link_[neighbour] |= detail::recorded_bit;
      });
    }
    for (std::size_t level = 0; level < levels_.size(); ++level) {
      const std::size_t end = level + 1 < levels_.size() ? levels_[level + 1] : settled_.size();
      for (std::size_t i = levels_[level]; i < end; ++i) {
        if ((link_[settled_[i]] & detail::recorded_bit) != 0) {
          add_record(settled_[i], static_cast<std::uint32_t>(level));
        }
      }
    }
    std::sort(records_.begin(), records_.end(),
              [](const PlateauRecord& a, const PlateauRecord& b) { return a.voxel < b.voxel; });
    auto record = records_.begin();
    for (const PlateauPortal& portal : portals_) {  // every portal has a record
      while (record->voxel != portal.voxel) ++record;
      record->edges |= portal.outward << directions;
    }
  }

  void add_record(std::uint32_t voxel, std::uint32_t distance) {
    records_.push_back({voxel, 0, distance, static_cast<std::uint32_t>(plateau_[voxel] & all_directions)});
  }

  std::array<std::int64_t, directions> steps_{};
  std::uint8_t* link_ = nullptr;
  std::uint8_t* plateau_ = nullptr;
  std::vector<PlateauPortal> portals_;
  std::vector<std::uint32_t> open_;
  std::vector<std::uint32_t> settled_;
  std::vector<std::uint32_t> levels_;  ///< start of each distance in settled_
  std::vector<PlateauRecord> records_;
};

}  // namespace fascicle
