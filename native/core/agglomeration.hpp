// Agglomeration of a region graph: greedy best-first merging of the two segments with the strongest contact.
//
// When two segments become one, their edges to a common neighbour add up, so a score is that of all contacts between
// two segments. The run goes down to a floor once and records its merges; every threshold above the floor is a cut of
// that merge tree (merge_tree.hpp). Scores never rise along it (agglomeration_score.hpp), and the order is a function
// of the graph alone: higher score first; among equal scores the edge whose strongest original edge scores higher; then
// the one whose strongest original edge has the lower (u, v). An edge keeps the name of its strongest original edge
// when edges add up, which is also what a step reports. (Ties by the lowest id of each segment would re-order all edges
// of a hub whenever it gains a lower id.)
//
// The queue is two: the original edges in sorted order, and a heap of scores computed later. An entry may promise more
// than its edge still scores, never less: a sum of contacts cannot beat the stronger of its parts, so an edge keeps its
// entry when that is the higher of the two and gets a new one otherwise. What comes up is scored again, and goes back
// when it promised too much. So few of the scores that change are ever computed.
//
// O(edges log edges) whatever the degrees, see agglomeration_graph.hpp. About 61 bytes per edge at about 5 edges per
// supervoxel, result included, and 4 more per histogram bin. One thread.
// Greedy merging of a region graph by mean affinity: Funke et al., Large scale image segmentation with structured loss
// based deep learning for connectome reconstruction, IEEE TPAMI 41 (2019).
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "agglomeration_edges.hpp"
#include "agglomeration_graph.hpp"
#include "agglomeration_score.hpp"
#include "errors.hpp"
#include "merge_tree.hpp"
#include "monitor.hpp"
#include "radix_sort.hpp"
#include "region_graph.hpp"

namespace fascicle {

namespace detail {

template <class Score>
class Agglomeration {
 public:
  /// The graph must have passed check_edges.
  Agglomeration(const RegionGraphView& graph, std::uint32_t supervoxels, Score score)
      : score_(std::move(score)),
        order_(rank_edges(graph)),
        pairs_(edges_),
        lists_(edges_, std::size_t{supervoxels} + 1) {}

  /// `u`, `v`: the supervoxels of the original edges. `monitor` counts ended edges and has begun.
  MergeTree merge(std::span<const std::uint32_t> u, std::span<const std::uint32_t> v, double floor, Monitor& monitor) {
    constexpr std::size_t report_every = 1 << 13;
    MergeTree tree;
    monitor.check();
    std::size_t reported = 0;
    double height = std::numeric_limits<double>::infinity();
    while (const std::optional<Entry> entry = take()) {
      const std::uint32_t edge = entry->edge;
      const double score = score_of(edge);
      if (score < entry->score) {
        requeue(edge, score);
        continue;
      }
      if (!(score > 0 && score >= floor)) break;
      height = std::min(height, score);
      tree.u.push_back(u[edge]);
      tree.v.push_back(v[edge]);
      tree.score.push_back(height);
      contract(edge);
      if (ended_ - reported >= report_every) {
        monitor.advance(ended_ - reported);
        reported = ended_;
      }
    }
    monitor.advance(edges_.size() - reported);
    return tree;
  }

 private:
  struct Entry {
    double score;
    std::uint32_t rank;
    std::uint32_t edge;
    bool operator<(const Entry& other) const {
      return score < other.score || (score == other.score && rank > other.rank);
    }
  };
  struct Incident {
    std::uint32_t edge;
    std::uint32_t neighbour;
    std::uint64_t hash;
  };
  using Pairs = PairIndex<AgglomerationEdge>;
  static constexpr std::uint32_t requeued = Pairs::none;

  /// Fills in the edges, ranked by score, and returns the edge of each rank.
  std::vector<std::uint32_t> rank_edges(const RegionGraphView& graph) {
    std::vector<KeyedPosition> keys(graph.size());
    for (std::size_t i = 0; i < keys.size(); ++i) {
      const double score = score_(i, graph.sum[i], graph.count[i]);
      // The bits of doubles from 0 on rise with their value.
      keys[i] = {~std::bit_cast<std::uint64_t>(score), static_cast<std::uint32_t>(i)};
    }
    radix_sort(keys);
    edges_.resize(keys.size());
    std::vector<std::uint32_t> order(keys.size());
    for (std::size_t rank = 0; rank < keys.size(); ++rank) {
      const std::uint32_t i = keys[rank].position;
      order[rank] = i;
      edges_[i] = {graph.sum[i],
                   graph.count[i],
                   {graph.u[i], graph.v[i]},
                   static_cast<std::uint32_t>(rank & 0x7fffffffu),
                   0,
                   coarse(std::bit_cast<double>(~keys[rank].key))};
    }
    return order;
  }

  /// Rounding keeps order: of two entries, the one that is higher rounded is higher. Entries of one edge that differ by
  /// less than this all pass for current, which costs a second look and changes nothing.
  static float coarse(double score) { return static_cast<float>(score); }
  [[nodiscard]] double score_of(std::uint32_t edge) const { return score_(edge, edges_[edge].sum, edges_[edge].count); }

  /// Gives the edge an entry of this score in the heap, in place of the one it had.
  void requeue(std::uint32_t edge, double score) {
    order_[edges_[edge].rank] = requeued;
    edges_[edge].queued = coarse(score);
    heap_.push_back({score, edges_[edge].rank, edge});
    std::push_heap(heap_.begin(), heap_.end());
  }

  /// Takes the foremost entry of a live edge from the queue.
  std::optional<Entry> take() {
    while (cursor_ < order_.size()) {
      const std::uint32_t edge = order_[cursor_];
      if (edge != requeued && edges_[edge].live()) {
        if (!edges_[edge].changed) break;
        requeue(edge, score_of(edge));
      }
      ++cursor_;
    }
    while (!heap_.empty() && edges_[heap_.front().edge].queued != coarse(heap_.front().score)) pop_heap();
    if (cursor_ == order_.size() && heap_.empty()) return std::nullopt;
    if (cursor_ < order_.size()) {
      const std::uint32_t edge = order_[cursor_];
      const Entry original{score_of(edge), edges_[edge].rank, edge};
      if (heap_.empty() || heap_.front() < original) {
        ++cursor_;
        return original;
      }
    }
    const Entry entry = heap_.front();
    pop_heap();
    return entry;
  }

  void pop_heap() {
    std::pop_heap(heap_.begin(), heap_.end());
    heap_.pop_back();
  }

  /// Makes one segment of the two that `edge` links.
  void contract(std::uint32_t edge) {
    std::uint32_t kept = edges_[edge].node[0];
    std::uint32_t gone = edges_[edge].node[1];
    if (lists_.degree(kept) < lists_.degree(gone)) std::swap(kept, gone);
    edges_[edge].end();
    ++ended_;
    --lists_.degree(kept);

    pairs_.reserve(lists_.degree(gone));
    incident_.clear();
    lists_.for_each(gone, edges_, [&](std::uint32_t id) {
      if (!edges_[id].live()) return;
      const std::uint32_t neighbour = edges_[id].node[edges_[id].node[0] == gone ? 1 : 0];
      const std::uint64_t hash = Pairs::hash(kept, neighbour);
      pairs_.prefetch(hash);
      incident_.push_back({id, neighbour, hash});
    });
    moved_.clear();
    for (const Incident& incident : incident_) attach(incident, gone, kept);
    lists_.move(gone, moved_, kept);
  }

  /// Lets an edge of `gone` lead to `kept`, where it may meet another to the same neighbour.
  void attach(const Incident& incident, std::uint32_t gone, std::uint32_t kept) {
    AgglomerationEdge& edge = edges_[incident.edge];
    const Pairs::Place place = pairs_.find(incident.hash, kept, incident.neighbour);
    if (place.edge == Pairs::none) {
      ++lists_.degree(kept);
    } else {
      --lists_.degree(incident.neighbour);
      if (edges_[place.edge].rank < edge.rank) return add_up(place.edge, incident.edge);
      add_up(incident.edge, place.edge);
    }
    edge.node[edge.node[0] == gone ? 0 : 1] = kept;
    pairs_.set(place, incident.edge);
    moved_.push_back(incident.edge);
  }

  /// Adds the contacts of `from`, which ends, to `into`.
  void add_up(std::uint32_t into, std::uint32_t from) {
    AgglomerationEdge& target = edges_[into];
    AgglomerationEdge& source = edges_[from];
    target.sum += source.sum;
    target.count += source.count;
    score_.absorb(into, from);
    target.changed = 1;
    // Otherwise the sum scores no more than the target's entry.
    if (target.queued <= source.queued) {
      const double score = score_of(into);
      if (coarse(score) >= target.queued) requeue(into, score);
    }
    source.end();
    ++ended_;
  }

  Score score_;
  std::vector<AgglomerationEdge> edges_;
  std::vector<std::uint32_t> order_;  ///< edge of each rank, or `requeued`
  std::size_t cursor_ = 0;
  std::vector<Entry> heap_;
  Pairs pairs_;
  IncidenceLists<AgglomerationEdge> lists_;
  std::vector<Incident> incident_;
  std::vector<std::uint32_t> moved_;
  std::size_t ended_ = 0;
};

}  // namespace detail

/// The merge tree of a region graph over supervoxels 1..supervoxels, down to `params.floor`.
///
/// Reads u, v, sum, count and unit of the graph, and the histogram for a quantile. Steps name supervoxels u < v: the
/// strongest original edge (highest own score, then lowest (u, v)) between the two segments that the step joins.
/// Progress counts edges. Throws std::invalid_argument when the edges are not sorted by (u, v) or name other
/// supervoxels, an affinity sum exceeds what its contacts can hold, or a histogram does not count the contacts of its
/// edge; Cancelled after a stop request.
inline MergeTree agglomerate(const RegionGraphView& graph, std::uint32_t supervoxels, const AgglomerationParams& params,
                             Monitor& monitor) {
  monitor.begin(graph.size());
  detail::check_edges(graph, supervoxels);
  require(params.floor >= 0, "agglomerate: the floor is negative");
  if (params.score == AgglomerationScore::mean) {
    detail::Agglomeration run(graph, supervoxels, detail::MeanScore(graph.unit));
    return run.merge(graph.u, graph.v, params.floor, monitor);
  }
  require(params.quantile_permille <= 1000, "agglomerate: the quantile is above 1");
  detail::check_histograms(graph);
  detail::QuantileScore score(graph.histogram, graph.bins, params.quantile_permille);
  detail::Agglomeration run(graph, supervoxels, std::move(score));
  return run.merge(graph.u, graph.v, params.floor, monitor);
}

}  // namespace fascicle
