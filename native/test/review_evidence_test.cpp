#include "review_evidence.hpp"

#include <doctest/doctest.h>

#include <map>
#include <set>
#include <thread>
#include <tuple>

#include "random_project.hpp"

using namespace fascicle;
using test::open;
using test::Project;

namespace {

constexpr Shape shape{5, 50, 600};

ReviewEvidence evidence(LiveSegmentation& live, std::optional<std::span<const std::uint32_t>> chosen,
                        double least_stake) {
  Monitor monitor;
  const auto must = live.agglomeration().constraints().must_pairs();
  const auto cannot = live.agglomeration().constraints().cannot_pairs();
  const ReviewInput input{live.graph(), live.agglomeration().forest(), live.agglomeration().assignment(), must, cannot,
                          shape};
  return review_evidence(input, chosen, least_stake, monitor);
}

double xlog2x(double x) {
  return x > 0 ? x * std::log2(x) : 0;
}

/// The two sides of a segment without one link, found by walking the links from scratch.
std::set<std::uint32_t> side_of(const std::vector<SupervoxelPair>& links, std::size_t without, std::uint32_t from) {
  std::set<std::uint32_t> side{from};
  for (bool grew = true; grew;) {
    grew = false;
    for (std::size_t i = 0; i < links.size(); ++i) {
      if (i == without || side.contains(links[i].u) == side.contains(links[i].v)) continue;
      side.insert(links[i].u);
      side.insert(links[i].v);
      grew = true;
    }
  }
  return side;
}

/// Must-links, then steps, as far as they join groups.
std::vector<std::pair<SupervoxelPair, std::uint32_t>> links_of(LiveSegmentation& live, std::uint32_t segment) {
  const auto assignment = live.agglomeration().assignment();
  std::map<std::uint32_t, std::uint32_t> group;
  std::vector<std::pair<SupervoxelPair, std::uint32_t>> links;
  for (const std::uint32_t id : live.agglomeration().members(segment)) group[id] = id;
  const auto join = [&](std::uint32_t u, std::uint32_t v, std::uint32_t step) {
    if (assignment[u] != segment || assignment[v] != segment || group[u] == group[v]) return;
    for (auto& [id, of] : group) {
      if (id != v && of == group[v]) of = group[u];
    }
    group[v] = group[u];
    links.push_back({{u, v}, step});
  };
  for (const auto& [u, v] : live.agglomeration().constraints().must_pairs()) join(u, v, SegmentForest::decided);
  const MergeForest& forest = live.agglomeration().forest();
  for (std::uint32_t step = 0; step < forest.steps(); ++step) join(forest.u(step), forest.v(step), step);
  return links;
}

}  // namespace

TEST_CASE("the contacts of a review are those of neighbours, with what is at stake") {
  test::Random random(5);
  for (int round = 0; round < 30; ++round) {
    const Project project = test::random_project(50, random, 6, shape);
    LiveSegmentation live = open(project, {random.unit(), 0});
    const double least = random.unit() * 0.05 + 1e-9;
    const ReviewEvidence found = evidence(live, std::nullopt, least);
    double total = 0;
    for (const double size : project.sizes) total += size;
    CHECK(found.voxels == total);
    std::map<std::pair<std::uint32_t, std::uint32_t>, ContactSum> expected;
    std::map<std::uint32_t, double> voxels;
    const auto assignment = live.agglomeration().assignment();
    for (std::uint32_t id = 1; id < assignment.size(); ++id) voxels[assignment[id]] += project.sizes[id - 1];
    for (const auto& [segment, size] : voxels) {
      for (const auto& [other, sum] : live.neighbours(segment)) {
        const double stake = (xlog2x(size + voxels[other]) - xlog2x(size) - xlog2x(voxels[other])) / total;
        if (segment < other && stake >= least) expected[{segment, other}] = sum;
      }
    }
    REQUIRE(found.merges.size() == expected.size());
    for (const MergeEvidence& merge : found.merges) {
      const auto& sum = expected.at({std::min(merge.small, merge.large), std::max(merge.small, merge.large)});
      CHECK(std::tuple(merge.contact.affinity, merge.contact.area, merge.contact.edge, merge.contact.edges) ==
            std::tuple(sum.affinity, sum.area, sum.edge, sum.edges));
      CHECK(std::pair(voxels[merge.small], merge.small) < std::pair(voxels[merge.large], merge.large));
    }
    for (const ReviewSegment& segment : found.segments) {
      std::uint64_t area = 0;
      for (const auto& [other, sum] : live.neighbours(segment.id)) area += sum.area;
      CHECK(segment.area == area);
      CHECK(segment.voxels == voxels[segment.id]);
      for (const std::uint32_t id : live.agglomeration().members(segment.id)) {
        CHECK(segment.min[1] <= project.places[id - 1].min[1]);
        CHECK(segment.max[2] >= project.places[id - 1].max[2]);
      }
    }
  }
}

TEST_CASE("every link parts its segment as taking it away does, with all contacts across and those away from it") {
  test::Random random(6);
  for (int round = 0; round < 40; ++round) {
    const Project project = test::random_project(40, random, 6, shape);
    LiveSegmentation live = open(project, {random.unit() * 0.8, 0});
    ConstraintChange decisions;
    const auto a = static_cast<std::uint32_t>(1 + random.below(40));
    const auto b = static_cast<std::uint32_t>(1 + random.below(40));
    if (a != b) decisions.add_must.push_back({a, b});
    live.apply(decisions);
    const auto assignment = live.agglomeration().assignment();
    const ReviewEvidence found = evidence(live, std::nullopt, 1e-9);
    std::map<std::pair<std::uint32_t, std::uint32_t>, LinkEvidence> by_ends;
    for (const LinkEvidence& link : found.links) by_ends.emplace(std::minmax(link.inside, link.outside), link);
    std::size_t expected = 0;
    for (std::uint32_t segment = 1; segment < assignment.size(); ++segment) {
      if (assignment[segment] != segment) continue;
      const auto links = links_of(live, segment);
      std::vector<SupervoxelPair> pairs;
      for (const auto& [pair, step] : links) pairs.push_back(pair);
      for (std::size_t at = 0; at < links.size(); ++at) {
        if (links[at].second == SegmentForest::decided) continue;
        ++expected;
        const LinkEvidence& link = by_ends.at(std::minmax(links[at].first.u, links[at].first.v));
        const auto inside = side_of(pairs, at, link.inside);
        CHECK(link.segment == segment);
        CHECK_FALSE(inside.contains(link.outside));
        CHECK(link.score == live.agglomeration().forest().score(links[at].second));
        double voxels = 0;
        for (const std::uint32_t id : inside) voxels += project.sizes[id - 1];
        CHECK(link.voxels == voxels);
        ContactTotal all;
        ContactTotal away;
        std::int64_t x_of_away = 0;
        for (std::uint32_t id = 0; id < project.graph.size(); ++id) {
          const std::uint32_t u = project.graph.u[id];
          const std::uint32_t v = project.graph.v[id];
          if (assignment[u] != segment || assignment[v] != segment || inside.contains(u) == inside.contains(v))
            continue;
          const ContactTotal contact{static_cast<std::int64_t>(project.graph.sum[id]), project.graph.count[id], {}};
          all.add(contact);
          const std::set<std::uint32_t> ends{link.inside, link.outside};
          if (ends.contains(u) || ends.contains(v)) continue;
          away.add(contact);
          x_of_away += static_cast<std::int64_t>(project.graph.voxel[id] % shape.x) * contact.area;
        }
        CHECK(std::pair(link.all.affinity, link.all.area) == std::pair(all.affinity, all.area));
        CHECK(std::pair(link.away.affinity, link.away.area) == std::pair(away.affinity, away.area));
        CHECK(link.away.place[2] == x_of_away);
        const auto largest = [&](bool below) {
          std::uint32_t best = 0;
          for (const std::uint32_t id : live.agglomeration().members(segment)) {
            if (inside.contains(id) != below) continue;
            if (best == 0 || project.sizes[id - 1] > project.sizes[best - 1]) best = id;
          }
          return best;
        };
        CHECK(link.largest_inside == largest(true));
        CHECK(link.largest_outside == largest(false));
      }
    }
    CHECK(by_ends.size() == expected);
  }
}

TEST_CASE("a review of some segments says of them what a review of all does") {
  test::Random random(7);
  for (int round = 0; round < 30; ++round) {
    const Project project = test::random_project(60, random, 6, shape);
    LiveSegmentation live = open(project, {random.unit(), 0});
    ConstraintChange apart;
    for (std::uint32_t id = 0; id < project.graph.size(); ++id) {
      const SupervoxelPair pair{project.graph.u[id], project.graph.v[id]};
      const auto assignment = live.agglomeration().assignment();
      if (random.below(8) == 0 && assignment[pair.u] != assignment[pair.v]) apart.add_cannot.push_back(pair);
    }
    live.apply(apart);
    const auto assignment = live.agglomeration().assignment();
    std::vector<std::uint32_t> chosen{0, 3, 999};
    for (std::uint32_t id = 1; id < assignment.size(); ++id) {
      if (random.below(4) == 0) chosen.push_back(id);
    }
    const std::set<std::uint32_t> wanted(chosen.begin(), chosen.end());
    const ReviewEvidence all = evidence(live, std::nullopt, 1e-4);
    const ReviewEvidence some = evidence(live, chosen, 1e-4);
    CHECK(some.median_size == all.median_size);
    CHECK(some.spread_of_sizes == all.spread_of_sizes);
    std::vector<std::tuple<std::uint32_t, std::uint32_t, std::uint64_t>> expected;
    std::vector<std::tuple<std::uint32_t, std::uint32_t, std::uint64_t>> found;
    std::set<std::pair<std::uint32_t, std::uint32_t>> decided;
    for (const SupervoxelPair& pair : apart.add_cannot) {
      decided.insert(std::minmax(assignment[pair.u], assignment[pair.v]));
    }
    for (const MergeEvidence& merge : all.merges) {
      CHECK_FALSE(decided.contains(std::minmax(merge.small, merge.large)));
      if (wanted.contains(merge.small) || wanted.contains(merge.large)) {
        expected.emplace_back(merge.small, merge.large, merge.contact.affinity);
      }
    }
    for (const MergeEvidence& merge : some.merges) {
      found.emplace_back(merge.small, merge.large, merge.contact.affinity);
      const auto of = [&](const ReviewEvidence& in) {
        return *std::find_if(in.segments.begin(), in.segments.end(),
                             [&](const ReviewSegment& row) { return row.id == merge.small; });
      };
      CHECK(of(some).affinity == of(all).affinity);
      CHECK(of(some).area == of(all).area);
    }
    CHECK(found == expected);
    std::vector<std::tuple<std::uint32_t, std::uint32_t, std::int64_t, std::int64_t>> expected_links;
    std::vector<std::tuple<std::uint32_t, std::uint32_t, std::int64_t, std::int64_t>> found_links;
    for (const LinkEvidence& link : all.links) {
      if (wanted.contains(link.segment)) {
        expected_links.emplace_back(link.inside, link.outside, link.all.affinity, link.away.area);
      }
    }
    for (const LinkEvidence& link : some.links) {
      found_links.emplace_back(link.inside, link.outside, link.all.affinity, link.away.area);
    }
    CHECK(found_links == expected_links);
  }
}

TEST_CASE("a change waits for readers, tells them to stop, and those who do not know of it are not let in") {
  ReaderGate gate;
  const std::uint64_t known = gate.changes();
  REQUIRE(gate.enter(known));
  std::jthread reader([&] {
    while (!gate.is_to_stop()) std::this_thread::yield();
    gate.leave();
  });
  gate.begin_change();
  CHECK_FALSE(gate.enter(known));
  CHECK(gate.enter(gate.changes()));
  gate.leave();
}
