// Affinity watershed of a volume in memory.
//
// Computes the fragments of Zlateski and Seung, "Image segmentation by size-dependent single linkage clustering of a
// watershed basin graph" (arXiv 1505.00249, 2015): with edges <= low removed and edges >= high always joined, every
// voxel follows its steepest edge up to a maximum of the affinities; plateaus are divided by geodesic distance to their
// corners.
//
// Ties are broken by position alone, so the partition is a function of the affinities: among the higher neighbours at
// the steepest edges, and among the neighbours one step nearer to a corner, the one with the lowest linear index is
// followed. Fragments are numbered by their lowest linear index. Blocks and threads leave no trace in the result.
//
// The blocks of a volume that does not fit in memory go through AffinityWatershedBlock and stitch_watershed one by one;
// this function is the same two with a thread pool. O(voxels); memory beyond the arrays is about 0.3 bytes per voxel
// and 12 bytes per voxel of a block for each thread.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "affinity_watershed_block.hpp"
#include "affinity_watershed_stitch.hpp"
#include "monitor.hpp"
#include "parallel.hpp"
#include "scratch_pool.hpp"

namespace fascicle {

/// Writes the fragments of a volume to `labels`: 0 where no edge is above `low`, else 1 .. n.
///
/// `affinities` is (3, Z, Y, X), see affinity_view.hpp; `labels` has one element per voxel. Returns the voxel count of
/// every fragment; element i belongs to fragment i + 1. With `params.gate` the fragments are partly merged already, how
/// far depends on the blocks; the size_gated_merge that must follow leaves no trace of it. Throws std::invalid_argument
/// for arrays of the wrong length or thresholds out of order.
template <Affinity T>
std::vector<std::uint64_t> affinity_watershed(std::span<const T> affinities, const Shape& volume,
                                              const AffinityWatershedParams& params, const Shape& block_shape,
                                              unsigned threads, Monitor& monitor, std::span<std::uint32_t> labels) {
  check(params);
  require(labels.size() == volume.voxels(), "the labels do not hold one element per voxel");
  const AffinityView<T> view(affinities, box_of(volume));
  const std::vector<Box> blocks = blocks_covering(volume, block_shape);
  monitor.begin(2 * volume.voxels());

  std::vector<std::vector<std::uint32_t>> summaries(blocks.size());
  {
    ScratchPool<AffinityWatershedBlock<T>> pool;
    parallel_for(blocks.size(), threads, [&](std::size_t i) {
      summaries[i] = pool.with([&](AffinityWatershedBlock<T>& block) {
        return block.run(view, volume, blocks[i], params, LabelBlock(labels, volume, blocks[i]));
      });
      monitor.advance(blocks[i].shape().voxels());
    });
  }

  WatershedStitching stitching;
  {
    std::vector<WatershedSummary> views;
    views.reserve(summaries.size());
    for (const auto& summary : summaries) views.emplace_back(summary);
    stitching = stitch_watershed(views, monitor);
  }
  summaries = {};

  parallel_for(blocks.size(), threads, [&](std::size_t i) {
    const std::span<const std::uint32_t> table = stitching.block_table(i);
    const LabelBlock target(labels, volume, blocks[i]);
    const Shape extent = blocks[i].shape();
    for (std::size_t z = 0; z < extent.z; ++z) {
      for (std::size_t y = 0; y < extent.y; ++y) {
        std::uint32_t* row = target.row(z, y);
        for (std::size_t x = 0; x < extent.x; ++x) row[x] = table[row[x]];
      }
    }
    monitor.advance(extent.voxels());
  });
  return std::move(stitching.voxel_counts);
}

}  // namespace fascicle
