// The graph that shrinks while segments merge: live edges by id, the edge of a pair of nodes, and the edges of a node.
//
// Edges lie in input order, so that neighbours in space are neighbours in memory. A node's edges are a chain
// of runs in one pool; merging two nodes moves the shorter list and leaves the longer one alone, whose entries of ended
// edges are dropped when it moves itself. Entries of the pair index outlive their edge's change of ends: a look-up
// compares the edge itself, so such an entry never matches again, and the index is rebuilt when they crowd it.
//
// Every edge moves O(log edges) times, whatever the degrees. 48 bytes per edge and 20 per node.
#pragma once

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <utility>
#include <vector>

#include "prefetch.hpp"

namespace fascicle::detail {

/// 32 bytes, so that none lies across two cache lines.
struct alignas(32) AgglomerationEdge {
  std::uint64_t sum;
  std::uint64_t count;
  /// The segments it links, each named by one of its supervoxels.
  std::uint32_t node[2];
  /// Position among the original edges by descending score, then (u, v); whether contacts were added since.
  std::uint32_t rank : 31;
  std::uint32_t changed : 1;
  /// Score of the edge's entry in the queue, rounded; negative once the edge has ended.
  float queued;

  [[nodiscard]] bool live() const { return queued >= 0; }
  void end() { queued = -1; }
  [[nodiscard]] bool links(std::uint32_t a, std::uint32_t b) const {
    return (node[0] == a && node[1] == b) || (node[0] == b && node[1] == a);
  }
};

/// What index and lists read of an edge: whether it is live, and the two nodes that it links.
template <class Edge>
concept ContractibleEdge = requires(const Edge& edge, std::uint32_t node) {
  { edge.live() } -> std::convertible_to<bool>;
  { edge.links(node, node) } -> std::convertible_to<bool>;
  { edge.node[0] } -> std::convertible_to<std::uint32_t>;
};

/// Open-addressing table from a pair of nodes to its live edge. A byte of hash per slot spares most reads of edges.
template <ContractibleEdge Edge>
class PairIndex {
 public:
  static constexpr std::uint32_t none = std::numeric_limits<std::uint32_t>::max();

  explicit PairIndex(const std::vector<Edge>& edges)
      : edges_(edges), tags_(edges.size() + edges.size() / 2 + 16), ids_(tags_.size()) {
    rebuild();
  }

  struct Place {
    std::size_t slot;
    std::uint8_t tag;
    std::uint32_t edge;  ///< none: no such edge, and the slot is free
  };

  /// Decides where the search for a pair begins.
  [[nodiscard]] static std::uint64_t hash(std::uint32_t a, std::uint32_t b) {
    std::uint64_t key = static_cast<std::uint64_t>(std::min(a, b)) << 32 | std::max(a, b);
    key = (key ^ (key >> 29)) * 0x9e3779b97f4a7c15ULL;
    return key ^ (key >> 32);
  }
  /// Fetches what that search reads first.
  void prefetch(std::uint64_t hash) const {
    const std::size_t slot = home(hash);
    detail::prefetch(&tags_[slot]);
    detail::prefetch(&ids_[slot]);
  }

  [[nodiscard]] Place find(std::uint64_t hash, std::uint32_t a, std::uint32_t b) const {
    const std::uint8_t tag = tag_of(hash);
    std::size_t slot = home(hash);
    while (tags_[slot] != 0) {
      if (tags_[slot] == tag && edges_[ids_[slot]].live() && edges_[ids_[slot]].links(a, b)) {
        return {slot, tag, ids_[slot]};
      }
      slot = slot + 1 == tags_.size() ? 0 : slot + 1;
    }
    return {slot, tag, none};
  }

  /// Makes `edge` the edge of the pair whose place this is.
  void set(const Place& place, std::uint32_t edge) {
    used_ += tags_[place.slot] == 0 ? 1u : 0u;
    tags_[place.slot] = place.tag;
    ids_[place.slot] = edge;
  }

  /// Makes room for `additions` new pairs. At most half of the live edges may be added before the next call.
  void reserve(std::size_t additions) {
    if (used_ + additions > tags_.size() / 8 * 7) rebuild();
  }

 private:
  [[nodiscard]] std::size_t home(std::uint64_t hash) const {
    return static_cast<std::size_t>((hash & 0xffffffffULL) * tags_.size() >> 32);
  }
  static std::uint8_t tag_of(std::uint64_t hash) { return static_cast<std::uint8_t>(hash >> 56 | 1u); }

  void rebuild() {
    std::fill(tags_.begin(), tags_.end(), std::uint8_t{0});
    used_ = 0;
    for (std::size_t id = 0; id < edges_.size(); ++id) {
      if (!edges_[id].live()) continue;
      const std::uint64_t h = hash(edges_[id].node[0], edges_[id].node[1]);
      std::size_t slot = home(h);
      while (tags_[slot] != 0) slot = slot + 1 == tags_.size() ? 0 : slot + 1;
      set({slot, tag_of(h), none}, static_cast<std::uint32_t>(id));
    }
  }

  const std::vector<Edge>& edges_;
  std::vector<std::uint8_t> tags_;  ///< 0: free
  std::vector<std::uint32_t> ids_;
  std::size_t used_ = 0;
};

/// The edges of every node. Entries of ended edges stay until their list is taken.
template <ContractibleEdge Edge>
class IncidenceLists {
 public:
  IncidenceLists(const std::vector<Edge>& edges, std::size_t nodes)
      : pool_(2 * edges.size()), runs_(nodes), tail_(nodes), degree_(nodes) {
    for (const Edge& edge : edges) {
      ++degree_[edge.node[0]];
      ++degree_[edge.node[1]];
    }
    std::uint32_t begin = 0;
    for (std::uint32_t node = 0; node < nodes; ++node) {
      runs_[node] = {begin, 0, last_run};
      tail_[node] = node;
      begin += degree_[node];
    }
    for (std::size_t id = 0; id < edges.size(); ++id) {
      for (const std::uint32_t node : edges[id].node) {
        pool_[runs_[node].begin + runs_[node].length++] = static_cast<std::uint32_t>(id);
      }
    }
  }

  /// Number of live edges of a node.
  [[nodiscard]] std::uint32_t& degree(std::uint32_t node) { return degree_[node]; }

  /// Calls `visit(edge)` for every entry of `node`, ended edges included.
  template <class Visit>
  void for_each(std::uint32_t node, const std::vector<Edge>& edges, Visit&& visit) const {
    constexpr std::size_t ahead = 8;
    for (std::uint32_t run = node; run != last_run; run = runs_[run].next) {
      const std::uint32_t* entries = pool_.data() + runs_[run].begin;
      const std::size_t length = runs_[run].length;
      for (std::size_t i = 0; i < std::min(ahead, length); ++i) prefetch(&edges[entries[i]]);
      for (std::size_t i = 0; i < length; ++i) {
        if (i + ahead < length) prefetch(&edges[entries[i + ahead]]);
        visit(entries[i]);
      }
    }
  }

  /// Replaces the list of `from` by `moved`, no longer than it was, and appends it to that of `to`.
  void move(std::uint32_t from, const std::vector<std::uint32_t>& moved, std::uint32_t to) {
    if (moved.empty()) return;
    std::size_t written = 0;
    std::uint32_t run = from;
    while (true) {
      Run& target = runs_[run];
      target.length = static_cast<std::uint32_t>(std::min<std::size_t>(target.length, moved.size() - written));
      std::copy_n(moved.begin() + static_cast<std::ptrdiff_t>(written), target.length, pool_.begin() + target.begin);
      written += target.length;
      if (written == moved.size()) break;
      run = target.next;
    }
    runs_[run].next = last_run;
    runs_[tail_[to]].next = from;
    tail_[to] = run;
  }

 private:
  static constexpr std::uint32_t last_run = std::numeric_limits<std::uint32_t>::max();

  /// Entries of the pool; every node begins as one run and lends its name to it.
  struct Run {
    std::uint32_t begin;
    std::uint32_t length;
    std::uint32_t next;
  };

  std::vector<std::uint32_t> pool_;
  std::vector<Run> runs_;
  std::vector<std::uint32_t> tail_;
  std::vector<std::uint32_t> degree_;
};

}  // namespace fascicle::detail
