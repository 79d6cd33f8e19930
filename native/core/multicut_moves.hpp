// Kernighan-Lin with joins: betters a partition of a multicut until no move between two segments does.
//
// Keuper et al., Efficient decomposition of image and mesh graphs by lifted multicuts, ICCV 2015, algorithm 2. A sweep
// visits every two touching segments, then every segment and an empty one. Of two segments nodes change sides one by
// one, each time the node that gains most (or loses least), and the best state on the way is kept when it is better
// than the first one; when joining the two is better still, they are joined. Sweeps end when nothing changed, and
// visit again only what changed.
//
// A series of moves is given up after `patience` moves without a new best. Without that limit, as published, the series
// of a large segment and each of its many small neighbours runs over all nodes of the large one, which makes a sweep
// quadratic; with it, only nodes near the common border are looked at.
//
// Equal gains go to the lowest node, segments are visited in the order of their lowest node: the result depends on the
// graph and the first partition alone. The energy never rises. 32 bytes per edge and 41 per node. One thread.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "monitor.hpp"
#include "multicut_graph.hpp"

namespace fascicle {

struct MulticutMoveParams {
  /// Moves without a new best after which a series is given up.
  std::uint32_t patience = 256;
  std::uint32_t most_sweeps = 100;
};

namespace detail {

/// What leads from a node to its neighbours, and at what cost.
class MulticutNeighbours {
 public:
  struct Arc {
    std::int64_t cost;
    std::uint32_t to;
  };

  explicit MulticutNeighbours(const MulticutGraph& graph)
      : begin_(std::size_t{graph.nodes} + 1), arcs_(2 * graph.size()) {
    for (std::size_t i = 0; i < graph.size(); ++i) {
      ++begin_[graph.u[i]];
      ++begin_[graph.v[i]];
    }
    std::size_t end = 0;
    for (std::size_t& begin : begin_) begin = end += begin;
    for (std::size_t i = graph.size(); i-- > 0;) {
      arcs_[--begin_[graph.u[i]]] = {graph.cost[i], graph.v[i]};
      arcs_[--begin_[graph.v[i]]] = {graph.cost[i], graph.u[i]};
    }
  }

  [[nodiscard]] std::span<const Arc> of(std::uint32_t node) const {
    return std::span(arcs_).subspan(begin_[node], begin_[node + 1] - begin_[node]);
  }

 private:
  std::vector<std::size_t> begin_;
  std::vector<Arc> arcs_;
};

/// The nodes of every segment.
class MulticutMembers {
 public:
  /// `segments` of node i are any numbers; here they are counted up in the order of their lowest nodes.
  explicit MulticutMembers(std::span<const std::uint32_t> segments)
      : segment_(segments.size()), place_(segments.size()) {
    std::vector<std::uint32_t> numbers(segments.size(), none);
    for (std::uint32_t node = 0; node < segments.size(); ++node) {
      std::uint32_t& number = numbers[segments[node]];
      if (number == none) number = add_segment();
      segment_[node] = number;
      place_[node] = static_cast<std::uint32_t>(members_[number].size());
      members_[number].push_back(node);
    }
  }

  [[nodiscard]] std::size_t segments() const { return members_.size(); }
  [[nodiscard]] std::uint32_t segment(std::uint32_t node) const { return segment_[node]; }
  [[nodiscard]] std::span<const std::uint32_t> nodes(std::uint32_t segment) const { return members_[segment]; }
  [[nodiscard]] const std::vector<std::uint32_t>& all() const { return segment_; }

  std::uint32_t add_segment() {
    members_.emplace_back();
    return static_cast<std::uint32_t>(members_.size() - 1);
  }

  void move(std::uint32_t node, std::uint32_t to) {
    std::vector<std::uint32_t>& from = members_[segment_[node]];
    from[place_[node]] = from.back();
    place_[from.back()] = place_[node];
    from.pop_back();
    segment_[node] = to;
    place_[node] = static_cast<std::uint32_t>(members_[to].size());
    members_[to].push_back(node);
  }

 private:
  static constexpr std::uint32_t none = 0xffffffffu;

  std::vector<std::uint32_t> segment_;
  std::vector<std::uint32_t> place_;
  std::vector<std::vector<std::uint32_t>> members_;
};

class KernighanLin {
 public:
  /// `segments[i]` of node i, below the number of nodes.
  KernighanLin(const MulticutGraph& graph, std::span<const std::uint32_t> segments, const MulticutMoveParams& params)
      : graph_(graph),
        params_(params),
        neighbours_(graph),
        members_(segments),
        gain_(graph.nodes),
        reached_(graph.nodes),
        moved_(graph.nodes),
        changed_(members_.segments(), 1) {}

  /// Advances `monitor` by the number of edges during the first sweep; later sweeps only check it.
  std::vector<std::uint32_t> run(Monitor& monitor) {
    std::size_t to_report = graph_.size();
    for (std::uint32_t sweep = 0; sweep < params_.most_sweeps; ++sweep) {
      changing_.assign(members_.segments(), 0);
      visit_pairs(monitor, to_report);
      monitor.advance(std::exchange(to_report, 0));
      visit_single(monitor);
      changing_.swap(changed_);
      if (std::find(changed_.begin(), changed_.end(), 1) == changed_.end()) break;
    }
    return members_.all();
  }

 private:
  struct Candidate {
    std::int64_t gain;
    std::uint32_t node;
    bool operator<(const Candidate& other) const {
      return gain < other.gain || (gain == other.gain && node > other.node);
    }
  };

  /// Every two touching segments of which one changed in the sweep before.
  void visit_pairs(Monitor& monitor, std::size_t& to_report) {
    std::vector<std::uint64_t> pairs;
    for (std::size_t i = 0; i < graph_.size(); ++i) {
      const std::uint32_t a = members_.segment(graph_.u[i]);
      const std::uint32_t b = members_.segment(graph_.v[i]);
      if (a != b && (changed_[a] || changed_[b])) {
        pairs.push_back(static_cast<std::uint64_t>(std::min(a, b)) << 32 | std::max(a, b));
      }
    }
    std::sort(pairs.begin(), pairs.end());
    pairs.erase(std::unique(pairs.begin(), pairs.end()), pairs.end());
    constexpr std::size_t report_every = 256;
    const std::size_t share = pairs.empty() ? 0 : to_report / pairs.size() * report_every;
    for (std::size_t i = 0; i < pairs.size(); ++i) {
      better_pair(static_cast<std::uint32_t>(pairs[i] >> 32), static_cast<std::uint32_t>(pairs[i]), monitor);
      if (i % report_every != report_every - 1) continue;
      const std::size_t now = std::min(share, to_report);
      to_report -= now;
      monitor.advance(now);
    }
  }

  void visit_single(Monitor& monitor) {
    const std::size_t segments = changing_.size();
    for (std::uint32_t segment = 0; segment < segments; ++segment) {
      if (members_.nodes(segment).size() > 1 && (changed_[segment] || changing_[segment])) split(segment, monitor);
      if (segment % 256 == 255) monitor.check();
    }
  }

  void better_pair(std::uint32_t a, std::uint32_t b, Monitor& monitor) {
    if (members_.nodes(a).empty() || members_.nodes(b).empty()) return;
    const bool first_smaller = members_.nodes(a).size() < members_.nodes(b).size();
    const std::uint32_t small = first_smaller ? a : b;
    const std::uint32_t large = first_smaller ? b : a;
    begin_series(small, large);
    std::int64_t contact = 0;
    bool touch = false;
    for (const std::uint32_t node : members_.nodes(small)) {
      for (const auto& [cost, to] : neighbours_.of(node)) {
        if (members_.segment(to) != large) continue;
        touch = true;
        contact += cost;
        reach(node);
        reach(to);
      }
    }
    if (!touch) return;
    const std::int64_t best = run_series(monitor);
    if (contact > 0 && contact >= best) {
      series_.clear();
      const auto nodes = members_.nodes(small);
      for (const std::uint32_t node : std::vector<std::uint32_t>(nodes.begin(), nodes.end())) {
        members_.move(node, large);
      }
    } else if (best > 0) {
      keep_series();
    } else {
      return;
    }
    changing_[a] = changing_[b] = 1;
  }

  void split(std::uint32_t segment, Monitor& monitor) {
    const std::uint32_t other = spare_segment();
    begin_series(segment, other);
    for (const std::uint32_t node : members_.nodes(segment)) reach(node);
    if (run_series(monitor) <= 0) return;
    keep_series();
    changing_[segment] = changing_[other] = 1;
  }

  /// An empty segment.
  std::uint32_t spare_segment() {
    if (spare_ == none || !members_.nodes(spare_).empty()) {
      spare_ = members_.add_segment();
      changed_.push_back(0);
      changing_.push_back(0);
    }
    return spare_;
  }

  void begin_series(std::uint32_t a, std::uint32_t b) {
    side_[0] = a;
    side_[1] = b;
    ++series_id_;
    queue_.clear();
    series_.clear();
  }

  [[nodiscard]] std::uint32_t side_of(std::uint32_t node) const {
    const std::uint32_t own = members_.segment(node);
    // Moves of the series are not yet in the table of members.
    return moved_[node] == series_id_ ? (own == side_[0] ? side_[1] : side_[0]) : own;
  }
  [[nodiscard]] bool takes_part(std::uint32_t node) const {
    const std::uint32_t own = members_.segment(node);
    return own == side_[0] || own == side_[1];
  }

  /// Lets a node take part in the series, if it does not yet.
  void reach(std::uint32_t node) {
    if (reached_[node] == series_id_) return;
    reached_[node] = series_id_;
    const std::uint32_t own = side_of(node);
    std::int64_t gain = 0;
    for (const auto& [cost, to] : neighbours_.of(node)) {
      if (takes_part(to)) gain += side_of(to) == own ? -cost : cost;
    }
    gain_[node] = gain;
    queue_.push_back({gain, node});
    std::push_heap(queue_.begin(), queue_.end());
  }

  /// Moves nodes until none is left or patience ends; leaves the moves up to the best state in series_ and returns what
  /// they gain, or 0.
  std::int64_t run_series(Monitor& monitor) {
    std::int64_t total = 0;
    std::int64_t best = 0;
    std::size_t best_length = 0;
    while (!queue_.empty() && series_.size() - best_length < params_.patience) {
      const Candidate candidate = queue_.front();
      std::pop_heap(queue_.begin(), queue_.end());
      queue_.pop_back();
      const std::uint32_t node = candidate.node;
      if (moved_[node] == series_id_ || gain_[node] != candidate.gain) continue;
      moved_[node] = series_id_;
      series_.push_back(node);
      total += candidate.gain;
      if (total > best) {
        best = total;
        best_length = series_.size();
      }
      update_neighbours(node);
      if ((series_.size() & 0xfff) == 0) monitor.check();
    }
    series_.resize(best_length);
    return best;
  }

  void update_neighbours(std::uint32_t node) {
    const std::uint32_t side = side_of(node);
    for (const auto& [cost, to] : neighbours_.of(node)) {
      if (!takes_part(to) || moved_[to] == series_id_) continue;
      if (reached_[to] != series_id_) {
        reach(to);
        continue;
      }
      gain_[to] += side_of(to) == side ? -2 * cost : 2 * cost;
      queue_.push_back({gain_[to], to});
      std::push_heap(queue_.begin(), queue_.end());
    }
  }

  void keep_series() {
    for (const std::uint32_t node : series_) {
      members_.move(node, members_.segment(node) == side_[0] ? side_[1] : side_[0]);
    }
  }

  static constexpr std::uint32_t none = 0xffffffffu;

  MulticutGraph graph_;
  MulticutMoveParams params_;
  MulticutNeighbours neighbours_;
  MulticutMembers members_;
  std::vector<std::int64_t> gain_;
  std::vector<std::uint64_t> reached_;  ///< series that the node takes part in
  std::vector<std::uint64_t> moved_;    ///< series in which the node changed sides
  std::uint64_t series_id_ = 0;
  std::uint32_t side_[2] = {0, 0};
  std::uint32_t spare_ = none;
  std::vector<Candidate> queue_;
  std::vector<std::uint32_t> series_;
  std::vector<std::uint8_t> changed_;   ///< in the sweep before
  std::vector<std::uint8_t> changing_;  ///< in this one
};

}  // namespace detail

/// A partition that costs no more than `segments`, which name the segment of every node by numbers below the number of
/// nodes; the result's numbers may go beyond. The graph must have passed check_multicut. Advances `monitor`, which has
/// begun, by the number of edges. Throws Cancelled after a stop request.
inline std::vector<std::uint32_t> improve_by_moves(const MulticutGraph& graph, std::span<const std::uint32_t> segments,
                                                   const MulticutMoveParams& params, Monitor& monitor) {
  monitor.check();
  return detail::KernighanLin(graph, segments, params).run(monitor);
}

}  // namespace fascicle
