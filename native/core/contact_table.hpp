// Contacts between the labels of one block, summed per pair of labels.
//
// A row's contacts are first listed without branches (whether two voxels differ is not predictable), then added to an
// open-addressing table from (u, v) to dense entries of 32 bytes.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include "affinity_view.hpp"
#include "region_graph.hpp"

namespace fascicle {

namespace detail {

/// Sums per pair of labels.
class EdgeTable {
 public:
  struct Entry {
    std::uint64_t key;
    std::uint64_t sum;
    std::uint64_t strongest;  ///< of the contacts' rank
    std::uint32_t count;
  };

  void clear(std::uint32_t bins) {
    bins_ = bins;
    entries_.clear();
    histogram_.clear();
    slots_.assign(initial_slots, 0);
    shift_ = 64 - static_cast<unsigned>(std::countr_zero(initial_slots));
  }

  /// Position of the entry of `key`, made when there is none.
  std::size_t find(std::uint64_t key) {
    for (std::size_t slot = home(key);; slot = (slot + 1) & (slots_.size() - 1)) {
      const std::uint32_t position = slots_[slot];
      if (position == 0) return insert(key, slot);
      if (entries_[position - 1].key == key) return position - 1;
    }
  }

  Entry& operator[](std::size_t position) { return entries_[position]; }
  std::uint32_t* histogram(std::size_t position) { return histogram_.data() + position * bins_; }
  [[nodiscard]] const std::vector<Entry>& entries() const { return entries_; }
  [[nodiscard]] const std::vector<std::uint32_t>& histograms() const { return histogram_; }

 private:
  static constexpr std::size_t initial_slots = 1024;

  [[nodiscard]] std::size_t home(std::uint64_t key) const { return key * 0x9e3779b97f4a7c15ULL >> shift_; }

  std::size_t insert(std::uint64_t key, std::size_t slot) {
    entries_.push_back({key, 0, 0, 0});
    histogram_.resize(histogram_.size() + bins_, 0);
    slots_[slot] = static_cast<std::uint32_t>(entries_.size());
    if (entries_.size() * 4 > slots_.size()) grow();
    return entries_.size() - 1;
  }

  void grow() {
    slots_.assign(slots_.size() * 2, 0);
    --shift_;
    for (std::size_t i = 0; i < entries_.size(); ++i) {
      std::size_t slot = home(entries_[i].key);
      while (slots_[slot] != 0) slot = (slot + 1) & (slots_.size() - 1);
      slots_[slot] = static_cast<std::uint32_t>(i + 1);
    }
  }

  std::vector<std::uint32_t> slots_;  ///< 1 + position of the entry, 0 = free
  std::vector<Entry> entries_;
  std::vector<std::uint32_t> histogram_;
  std::uint32_t bins_ = 0;
  unsigned shift_ = 0;
};

/// Where two labels touch most strongly.
struct Contact {
  std::uint32_t affinity;  ///< integer, see FixedPoint
  std::uint32_t voxel;     ///< p, linear index within the block
  std::uint8_t axis;       ///< the other side is p - e_axis
};

/// Most voxels of a block: 3 * voxel + axis must fit 32 bits.
inline constexpr std::size_t max_contact_voxels = std::numeric_limits<std::uint32_t>::max() / 3;

template <Affinity T>
class ContactTable {
 public:
  void clear(std::uint32_t bins) {
    bins_ = bins;
    table_.clear(bins);
  }

  /// Adds the contacts of every voxel p of `block` with p - e_c, through the low face along c only where
  /// `low_faces[c]`. `label_row(z, y)` points at the label of (z, y, block min x), in the coordinates of the volume.
  template <class LabelRow>
  void add_block(LabelRow&& label_row, const AffinityView<T>& affinities, const Box& block,
                 std::array<bool, 3> low_faces) {
    const Shape extent = block.shape();
    listed_.resize(extent.x);
    std::uint32_t voxel = 0;
    for (std::size_t z = block.min[0]; z < block.max[0]; ++z) {
      for (std::size_t y = block.min[1]; y < block.max[1]; ++y, voxel += static_cast<std::uint32_t>(extent.x)) {
        const std::uint32_t* own = label_row(z, y);
        const auto row = [&](std::size_t c) {
          return affinities.row(c, z, y).data() + (block.min[2] - affinities.window().min[2]);
        };
        if (z > block.min[0] || low_faces[0]) add_row(own, label_row(z - 1, y), row(0), extent.x, voxel, 0);
        if (y > block.min[1] || low_faces[1]) add_row(own, label_row(z, y - 1), row(1), extent.x, voxel, 1);
        const std::uint32_t skip = low_faces[2] ? 0 : 1;
        add_row(own + skip, own + skip - 1, row(2) + skip, extent.x - skip, voxel + skip, 2);
      }
    }
  }

  [[nodiscard]] std::uint32_t bins() const { return bins_; }
  [[nodiscard]] const std::vector<EdgeTable::Entry>& entries() const { return table_.entries(); }
  [[nodiscard]] const std::vector<std::uint32_t>& histograms() const { return table_.histograms(); }

  [[nodiscard]] static Contact strongest(const EdgeTable::Entry& entry) {
    const std::uint32_t position = ~static_cast<std::uint32_t>(entry.strongest);
    return {static_cast<std::uint32_t>(entry.strongest >> 32), position / 3, static_cast<std::uint8_t>(position % 3)};
  }

 private:
  void add_row(const std::uint32_t* own, const std::uint32_t* other, const T* affinity, std::size_t n,
               std::uint32_t voxel, std::uint32_t axis) {
    std::size_t contacts = 0;
    for (std::size_t x = 0; x < n; ++x) {
      listed_[contacts] = static_cast<std::uint32_t>(x);
      contacts += (own[x] != other[x]) & (own[x] != 0) & (other[x] != 0) ? 1u : 0u;
    }
    for (std::size_t i = 0; i < contacts; ++i) {
      const std::uint32_t x = listed_[i];
      const std::size_t position = table_.find(edge_key(own[x], other[x]));
      auto& entry = table_[position];
      const std::uint64_t value = FixedPoint<T>::of(affinity[x]);
      entry.sum += value;
      entry.count += 1;
      // Affinity, then the lower voxel, then the lower axis: the order of all contacts (see RegionGraph::axis).
      entry.strongest = std::max(entry.strongest, value << 32 | static_cast<std::uint32_t>(~(3 * (voxel + x) + axis)));
      if (bins_ != 0) {
        const std::uint64_t bin = std::min<std::uint64_t>(value * bins_ / FixedPoint<T>::range, bins_ - 1);
        ++table_.histogram(position)[bin];
      }
    }
  }

  EdgeTable table_;
  std::vector<std::uint32_t> listed_;
  std::uint32_t bins_ = 0;
};

}  // namespace detail

}  // namespace fascicle
