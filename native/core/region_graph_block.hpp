// Region graph of one block and of a volume in memory.
//
// Voxel p of the block owns its contacts with p - e_c, so a block needs one voxel of labels below it and no halo of
// affinities, and every contact of the volume is counted once.
//
// A row's contacts are first listed without branches (whether two voxels differ is not predictable), then added to an
// open-addressing table from (u, v) to dense entries of 32 bytes. O(voxels), O(edges of the block) memory.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "monitor.hpp"
#include "parallel.hpp"
#include "region_graph.hpp"
#include "region_graph_merge.hpp"
#include "scratch_pool.hpp"

namespace fascicle {

/// Labels of a window of a volume, seen in the coordinates of the whole volume.
class LabelWindow {
 public:
  /// Throws std::invalid_argument unless `labels` has one element per voxel of `window`.
  LabelWindow(std::span<const std::uint32_t> labels, const Box& window)
      : labels_(labels), window_(window), shape_(window.shape()) {
    require(labels.size() == shape_.voxels(), "the labels do not hold one element per voxel of their window");
  }
  [[nodiscard]] const Box& window() const { return window_; }
  /// The voxel (z, y, x) and those after it in memory.
  [[nodiscard]] const std::uint32_t* at(std::size_t z, std::size_t y, std::size_t x) const {
    return labels_.data() + shape_.index(z - window_.min[0], y - window_.min[1], x - window_.min[2]);
  }

 private:
  std::span<const std::uint32_t> labels_;
  Box window_;
  Shape shape_;
};

namespace detail {

/// Sums per pair of labels.
class EdgeTable {
 public:
  struct Entry {
    std::uint64_t key;
    std::uint64_t sum;
    std::uint64_t strongest;  ///< integer affinity << 32 | ~voxel: the larger one is the stronger, then lower, contact
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

}  // namespace detail

/// Region graph of one block; keeps its buffers for the next one. One per thread.
template <Affinity T>
class RegionGraphBlock {
 public:
  /// The edges that the contacts owned by `block` make, sorted by (u, v).
  ///
  /// The window of `labels` must contain the block and the voxels below it along each axis, as far as the volume goes;
  /// that of `affinities` the block. Label 0 has no edges. Throws std::invalid_argument otherwise.
  RegionGraph run(const LabelWindow& labels, const AffinityView<T>& affinities, const Shape& volume, const Box& block,
                  std::uint32_t bins) {
    require(bins <= max_bins, "a region graph has at most 256 histogram bins");
    require(!block.empty() && box_of(volume).contains(block), "the block does not lie in the volume");
    require(block.shape().voxels() < std::numeric_limits<std::uint32_t>::max(), "the block has too many voxels");
    require(labels.window().contains(grow_box(block, 1, 0, volume)),
            "the labels do not cover the block and its halo of 1 voxel below");
    require(affinities.window().contains(block), "the affinities do not cover the block");
    table_.clear(bins);
    bins_ = bins;
    const Shape extent = block.shape();
    contacts_.resize(extent.x);
    std::uint32_t voxel = 0;
    for (std::size_t z = block.min[0]; z < block.max[0]; ++z) {
      for (std::size_t y = block.min[1]; y < block.max[1]; ++y, voxel += static_cast<std::uint32_t>(extent.x)) {
        const std::size_t x = block.min[2];
        const std::uint32_t* own = labels.at(z, y, x);
        const auto row = [&](std::size_t c) {
          return affinities.row(c, z, y).data() + (x - affinities.window().min[2]);
        };
        if (z > 0) add_row(own, labels.at(z - 1, y, x), row(0), extent.x, voxel);
        if (y > 0) add_row(own, labels.at(z, y - 1, x), row(1), extent.x, voxel);
        const std::size_t skip = x > 0 ? 0 : 1;
        add_row(own + skip, own + skip - 1, row(2) + skip, extent.x - skip, voxel + static_cast<std::uint32_t>(skip));
      }
    }
    return collect(volume, block);
  }

 private:
  void add_row(const std::uint32_t* own, const std::uint32_t* other, const T* affinity, std::size_t n,
               std::uint32_t voxel) {
    std::size_t contacts = 0;
    for (std::size_t x = 0; x < n; ++x) {
      contacts_[contacts] = static_cast<std::uint32_t>(x);
      contacts += (own[x] != other[x]) & (own[x] != 0) & (other[x] != 0) ? 1u : 0u;
    }
    for (std::size_t i = 0; i < contacts; ++i) {
      const std::uint32_t x = contacts_[i];
      const std::size_t position = table_.find(detail::edge_key(own[x], other[x]));
      auto& entry = table_[position];
      const std::uint64_t value = FixedPoint<T>::of(affinity[x]);
      entry.sum += value;
      entry.count += 1;
      entry.strongest = std::max(entry.strongest, value << 32 | static_cast<std::uint32_t>(~(voxel + x)));
      if (bins_ != 0) {
        const std::uint64_t bin = std::min<std::uint64_t>(value * bins_ / FixedPoint<T>::range, bins_ - 1);
        ++table_.histogram(position)[bin];
      }
    }
  }

  RegionGraph collect(const Shape& volume, const Box& block) {
    const Shape extent = block.shape();
    RegionGraph unsorted;
    unsorted.bins = bins_;
    unsorted.unit = FixedPoint<T>::unit;
    unsorted.histogram = table_.histograms();
    std::vector<detail::EdgeSource> sources;
    for (const auto& entry : table_.entries()) {
      sources.push_back({entry.key, 0, static_cast<std::uint32_t>(sources.size())});
      const std::size_t local = static_cast<std::uint32_t>(~static_cast<std::uint32_t>(entry.strongest));
      unsorted.u.push_back(static_cast<std::uint32_t>(entry.key >> 32));
      unsorted.v.push_back(static_cast<std::uint32_t>(entry.key));
      unsorted.sum.push_back(entry.sum);
      unsorted.count.push_back(entry.count);
      unsorted.max.push_back(static_cast<std::uint32_t>(entry.strongest >> 32));
      unsorted.voxel.push_back(volume.index(block.min[0] + local / extent.plane(),
                                            block.min[1] + local / extent.x % extent.y,
                                            block.min[2] + local % extent.x));
    }
    const RegionGraphView view(unsorted);
    return detail::reduce_edges(std::span(&view, 1), sources);
  }

  detail::EdgeTable table_;
  std::vector<std::uint32_t> contacts_;
  std::uint32_t bins_ = 0;
};

/// Region graph of a volume in memory.
///
/// `labels` has one element per voxel, `affinities` is (3, Z, Y, X); `bins` = 0 keeps no histograms. The result does
/// not depend on `block_shape` and `threads`. Throws std::invalid_argument for arrays of the wrong length.
template <Affinity T>
RegionGraph region_graph(std::span<const std::uint32_t> labels, std::span<const T> affinities, const Shape& volume,
                         std::uint32_t bins, const Shape& block_shape, unsigned threads, Monitor& monitor) {
  const LabelWindow label_window(labels, box_of(volume));
  const AffinityView<T> view(affinities, box_of(volume));
  const std::vector<Box> blocks = blocks_covering(volume, block_shape);
  std::vector<RegionGraph> graphs(blocks.size());
  monitor.begin(volume.voxels());
  {
    ScratchPool<RegionGraphBlock<T>> pool;
    parallel_for(blocks.size(), threads, [&](std::size_t i) {
      graphs[i] =
          pool.with([&](RegionGraphBlock<T>& block) { return block.run(label_window, view, volume, blocks[i], bins); });
      monitor.advance(blocks[i].shape().voxels());
    });
  }
  if (graphs.empty()) {
    RegionGraph empty;
    empty.bins = bins;
    empty.unit = FixedPoint<T>::unit;
    return empty;
  }
  std::vector<RegionGraph> parts;
  {
    const std::vector<RegionGraphView> views(graphs.begin(), graphs.end());
    parts = detail::merge_ranges(views, threads, monitor);
  }
  graphs = {};  // before the parts are copied: with small fragments the edges take as much memory as the labels
  return detail::concatenate(std::move(parts));
}

}  // namespace fascicle
