// The merges that hold segments together, as trees over their supervoxels: taking one link away parts a segment in two.
// For every link at once: what lies on either side and all contacts across, the joint's and those away from it.
//
// Links are must-links first, then merge steps from the strongest (Kruskal 1956). Nodes come in preorder, the segments
// one after the other, so a subtree is a range. A contact between two nodes crosses the links on the way between them:
// it is added at both and taken off twice at their lowest common ancestor, and sums over subtrees then hold, for each
// link, exactly the contacts that cross it. Ancestors are found along heavy paths (Harel and Tarjan 1984).
// O(s) for s supervoxels, O(log s) for each contact.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "constraints.hpp"
#include "merge_forest.hpp"
#include "monitor.hpp"
#include "union_find.hpp"

namespace fascicle {

/// Contacts added up: affinity in units of the graph, voxel pairs, and the sum of their places weighed by area.
struct ContactTotal {
  std::int64_t affinity = 0;
  std::int64_t area = 0;
  std::int64_t place[3] = {0, 0, 0};

  void add(const ContactTotal& other, std::int64_t times = 1) {
    affinity += times * other.affinity;
    area += times * other.area;
    for (std::size_t axis = 0; axis < 3; ++axis) place[axis] += times * other.place[axis];
  }
};

struct SegmentForest {
  /// Stands for a step at a root and where a decision of the user is the link.
  static constexpr std::uint32_t decided = std::numeric_limits<std::uint32_t>::max();

  std::vector<std::uint32_t> supervoxels;  ///< of each node, in preorder
  std::vector<std::uint32_t> parents;      ///< the node above; a root has itself
  std::vector<std::uint32_t> steps;        ///< merge step to the node above, or `decided`
  std::vector<std::uint32_t> ends;         ///< nodes [i, ends[i]) are node i and all below
  std::vector<std::uint32_t> heads;        ///< top of the heavy path through a node
  std::vector<std::uint32_t> nodes;        ///< by supervoxel, `decided` for those of segments that are not in it

  [[nodiscard]] std::size_t size() const { return supervoxels.size(); }
  [[nodiscard]] bool is_below(std::uint32_t node, std::uint32_t top) const { return node >= top && node < ends[top]; }

  [[nodiscard]] std::uint32_t common_ancestor(std::uint32_t a, std::uint32_t b) const {
    while (heads[a] != heads[b]) {
      if (heads[a] > heads[b]) std::swap(a, b);
      b = parents[heads[b]];
    }
    return std::min(a, b);
  }

  /// The child of `top` on the way down to `node`, which lies below it.
  [[nodiscard]] std::uint32_t child_towards(std::uint32_t top, std::uint32_t node) const {
    std::uint32_t child = node;
    while (heads[node] != heads[top]) {
      child = heads[node];
      node = parents[child];
    }
    return node == top ? child : top + 1;  // the heavy child comes first
  }
};

/// The trees of the segments for which `chosen(segment)` holds. `assignment` by supervoxel, 0 for none. A piece that
/// hangs by no known merge hangs by a decision on the first of its segment.
template <class Chosen>
SegmentForest segment_forest(const MergeForest& merges, std::span<const std::uint32_t> assignment,
                             std::span<const SupervoxelPair> must_links, Chosen&& chosen, Monitor& monitor) {
  struct Link {
    std::uint32_t a;
    std::uint32_t b;
    std::uint32_t step;
  };
  constexpr std::size_t pause = 1 << 16;
  const std::size_t ids = assignment.size();
  std::vector<Link> links;
  UnionFind groups(ids);
  const auto unite = [&](std::uint32_t a, std::uint32_t b, std::uint32_t step) {
    if (a == b || assignment[a] == 0 || assignment[a] != assignment[b] || !chosen(assignment[a])) return;
    if (groups.find(a) == groups.find(b)) return;
    groups.unite(a, b);
    links.push_back({a, b, step});
  };
  for (const SupervoxelPair& pair : must_links) unite(pair.u, pair.v, SegmentForest::decided);
  for (std::size_t step = 0; step < merges.steps(); ++step) {
    if (step % pause == 0) monitor.check();
    unite(merges.u(step), merges.v(step), static_cast<std::uint32_t>(step));
  }
  std::size_t members = 0;
  for (std::uint32_t id = 1; id < ids; ++id) {
    if (id % pause == 0) monitor.check();
    if (assignment[id] == 0 || !chosen(assignment[id])) continue;
    ++members;
    unite(assignment[id], id, SegmentForest::decided);
  }

  std::vector<std::uint32_t> starts(ids + 1);
  for (const Link& link : links) {
    ++starts[link.a + std::size_t{1}];
    ++starts[link.b + std::size_t{1}];
  }
  for (std::size_t id = 0; id < ids; ++id) starts[id + 1] += starts[id];
  std::vector<std::uint32_t> around(2 * links.size());
  std::vector<std::uint32_t> next(starts.begin(), starts.end() - 1);
  for (std::uint32_t link = 0; link < links.size(); ++link) {
    around[next[links[link].a]++] = link;
    around[next[links[link].b]++] = link;
  }
  monitor.check();

  // Sizes of subtrees first, for the heavy child to come first.
  std::vector<std::uint32_t> order;
  std::vector<std::uint32_t> up(ids, SegmentForest::decided);  // link to the supervoxel above
  std::vector<std::uint32_t> below(ids, 1);
  order.reserve(members);
  const auto other_end = [&](std::uint32_t link, std::uint32_t id) {
    return links[link].a == id ? links[link].b : links[link].a;
  };
  for (std::uint32_t root = 1; root < ids; ++root) {
    if (assignment[root] != root || !chosen(root)) continue;
    std::size_t at = order.size();
    order.push_back(root);
    for (; at < order.size(); ++at) {
      if (at % pause == 0) monitor.check();
      const std::uint32_t id = order[at];
      for (std::uint32_t i = starts[id]; i < starts[id + std::size_t{1}]; ++i) {
        if (around[i] == up[id]) continue;
        const std::uint32_t child = other_end(around[i], id);
        up[child] = around[i];
        order.push_back(child);
      }
    }
  }
  for (std::size_t at = order.size(); at-- > 0;) {
    const std::uint32_t id = order[at];
    if (up[id] != SegmentForest::decided) below[other_end(up[id], id)] += below[id];
  }

  SegmentForest forest;
  const std::size_t nodes = order.size();
  forest.supervoxels.resize(nodes);
  forest.parents.resize(nodes);
  forest.steps.assign(nodes, SegmentForest::decided);
  forest.ends.resize(nodes);
  forest.heads.resize(nodes);
  forest.nodes.assign(ids, SegmentForest::decided);
  std::uint32_t free = 0;
  for (const std::uint32_t id : order) {
    // Those above come first in `order`, so a node knows its place when its turn comes.
    if (up[id] == SegmentForest::decided) {
      forest.nodes[id] = forest.parents[free] = forest.heads[free] = free;
      free += below[id];
    }
    const std::uint32_t node = forest.nodes[id];
    forest.supervoxels[node] = id;
    forest.ends[node] = node + below[id];
    std::uint32_t heavy = 0;
    std::uint32_t most = 0;
    for (std::uint32_t i = starts[id]; i < starts[id + std::size_t{1}]; ++i) {
      if (around[i] == up[id]) continue;
      const std::uint32_t child = other_end(around[i], id);
      if (below[child] > most) {
        most = below[child];
        heavy = child;
      }
    }
    std::uint32_t place = node + 1 + most;
    for (std::uint32_t i = starts[id]; i < starts[id + std::size_t{1}]; ++i) {
      if (around[i] == up[id]) continue;
      const std::uint32_t child = other_end(around[i], id);
      const std::uint32_t at = child == heavy ? node + 1 : std::exchange(place, place + below[child]);
      forest.nodes[child] = at;
      forest.parents[at] = node;
      forest.steps[at] = links[around[i]].step;
      forest.heads[at] = child == heavy ? forest.heads[node] : at;
    }
  }
  return forest;
}

/// Contacts across the link above each node: all of them, and those that end at neither end of the link. Add contacts
/// between supervoxels of one segment, then `finish`.
class CrossingContacts {
 public:
  explicit CrossingContacts(const SegmentForest& forest)
      : forest_(&forest), all_(forest.size()), near_(forest.size()) {}

  /// `a` and `b` are nodes of one tree.
  void add(std::uint32_t a, std::uint32_t b, const ContactTotal& contact) {
    const std::uint32_t top = forest_->common_ancestor(a, b);
    all_[a].add(contact);
    all_[b].add(contact);
    all_[top].add(contact, -2);
    if (a != top) near_[a].add(contact);
    if (b != top) near_[b].add(contact);
    if (a != top && b != top) return;
    const std::uint32_t bottom = a == top ? b : a;
    const std::uint32_t child = forest_->child_towards(top, bottom);
    if (child != bottom) near_[child].add(contact);
  }

  void finish() {
    for (std::size_t node = forest_->size(); node-- > 0;) {
      if (forest_->parents[node] != node) all_[forest_->parents[node]].add(all_[node]);
    }
  }

  [[nodiscard]] const ContactTotal& all(std::uint32_t node) const { return all_[node]; }
  [[nodiscard]] ContactTotal away(std::uint32_t node) const {
    ContactTotal total = all_[node];
    total.add(near_[node], -1);
    return total;
  }

 private:
  const SegmentForest* forest_;
  std::vector<ContactTotal> all_;
  std::vector<ContactTotal> near_;
};

}  // namespace fascicle
