// Joining the seeds of each side of a split by the strongest ways between them.
//
// A cut that is given single seeds likes to cut around one of them. What lies on the way between two seeds of a side
// belongs to that side too, so it becomes part of the seed (the idea is that of PyChunkedGraph's path-augmented cut).
// The way over an edge is the longer, the weaker the edge: 1 / mean affinity. A side grows from its first seed to the
// nearest seed not reached yet, over and over (Takahashi, Matsuyama 1980), and never passes seeds of another side.
//
// Sides are joined independently first. Where two ways cross, the side whose ways are stronger on average keeps its
// own, and the others go round all that is taken; if that fails, the order is tried the other way round.
// O(seeds * edges log nodes); searches end at the seed they look for.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <numeric>
#include <optional>
#include <queue>
#include <span>
#include <utility>
#include <vector>

#include "cut_graph.hpp"
#include "monitor.hpp"

namespace fascicle {

/// Nodes of each side, seeds first.
using SideNodes = std::vector<std::vector<std::uint32_t>>;

namespace detail {

class PathAugmentation {
 public:
  PathAugmentation(const CutGraph& graph, const SideNodes& seeds, Monitor& monitor)
      : graph_(graph), seeds_(seeds), monitor_(monitor), owner_(graph.nodes(), nobody), reached_(graph.nodes()) {
    for (std::size_t side = 0; side < seeds.size(); ++side) {
      for (const std::uint32_t node : seeds[side]) owner_[node] = static_cast<std::uint32_t>(side);
    }
  }

  /// Nodes of each side, seeds first; nothing when the ways cross whatever side goes first.
  std::optional<SideNodes> run() {
    const std::vector<std::uint32_t> seeds_only = owner_;
    SideNodes paths(seeds_.size());
    std::vector<std::uint64_t> weakness(seeds_.size());
    bool crossing = false;
    for (std::size_t side = 0; side < seeds_.size(); ++side) {
      owner_ = seeds_only;
      if (!connect(side, paths[side], weakness[side])) return std::nullopt;
    }
    owner_ = seeds_only;
    for (std::size_t side = 0; side < seeds_.size(); ++side) crossing |= !claim(side, paths[side]);
    if (!crossing) return paths;

    std::vector<std::size_t> order(seeds_.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return weakness[a] < weakness[b]; });
    for (int attempt = 0; attempt < 2; ++attempt) {
      owner_ = seeds_only;
      const bool joined = std::all_of(order.begin(), order.end(), [&](std::size_t side) {
        paths[side].clear();
        std::uint64_t unused = 0;
        return connect(side, paths[side], unused) && claim(side, paths[side]);
      });
      if (joined) return paths;
      std::reverse(order.begin(), order.end());
    }
    return std::nullopt;
  }

 private:
  static constexpr std::uint32_t nobody = std::numeric_limits<std::uint32_t>::max();
  struct Reached {
    std::uint64_t length = std::numeric_limits<std::uint64_t>::max();
    CutGraph::Arc back = 0;
    std::uint32_t search = 0;
  };
  struct Entry {
    std::uint64_t length;
    std::uint32_t node;
    bool operator>(const Entry& other) const {
      return length > other.length || (length == other.length && node > other.node);
    }
  };

  static std::uint64_t length_of(const CutGraph::Edge& edge) { return (std::uint64_t{1} << 32) / (edge.strength + 1u); }

  /// Marks the nodes as the side's; returns false when one is another's already.
  bool claim(std::size_t side, std::span<const std::uint32_t> nodes) {
    for (const std::uint32_t node : nodes) {
      if (owner_[node] != nobody && owner_[node] != side) return false;
      owner_[node] = static_cast<std::uint32_t>(side);
    }
    return true;
  }

  /// Joins the seeds of a side round what others own. `weakness` is the mean length of the edges taken.
  bool connect(std::size_t side, std::vector<std::uint32_t>& nodes, std::uint64_t& weakness) {
    const auto& seeds = seeds_[side];
    nodes = seeds;
    std::vector<std::uint32_t> tree{seeds.front()};
    std::vector<std::uint8_t> in_tree(graph_.nodes());
    in_tree[seeds.front()] = 1;
    std::uint64_t length = 0;
    std::uint64_t edges = 0;
    std::size_t missing = 0;
    for (const std::uint32_t seed : seeds) missing += in_tree[seed] == 0 ? 1 : 0;
    while (missing > 0) {
      monitor_.check();
      std::uint32_t node = nearest_seed(static_cast<std::uint32_t>(side), tree, in_tree);
      if (node == nobody) return false;
      while (in_tree[node] == 0) {
        in_tree[node] = 1;
        tree.push_back(node);
        if (owner_[node] == side && is_seed(side, node)) {
          --missing;
        } else {
          nodes.push_back(node);
        }
        length += length_of(graph_.edges[reached_[node].back >> 1]);
        ++edges;
        node = graph_.head(reached_[node].back);
      }
    }
    weakness = edges == 0 ? 0 : length / edges;
    return true;
  }

  [[nodiscard]] bool is_seed(std::size_t side, std::uint32_t node) const {
    return std::find(seeds_[side].begin(), seeds_[side].end(), node) != seeds_[side].end();
  }

  /// The seed of the side that is nearest to the tree and not in it.
  std::uint32_t nearest_seed(std::uint32_t side, std::span<const std::uint32_t> tree,
                             const std::vector<std::uint8_t>& in_tree) {
    ++search_;
    std::priority_queue<Entry, std::vector<Entry>, std::greater<>> queue;
    for (const std::uint32_t node : tree) {
      reached_[node] = {0, 0, search_};
      queue.push({0, node});
    }
    while (!queue.empty()) {
      const Entry entry = queue.top();
      queue.pop();
      if (entry.length != reached_[entry.node].length) continue;
      if (owner_[entry.node] == side && in_tree[entry.node] == 0) return entry.node;
      for (const CutGraph::Arc arc : graph_.arcs_of(entry.node)) {
        const std::uint32_t other = graph_.head(arc);
        if (owner_[other] != nobody && owner_[other] != side) continue;
        const std::uint64_t length = entry.length + length_of(graph_.edges[arc >> 1]);
        if (reached_[other].search == search_ && reached_[other].length <= length) continue;
        reached_[other] = {length, arc ^ 1, search_};
        queue.push({length, other});
      }
    }
    return nobody;
  }

  const CutGraph& graph_;
  const SideNodes& seeds_;
  Monitor& monitor_;
  std::vector<std::uint32_t> owner_;
  std::vector<Reached> reached_;
  std::uint32_t search_ = 0;
};

}  // namespace detail

/// The seeds of each side and the nodes on the strongest ways between them; nothing when no ways were found that keep
/// clear of each other. Every side needs a seed, and no node is a seed of two.
inline std::optional<SideNodes> augment_by_paths(const CutGraph& graph, const SideNodes& seeds, Monitor& monitor) {
  return detail::PathAugmentation(graph, seeds, monitor).run();
}

}  // namespace fascicle
