// The part of a size-gated merge (size_gated_merge.hpp) that one block can do by itself.
//
// A merge looks at the contacts of the volume from the strongest down, so a block, which sees a part of them, may carry
// out a decision only when nothing outside could have come before it. A fragment is closed while all its contacts so
// far were decided here, and open from the start when it touches a neighbouring block or may still grow by stitching.
// Taking the block's contacts in order:
//   both sides at or above the size threshold: they stay apart, for sizes only grow;
//   both sides closed: decided as in the volume;
//   a small closed side and a large open one: they unite, and nobody can tell when they did (see below);
//   otherwise undecided here, and both sides are open from then on.
//
// Why uniting before the merge of the volume begins changes no other decision: the undecided contacts of a closed side
// are all weaker than the one that united it, so they come later anyway; an open side that is large stays large with
// or without what it gains, and decisions ask for nothing but that. Contraction followed by the size-gated merge of the
// volume therefore gives the partition of that merge alone, provided that contacts are ordered by what contraction
// leaves alone (RegionGraph::axis).
//
// Noisy affinities make fragments of tens of voxels, most of them far from the block's faces; contracted, the tables of
// a large volume shrink several times. O(contacts).
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "contact_table.hpp"
#include "radix_sort.hpp"
#include "size_gated_merge.hpp"
#include "union_find.hpp"

namespace fascicle {

/// Contraction of the fragments of a block; keeps its buffers.
template <Affinity T>
class FragmentContraction {
 public:
  /// Contacts are those between the voxels of `block`; `label_row` as for ContactTable::add_block. `voxel_counts` and
  /// `open` are indexed by label, element 0 unused; both are changed. Afterwards `table()` holds the new label of every
  /// old one, dense in order of the lowest old label. Returns the number of merges.
  template <class LabelRow>
  std::uint32_t run(LabelRow&& label_row, const AffinityView<T>& affinities, const Box& block,
                    const SizeGatedMergeParams& params, std::span<std::uint32_t> voxel_counts,
                    std::span<std::uint8_t> open) {
    contacts_.clear(0);
    contacts_.add_block(label_row, affinities, block, {false, false, false});
    order_.clear();
    for (const auto& entry : contacts_.entries()) {
      order_.push_back({~entry.strongest, static_cast<std::uint32_t>(order_.size())});
    }
    radix_sort(order_);
    sets_.resize(0);
    sets_.resize(voxel_counts.size());
    std::uint32_t merges = 0;
    for (const KeyedPosition& item : order_) {
      const auto& entry = contacts_.entries()[item.position];
      if (!passes_gate(detail::ContactTable<T>::strongest(entry).affinity, FixedPoint<T>::unit, params)) break;
      const std::uint32_t a = sets_.find(static_cast<std::uint32_t>(entry.key >> 32));
      const std::uint32_t b = sets_.find(static_cast<std::uint32_t>(entry.key));
      if (a == b) continue;
      const bool small_a = voxel_counts[a] < params.size_threshold;
      const bool small_b = voxel_counts[b] < params.size_threshold;
      if (!small_a && !small_b) continue;
      const bool open_side_is_large = (open[a] == 0 || !small_a) && (open[b] == 0 || !small_b);
      if (!open_side_is_large) {
        open[a] = open[b] = 1;
        continue;
      }
      const std::uint32_t size = voxel_counts[a] + voxel_counts[b];
      const std::uint8_t either_open = open[a] | open[b];
      const std::uint32_t united = sets_.unite(a, b);
      voxel_counts[united] = size;
      open[united] = either_open;
      ++merges;
    }
    table_.resize(voxel_counts.size());
    std::uint32_t next = 0;
    for (std::uint32_t label = 0; label < table_.size(); ++label) {
      const std::uint32_t root = sets_.find(label);
      table_[label] = root == label ? next++ : table_[root];
    }
    return merges;
  }

  [[nodiscard]] std::span<const std::uint32_t> table() const { return table_; }

 private:
  detail::ContactTable<T> contacts_;
  std::vector<KeyedPosition> order_;
  UnionFind sets_;
  std::vector<std::uint32_t> table_;
};

}  // namespace fascicle
