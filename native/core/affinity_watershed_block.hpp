// Affinity watershed of one block, up to what depends on its neighbours.
//
// Passes: steepest edges (steepest_edges.hpp), plateaus (plateau_distance.hpp), then one raster scan that labels the
// trees of links with a union-find over provisional labels. The result is the block's own labels and a summary for
// affinity_watershed_stitch.hpp. Reads the affinities once; O(voxels).
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "affinity_watershed_summary.hpp"
#include "plateau_distance.hpp"
#include "steepest_edges.hpp"
#include "union_find.hpp"

namespace fascicle {

/// Where a block's labels go: row (z, y) starts at data + z * plane_step + y * row_step.
struct LabelBlock {
  std::uint32_t* data;
  std::size_t plane_step;
  std::size_t row_step;

  /// A block stored by itself.
  LabelBlock(std::span<std::uint32_t> labels, const Shape& block)
      : data(labels.data()), plane_step(block.plane()), row_step(block.x) {
    require(labels.size() == block.voxels(), "the labels do not hold one element per voxel of the block");
  }
  /// A block inside the array of the whole volume.
  LabelBlock(std::span<std::uint32_t> labels, const Shape& volume, const Box& block)
      : data(labels.data() + volume.index(block.min[0], block.min[1], block.min[2])),
        plane_step(volume.plane()),
        row_step(volume.x) {}

  [[nodiscard]] std::uint32_t* row(std::size_t z, std::size_t y) const { return data + z * plane_step + y * row_step; }
};

/// Voxels around a block that its affinities must contain, as far as the volume goes.
inline constexpr std::size_t watershed_halo_low = 1;
inline constexpr std::size_t watershed_halo_high = 2;

/// Watershed of one block; keeps its buffers for the next one. One per thread.
template <Affinity T>
class AffinityWatershedBlock {
 public:
  /// Writes the block's labels (0 = no edge above `low`, else 1 .. n in order of the lowest voxel) and returns its
  /// summary. Throws std::invalid_argument when the affinities lack a part of the halo.
  std::vector<std::uint32_t> run(const AffinityView<T>& affinities, const Shape& volume, const Box& block,
                                 const AffinityWatershedParams& params, const LabelBlock& labels) {
    require(!block.empty() && box_of(volume).contains(block), "the block does not lie in the volume");
    require(block.shape().voxels() <= max_block_voxels, "the block has 2^30 voxels or more");
    require(affinities.window().contains(grow_box(block, watershed_halo_low, watershed_halo_high, volume)),
            "the affinities do not cover the block and its halo of 1 voxel below and 2 above");
    extent_ = block.shape();
    steepest_.run(affinities, volume, block, EdgeWeight<T>(params), edges_);
    plateaus_.run(extent_, edges_);
    label_trees(labels);
    make_dense(labels);
    return summarise(volume, block, labels);
  }

 private:
  static constexpr std::uint8_t bit(unsigned direction) { return static_cast<std::uint8_t>(1u << direction); }

  /// Gives voxels joined by links one provisional label or several united ones.
  void label_trees(const LabelBlock& labels) {
    sets_.clear();
    sets_.add();  // label 0
    first_voxels_.assign(1, 0);
    std::uint8_t* link = edges_.link.data();
    const std::uint8_t* plateau = edges_.plateau.data();
    std::uint32_t voxel = 0;
    for (std::size_t z = 0; z < extent_.z; ++z) {
      for (std::size_t y = 0; y < extent_.y; ++y) {
        std::uint32_t* row = labels.row(z, y);
        const std::uint32_t* row_below_z = z > 0 ? labels.row(z - 1, y) : nullptr;
        const std::uint32_t* row_below_y = y > 0 ? labels.row(z, y - 1) : nullptr;
        for (std::size_t x = 0; x < extent_.x; ++x, ++voxel) {
          if (link[voxel] == 0) {
            if (plateau[voxel] == 0) {
              row[x] = 0;
              continue;
            }
            link[voxel] = plateau[voxel];  // a basin: all its edges are links
          }
          const std::uint8_t own = link[voxel];
          std::uint32_t label = 0;
          if (x > 0 && ((own & bit(2)) != 0 || (link[voxel - 1] & bit(3)) != 0)) label = row[x - 1];
          if (y > 0 && ((own & bit(1)) != 0 || (link[voxel - extent_.x] & bit(4)) != 0)) {
            label = join(label, row_below_y[x]);
          }
          if (z > 0 && ((own & bit(0)) != 0 || (link[voxel - extent_.plane()] & bit(5)) != 0)) {
            label = join(label, row_below_z[x]);
          }
          if (label == 0) {
            label = sets_.add();
            first_voxels_.push_back(voxel);
          }
          row[x] = label;
        }
      }
    }
  }

  std::uint32_t join(std::uint32_t label, std::uint32_t other) {
    return label == 0 || label == other ? other : sets_.unite(label, other);
  }

  /// Numbers the sets in order of their lowest voxel, which is the order of their lowest provisional label.
  void make_dense(const LabelBlock& labels) {
    const auto provisional = static_cast<std::uint32_t>(sets_.size());
    dense_.resize(provisional);
    lowest_voxels_.clear();
    dense_[0] = 0;
    for (std::uint32_t i = 1; i < provisional; ++i) {
      const std::uint32_t root = sets_.find(i);
      if (root == i) {
        lowest_voxels_.push_back(first_voxels_[i]);
        dense_[i] = static_cast<std::uint32_t>(lowest_voxels_.size());
      } else {
        dense_[i] = dense_[root];
      }
    }
    counts_.assign(lowest_voxels_.size() + 1, 0);
    for (std::size_t z = 0; z < extent_.z; ++z) {
      for (std::size_t y = 0; y < extent_.y; ++y) {
        std::uint32_t* row = labels.row(z, y);
        for (std::size_t x = 0; x < extent_.x; ++x) {
          row[x] = dense_[row[x]];
          ++counts_[row[x]];
        }
      }
    }
  }

  std::vector<std::uint32_t> summarise(const Shape& volume, const Box& block, const LabelBlock& labels) {
    auto& records = plateaus_.records();
    for (PlateauRecord& record : records) {
      const std::size_t voxel = record.voxel;
      record.label = labels.row(voxel / extent_.plane(), voxel / extent_.x % extent_.y)[voxel % extent_.x];
    }
    WatershedSummaryWriter writer(block, volume, lowest_voxels_, std::span(counts_).subspan(1), records);
    for (std::size_t d = 0; d < directions; ++d) {
      if (!has_neighbour(block, volume, d)) continue;
      const FaceGeometry geometry(extent_, d);
      face_.clear();
      face_.reserve(geometry.size());
      for (std::size_t row = 0; row < geometry.rows(); ++row) {
        for (std::size_t column = 0; column < geometry.columns(); ++column) {
          const auto [z, y, x] = geometry.voxel(row, column);
          const bool leaves = (edges_.link[extent_.index(z, y, x)] >> d & 1) != 0;
          face_.push_back(FaceEntry::of_label(labels.row(z, y)[x], leaves));
        }
      }
      std::uint32_t record = 0;
      for (const PlateauPortal& portal : plateaus_.portals()) {
        if ((portal.outward >> d & 1) == 0) continue;
        while (records[record].voxel != portal.voxel) ++record;
        FaceEntry& entry = face_[geometry.position(portal.voxel)];
        entry = FaceEntry::of_record(record, entry.leaves());
      }
      writer.add_face(face_);
    }
    return writer.take();
  }

  Shape extent_;
  SteepestEdges edges_;
  SteepestEdgesPass<T> steepest_;
  PlateauDistancePass plateaus_;
  UnionFind sets_;
  std::vector<std::uint32_t> first_voxels_;
  std::vector<std::uint32_t> dense_;
  std::vector<std::uint32_t> lowest_voxels_;
  std::vector<std::uint32_t> counts_;
  std::vector<FaceEntry> face_;
};

}  // namespace fascicle
