// Region graph of one block and of a volume in memory.
//
// Voxel p of the block owns its contacts with p - e_c, so a block needs one voxel of labels below it and no halo of
// affinities, and every contact of the volume is counted once.
// O(voxels), O(edges of the block) memory; see contact_table.hpp.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "contact_table.hpp"
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
    require(block.shape().voxels() <= detail::max_contact_voxels, "the block has too many voxels");
    require(labels.window().contains(grow_box(block, 1, 0, volume)),
            "the labels do not cover the block and its halo of 1 voxel below");
    require(affinities.window().contains(block), "the affinities do not cover the block");
    contacts_.clear(bins);
    contacts_.add_block([&](std::size_t z, std::size_t y) { return labels.at(z, y, block.min[2]); }, affinities, block,
                        {block.min[0] > 0, block.min[1] > 0, block.min[2] > 0});
    return collect(volume, block);
  }

 private:
  RegionGraph collect(const Shape& volume, const Box& block) {
    const Shape extent = block.shape();
    RegionGraph unsorted;
    unsorted.bins = contacts_.bins();
    unsorted.unit = FixedPoint<T>::unit;
    unsorted.histogram = contacts_.histograms();
    std::vector<detail::EdgeSource> sources;
    for (const auto& entry : contacts_.entries()) {
      sources.push_back({entry.key, 0, static_cast<std::uint32_t>(sources.size())});
      const detail::Contact contact = contacts_.strongest(entry);
      const std::size_t local = contact.voxel;
      unsorted.u.push_back(static_cast<std::uint32_t>(entry.key >> 32));
      unsorted.v.push_back(static_cast<std::uint32_t>(entry.key));
      unsorted.sum.push_back(entry.sum);
      unsorted.count.push_back(entry.count);
      unsorted.max.push_back(contact.affinity);
      unsorted.axis.push_back(contact.axis);
      unsorted.voxel.push_back(volume.index(block.min[0] + local / extent.plane(),
                                            block.min[1] + local / extent.x % extent.y,
                                            block.min[2] + local % extent.x));
    }
    const RegionGraphView view(unsorted);
    return detail::reduce_edges(std::span(&view, 1), sources);
  }

  detail::ContactTable<T> contacts_;
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
