#include "constrained_agglomeration.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <limits>
#include <numeric>
#include <optional>
#include <set>

#include "random_volume.hpp"

using namespace fascicle;

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

struct Case {
  MergeTree tree;
  std::vector<double> sizes;
};

/// Steps between random supervoxels that one another step may have joined already, with many equal scores.
Case random_case(std::uint32_t supervoxels, test::Random& random) {
  Case made;
  for (std::uint32_t id = 2; id <= supervoxels; ++id) {
    if (random.below(10) == 0) continue;
    const auto other = static_cast<std::uint32_t>(1 + random.below(id - 1));
    made.tree.u.push_back(other);
    made.tree.v.push_back(id);
    made.tree.score.push_back(static_cast<double>(random.below(9) + 1) / 9);
  }
  std::sort(made.tree.score.rbegin(), made.tree.score.rend());
  for (std::size_t i = made.tree.size(); i > 1; --i) {
    const std::size_t j = random.below(i);
    std::swap(made.tree.u[i - 1], made.tree.u[j]);
    std::swap(made.tree.v[i - 1], made.tree.v[j]);
  }
  made.sizes.resize(supervoxels);
  for (double& size : made.sizes) size = static_cast<double>(1 + random.below(20));
  return made;
}

struct Decisions {
  std::multiset<std::pair<std::uint32_t, std::uint32_t>> must;
  std::multiset<std::pair<std::uint32_t, std::uint32_t>> cannot;
  std::vector<double> threshold;  ///< by supervoxel, -1 = none
};

/// The definition, by relabelling everything at every step; nothing where the decisions contradict each other.
std::optional<std::vector<std::uint32_t>> slow_walk(const Case& given, const Decisions& decisions, MergeTreeCut cut) {
  const std::size_t n = given.sizes.size() + 1;
  std::vector<std::uint32_t> segment(n);
  std::iota(segment.begin(), segment.end(), 0u);
  const auto join = [&](std::uint32_t a, std::uint32_t b) {
    std::replace(segment.begin(), segment.end(), std::max(a, b), std::min(a, b));
  };
  for (const auto& [u, v] : decisions.must) {
    if (segment[u] != segment[v]) join(segment[u], segment[v]);
  }
  for (const auto& [u, v] : decisions.cannot) {
    if (segment[u] == segment[v]) return std::nullopt;
  }
  const auto apart = [&](std::uint32_t a, std::uint32_t b) {
    return std::any_of(decisions.cannot.begin(), decisions.cannot.end(), [&](const auto& pair) {
      const std::uint32_t u = segment[pair.first];
      const std::uint32_t v = segment[pair.second];
      return (u == a && v == b) || (u == b && v == a);
    });
  };
  const auto threshold = [&](std::uint32_t a, std::uint32_t b) {
    double own = -1;
    for (std::size_t id = 1; id < n; ++id) {
      if (segment[id] == a || segment[id] == b) own = std::max(own, decisions.threshold[id]);
    }
    return own < 0 ? cut.threshold : own;
  };
  const auto is_fragment = [&](std::uint32_t a) {
    double voxels = 0;
    for (std::size_t id = 1; id < n; ++id) {
      if (segment[id] != a) continue;
      voxels += given.sizes[id - 1];
      if (decisions.threshold[id] >= 0) return false;
      for (const auto* links : {&decisions.must, &decisions.cannot}) {
        for (const auto& [u, v] : *links) {
          if (u == id || v == id) return false;
        }
      }
    }
    return voxels < cut.min_size;
  };
  for (int pass = 0; pass < (cut.min_size > 0 ? 2 : 1); ++pass) {
    for (std::size_t step = 0; step < given.tree.size(); ++step) {
      const std::uint32_t a = segment[given.tree.u[step]];
      const std::uint32_t b = segment[given.tree.v[step]];
      if (a == b || apart(a, b)) continue;
      if (pass == 0 ? given.tree.score[step] >= threshold(a, b) : is_fragment(a) || is_fragment(b)) join(a, b);
    }
  }
  return segment;
}

std::vector<std::uint32_t> copy(std::span<const std::uint32_t> values) {
  return {values.begin(), values.end()};
}

ConstrainedAgglomeration make(const Case& given, MergeTreeCut cut) {
  return {MergeForest(given.tree, given.sizes), cut};
}

MergeTreeCut random_cut(test::Random& random) {
  constexpr double sizes[] = {0, 0, 8, 25, 1e6};
  return {static_cast<double>(random.below(12)) / 9, sizes[random.below(5)]};
}

/// Adds and removes some decisions at once, in `decisions` too.
ConstraintChange random_change(Decisions& decisions, std::uint32_t supervoxels, test::Random& random) {
  ConstraintChange change;
  const auto pair = [&] {
    const auto u = static_cast<std::uint32_t>(1 + random.below(supervoxels));
    const auto v = static_cast<std::uint32_t>(1 + (u - 1 + 1 + random.below(supervoxels - 1)) % supervoxels);
    return SupervoxelPair{u, v};
  };
  const auto take_back = [&](auto& links, std::vector<SupervoxelPair>& into) {
    if (links.empty()) return;
    const auto chosen = std::next(links.begin(), static_cast<std::ptrdiff_t>(random.below(links.size())));
    into.push_back({chosen->first, chosen->second});
    links.erase(chosen);
  };
  for (std::uint64_t i = 1 + random.below(3); i > 0; --i) {
    switch (random.below(6)) {
      case 0:
        change.add_must.push_back(pair());
        decisions.must.emplace(change.add_must.back().u, change.add_must.back().v);
        break;
      case 1:
      case 2:
        change.add_cannot.push_back(pair());
        decisions.cannot.emplace(change.add_cannot.back().u, change.add_cannot.back().v);
        break;
      case 3: {
        const auto anchor = static_cast<std::uint32_t>(1 + random.below(supervoxels));
        const double value = random.below(3) == 0 ? -1 : static_cast<double>(random.below(11)) / 9;
        change.thresholds.push_back({anchor, value});
        decisions.threshold[anchor] = value;
        break;
      }
      case 4:
        if (change.add_must.empty()) take_back(decisions.must, change.remove_must);
        break;
      default:
        if (change.add_cannot.empty()) take_back(decisions.cannot, change.remove_cannot);
    }
  }
  return change;
}

}  // namespace

TEST_CASE("without decisions the walk is the cut of the merge tree, bit for bit") {
  test::Random random(5);
  for (int round = 0; round < 300; ++round) {
    const Case given = random_case(static_cast<std::uint32_t>(1 + random.below(50)), random);
    const MergeTreeCut cut = random_cut(random);
    std::vector<std::uint32_t> expected(given.sizes.size() + 1);
    cut_merge_tree<double>(given.tree, given.sizes, cut.threshold, cut.min_size, expected);
    CHECK(copy(make(given, cut).assignment()) == expected);
  }
}

TEST_CASE("any series of changes gives the assignment of the definition, its inverse the one before") {
  test::Random random(6);
  int conflicts = 0;
  for (int round = 0; round < 400; ++round) {
    // Large enough that a change reaches a part only, small enough for the reference.
    const auto supervoxels = static_cast<std::uint32_t>(2 + random.below(round % 4 == 0 ? 120 : 24));
    const Case given = random_case(supervoxels, random);
    MergeTreeCut cut = random_cut(random);
    ConstrainedAgglomeration live = make(given, cut);
    Decisions decisions{{}, {}, std::vector<double>(supervoxels + 1, -1)};
    for (int step = 0; step < 12; ++step) {
      const std::vector<std::uint32_t> before = copy(live.assignment());
      Decisions changed = decisions;
      const ConstraintChange change = random_change(changed, supervoxels, random);
      const auto expected = slow_walk(given, changed, cut);
      if (!expected) {
        ++conflicts;
        CHECK_THROWS_AS(live.apply(change), ConstraintConflict);
        CHECK(copy(live.assignment()) == before);
        continue;
      }
      const auto applied = live.apply(change);
      REQUIRE(copy(live.assignment()) == *expected);
      std::vector<std::uint32_t> by_delta = before;
      for (std::size_t i = 0; i < applied.delta.supervoxels.size(); ++i) {
        CHECK(by_delta[applied.delta.supervoxels[i]] != applied.delta.segments[i]);
        by_delta[applied.delta.supervoxels[i]] = applied.delta.segments[i];
      }
      CHECK(by_delta == *expected);
      switch (random.below(4)) {
        case 0:
          live.apply(applied.inverse);
          REQUIRE(copy(live.assignment()) == before);
          continue;
        case 1:
          cut = random_cut(random);
          live.set_cut(cut);
          REQUIRE(copy(live.assignment()) == slow_walk(given, changed, cut));
          break;
        case 2: {
          const MergeTreeCut other = random_cut(random);
          std::vector<std::uint32_t> seen(supervoxels + 1);
          live.preview(other, seen);
          CHECK(seen == slow_walk(given, changed, other));
          break;
        }
        default:
          break;
      }
      decisions = changed;
    }
  }
  CHECK(conflicts > 50);
}

TEST_CASE("changes that reach a part of a large volume give what a walk over all of it gives") {
  test::Random random(12);
  for (int round = 0; round < 60; ++round) {
    const auto supervoxels = static_cast<std::uint32_t>(200 + random.below(600));
    Case given = random_case(supervoxels, random);
    // Neighbours in order, so that segments are many and what a change reaches is small.
    for (std::size_t i = 0; i < given.tree.size(); ++i) {
      const auto near = static_cast<std::uint32_t>(1 + random.below(9));
      given.tree.u[i] = given.tree.v[i] > near ? given.tree.v[i] - near : given.tree.v[i] + near;
      if (given.tree.u[i] > given.tree.v[i]) std::swap(given.tree.u[i], given.tree.v[i]);
    }
    const double min_size = round % 2 == 0 ? 0 : static_cast<double>(10 + random.below(40));
    const MergeTreeCut cut{0.6 + 0.4 * random.unit(), min_size};
    ConstrainedAgglomeration live = make(given, cut);
    Decisions decisions{{}, {}, std::vector<double>(supervoxels + 1, -1)};
    std::vector<std::uint32_t> expected(supervoxels + 1);
    for (int step = 0; step < 60; ++step) {
      Decisions changed = decisions;
      ConstraintChange change = random_change(changed, supervoxels, random);
      for (auto* pairs : {&change.add_must, &change.add_cannot}) {
        auto& links = pairs == &change.add_must ? changed.must : changed.cannot;
        for (SupervoxelPair& pair : *pairs) {
          links.erase(links.find({pair.u, pair.v}));
          pair.v = pair.u > 20 ? pair.u - 1 - static_cast<std::uint32_t>(random.below(20)) : pair.u + 1;
          links.emplace(pair.u, pair.v);
        }
      }
      try {
        live.apply(change);
        decisions = changed;
      } catch (const ConstraintConflict&) {
        // Refused: the assignment is that of the decisions before.
      }
      live.preview(cut, expected);
      REQUIRE(copy(live.assignment()) == expected);
    }
  }
}

TEST_CASE("no threshold and no minimum size overrides a decision") {
  test::Random random(7);
  for (int round = 0; round < 200; ++round) {
    const auto supervoxels = static_cast<std::uint32_t>(2 + random.below(30));
    ConstrainedAgglomeration live = make(random_case(supervoxels, random), random_cut(random));
    Decisions decisions{{}, {}, std::vector<double>(supervoxels + 1, -1)};
    for (int i = 0; i < 6; ++i) {
      Decisions changed = decisions;
      const ConstraintChange change = random_change(changed, supervoxels, random);
      try {
        live.apply(change);
        decisions = changed;
      } catch (const ConstraintConflict&) {
        // Refused: nothing was decided.
      }
    }
    for (int i = 0; i < 8; ++i) {
      live.set_cut(random_cut(random));
      const auto anchor = static_cast<std::uint32_t>(1 + random.below(supervoxels));
      live.apply({{}, {}, {}, {}, {{anchor, static_cast<double>(random.below(11)) / 9}}});
      const auto segment = live.assignment();
      for (const auto& [u, v] : decisions.must) CHECK(segment[u] == segment[v]);
      for (const auto& [u, v] : decisions.cannot) CHECK(segment[u] != segment[v]);
    }
  }
}

TEST_CASE("an object's own threshold takes and withholds the steps of the segment with the anchor") {
  // 1 -0.9- 2 -0.7- 3 -0.5- 4, and 5 -0.6- 6 elsewhere.
  const Case given{{{1, 2, 5, 3}, {2, 3, 6, 4}, {0.9, 0.7, 0.6, 0.5}}, {10, 10, 10, 10, 10, 10}};
  ConstrainedAgglomeration live = make(given, {0.65, 0});
  CHECK(copy(live.assignment()) == std::vector<std::uint32_t>{0, 1, 1, 1, 4, 5, 6});
  live.apply({{}, {}, {}, {}, {{1, 0.8}}});
  CHECK(copy(live.assignment()) == std::vector<std::uint32_t>{0, 1, 1, 3, 4, 5, 6});
  live.apply({{}, {}, {}, {}, {{1, 0.5}}});
  CHECK(copy(live.assignment()) == std::vector<std::uint32_t>{0, 1, 1, 1, 1, 5, 6});
  // The strictest of two decides: 4 wants nothing weaker than 0.6.
  live.apply({{}, {}, {}, {}, {{4, 0.6}}});
  CHECK(copy(live.assignment()) == std::vector<std::uint32_t>{0, 1, 1, 1, 4, 5, 6});
  live.apply({{}, {}, {}, {}, {{4, AnchoredThreshold::none}, {1, infinity}}});
  CHECK(copy(live.assignment()) == std::vector<std::uint32_t>{0, 1, 2, 2, 4, 5, 6});
}

TEST_CASE("what a user has decided about is no fragment") {
  const Case given{{{1, 2}, {2, 3}, {0.4, 0.2}}, {100, 3, 100}};
  ConstrainedAgglomeration live = make(given, {0.5, 10});
  CHECK(copy(live.assignment()) == std::vector<std::uint32_t>{0, 1, 1, 3});
  live.apply({{}, {}, {{1, 2}}, {}, {}});
  CHECK(copy(live.assignment()) == std::vector<std::uint32_t>{0, 1, 2, 3});
}

TEST_CASE("a conflict names the cannot-link and the must-links against it, and changes nothing") {
  const Case given{{{1}, {2}, {0.5}}, {1, 1, 1, 1}};
  ConstrainedAgglomeration live = make(given, {0.1, 0});
  live.apply({{{1, 3}, {3, 4}}, {}, {}, {}, {}});
  CHECK_THROWS_WITH_AS(live.apply({{}, {}, {{1, 4}}, {}, {}}),
                       "the cannot-link 1-4 contradicts the must-links 1-3, 3-4", ConstraintConflict);
  CHECK(copy(live.assignment()) == std::vector<std::uint32_t>{0, 1, 1, 1, 1});
  CHECK(live.constraints().size() == 2);
}

TEST_CASE("wrong changes are refused, and change nothing") {
  const Case given{{{1}, {2}, {0.5}}, {1, 1, 1}};
  ConstrainedAgglomeration live = make(given, {0.1, 0});
  CHECK_THROWS_WITH_AS(live.apply({{{1, 4}}, {}, {}, {}, {}}), "constraints: supervoxel 4; accepted: 1 to 3",
                       std::invalid_argument);
  CHECK_THROWS_AS(live.apply({{{2, 2}}, {}, {}, {}, {}}), std::invalid_argument);
  CHECK_THROWS_WITH_AS(live.apply({{{1, 3}}, {{1, 3}}, {}, {}, {}}), "constraints: there is no must-link 1-3 to remove",
                       std::invalid_argument);
  CHECK_THROWS_AS(live.apply({{}, {}, {}, {}, {{1, -3}}}), std::invalid_argument);
  CHECK_THROWS_AS(live.set_cut({-1, 0}), std::invalid_argument);
  CHECK_THROWS_AS(live.set_cut({std::numeric_limits<double>::quiet_NaN(), 0}), std::invalid_argument);
  CHECK(live.constraints().size() == 0);
  CHECK(copy(live.assignment()) == std::vector<std::uint32_t>{0, 1, 1, 3});
}

TEST_CASE("the members of a segment are the supervoxels assigned to it") {
  test::Random random(8);
  for (int round = 0; round < 50; ++round) {
    const auto supervoxels = static_cast<std::uint32_t>(2 + random.below(40));
    ConstrainedAgglomeration live = make(random_case(supervoxels, random), random_cut(random));
    live.apply({{{1, supervoxels}}, {}, {}, {}, {}});
    for (std::uint32_t id = 1; id <= supervoxels; ++id) {
      if (live.assignment()[id] != id) {
        CHECK_THROWS_AS(live.members(id), std::invalid_argument);
        continue;
      }
      std::vector<std::uint32_t> expected;
      for (std::uint32_t other = 1; other <= supervoxels; ++other) {
        if (live.assignment()[other] == id) expected.push_back(other);
      }
      CHECK(live.members(id) == expected);
    }
  }
}

TEST_CASE("a divided supervoxel with heirs is what a forest with its parts gives, and put together again what it was") {
  test::Random random(9);
  for (int round = 0; round < 200; ++round) {
    const auto supervoxels = static_cast<std::uint32_t>(3 + random.below(60));
    const Case given = random_case(supervoxels, random);
    const MergeTreeCut cut = random_cut(random);
    ConstrainedAgglomeration live = make(given, cut);
    const std::vector<std::uint32_t> before = copy(live.assignment());

    const auto divided = static_cast<std::uint32_t>(1 + random.below(supervoxels));
    const std::uint32_t part = supervoxels + 1;
    const auto other = static_cast<std::uint32_t>(1 + random.below(supervoxels));
    Case expected = given;
    ForestChange change;
    change.sizes = {{divided, 2}, {part, 5}};
    expected.sizes[divided - 1] = 2;
    expected.sizes.push_back(5);
    for (std::uint32_t step = 0; step < given.tree.size(); ++step) {
      if ((given.tree.u[step] != divided && given.tree.v[step] != divided) || random.below(2) == 0) continue;
      // Some go to a supervoxel that never had them, which may be the one at their other end.
      const std::uint32_t heir = random.below(3) == 0 && other != divided ? other : part;
      change.moves.push_back({step, divided, heir});
      (expected.tree.u[step] == divided ? expected.tree.u[step] : expected.tree.v[step]) = heir;
    }
    const auto applied = live.apply({{}, {}, {{divided, part}}, {}, {}}, change);
    Decisions decisions{{}, {{divided, part}}, std::vector<double>(supervoxels + 2, -1)};
    REQUIRE(copy(live.assignment()) == slow_walk(expected, decisions, cut));

    live.apply(applied.inverse, applied.forest_inverse);
    std::vector<std::uint32_t> restored = before;
    restored.push_back(0);
    REQUIRE(copy(live.assignment()) == restored);
    live.apply({{}, {}, {{divided, part}}, {}, {}}, change);
    REQUIRE(copy(live.assignment()) == slow_walk(expected, decisions, cut));
    live.set_cut({0.3, 0});
    REQUIRE(copy(live.assignment()) == slow_walk(expected, decisions, {0.3, 0}));
  }
}
