#include "live_segmentation.hpp"

#include <doctest/doctest.h>

#include <map>
#include <set>

#include "random_project.hpp"

using namespace fascicle;
using test::open;
using test::Project;
using test::random_project;

namespace {

std::vector<std::uint32_t> copy(std::span<const std::uint32_t> values) {
  return {values.begin(), values.end()};
}

}  // namespace

TEST_CASE("neighbours, contacts and members are those that all edges give") {
  test::Random random(41);
  for (int round = 0; round < 40; ++round) {
    const Project project = random_project(40, random);
    LiveSegmentation live = open(project, {random.unit(), 0});
    const auto assignment = copy(live.agglomeration().assignment());
    std::map<std::pair<std::uint32_t, std::uint32_t>, std::vector<std::uint32_t>> expected;
    for (std::uint32_t id = 0; id < project.graph.size(); ++id) {
      const std::uint32_t a = assignment[project.graph.u[id]];
      const std::uint32_t b = assignment[project.graph.v[id]];
      if (a == b) continue;
      expected[{a, b}].push_back(id);
      expected[{b, a}].push_back(id);
    }
    for (std::uint32_t segment = 1; segment <= 40; ++segment) {
      if (assignment[segment] != segment) continue;
      const auto neighbours = live.neighbours(segment);
      std::size_t count = 0;
      for (const auto& [pair, ids] : expected) count += pair.first == segment ? 1 : 0;
      REQUIRE(neighbours.size() == count);
      for (const auto& [other, sum] : neighbours) {
        const auto& ids = expected.at({segment, other});
        CHECK(live.contacts(segment, other) == ids);
        std::uint64_t area = 0;
        for (const std::uint32_t id : ids) area += project.graph.count[id];
        CHECK(sum.area == area);
        CHECK(sum.edges == ids.size());
        CHECK(std::find(ids.begin(), ids.end(), sum.edge) != ids.end());
      }
    }
  }
}

TEST_CASE("a merge joins its two segments, after a split too, and takes nothing else along") {
  test::Random random(42);
  for (int round = 0; round < 200; ++round) {
    LiveSegmentation live = open(random_project(30, random), {0.3 + 0.6 * random.unit(), 0});
    for (int step = 0; step < 6; ++step) {
      const auto a = static_cast<std::uint32_t>(1 + random.below(30));
      const auto b = static_cast<std::uint32_t>(1 + random.below(30));
      const auto before = copy(live.agglomeration().assignment());
      if (before[a] == before[b]) {
        CHECK_THROWS_AS(live.propose_merge(a, b), EditRefused);
        if (live.agglomeration().members(before[a]).size() > 1) {
          const auto change = live.isolate_change(std::span(&a, 1));
          live.apply(change);
          CHECK(live.agglomeration().members(a) == std::vector<std::uint32_t>{a});
        }
        continue;
      }
      const MergeProposal proposal = live.propose_merge(a, b);
      CHECK(copy(live.agglomeration().assignment()) == before);
      CHECK((proposal.edge == SupervoxelGraph::none) == (proposal.contacts.edges == 0));
      const auto applied = live.apply(proposal.change);
      const auto after = live.agglomeration().assignment();
      CHECK(after[a] == after[b]);
      live.apply(applied.segments.inverse);
      CHECK(copy(live.agglomeration().assignment()) == before);
      live.apply(proposal.change);
    }
  }
}

TEST_CASE("without a contact the nearest two supervoxels are linked") {
  test::Random random(43);
  for (int round = 0; round < 100; ++round) {
    Project project = random_project(30, random);
    project.graph = {};
    LiveSegmentation live = open(project, {1, 0});
    std::vector<std::uint32_t> sides[2];
    for (std::uint32_t id = 1; id <= 30; ++id) {
      if (random.below(3) != 0) sides[random.below(2)].push_back(id);
    }
    if (sides[0].empty() || sides[1].empty()) continue;
    ConstraintChange change;
    for (const auto& side : sides) {
      for (std::size_t i = 1; i < side.size(); ++i) change.add_must.push_back({side[i - 1], side[i]});
    }
    live.apply(change);
    const MergeProposal proposal = live.propose_merge(sides[0].back(), sides[1].front());
    double nearest = 1e300;
    for (const std::uint32_t a : sides[0]) {
      for (const std::uint32_t b : sides[1]) {
        const auto& pa = project.places[a - 1];
        const auto& pb = project.places[b - 1];
        double gap = 0;
        for (std::size_t axis = 0; axis < 3; ++axis) {
          const double d =
              (axis == 0 ? 40 : 4) * std::max({0, pb.min[axis] - pa.max[axis], pa.min[axis] - pb.max[axis]});
          gap += d * d;
        }
        nearest = std::min(nearest, std::sqrt(gap));
      }
    }
    CHECK(proposal.gap_nm == doctest::Approx(nearest));
    CHECK(proposal.edge == SupervoxelGraph::none);
  }
}

TEST_CASE("a split gives exactly its sides, at the same and at any other threshold keeps the seeds apart") {
  test::Random random(44);
  Monitor monitor;
  int made = 0;
  for (int round = 0; round < 600; ++round) {
    const test::Project project = random_project(60, random);
    // In half of the rounds painting has taken contacts of merge steps away.
    const RegionGraph contacts = without_some_contacts(project.graph, round % 2 == 0 ? 4 : 1000, random);
    LiveSegmentation live = open(project, {0.2 * random.unit(), 0}, &contacts);
    const MergeTreeCut cut = live.agglomeration().cut();
    // A must-link across the segment, so that splits meet earlier decisions.
    if (round % 3 == 0) live.apply({{{1, 30}}, {}, {}, {}, {}});
    const std::uint32_t segment_id = live.segment_of(static_cast<std::uint32_t>(1 + random.below(60)));
    const auto members = live.agglomeration().members(segment_id);
    if (members.size() < 8) continue;
    const SegmentGraph segment = live.segment(members);
    const std::size_t sides = 2 + random.below(2);
    SideNodes seeds(sides);
    std::set<std::uint32_t> used;
    while (used.size() < 2 * sides) {
      const auto node = static_cast<std::uint32_t>(random.below(members.size()));
      if (used.insert(node).second) seeds[used.size() % sides].push_back(node);
    }
    SplitProposals proposals;
    try {
      proposals = split_segment(segment.graph, seeds, {}, monitor);
    } catch (const SplitRefused&) {
      continue;
    }
    SideNodes ways = proposals.joined;
    for (auto& way : ways) {
      for (std::uint32_t& node : way) node = members[node];
    }
    const auto before = copy(live.agglomeration().assignment());
    for (const SplitAlternative& alternative : proposals.alternatives) {
      const ConstraintChange change = live.split_change(members, alternative.side, ways);
      CHECK(copy(live.agglomeration().assignment()) == before);
      const auto applied = live.apply(change);
      ++made;
      std::map<std::uint32_t, std::uint8_t> side_of;
      const auto after = live.agglomeration().assignment();
      for (std::size_t i = 0; i < members.size(); ++i) {
        const auto known = side_of.emplace(after[members[i]], alternative.side[i]);
        CHECK(known.first->second == alternative.side[i]);
      }
      CHECK(side_of.size() == sides);
      for (const double threshold : {0.0, 0.3, 0.7, 1.0}) {
        live.agglomeration().set_cut({threshold, 50});
        const auto now = live.agglomeration().assignment();
        for (std::size_t a = 0; a < sides; ++a) {
          for (const std::uint32_t id : ways[a]) CHECK(now[id] == now[ways[a].front()]);
          for (std::size_t b = 0; b < a; ++b) CHECK(now[ways[a].front()] != now[ways[b].front()]);
        }
      }
      live.agglomeration().set_cut(cut);
      live.apply(applied.segments.inverse);
    }
  }
  CHECK(made > 300);
}

TEST_CASE("isolating takes the supervoxels out of their segment and refuses all of it or several") {
  test::Random random(45);
  LiveSegmentation live = open(random_project(30, random), {0, 0});
  const auto members = live.agglomeration().members(live.segment_of(10));
  REQUIRE(members.size() > 5);
  const std::vector<std::uint32_t> chosen{members[1], members[3]};
  live.apply(live.isolate_change(chosen));
  CHECK(live.agglomeration().members(live.segment_of(chosen.front())) == chosen);
  CHECK_THROWS_AS(live.isolate_change(chosen), EditRefused);
  const std::vector<std::uint32_t> across{members[1], members[2]};
  CHECK_THROWS_AS(live.isolate_change(across), EditRefused);
}

TEST_CASE("edges of a divided supervoxel come and go, and a refused change leaves all as it was") {
  test::Random random(46);
  const Project project = random_project(12, random);
  LiveSegmentation live = open(project, {0.5, 0});
  const std::uint32_t divided = 5;
  SupervoxelGraph::Change change;
  const SupervoxelPlace place = project.places[divided - 1];
  change.places = {{divided, place}, {13, place}};
  live.graph().for_edges_of(divided, [&](std::uint32_t id, std::uint32_t) { change.remove.push_back(id); });
  REQUIRE(!change.remove.empty());
  for (const std::uint32_t id : change.remove) {
    SupervoxelEdge edge = live.graph().edge(id);
    const std::uint32_t other = edge.u == divided ? edge.v : edge.u;
    edge.u = other;
    edge.v = 13;
    change.add.push_back(edge);
  }
  change.add.push_back({divided, 13, 100, 7, 60, 3});
  const auto edges_of = [&](std::uint32_t id) {
    std::set<std::uint32_t> others;
    live.graph().for_edges_of(id, [&](std::uint32_t, std::uint32_t other) { others.insert(other); });
    return others;
  };
  const auto old = edges_of(divided);
  const ForestChange forest{{}, {{divided, 3}, {13, 4}}};
  auto applied = live.apply({}, forest, change);
  CHECK(edges_of(divided) == std::set<std::uint32_t>{13});
  std::set<std::uint32_t> expected = old;
  expected.insert(divided);
  CHECK(edges_of(13) == expected);
  applied = live.apply({}, applied.segments.forest_inverse, applied.graph_inverse);
  CHECK(edges_of(divided) == old);
  CHECK(edges_of(13).empty());
  CHECK(live.agglomeration().assignment()[13] == 0);
  const std::size_t edges = live.graph().edges();
  live.apply({}, applied.segments.forest_inverse, applied.graph_inverse);
  CHECK(live.graph().edges() == edges);
  CHECK(edges_of(13) == expected);

  CHECK_THROWS_AS(live.apply({{{1, 2}}, {}, {{1, 2}}, {}, {}}, {}, {{}, {live.graph().find(divided, 13)}, {}}),
                  ConstraintConflict);
  CHECK(edges_of(13) == expected);
}
