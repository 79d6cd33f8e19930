// Affinity watershed of one block, up to what depends on its neighbours.
//
// Passes: steepest edges (steepest_edges.hpp), plateaus (plateau_distance.hpp), then one raster scan that labels the
// trees of links with a union-find over provisional labels. If a size-gated merge is to follow, the block carries out
// its part of it (fragment_contraction.hpp). The result is the block's own labels and a summary for
// affinity_watershed_stitch.hpp. Reads the affinities once; O(voxels).
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "affinity_watershed_summary.hpp"
#include "fragment_contraction.hpp"
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
  /// summary; with a gate the labels are those of fragments merged ahead. Throws std::invalid_argument when the
  /// affinities lack a part of the halo.
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
    const std::uint32_t merges =
        params.gate.size_threshold > 1 ? contract(affinities, volume, block, params, labels) : 0;
    return summarise(volume, block, labels, merges);
  }

 private:
  /// Turns the links into a mask per voxel of the lower neighbours (-z, -y, -x as bits 0-2) it belongs with, whichever
  /// of the two has the link; bit 3 marks a voxel that has edges. Basin voxels link to all their plateau.
  FASCICLE_MULTIVERSION static void lower_links(const std::uint8_t* link, const std::uint8_t* below_z,
                                                const std::uint8_t* below_y, std::size_t n,
                                                std::uint8_t* __restrict lower) {
    for (std::size_t x = 0; x < n; ++x) {
      const unsigned present = link[x] != 0 ? 8u : 0u;
      lower[x] = static_cast<std::uint8_t>(present | (link[x] & 7u) | (below_z[x] >> 5 & 1u) | (below_y[x] >> 3 & 2u));
    }
    for (std::size_t x = 1; x < n; ++x) {
      lower[x] = static_cast<std::uint8_t>(lower[x] | (link[x - 1] >> 1 & 4u));
    }
  }

  FASCICLE_MULTIVERSION static void link_basins(std::size_t n, const std::uint8_t* plateau,
                                                std::uint8_t* __restrict link) {
    for (std::size_t i = 0; i < n; ++i) link[i] = link[i] == 0 ? plateau[i] : link[i];
  }

  /// Gives voxels joined by links one provisional label, or several united ones.
  void label_trees(const LabelBlock& labels) {
    std::uint8_t* link = edges_.link.data();
    link_basins(extent_.voxels(), edges_.plateau.data(), link);
    sets_.resize(0);
    sets_.resize(1);
    first_voxels_.assign(1, 0);
    lower_.resize(extent_.x);
    none_.assign(extent_.x, 0);
    std::uint32_t next = 1;
    std::uint32_t voxel = 0;
    for (std::size_t z = 0; z < extent_.z; ++z) {
      for (std::size_t y = 0; y < extent_.y; ++y) {
        lower_links(link + voxel, z > 0 ? link + voxel - extent_.plane() : none_.data(),
                    y > 0 ? link + voxel - extent_.x : none_.data(), extent_.x, lower_.data());
        const unsigned inside = (z > 0 ? 1u : 0u) | (y > 0 ? 2u : 0u);
        std::uint32_t* row = labels.row(z, y);
        const std::uint32_t* below_z = z > 0 ? labels.row(z - 1, y) : row;
        const std::uint32_t* below_y = y > 0 ? labels.row(z, y - 1) : row;
        sets_.resize(next + extent_.x);
        first_voxels_.resize(next + extent_.x);
        std::uint32_t left = 0;
        for (std::size_t x = 0; x < extent_.x; ++x, ++voxel) {
          // Links are as good as random to a branch predictor: the label is selected, and only a second link branches.
          const unsigned lower = lower_[x] & (inside | (x > 0 ? 12u : 8u));
          const unsigned links = lower & 7u;
          std::uint32_t label = lower != 0 ? next : 0;
          label = (links & 1u) != 0 ? below_z[x] : label;
          label = (links & 2u) != 0 ? below_y[x] : label;
          label = (links & 4u) != 0 ? left : label;
          first_voxels_[next] = voxel;
          next += lower == 8u ? 1u : 0u;
          if ((links & (links - 1)) != 0) unite_links(links, label, below_z[x], below_y[x]);
          row[x] = label;
          left = label;
        }
      }
    }
    sets_.resize(next);
    first_voxels_.resize(next);
  }

  void unite_links(unsigned links, std::uint32_t label, std::uint32_t below_z, std::uint32_t below_y) {
    if ((links & 1u) != 0 && below_z != label) sets_.unite(label, below_z);
    if ((links & 6u) == 6u && below_y != label) sets_.unite(label, below_y);
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
    odd_counts_.assign(counts_.size(), 0);
    for (std::size_t z = 0; z < extent_.z; ++z) {
      for (std::size_t y = 0; y < extent_.y; ++y) {
        std::uint32_t* row = labels.row(z, y);
        // Two tables, so that a run of one label does not wait for its own counter at every voxel.
        std::size_t x = 0;
        for (; x + 1 < extent_.x; x += 2) {
          row[x] = dense_[row[x]];
          row[x + 1] = dense_[row[x + 1]];
          ++counts_[row[x]];
          ++odd_counts_[row[x + 1]];
        }
        if (x < extent_.x) {
          row[x] = dense_[row[x]];
          ++counts_[row[x]];
        }
      }
    }
    for (std::size_t i = 0; i < counts_.size(); ++i) counts_[i] += odd_counts_[i];
  }

  /// Merges what the size-gated merge of the volume is sure to merge.
  std::uint32_t contract(const AffinityView<T>& affinities, const Shape& volume, const Box& block,
                         const AffinityWatershedParams& params, const LabelBlock& labels) {
    open_.assign(counts_.size(), 0);
    for (std::size_t d = 0; d < directions; ++d) {
      if (!has_neighbour(block, volume, d)) continue;
      const FaceGeometry geometry(extent_, d);
      for (std::size_t row = 0; row < geometry.rows(); ++row) {
        for (std::size_t column = 0; column < geometry.columns(); ++column) {
          const auto [z, y, x] = geometry.voxel(row, column);
          open_[labels.row(z, y)[x]] = 1;
        }
      }
    }
    for (const PlateauRecord& record : plateaus_.records()) open_[label_at(labels, record.voxel)] = 1;
    const auto label_row = [&](std::size_t z, std::size_t y) { return labels.row(z - block.min[0], y - block.min[1]); };
    const std::uint32_t merges = contraction_.run(label_row, affinities, block, params.gate, counts_, open_);
    if (merges == 0) return 0;
    const std::span<const std::uint32_t> table = contraction_.table();
    for (std::size_t z = 0; z < extent_.z; ++z) {
      for (std::size_t y = 0; y < extent_.y; ++y) {
        std::uint32_t* row = labels.row(z, y);
        for (std::size_t x = 0; x < extent_.x; ++x) row[x] = table[row[x]];
      }
    }
    // The first label of a set gives it its place, its lowest voxel and, as the representative, its size.
    std::uint32_t kept = 0;
    for (std::uint32_t label = 1; label < table.size(); ++label) {
      if (table[label] != kept + 1) continue;
      lowest_voxels_[kept] = lowest_voxels_[label - 1];
      counts_[++kept] = counts_[label];
    }
    lowest_voxels_.resize(kept);
    counts_.resize(kept + 1);
    return merges;
  }

  [[nodiscard]] std::uint32_t label_at(const LabelBlock& labels, std::size_t voxel) const {
    return labels.row(voxel / extent_.plane(), voxel / extent_.x % extent_.y)[voxel % extent_.x];
  }

  std::vector<std::uint32_t> summarise(const Shape& volume, const Box& block, const LabelBlock& labels,
                                       std::uint32_t merges) {
    auto& records = plateaus_.records();
    for (PlateauRecord& record : records) record.label = label_at(labels, record.voxel);
    WatershedSummaryWriter writer(block, volume, lowest_voxels_, std::span(counts_).subspan(1), records, merges);
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
  std::vector<std::uint32_t> odd_counts_;
  std::vector<std::uint8_t> lower_;
  std::vector<std::uint8_t> none_;
  std::vector<FaceEntry> face_;
  std::vector<std::uint8_t> open_;
  FragmentContraction<T> contraction_;
};

}  // namespace fascicle
