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
// The queue is two: original edges in sorted order and a heap of those whose score was looked up again. An entry may
// promise more than its edge still scores; it is corrected when it comes up, since adding up only ever lowers the
// stronger of the two parts. That computes few of the scores that change.
//
// O(edges log edges) whatever the degrees: the graph is agglomeration_graph.hpp. About 65 bytes per edge in all.
// Greedy merging of a region graph by mean affinity: Funke et al., Large scale image segmentation with structured loss
// based deep learning for connectome reconstruction, IEEE TPAMI 41 (2019).
#pragma once

#include <algorithm>
#include <bit>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <vector>

#include "agglomeration_graph.hpp"
#include "agglomeration_score.hpp"
#include "errors.hpp"
#include "merge_tree.hpp"
#include "monitor.hpp"
#include "radix_sort.hpp"

namespace fascicle {

/// The region graph to agglomerate, as a structure of arrays sorted by (u, v), u < v, each pair once,
/// ids 1..supervoxels.
///
/// `Sum` and `Count` are std::uint64_t, std::uint32_t or double; doubles must be whole numbers from 0 to 2^53.
template <class Sum, class Count>
struct AgglomerationGraph {
  std::uint32_t supervoxels = 0;
  std::span<const std::uint32_t> u;
  std::span<const std::uint32_t> v;
  /// Sum of the affinities of all contacts, in units of 1 / unit.
  std::span<const Sum> affinity_sum;
  /// Number of contacts, at least 1.
  std::span<const Count> contact_area;
  /// `bins` counts per edge, row by row; bin i holds the affinities of [i, i + 1) / bins, the last one 1 too. Empty
  /// unless the score is a quantile.
  std::span<const std::uint32_t> histogram;
  std::uint32_t bins = 0;
  /// The integer affinity that stands for 1.
  std::uint32_t unit = 255;

  [[nodiscard]] std::size_t size() const { return u.size(); }
};

namespace detail {

template <class Number>
std::uint64_t whole_number(Number value, const char* what, std::size_t edge) {
  if constexpr (std::floating_point<Number>) {
    require(value >= 0 && value <= 0x1.0p53 && value == std::floor(value),
            "agglomerate: " + std::string(what) + " of edge " + std::to_string(edge) + " is " + std::to_string(value) +
                ", not a whole number from 0 to 2^53");
  }
  return static_cast<std::uint64_t>(value);
}

/// Checks the edges and brings them into working form; `queued` and `rank` are still to be set.
template <class Sum, class Count>
std::vector<AgglomerationEdge> load_edges(const AgglomerationGraph<Sum, Count>& graph) {
  const std::size_t n = graph.size();
  require(graph.v.size() == n && graph.affinity_sum.size() == n && graph.contact_area.size() == n,
          "agglomerate: the arrays of the region graph differ in length");
  require(n <= std::numeric_limits<std::int32_t>::max(), "agglomerate: more than 2^31 - 1 edges");
  require(graph.unit >= 1, "agglomerate: the unit of the affinities is 0");
  const std::uint64_t most_contacts = (std::uint64_t{1} << 63) / graph.unit;
  std::uint64_t contacts = 0;
  std::vector<AgglomerationEdge> edges(n);
  for (std::size_t i = 0; i < n; ++i) {
    const auto at = [i] { return "edge " + std::to_string(i); };
    const std::uint32_t u = graph.u[i];
    const std::uint32_t v = graph.v[i];
    if (!(u >= 1 && u < v && v <= graph.supervoxels)) {
      require(false, "agglomerate: " + at() + " links " + std::to_string(u) + " and " + std::to_string(v) +
                         "; accepted: 1 <= u < v <= " + std::to_string(graph.supervoxels));
    }
    if (i > 0 && !(graph.u[i - 1] < u || (graph.u[i - 1] == u && graph.v[i - 1] < v))) {
      require(false,
              "agglomerate: " + at() + " is not behind the one before it; accepted: sorted by (u, v), no pair twice");
    }
    const std::uint64_t sum = whole_number(graph.affinity_sum[i], "affinity sum", i);
    const std::uint64_t count = whole_number(graph.contact_area[i], "contact area", i);
    if (count == 0) require(false, "agglomerate: " + at() + " has no contacts");
    if (count > most_contacts - contacts) require(false, "agglomerate: affinity sums beyond 2^63");
    contacts += count;
    if (sum > count * graph.unit) {
      require(false, "agglomerate: the affinity sum " + std::to_string(sum) + " of " + at() + " is more than " +
                         std::to_string(count) + " contacts of " + std::to_string(graph.unit));
    }
    edges[i] = {sum, count, 0, {u, v}, 0};
  }
  return edges;
}

/// Checks the histograms against the contact areas.
template <class Sum, class Count>
void check_histograms(const AgglomerationGraph<Sum, Count>& graph, const std::vector<AgglomerationEdge>& edges) {
  require(graph.bins >= 1 && graph.bins <= 256, "agglomerate: histograms have 1 to 256 bins");
  require(graph.histogram.size() == graph.size() * graph.bins,
          "agglomerate: the histogram has " + std::to_string(graph.histogram.size()) + " elements; accepted: " +
              std::to_string(graph.bins) + " for each of " + std::to_string(graph.size()) + " edges");
  std::uint64_t total = 0;
  for (std::size_t i = 0; i < edges.size(); ++i) {
    std::uint64_t contacts = 0;
    for (const std::uint32_t bin : graph.histogram.subspan(i * graph.bins, graph.bins)) contacts += bin;
    if (contacts != edges[i].count) {
      require(false, "agglomerate: the histogram of edge " + std::to_string(i) + " counts " + std::to_string(contacts) +
                         " contacts, its contact area is " + std::to_string(edges[i].count));
    }
    total += contacts;
  }
  require(total <= std::numeric_limits<std::uint32_t>::max(), "agglomerate: histograms of more than 2^32 - 1 contacts");
}

template <class Score>
class Agglomeration {
 public:
  Agglomeration(std::vector<AgglomerationEdge> edges, std::size_t nodes, Score score)
      : edges_(std::move(edges)),
        score_(std::move(score)),
        order_(sort_by_score()),
        pairs_(edges_),
        lists_(edges_, nodes) {}

  /// `graph_u`, `graph_v`: the supervoxels of the original edges.
  MergeTree merge(std::span<const std::uint32_t> graph_u, std::span<const std::uint32_t> graph_v, double floor,
                  Monitor& monitor) {
    constexpr std::size_t report_every = 1 << 13;
    MergeTree tree;
    monitor.begin(edges_.size());
    std::size_t reported = 0;
    double height = std::numeric_limits<double>::infinity();
    std::uint32_t edge = 0;
    while (take(edge)) {
      const double score = score_(edge, edges_[edge].sum, edges_[edge].count);
      if (score < edges_[edge].queued) {
        requeue(edge, score);
        continue;
      }
      if (!(score > 0 && score >= floor)) break;
      height = std::min(height, score);
      tree.u.push_back(graph_u[edge]);
      tree.v.push_back(graph_v[edge]);
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
  static constexpr std::uint32_t requeued = PairIndex::none;

  /// Scores every edge; ranks them and returns the edge of each rank.
  std::vector<std::uint32_t> sort_by_score() {
    std::vector<KeyedPosition> keys(edges_.size());
    for (std::size_t i = 0; i < edges_.size(); ++i) {
      edges_[i].queued = score_(i, edges_[i].sum, edges_[i].count);
      // The bits of doubles from 0 on rise with their value.
      keys[i] = {~std::bit_cast<std::uint64_t>(edges_[i].queued), static_cast<std::uint32_t>(i)};
    }
    radix_sort(keys);
    std::vector<std::uint32_t> order(keys.size());
    for (std::size_t rank = 0; rank < keys.size(); ++rank) {
      order[rank] = keys[rank].position;
      edges_[order[rank]].rank = static_cast<std::uint32_t>(rank);
    }
    return order;
  }

  /// Gives the edge an entry of this score in the heap, in place of the one it had.
  void requeue(std::uint32_t edge, double score) {
    order_[edges_[edge].rank] = requeued;
    edges_[edge].queued = score;
    heap_.push_back({score, edges_[edge].rank, edge});
    std::push_heap(heap_.begin(), heap_.end());
  }

  /// Takes the foremost entry of a live edge from the queue; false when none is left.
  bool take(std::uint32_t& edge) {
    while (cursor_ < order_.size() && (order_[cursor_] == requeued || !edges_[order_[cursor_]].live())) ++cursor_;
    while (!heap_.empty() && edges_[heap_.front().edge].queued != heap_.front().score) pop_heap();
    if (cursor_ == order_.size() && heap_.empty()) return false;
    const bool from_heap =
        cursor_ == order_.size() || (!heap_.empty() && Entry{edges_[order_[cursor_]].queued,
                                                             static_cast<std::uint32_t>(cursor_), 0} < heap_.front());
    if (from_heap) {
      edge = heap_.front().edge;
      pop_heap();
    } else {
      edge = order_[cursor_++];
    }
    return true;
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
      const std::uint64_t hash = PairIndex::hash(kept, neighbour);
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
    const PairIndex::Place place = pairs_.find(incident.hash, kept, incident.neighbour);
    if (place.edge == PairIndex::none) {
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
    if (target.queued < source.queued) {
      const double score = score_(into, target.sum, target.count);
      if (score > target.queued) requeue(into, score);
    }
    source.end();
    ++ended_;
  }

  std::vector<AgglomerationEdge> edges_;
  Score score_;
  std::vector<std::uint32_t> order_;  ///< edge of each rank, or `requeued`
  std::size_t cursor_ = 0;
  std::vector<Entry> heap_;
  PairIndex pairs_;
  IncidenceLists lists_;
  std::vector<Incident> incident_;
  std::vector<std::uint32_t> moved_;
  std::size_t ended_ = 0;
};

}  // namespace detail

/// The merge tree of a region graph, down to `params.floor`.
///
/// Steps name supervoxels u < v: the strongest original edge (highest own score, then lowest (u, v)) between the two
/// segments that the step joins. Progress counts edges. Throws std::invalid_argument when the graph is not as described
/// at AgglomerationGraph, an affinity sum exceeds what its contacts can hold, or a histogram does not count the
/// contacts of its edge; Cancelled after a stop request.
template <class Sum, class Count>
MergeTree agglomerate(const AgglomerationGraph<Sum, Count>& graph, const AgglomerationParams& params,
                      Monitor& monitor) {
  std::vector<detail::AgglomerationEdge> edges = detail::load_edges(graph);
  const std::size_t nodes = std::size_t{graph.supervoxels} + 1;
  require(params.floor >= 0, "agglomerate: the floor is negative");
  if (params.score == AgglomerationScore::mean) {
    detail::Agglomeration run(std::move(edges), nodes, detail::MeanScore(graph.unit));
    return run.merge(graph.u, graph.v, params.floor, monitor);
  }
  require(params.quantile_permille <= 1000, "agglomerate: the quantile is above 1");
  detail::check_histograms(graph, edges);
  detail::QuantileScore score(graph.histogram, graph.bins, params.quantile_permille);
  detail::Agglomeration run(std::move(edges), nodes, std::move(score));
  return run.merge(graph.u, graph.v, params.floor, monitor);
}

}  // namespace fascicle
