// Joins the blocks of an affinity watershed: block labels become fragments of the whole volume.
//
// Three kinds of facts cross a face: settled links (one side says that it follows the edge), plateau edges between
// records (the geodesic distance of open voxels is computed here, over all blocks at once, by a breadth-first search
// from the settled records), and plateaus without any corner (basins, united). Fragments are numbered in the order of
// their lowest voxel in the volume, so nothing of the block shape is left in the result.
//
// Memory: 16 bytes per block label, 36 per record. Time: O(labels + records + face voxels), one thread.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <span>
#include <vector>

#include "affinity_watershed_summary.hpp"
#include "monitor.hpp"
#include "radix_sort.hpp"
#include "union_find.hpp"

namespace fascicle {

/// Fragments of the whole volume.
struct WatershedStitching {
  /// For every block one after the other: fragment of its label 0 (which is 0), 1, 2 ...
  std::vector<std::uint32_t> table;
  /// Start of each block's part of `table`, and its end.
  std::vector<std::size_t> offsets;
  /// Voxels of fragment i + 1.
  std::vector<std::uint64_t> voxel_counts;
  /// Fragments that the blocks had merged into others already (AffinityWatershedParams::gate).
  std::uint64_t merges = 0;

  [[nodiscard]] std::size_t fragment_count() const { return voxel_counts.size(); }
  [[nodiscard]] std::span<const std::uint32_t> block_table(std::size_t block) const {
    return std::span(table).subspan(offsets[block], offsets[block + 1] - offsets[block]);
  }
};

namespace detail {

/// Plateau records of all blocks and the edges between them.
class PlateauGraph {
 public:
  static constexpr std::uint32_t none = std::numeric_limits<std::uint32_t>::max();

  explicit PlateauGraph(std::size_t records) : nodes_(records) {}

  /// Adds the records of one block, from position `first` on; their labels start at `label_offset`.
  void add_block(const WatershedSummary& summary, std::uint32_t first, std::uint32_t label_offset) {
    const Shape extent = summary.block().shape();
    const std::array<std::uint32_t, 3> step{static_cast<std::uint32_t>(extent.plane()),
                                            static_cast<std::uint32_t>(extent.x), 1};
    std::array<std::uint32_t, 3> behind{0, 0, 0};  // records come in raster order: one pointer per axis follows
    for (std::uint32_t i = 0; i < summary.record_count(); ++i) {
      const PlateauRecord record = summary.record(i);
      Node& node = nodes_[first + i];
      node.label = label_offset + record.label;
      node.distance = record.distance;
      node.outward = static_cast<std::uint8_t>(record.edges >> directions);
      for (std::size_t axis = 0; axis < 3; ++axis) {
        if ((record.edges >> axis & 1) == 0) continue;
        const std::uint32_t neighbour = record.voxel - step[axis];
        std::uint32_t& j = behind[axis];
        while (summary.record(j).voxel < neighbour) ++j;
        if (summary.record(j).voxel == neighbour) join(first + i, axis, first + j);
      }
    }
  }

  /// Adds the edge from `a` in direction `d` out of its block to `b`, if both lie on one plateau.
  void cross(std::uint32_t a, std::size_t d, std::uint32_t b) {
    if ((nodes_[a].outward >> d & 1) != 0) join(a, d, b);
  }

  [[nodiscard]] std::uint32_t label(std::uint32_t record) const { return nodes_[record].label; }

  /// Gives every open record its parent, or its whole basin, by uniting labels.
  void unite_open(UnionFind& labels, Monitor& monitor) {
    std::vector<std::uint32_t> sources;
    for (std::uint32_t i = 0; i < nodes_.size(); ++i) {
      if (nodes_[i].distance != no_distance) sources.push_back(i);
    }
    std::sort(sources.begin(), sources.end(),
              [&](std::uint32_t a, std::uint32_t b) { return nodes_[a].distance < nodes_[b].distance; });
    std::vector<std::uint32_t> level;
    std::vector<std::uint32_t> reached;
    std::size_t next_source = 0;
    while (next_source < sources.size() || !level.empty()) {
      monitor.check();
      const std::uint32_t distance =
          level.empty() ? nodes_[sources[next_source]].distance : nodes_[level.front()].distance;
      while (next_source < sources.size() && nodes_[sources[next_source]].distance == distance) {
        level.push_back(sources[next_source++]);
      }
      reached.clear();
      for (const std::uint32_t i : level) {
        for (const std::uint32_t neighbour : nodes_[i].neighbours) {
          if (neighbour == none || nodes_[neighbour].distance != no_distance) continue;
          nodes_[neighbour].distance = distance + 1;
          reached.push_back(neighbour);
        }
      }
      for (const std::uint32_t i : reached) {
        for (const std::uint32_t neighbour : nodes_[i].neighbours) {
          if (neighbour == none || nodes_[neighbour].distance != distance) continue;
          labels.unite(nodes_[i].label, nodes_[neighbour].label);
          break;
        }
      }
      level.swap(reached);
    }
    for (const Node& node : nodes_) {
      if (node.distance != no_distance) continue;
      for (const std::uint32_t neighbour : node.neighbours) {
        if (neighbour != none) labels.unite(node.label, nodes_[neighbour].label);
      }
    }
  }

 private:
  struct Node {
    std::array<std::uint32_t, directions> neighbours{none, none, none, none, none, none};
    std::uint32_t label = 0;
    std::uint32_t distance = no_distance;
    std::uint8_t outward = 0;
  };

  void join(std::uint32_t a, std::size_t d, std::uint32_t b) {
    nodes_[a].neighbours[d] = b;
    nodes_[b].neighbours[directions - 1 - d] = a;
  }

  std::vector<Node> nodes_;
};

/// Finds the block across each face.
class BlockNeighbours {
 public:
  /// Throws std::invalid_argument unless the blocks cover one volume, each part once, with matching faces.
  explicit BlockNeighbours(std::span<const WatershedSummary> blocks) {
    std::size_t voxels = 0;
    for (std::size_t i = 0; i < blocks.size(); ++i) {
      require(blocks[i].volume() == blocks[0].volume(), "watershed summaries of different volumes");
      require(at_.emplace(blocks[i].block().min, i).second, "two watershed summaries of one block");
      voxels += blocks[i].block().shape().voxels();
    }
    require(blocks.empty() || voxels == blocks[0].volume().voxels(),
            "the watershed summaries do not cover the volume, each part once");
  }

  /// The block that follows `block` along `axis`.
  std::size_t after(std::span<const WatershedSummary> blocks, std::size_t block, std::size_t axis) const {
    const Box& box = blocks[block].block();
    Zyx min = box.min;
    min[axis] = box.max[axis];
    const auto found = at_.find(min);
    require(found != at_.end(), "a watershed summary lacks its neighbour: the blocks must form a lattice");
    Box expected = box;
    expected.min[axis] = box.max[axis];
    expected.max[axis] = blocks[found->second].block().max[axis];
    require(expected == blocks[found->second].block(), "the blocks of the watershed summaries do not form a lattice");
    return found->second;
  }

 private:
  std::map<Zyx, std::size_t> at_;
};

}  // namespace detail

/// Stitches all blocks of a volume; they may come in any order and shape as long as they form a lattice.
///
/// Throws std::invalid_argument when blocks are missing, overlap or belong to different volumes, or when there are more
/// than 2^32 - 2 block labels or records.
inline WatershedStitching stitch_watershed(std::span<const WatershedSummary> blocks, Monitor& monitor) {
  const detail::BlockNeighbours neighbours(blocks);
  WatershedStitching result;
  result.offsets.assign(1, 0);
  std::vector<std::size_t> record_offsets{0};
  for (const WatershedSummary& block : blocks) {
    result.offsets.push_back(result.offsets.back() + block.label_count() + 1);
    record_offsets.push_back(record_offsets.back() + block.record_count());
    result.merges += block.merges();
  }
  constexpr std::size_t limit = std::numeric_limits<std::uint32_t>::max();
  require(result.offsets.back() < limit && record_offsets.back() < limit,
          "more than 2^32 - 2 block labels; raise `low` or use the network's foreground");

  UnionFind labels(result.offsets.back());
  detail::PlateauGraph plateaus(record_offsets.back());
  for (std::size_t i = 0; i < blocks.size(); ++i) {
    plateaus.add_block(blocks[i], static_cast<std::uint32_t>(record_offsets[i]),
                       static_cast<std::uint32_t>(result.offsets[i]));
  }
  for (std::size_t i = 0; i < blocks.size(); ++i) {
    monitor.check();
    for (std::size_t axis = 0; axis < 3; ++axis) {
      const std::size_t out = directions - 1 - axis;
      if (blocks[i].face_size(out) == 0) continue;
      const std::size_t j = neighbours.after(blocks, i, axis);
      for (std::size_t k = 0; k < blocks[i].face_size(out); ++k) {
        const FaceEntry a = blocks[i].face(out, k);
        const FaceEntry b = blocks[j].face(axis, k);
        const auto record_a = static_cast<std::uint32_t>(record_offsets[i] + a.value());
        const auto record_b = static_cast<std::uint32_t>(record_offsets[j] + b.value());
        if (a.is_record() && b.is_record()) plateaus.cross(record_a, out, record_b);
        if (!a.leaves() && !b.leaves()) continue;
        labels.unite(
            a.is_record() ? plateaus.label(record_a) : static_cast<std::uint32_t>(result.offsets[i] + a.value()),
            b.is_record() ? plateaus.label(record_b) : static_cast<std::uint32_t>(result.offsets[j] + b.value()));
      }
    }
  }
  plateaus.unite_open(labels, monitor);

  // Lowest voxel and size of every set, gathered at its representative.
  std::vector<std::uint64_t> lowest(labels.size(), std::numeric_limits<std::uint64_t>::max());
  for (std::size_t i = 0; i < blocks.size(); ++i) {
    const Box& box = blocks[i].block();
    const Shape extent = box.shape();
    for (std::uint32_t label = 0; label < blocks[i].label_count(); ++label) {
      const std::size_t voxel = blocks[i].lowest_voxel(label);
      const std::uint64_t index = blocks[i].volume().index(
          box.min[0] + voxel / extent.plane(), box.min[1] + voxel / extent.x % extent.y, box.min[2] + voxel % extent.x);
      const std::uint32_t root = labels.find(static_cast<std::uint32_t>(result.offsets[i] + 1 + label));
      lowest[root] = std::min(lowest[root], index);
    }
  }
  std::vector<KeyedPosition> order;
  for (std::size_t i = 0; i < lowest.size(); ++i) {
    if (lowest[i] != std::numeric_limits<std::uint64_t>::max()) {
      order.push_back({lowest[i], static_cast<std::uint32_t>(i)});
    }
  }
  lowest = {};
  monitor.check();
  radix_sort(order);
  result.table.assign(labels.size(), 0);
  for (std::size_t i = 0; i < order.size(); ++i) result.table[order[i].position] = static_cast<std::uint32_t>(i + 1);
  result.voxel_counts.assign(order.size(), 0);
  for (std::size_t i = 0; i < blocks.size(); ++i) {
    for (std::uint32_t label = 0; label < blocks[i].label_count(); ++label) {
      const auto position = static_cast<std::uint32_t>(result.offsets[i] + 1 + label);
      // The representative is the lowest position of its set, so its entry is final when this one is reached.
      result.table[position] = result.table[labels.find(position)];
      result.voxel_counts[result.table[position] - 1] += blocks[i].voxel_count(label);
    }
  }
  return result;
}

}  // namespace fascicle
