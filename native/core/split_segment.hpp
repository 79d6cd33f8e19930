// Ways to divide a segment between the seeds of two to nine sides, best first.
//
// 1. The seeds of each side are joined by their strongest ways (path_augmentation.hpp).
// 2. A partition by minimum cuts (seeded_partition.hpp), then again with the edges of every cut found made dearer, so
//    that the next one goes elsewhere; and the partition by spanning forest. Each side is made to hang together.
// 3. A cut that only isolates is refused: a side that consists of nothing but its seeds and the ways between them,
//    unless all that it touches are seeds or ways of other sides, or the side may stand alone. Alternatives that differ
//    in next to nothing are one.
// 4. What is left is ranked by its cost, the capacity of the edges it cuts.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#include "cut_graph.hpp"
#include "path_augmentation.hpp"
#include "seeded_partition.hpp"

namespace fascicle {

struct SplitParams {
  std::size_t alternatives = 3;    ///< most to return
  std::size_t attempts = 6;        ///< most partitions by cuts to try for them
  std::int64_t penalty = 4;        ///< what the capacity of a cut edge is multiplied by for the next attempt
  double least_difference = 0.02;  ///< two alternatives differ in at least this share of the smallest side's voxels
  /// By side, those not named are 0: 1 where nothing but its seeds is a fair answer, as for what was divided off from a
  /// supervoxel. The guard is against cuts around a seed that is small beside what it stands for.
  std::vector<std::uint8_t> may_stand_alone = {};
};

struct SplitAlternative {
  std::int64_t cost = 0;
  std::vector<std::uint8_t> side;  ///< of every node, from 0
  std::vector<std::uint32_t> cut;  ///< edges between sides, rising
  std::vector<double> sizes;       ///< voxels of each side
};

struct SplitProposals {
  std::vector<SplitAlternative> alternatives;  ///< at least one, cheapest first
  SideNodes joined;                            ///< of each side its seeds and the nodes on the ways between them
};

/// A split that cannot be made as asked. The message says what to do.
class SplitRefused : public std::runtime_error {
 public:
  enum class Reason { shared_seed, crossing_ways, isolating };
  SplitRefused(Reason reason, const std::string& message) : std::runtime_error(message), reason_(reason) {}
  [[nodiscard]] Reason reason() const { return reason_; }

 private:
  Reason reason_;
};

namespace detail {

inline std::string side_name(std::size_t side) {
  return "part " + std::to_string(side + 1);
}

inline void check_seeds(const CutGraph& graph, const SideNodes& seeds) {
  require(seeds.size() >= 2 && seeds.size() <= 9, "a split has 2 to 9 parts");
  std::vector<std::uint8_t> owner(graph.nodes());
  for (std::size_t side = 0; side < seeds.size(); ++side) {
    require(!seeds[side].empty(), "place at least one seed for " + side_name(side));
    for (const std::uint32_t node : seeds[side]) {
      require(node < graph.nodes(), "a seed lies outside of the segment");
      if (owner[node] != 0 && owner[node] != side + 1) {
        throw SplitRefused(SplitRefused::Reason::shared_seed,
                           "Seeds of " + side_name(owner[node] - 1u) + " and " + side_name(side) +
                               " lie in one supervoxel. Divide this supervoxel, or place the seeds further apart.");
      }
      owner[node] = static_cast<std::uint8_t>(side + 1);
    }
  }
}

/// The first side that a partition only isolates and that may not stand alone, or the number of sides.
inline std::size_t isolated_side(const CutGraph& graph, const std::vector<std::uint8_t>& side, const SideNodes& joined,
                                 std::span<const std::uint8_t> may_stand_alone) {
  std::vector<std::size_t> count(joined.size());
  for (const std::uint8_t of : side) ++count[of];
  std::vector<std::uint8_t> is_joined(graph.nodes());
  for (const auto& nodes : joined) {
    for (const std::uint32_t node : nodes) is_joined[node] = 1;
  }
  for (std::size_t i = 0; i < joined.size(); ++i) {
    if (i < may_stand_alone.size() && may_stand_alone[i] != 0) continue;
    std::size_t distinct = 0;
    bool touches_only_joined = true;
    std::vector<std::uint32_t> nodes = joined[i];
    std::sort(nodes.begin(), nodes.end());
    nodes.erase(std::unique(nodes.begin(), nodes.end()), nodes.end());
    distinct = nodes.size();
    if (count[i] != distinct) continue;
    for (const std::uint32_t node : nodes) {
      for (const CutGraph::Arc arc : graph.arcs_of(node)) touches_only_joined &= is_joined[graph.head(arc)] != 0;
    }
    if (!touches_only_joined) return i;
  }
  return joined.size();
}

inline SplitAlternative describe_split(const CutGraph& graph, std::vector<std::uint8_t> side, std::size_t sides) {
  SplitAlternative made;
  made.sizes.resize(sides);
  for (std::size_t node = 0; node < side.size(); ++node) made.sizes[side[node]] += graph.sizes[node];
  for (std::size_t i = 0; i < graph.edges.size(); ++i) {
    const CutGraph::Edge& edge = graph.edges[i];
    if (side[edge.a] == side[edge.b]) continue;
    made.cut.push_back(static_cast<std::uint32_t>(i));
    made.cost += edge.capacity;
  }
  made.side = std::move(side);
  return made;
}

/// Whether two alternatives are one to the eye.
inline bool much_alike(const CutGraph& graph, const SplitAlternative& a, const SplitAlternative& b, double share) {
  double difference = 0;
  for (std::size_t node = 0; node < a.side.size(); ++node) {
    if (a.side[node] != b.side[node]) difference += graph.sizes[node];
  }
  const double smallest =
      std::min(*std::min_element(a.sizes.begin(), a.sizes.end()), *std::min_element(b.sizes.begin(), b.sizes.end()));
  return difference == 0 || difference < share * smallest;
}

}  // namespace detail

/// Proposes divisions of a connected segment. `seeds` are nodes, 2 to 9 sides.
///
/// Throws SplitRefused with what to do, std::invalid_argument for a side without seeds or a seed outside.
inline SplitProposals split_segment(const CutGraph& graph, const SideNodes& seeds, const SplitParams& params,
                                    Monitor& monitor) {
  detail::check_seeds(graph, seeds);
  auto joined = augment_by_paths(graph, seeds, monitor);
  if (!joined) {
    throw SplitRefused(
        SplitRefused::Reason::crossing_ways,
        "The seeds of one part cannot be joined without crossing another part. Make the split in several "
        "steps, with fewer seeds in each, or move seeds so that each part's lie next to each other.");
  }
  SplitProposals proposals{{}, std::move(*joined)};
  auto& found = proposals.alternatives;
  std::size_t isolated = seeds.size();
  const auto consider = [&](std::vector<std::uint8_t> side) {
    connect_sides(graph, proposals.joined, side);
    const std::size_t alone = detail::isolated_side(graph, side, proposals.joined, params.may_stand_alone);
    if (alone != seeds.size()) {
      isolated = std::min(isolated, alone);
      return;
    }
    SplitAlternative made = detail::describe_split(graph, std::move(side), seeds.size());
    const bool known = std::any_of(found.begin(), found.end(), [&](const SplitAlternative& other) {
      return detail::much_alike(graph, made, other, params.least_difference);
    });
    if (!known) found.push_back(std::move(made));
  };

  std::vector<std::int64_t> capacities;
  capacities.reserve(graph.edges.size());
  for (const CutGraph::Edge& edge : graph.edges) capacities.push_back(edge.capacity);
  constexpr std::int64_t dearest = std::int64_t{1} << 40;
  for (std::size_t attempt = 0; attempt < params.attempts && found.size() < params.alternatives; ++attempt) {
    std::vector<std::uint8_t> side = partition_by_cuts(graph, capacities, proposals.joined, monitor);
    for (std::size_t i = 0; i < capacities.size(); ++i) {
      if (side[graph.edges[i].a] != side[graph.edges[i].b]) {
        capacities[i] = std::min(dearest, capacities[i] * params.penalty);
      }
    }
    consider(std::move(side));
  }
  if (params.alternatives > 1 || found.empty()) consider(partition_by_forest(graph, proposals.joined));
  if (found.empty()) {
    throw SplitRefused(SplitRefused::Reason::isolating,
                       "The only cut found takes nothing but the seeds of " + detail::side_name(isolated) +
                           " away from the rest. Place more seeds in this part, away from the others; to take one "
                           "supervoxel out of its segment, use Isolate.");
  }
  std::stable_sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.cost < b.cost; });
  if (found.size() > params.alternatives) found.resize(params.alternatives);
  return proposals;
}

}  // namespace fascicle
