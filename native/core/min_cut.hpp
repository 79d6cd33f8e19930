// Minimum cut between two sets of nodes of an undirected graph, by maximum flow.
//
// Two search trees, one from each set, keep growing between augmentations: Boykov, Kolmogorov: An experimental
// comparison of min-cut/max-flow algorithms for energy minimization in vision, IEEE TPAMI 26 (2004), with distances and
// time stamps for the choice of new parents. In the worst case far from linear, on region graphs nearly. Arcs are
// visited in the order of edges and active nodes first in, first out, so the result depends on the input alone: the
// source side is the smallest of all minimum cuts (what the source can still reach), which is unique.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "cut_graph.hpp"
#include "monitor.hpp"

namespace fascicle {

namespace detail {

class MaxFlow {
 public:
  MaxFlow(const CutGraph& graph, std::span<const std::int64_t> capacities)
      : graph_(graph), residual_(2 * graph.edges.size()), nodes_(graph.nodes()) {
    for (std::size_t i = 0; i < capacities.size(); ++i) residual_[2 * i] = residual_[2 * i + 1] = capacities[i];
  }

  void run(std::span<const std::uint32_t> sources, std::span<const std::uint32_t> sinks, Monitor& monitor) {
    monitor.check();
    plant(sources, Tree::source);
    plant(sinks, Tree::sink);
    std::size_t augmentations = 0;
    std::uint32_t node = none;
    while (node != none || !active_.empty()) {
      if (node == none) {
        node = active_.pop();
        nodes_[node].active = false;
        if (nodes_[node].tree == Tree::none) {
          node = none;
          continue;
        }
      }
      const CutGraph::Arc bridge = grow(node);
      if (bridge == no_arc) {
        node = none;
        continue;
      }
      ++time_;
      augment(bridge);
      adopt();
      if (nodes_[node].tree == Tree::none) node = none;
      if ((++augmentations & 0xff) == 0) monitor.check();
    }
  }

  [[nodiscard]] bool on_source_side(std::uint32_t node) const { return nodes_[node].tree == Tree::source; }

 private:
  enum class Tree : std::uint8_t { none, source, sink };
  static constexpr std::uint32_t none = std::numeric_limits<std::uint32_t>::max();
  static constexpr CutGraph::Arc no_arc = none;
  static constexpr CutGraph::Arc terminal = none - 1;

  struct Node {
    CutGraph::Arc parent = no_arc;  ///< the arc that leads to the parent
    std::uint32_t distance = 0;     ///< to the terminal, true at `stamp`
    std::uint32_t stamp = 0;
    Tree tree = Tree::none;
    bool active = false;
  };

  class Queue {
   public:
    [[nodiscard]] bool empty() const { return next_ == nodes_.size(); }
    void push(std::uint32_t node) { nodes_.push_back(node); }
    std::uint32_t pop() {
      const std::uint32_t node = nodes_[next_++];
      if (next_ > 4096 && next_ * 2 > nodes_.size()) {
        nodes_.erase(nodes_.begin(), nodes_.begin() + static_cast<std::ptrdiff_t>(next_));
        next_ = 0;
      }
      return node;
    }

   private:
    std::vector<std::uint32_t> nodes_;
    std::size_t next_ = 0;
  };

  void plant(std::span<const std::uint32_t> roots, Tree tree) {
    for (const std::uint32_t root : roots) {
      nodes_[root] = {terminal, 1, 0, tree, false};
      activate(root);
    }
  }

  void activate(std::uint32_t node) {
    if (nodes_[node].active) return;
    nodes_[node].active = true;
    active_.push(node);
  }

  /// What an arc out of a node of the tree can carry, away from the source.
  [[nodiscard]] std::int64_t outward(Tree tree, CutGraph::Arc arc) const {
    return residual_[tree == Tree::source ? arc : arc ^ 1];
  }

  /// Lets the tree grow from `node`; returns the arc from the source's tree to the sink's once they meet.
  CutGraph::Arc grow(std::uint32_t node) {
    const Tree tree = nodes_[node].tree;
    for (const CutGraph::Arc arc : graph_.arcs_of(node)) {
      if (outward(tree, arc) == 0) continue;
      const std::uint32_t other = graph_.head(arc);
      Node& target = nodes_[other];
      if (target.tree == Tree::none) {
        target.tree = tree;
        target.parent = arc ^ 1;
        target.distance = nodes_[node].distance + 1;
        target.stamp = nodes_[node].stamp;
        activate(other);
      } else if (target.tree != tree) {
        return tree == Tree::source ? arc : arc ^ 1;
      } else if (target.parent != terminal && target.stamp <= nodes_[node].stamp &&
                 target.distance > nodes_[node].distance + 1) {
        target.parent = arc ^ 1;
        target.distance = nodes_[node].distance + 1;
        target.stamp = nodes_[node].stamp;
      }
    }
    return no_arc;
  }

  /// Sends what the path over `bridge` can carry.
  void augment(CutGraph::Arc bridge) {
    const std::uint32_t tail = graph_.head(bridge ^ 1);
    const std::uint32_t head = graph_.head(bridge);
    std::int64_t flow = residual_[bridge];
    for_path(tail, [&](std::uint32_t, CutGraph::Arc arc) { flow = std::min(flow, residual_[arc ^ 1]); });
    for_path(head, [&](std::uint32_t, CutGraph::Arc arc) { flow = std::min(flow, residual_[arc]); });
    residual_[bridge] -= flow;
    residual_[bridge ^ 1] += flow;
    for_path(tail, [&](std::uint32_t node, CutGraph::Arc arc) { send(node, arc ^ 1, flow); });
    for_path(head, [&](std::uint32_t node, CutGraph::Arc arc) { send(node, arc, flow); });
  }

  template <class Visit>
  void for_path(std::uint32_t node, Visit&& visit) {
    while (nodes_[node].parent != terminal) {
      const CutGraph::Arc arc = nodes_[node].parent;
      visit(node, arc);
      node = graph_.head(arc);
    }
  }

  void send(std::uint32_t node, CutGraph::Arc arc, std::int64_t flow) {
    residual_[arc] -= flow;
    residual_[arc ^ 1] += flow;
    if (residual_[arc] == 0) orphans_.push_back(node);
  }

  void adopt() {
    for (const std::uint32_t orphan : orphans_) nodes_[orphan].parent = no_arc;
    for (std::size_t i = 0; i < orphans_.size(); ++i) find_parent(orphans_[i]);
    orphans_.clear();
  }

  void find_parent(std::uint32_t orphan) {
    const Tree tree = nodes_[orphan].tree;
    CutGraph::Arc best = no_arc;
    std::uint32_t least = none;
    for (const CutGraph::Arc arc : graph_.arcs_of(orphan)) {
      const std::uint32_t other = graph_.head(arc);
      if (nodes_[other].tree != tree || outward(tree, arc ^ 1) == 0) continue;
      const std::uint32_t distance = distance_to_terminal(other);
      if (distance < least) {
        least = distance;
        best = arc;
      }
    }
    Node& node = nodes_[orphan];
    if (best != no_arc) {
      node.parent = best;
      node.distance = least + 1;
      node.stamp = time_;
      return;
    }
    for (const CutGraph::Arc arc : graph_.arcs_of(orphan)) {
      const std::uint32_t other = graph_.head(arc);
      if (nodes_[other].tree != tree) continue;
      if (outward(tree, arc ^ 1) != 0) activate(other);
      if (nodes_[other].parent == (arc ^ 1)) {
        nodes_[other].parent = no_arc;
        orphans_.push_back(other);
      }
    }
    node.tree = Tree::none;
  }

  /// Steps from a node to the terminal of its tree, `none` when its line of parents ends elsewhere.
  std::uint32_t distance_to_terminal(std::uint32_t node) {
    std::uint32_t steps = 0;
    std::uint32_t at = node;
    for (;; ++steps) {
      if (nodes_[at].stamp == time_) {
        steps += nodes_[at].distance;
        break;
      }
      if (nodes_[at].parent == terminal) {
        nodes_[at].stamp = time_;
        nodes_[at].distance = 1;
        steps += 1;
        break;
      }
      if (nodes_[at].parent == no_arc) return none;
      at = graph_.head(nodes_[at].parent);
    }
    std::uint32_t distance = steps;
    for (at = node; nodes_[at].stamp != time_; at = graph_.head(nodes_[at].parent)) {
      nodes_[at].stamp = time_;
      nodes_[at].distance = distance--;
    }
    return steps;
  }

  const CutGraph& graph_;
  std::vector<std::int64_t> residual_;
  std::vector<Node> nodes_;
  Queue active_;
  std::vector<std::uint32_t> orphans_;
  std::uint32_t time_ = 0;
};

}  // namespace detail

/// 1 for every node on the side of the sources, 0 for those on that of the sinks.
///
/// `capacities` has one element per edge, none negative. Sources and sinks must not share a node. What neither set
/// can reach is on the sinks' side.
inline std::vector<std::uint8_t> min_cut(const CutGraph& graph, std::span<const std::int64_t> capacities,
                                         std::span<const std::uint32_t> sources, std::span<const std::uint32_t> sinks,
                                         Monitor& monitor) {
  require(capacities.size() == graph.edges.size(), "min_cut: one capacity per edge");
  detail::MaxFlow flow(graph, capacities);
  flow.run(sources, sinks, monitor);
  std::vector<std::uint8_t> side(graph.nodes());
  for (std::size_t node = 0; node < side.size(); ++node) {
    side[node] = flow.on_source_side(static_cast<std::uint32_t>(node)) ? 1 : 0;
  }
  return side;
}

}  // namespace fascicle
