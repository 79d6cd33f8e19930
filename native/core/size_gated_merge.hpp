// Merges small fragments into the neighbour they touch most strongly.
//
// The size threshold of Zlateski and Seung (arXiv 1505.00249, 2015): over the contacts in falling order of their
// largest affinity, two fragments unite when the smaller has fewer than `size_threshold` voxels. Reads the region
// graph, not voxels, so it does not depend on blocks. O(edges).
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "monitor.hpp"
#include "radix_sort.hpp"
#include "region_graph.hpp"
#include "union_find.hpp"

namespace fascicle {

struct SizeGatedMergeParams {
  /// Fragments of fewer voxels merge; 0 or 1 merges nothing.
  std::uint64_t size_threshold = 200;
  /// Contacts whose largest affinity is below this (0..1) merge nothing. Compared as float32, like the thresholds of
  /// the watershed, so that k / 255 admits the uint8 affinity k.
  double gate_affinity = 0;
  /// Fragments that end with fewer voxels become 0; 0 keeps all.
  std::uint64_t dust_threshold = 0;
};

/// Whether a contact of that integer affinity may merge.
inline bool passes_gate(std::uint32_t affinity, std::uint32_t unit, const SizeGatedMergeParams& params) {
  return static_cast<float>(affinity / static_cast<double>(unit)) >= static_cast<float>(params.gate_affinity);
}

struct SizeGatedMerge {
  /// New id of every old one; table[0] = 0. New ids are dense, in order of the lowest old id.
  std::vector<std::uint32_t> table;
  /// Voxels of new id i + 1.
  std::vector<std::uint64_t> voxel_counts;
};

/// `voxel_counts[i]` belongs to fragment i + 1. The edges may come in any order; contacts of equal affinity are taken
/// in order of their voxel and axis. Throws std::invalid_argument when an edge names a fragment without a count.
inline SizeGatedMerge size_gated_merge(const RegionGraphView& graph, std::span<const std::uint64_t> voxel_counts,
                                       const SizeGatedMergeParams& params, Monitor& monitor) {
  require(params.gate_affinity >= 0, "the gate affinity of the size-gated merge must not be negative");
  require(graph.u.size() == graph.v.size() && graph.u.size() == graph.max.size() &&
              graph.u.size() == graph.voxel.size() && graph.u.size() == graph.axis.size(),
          "the arrays of the region graph differ in length");
  monitor.begin(1);
  struct Contact {
    std::uint64_t key;
    std::uint32_t edge;
  };
  std::vector<Contact> contacts;
  for (std::size_t i = 0; i < graph.size(); ++i) {
    require(graph.u[i] != 0 && graph.v[i] != 0 && std::max(graph.u[i], graph.v[i]) <= voxel_counts.size(),
            "an edge of the region graph names a fragment without a size");
    if (!passes_gate(graph.max[i], graph.unit, params)) continue;
    contacts.push_back({graph.voxel[i] * 3 + graph.axis[i], static_cast<std::uint32_t>(i)});
  }
  // Sorting by position and then, stably, by strength leaves ties in order of position.
  radix_sort(contacts);
  for (Contact& contact : contacts) contact.key = static_cast<std::uint32_t>(~graph.max[contact.edge]);
  radix_sort(contacts);

  UnionFind sets(voxel_counts.size() + 1);
  std::vector<std::uint64_t> sizes(voxel_counts.size() + 1, 0);
  std::copy(voxel_counts.begin(), voxel_counts.end(), sizes.begin() + 1);
  constexpr std::size_t check_interval = std::size_t{1} << 16;
  for (std::size_t i = 0; i < contacts.size(); ++i) {
    if (i % check_interval == 0) monitor.check();
    const std::uint32_t a = sets.find(graph.u[contacts[i].edge]);
    const std::uint32_t b = sets.find(graph.v[contacts[i].edge]);
    if (a == b || std::min(sizes[a], sizes[b]) >= params.size_threshold) continue;
    const std::uint64_t size = sizes[a] + sizes[b];
    sizes[sets.unite(a, b)] = size;
  }

  SizeGatedMerge result;
  result.table.assign(sizes.size(), 0);
  for (std::size_t i = 1; i < sizes.size(); ++i) {
    const std::uint32_t root = sets.find(static_cast<std::uint32_t>(i));
    if (root != i) {
      result.table[i] = result.table[root];  // the representative is the lowest member
    } else if (sizes[i] >= params.dust_threshold) {
      result.voxel_counts.push_back(sizes[i]);
      result.table[i] = static_cast<std::uint32_t>(result.voxel_counts.size());
    }
  }
  monitor.advance();
  return result;
}

}  // namespace fascicle
