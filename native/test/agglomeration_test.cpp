#include "agglomeration.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <numeric>
#include <set>
#include <utility>

#include "random_volume.hpp"

using namespace fascicle;

namespace {

/// A region graph and the number of its supervoxels, without what agglomeration does not read.
struct Edges : RegionGraph {
  std::uint32_t supervoxels = 0;

  /// Adds an edge whose contacts have these affinities.
  void add(std::uint32_t a, std::uint32_t b, const std::vector<std::uint32_t>& affinities) {
    u.push_back(a);
    v.push_back(b);
    sum.push_back(std::accumulate(affinities.begin(), affinities.end(), std::uint64_t{0}));
    count.push_back(static_cast<std::uint32_t>(affinities.size()));
    std::vector<std::uint32_t> row(bins);
    for (const std::uint32_t affinity : affinities) {
      if (bins != 0) ++row[std::min<std::uint64_t>(bins - 1, std::uint64_t{affinity} * bins / (unit + 1))];
    }
    histogram.insert(histogram.end(), row.begin(), row.end());
  }
};

struct GraphKind {
  std::uint32_t supervoxels;
  std::uint32_t density_percent;
  std::uint32_t hubs;        ///< the last so many supervoxels touch all others
  std::uint32_t affinities;  ///< distinct affinities; few make many ties
  std::uint32_t most_contacts;
};

Edges random_edges(const GraphKind& kind, std::uint32_t bins, test::Random& random) {
  Edges edges;
  edges.supervoxels = kind.supervoxels;
  edges.bins = bins;
  for (std::uint32_t u = 1; u <= kind.supervoxels; ++u) {
    for (std::uint32_t v = u + 1; v <= kind.supervoxels; ++v) {
      if (v + kind.hubs <= kind.supervoxels && random.below(100) >= kind.density_percent) continue;
      std::vector<std::uint32_t> affinities(1 + random.below(kind.most_contacts));
      for (auto& affinity : affinities) {
        affinity = static_cast<std::uint32_t>(random.below(kind.affinities) * 255 / std::max(1u, kind.affinities - 1));
      }
      edges.add(u, v, affinities);
    }
  }
  return edges;
}

const std::vector<GraphKind> kinds = {
    {12, 30, 0, 3, 1},     {25, 15, 0, 2, 2}, {40, 6, 0, 4, 3},  {30, 5, 2, 3, 2},       {24, 100, 0, 2, 2},
    {20, 40, 1, 256, 200}, {50, 2, 0, 5, 4},  {16, 50, 3, 1, 3}, {33, 12, 0, 256, 1000}, {60, 0, 1, 2, 2},
};

/// Sum, contacts and histogram of several edges.
struct Total {
  std::uint64_t sum = 0;
  std::uint64_t count = 0;
  std::vector<std::uint32_t> histogram;
  std::pair<double, std::size_t> strongest{1, 0};  ///< minus its own score, its position
};

double score_of(const Edges& edges, const AgglomerationParams& params, const Total& total) {
  if (params.score == AgglomerationScore::mean) return detail::MeanScore(edges.unit)(0, total.sum, total.count);
  return detail::QuantileScore(total.histogram, edges.bins, params.quantile_permille)(0, total.sum, total.count);
}

void add_edge(const Edges& edges, const AgglomerationParams& params, std::size_t i, Total& total) {
  Total own{edges.sum[i], edges.count[i], {}, {}};
  own.histogram.assign(edges.histogram.begin() + static_cast<std::ptrdiff_t>(i * edges.bins),
                       edges.histogram.begin() + static_cast<std::ptrdiff_t>((i + 1) * edges.bins));
  total.strongest = std::min(total.strongest, {-score_of(edges, params, own), i});
  total.sum += own.sum;
  total.count += own.count;
  total.histogram.resize(edges.bins);
  for (std::size_t bin = 0; bin < edges.bins; ++bin) total.histogram[bin] += own.histogram[bin];
}

struct SlowResult {
  MergeTree tree;
  std::vector<std::uint32_t> segment;
};

/// Adds up all edges from scratch before every merge and takes the best pair of segments.
SlowResult slow_agglomerate(const Edges& edges, const AgglomerationParams& params) {
  SlowResult result;
  auto& segment = result.segment;
  segment.resize(edges.supervoxels + std::size_t{1});
  std::iota(segment.begin(), segment.end(), 0u);
  while (true) {
    std::map<std::pair<std::uint32_t, std::uint32_t>, Total> totals;
    for (std::size_t i = 0; i < edges.u.size(); ++i) {
      const auto [a, b] = std::minmax(segment[edges.u[i]], segment[edges.v[i]]);
      if (a != b) add_edge(edges, params, i, totals[{a, b}]);
    }
    const Total* best = nullptr;
    double best_score = 0;
    for (const auto& [pair, total] : totals) {
      const double score = score_of(edges, params, total);
      const bool ahead =
          best == nullptr || score > best_score || (score == best_score && total.strongest < best->strongest);
      if (!ahead) continue;
      best = &total;
      best_score = score;
    }
    if (best == nullptr || !(best_score > 0 && best_score >= params.floor)) return result;
    const std::size_t edge = best->strongest.second;
    result.tree.u.push_back(edges.u[edge]);
    result.tree.v.push_back(edges.v[edge]);
    result.tree.score.push_back(best_score);
    const auto [a, b] = std::minmax(segment[edges.u[edge]], segment[edges.v[edge]]);
    std::replace(segment.begin(), segment.end(), std::uint32_t{b}, std::uint32_t{a});
  }
}

MergeTree agglomerate(const Edges& edges, const AgglomerationParams& params) {
  Monitor monitor;
  return fascicle::agglomerate(edges, edges.supervoxels, params, monitor);
}

bool equal(const MergeTree& a, const MergeTree& b) {
  return a.u == b.u && a.v == b.v && a.score == b.score;
}

AgglomerationParams quantile(std::uint32_t permille) {
  return {AgglomerationScore::quantile, permille, 0};
}

std::vector<std::uint32_t> cut(const MergeTree& tree, std::uint32_t supervoxels, double threshold) {
  const std::vector<double> sizes(supervoxels, 1.0);
  std::vector<std::uint32_t> assignment(sizes.size() + 1);
  cut_merge_tree<double>(tree, sizes, threshold, 0, assignment);
  return assignment;
}

/// The lowest supervoxel of every segment, whatever the segments are called.
std::vector<std::uint32_t> by_lowest(const std::vector<std::uint32_t>& segment) {
  std::map<std::uint32_t, std::uint32_t> lowest;
  std::vector<std::uint32_t> result;
  for (std::uint32_t i = 0; i < segment.size(); ++i) result.push_back(lowest.try_emplace(segment[i], i).first->second);
  return result;
}

}  // namespace

TEST_CASE("merges equal those of a run that adds everything up again, ties, hubs and islands included") {
  test::Random random(1);
  for (int round = 0; round < 6; ++round) {
    for (const GraphKind& kind : kinds) {
      const Edges edges = random_edges(kind, 8, random);
      for (const auto& params : {AgglomerationParams{}, quantile(500), quantile(0), quantile(850), quantile(1000)}) {
        const MergeTree tree = agglomerate(edges, params);
        CHECK(equal(tree, slow_agglomerate(edges, params).tree));
        CHECK(std::is_sorted(tree.score.rbegin(), tree.score.rend()));
        CHECK(std::all_of(tree.score.begin(), tree.score.end(), [](double s) { return s > 0 && s <= 1; }));
      }
    }
  }
}

TEST_CASE("a cut of the one run is the run down to that threshold, for every threshold") {
  test::Random random(2);
  for (const GraphKind& kind : kinds) {
    const Edges edges = random_edges(kind, 16, random);
    for (AgglomerationParams params : {AgglomerationParams{}, quantile(500)}) {
      const MergeTree tree = agglomerate(edges, params);
      std::set<double> thresholds(tree.score.begin(), tree.score.end());
      thresholds.insert({0.25, 0.5, 1.0});
      for (const double threshold : thresholds) {
        params.floor = threshold;
        CHECK(cut(tree, edges.supervoxels, threshold) == slow_agglomerate(edges, params).segment);
        const MergeTree shorter = agglomerate(edges, params);
        CHECK(shorter.size() <= tree.size());
        CHECK(std::equal(shorter.u.begin(), shorter.u.end(), tree.u.begin()));
        CHECK(cut(shorter, edges.supervoxels, 0) == cut(tree, edges.supervoxels, threshold));
      }
    }
  }
}

TEST_CASE("every step is an edge of the graph between two segments of that moment") {
  test::Random random(3);
  for (const GraphKind& kind : kinds) {
    const Edges edges = random_edges(kind, 0, random);
    const MergeTree tree = agglomerate(edges, {});
    Segments segments(edges.supervoxels);
    for (std::size_t step = 0; step < tree.size(); ++step) {
      bool found = false;
      for (std::size_t i = 0; i < edges.u.size(); ++i) {
        found = found || (edges.u[i] == tree.u[step] && edges.v[i] == tree.v[step] && edges.sum[i] > 0);
      }
      CHECK(found);
      CHECK(segments.find(tree.u[step]) != segments.find(tree.v[step]));
      segments.unite(tree.u[step], tree.v[step]);
    }
    // Nothing that a positive edge links is left apart.
    for (std::size_t i = 0; i < edges.u.size(); ++i) {
      if (edges.sum[i] > 0) CHECK(segments.find(edges.u[i]) == segments.find(edges.v[i]));
    }
  }
}

TEST_CASE("without ties the segments do not depend on the ids of the supervoxels") {
  test::Random random(4);
  for (int round = 0; round < 20; ++round) {
    const Edges edges = random_edges({30, 20, 1, 256, 5000}, 0, random);
    std::vector<std::uint32_t> name(edges.supervoxels + std::size_t{1});
    std::iota(name.begin(), name.end(), 0u);
    for (std::size_t i = name.size() - 1; i > 1; --i) std::swap(name[i], name[1 + random.below(i)]);
    std::map<std::pair<std::uint32_t, std::uint32_t>, std::size_t> sorted;
    for (std::size_t i = 0; i < edges.u.size(); ++i) sorted[std::minmax(name[edges.u[i]], name[edges.v[i]])] = i;
    Edges renamed;
    renamed.supervoxels = edges.supervoxels;
    for (const auto& [pair, i] : sorted) {
      renamed.u.push_back(pair.first);
      renamed.v.push_back(pair.second);
      renamed.sum.push_back(edges.sum[i]);
      renamed.count.push_back(edges.count[i]);
    }
    const MergeTree tree = agglomerate(edges, {});
    const MergeTree other = agglomerate(renamed, {});
    REQUIRE(tree.score == other.score);
    for (const double threshold : tree.score) {
      const auto expected = cut(tree, edges.supervoxels, threshold);
      const auto found = cut(other, edges.supervoxels, threshold);
      std::vector<std::uint32_t> back(expected.size());
      for (std::size_t i = 0; i < back.size(); ++i) back[i] = found[name[i]];
      CHECK(by_lowest(back) == expected);
    }
  }
}

TEST_CASE("scores that differ in their last bits keep their order") {
  test::Random random(6);
  constexpr std::uint32_t supervoxels = 24;
  for (int round = 0; round < 10; ++round) {
    Edges edges;
    edges.supervoxels = supervoxels;
    edges.unit = 1u << 24;
    for (std::uint32_t u = 1; u <= supervoxels; ++u) {
      for (std::uint32_t v = u + 1; v <= supervoxels; ++v) {
        if (random.below(3) == 0) continue;
        edges.u.push_back(u);
        edges.v.push_back(v);
        edges.count.push_back(static_cast<std::uint32_t>(1 + random.below(1u << 20)));
        edges.sum.push_back((std::uint64_t{edges.count.back()} << 23) + random.below(8));
      }
    }
    CHECK(equal(agglomerate(edges, {}), slow_agglomerate(edges, {}).tree));
  }
}

TEST_CASE("sums beyond the exact doubles still give heights that never rise, and beyond 2^63 are refused") {
  test::Random random(7);
  constexpr std::uint32_t supervoxels = 40;
  Edges edges;
  edges.supervoxels = supervoxels;
  edges.unit = 1u << 21;
  for (std::uint32_t u = 1; u <= supervoxels; ++u) {
    for (std::uint32_t v = u + 1; v <= supervoxels; ++v) {
      edges.u.push_back(u);
      edges.v.push_back(v);
      edges.count.push_back(0xffffffffu - static_cast<std::uint32_t>(random.below(1000)));
      edges.sum.push_back((std::uint64_t{edges.count.back()} << 20) + random.below(3));
    }
  }
  const MergeTree tree = agglomerate(edges, {});
  CHECK(tree.size() == supervoxels - 1);
  CHECK(std::is_sorted(tree.score.rbegin(), tree.score.rend()));
  edges.unit = 1u << 31;
  CHECK_THROWS_WITH_AS(agglomerate(edges, {}), "agglomerate: edge 1 takes the affinities of all edges beyond 2^63",
                       std::invalid_argument);
}

TEST_CASE("the quantile is where the distribution function reaches its rank") {
  Edges edges;
  edges.supervoxels = 2;
  edges.bins = 4;
  edges.add(1, 2, {0, 10, 70, 80, 100, 130, 200, 255});  // 2, 3, 1, 2 contacts in the bins
  const auto score = [&](std::uint32_t permille) { return agglomerate(edges, quantile(permille)).score.at(0); };
  CHECK(score(125) == 0.125);
  CHECK(score(250) == 0.25);
  CHECK(score(500) == doctest::Approx((1 + 2.0 / 3) / 4).epsilon(1e-15));
  CHECK(score(625) == 0.5);
  CHECK(score(750) == 0.75);
  CHECK(score(1000) == 1);
  CHECK(agglomerate(edges, quantile(0)).size() == 0);
}

TEST_CASE("the score of a union of contacts lies between those of its parts") {
  test::Random random(8);
  for (int round = 0; round < 3000; ++round) {
    const auto bins = static_cast<std::uint32_t>(1 + random.below(9));
    const auto permille = static_cast<std::uint32_t>(random.below(1001));
    std::vector<std::uint32_t> rows(std::size_t{3} * bins);
    std::uint64_t counts[3] = {};
    const std::uint64_t most = random.below(2) == 0 ? 4 : 1u << 27;
    for (std::size_t bin = 0; bin < bins; ++bin) {
      for (const std::size_t part : {0, 1}) {
        rows[part * bins + bin] = static_cast<std::uint32_t>(random.below(3) == 0 ? 0 : random.below(most));
        counts[part] += rows[part * bins + bin];
      }
      rows[std::size_t{2} * bins + bin] = rows[bin] + rows[bins + bin];
    }
    counts[2] = counts[0] + counts[1];
    if (counts[0] == 0 || counts[1] == 0) continue;
    const detail::QuantileScore score(rows, bins, permille);
    const auto [low, high] = std::minmax({score(0, 1, counts[0]), score(1, 1, counts[1])});
    CHECK(low <= score(2, 1, counts[2]));
    CHECK(score(2, 1, counts[2]) <= high);
  }
}

TEST_CASE("an edge without any affinity never merges, and weighs in a sum") {
  Edges edges;
  edges.supervoxels = 3;
  edges.bins = 4;
  edges.add(1, 2, {255});
  edges.add(1, 3, {0, 0, 0});
  edges.add(2, 3, {204});
  const MergeTree tree = agglomerate(edges, {});
  CHECK(tree.u == std::vector<std::uint32_t>{1, 2});
  CHECK(tree.v == std::vector<std::uint32_t>{2, 3});
  CHECK(tree.score == std::vector<double>{1, 0.2});
  edges.sum[2] = 0;
  edges.histogram = {0, 0, 0, 1, 3, 0, 0, 0, 1, 0, 0, 0};
  CHECK(agglomerate(edges, {}).size() == 1);
  CHECK(agglomerate(edges, quantile(500)).size() == 1);
}

TEST_CASE("a graph without edges has no steps") {
  Edges edges;
  CHECK(agglomerate(edges, {}).size() == 0);
  edges.supervoxels = 7;
  edges.bins = 3;
  CHECK(agglomerate(edges, quantile(300)).size() == 0);
}

TEST_CASE("what is not a region graph is refused") {
  Edges good;
  good.supervoxels = 3;
  good.bins = 2;
  good.add(1, 2, {100});
  good.add(2, 3, {200, 10});
  CHECK_NOTHROW(agglomerate(good, quantile(500)));
  const auto refused = [&](auto spoil, const AgglomerationParams& params) {
    Edges edges = good;
    spoil(edges);
    CHECK_THROWS_AS(agglomerate(edges, params), std::invalid_argument);
  };
  refused([](Edges& e) { e.v[1] = 4; }, {});
  refused([](Edges& e) { e.u[0] = 0; }, {});
  refused([](Edges& e) { e.u[0] = 2; }, {});
  refused([](Edges& e) { std::swap(e.u[0], e.u[1]), std::swap(e.v[0], e.v[1]); }, {});
  refused([](Edges& e) { e.u[1] = 1, e.v[1] = 2; }, {});
  refused([](Edges& e) { e.count[0] = 0; }, {});
  refused([](Edges& e) { e.sum[1] = 511; }, {});
  refused([](Edges& e) { e.count.pop_back(); }, {});
  refused([](Edges& e) { e.unit = 0; }, {});
  refused([](Edges& e) { e.histogram.pop_back(); }, quantile(500));
  refused([](Edges& e) { ++e.histogram[0]; }, quantile(500));
  refused([](Edges& e) { e.bins = 0; }, quantile(500));
  refused([](Edges&) {}, quantile(1001));
  refused([](Edges&) {}, {AgglomerationScore::mean, 500, -1});
}

TEST_CASE("progress ends at the number of edges, and a stop request ends the run with Cancelled") {
  test::Random random(9);
  const Edges edges = random_edges({300, 60, 1, 100, 3}, 0, random);
  std::uint64_t last = 0;
  Monitor observing(
      [&](std::uint64_t done, std::uint64_t total) {
        CHECK(done >= last);
        CHECK(total == edges.u.size());
        last = done;
      },
      nullptr);
  fascicle::agglomerate(edges, edges.supervoxels, {}, observing);
  CHECK(last == edges.u.size());
  int asked = 0;
  Monitor stopping(nullptr, [&] { return ++asked == 2; });
  CHECK_THROWS_AS(fascicle::agglomerate(edges, edges.supervoxels, {}, stopping), Cancelled);
}

TEST_CASE("large random graphs with hubs run through every rebuild of the pair index") {
  test::Random random(10);
  for (const GraphKind& kind :
       {GraphKind{700, 3, 4, 256, 3}, GraphKind{500, 30, 0, 7, 2}, GraphKind{2500, 0, 3, 9, 2}}) {
    const Edges edges = random_edges(kind, 0, random);
    const MergeTree tree = agglomerate(edges, {});
    // Recomputed from scratch at some steps: the score of a step is that of all contacts between its two segments.
    for (std::size_t step = 0; step < tree.size(); step += 1 + tree.size() / 40) {
      Segments segments(edges.supervoxels);
      for (std::size_t i = 0; i < step; ++i) segments.unite(tree.u[i], tree.v[i]);
      const std::uint32_t a = segments.find(tree.u[step]);
      const std::uint32_t b = segments.find(tree.v[step]);
      Total total;
      for (std::size_t i = 0; i < edges.u.size(); ++i) {
        const std::uint32_t x = segments.find(edges.u[i]);
        const std::uint32_t y = segments.find(edges.v[i]);
        if ((x == a && y == b) || (x == b && y == a)) add_edge(edges, {}, i, total);
      }
      CHECK(score_of(edges, {}, total) == tree.score[step]);
      CHECK(edges.u[total.strongest.second] == tree.u[step]);
      CHECK(edges.v[total.strongest.second] == tree.v[step]);
    }
  }
}
