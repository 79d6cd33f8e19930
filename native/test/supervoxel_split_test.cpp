#include "supervoxel_split.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <map>
#include <queue>
#include <tuple>

#include "random_volume.hpp"

using namespace fascicle;

namespace {

constexpr std::uint32_t first_part = 100;

struct Scene {
  Shape volume;
  std::vector<std::uint32_t> labels;
  std::vector<std::uint8_t> affinities;
};

/// Copies `window` of a volume of `channels` channels.
template <class T>
std::vector<T> crop(const std::vector<T>& data, const Shape& volume, const Box& window, std::size_t channels) {
  std::vector<T> part;
  for (std::size_t c = 0; c < channels; ++c) {
    for (std::size_t z = window.min[0]; z < window.max[0]; ++z) {
      for (std::size_t y = window.min[1]; y < window.max[1]; ++y) {
        for (std::size_t x = window.min[2]; x < window.max[2]; ++x) {
          part.push_back(data[c * volume.voxels() + volume.index(z, y, x)]);
        }
      }
    }
  }
  return part;
}

Box box_of_label(const Scene& scene, std::uint32_t label) {
  Box box{{~std::size_t{0}, ~std::size_t{0}, ~std::size_t{0}}, {0, 0, 0}};
  for (std::size_t i = 0; i < scene.labels.size(); ++i) {
    if (scene.labels[i] != label) continue;
    const Zyx at{i / scene.volume.plane(), i / scene.volume.x % scene.volume.y, i % scene.volume.x};
    for (std::size_t axis = 0; axis < 3; ++axis) {
      box.min[axis] = std::min(box.min[axis], at[axis]);
      box.max[axis] = std::max(box.max[axis], at[axis] + 1);
    }
  }
  return box;
}

struct Result {
  Box window;
  SupervoxelSplit split;
  std::vector<std::uint32_t> parts;
};

Result run(const Scene& scene, std::uint32_t label, const std::vector<SplitSeed>& seeds,
           const SupervoxelSplitParams& params = {first_part}) {
  Result result;
  result.window = grow_box(box_of_label(scene, label), 1, 1, scene.volume);
  const auto labels = crop(scene.labels, scene.volume, result.window, 1);
  const auto affinities = crop(scene.affinities, scene.volume, result.window, 3);
  result.parts.resize(labels.size());
  Monitor monitor;
  result.split = split_supervoxel<std::uint8_t>(labels, {affinities, result.window}, result.window, scene.volume, label,
                                                seeds, params, result.parts, monitor);
  return result;
}

RegionGraph graph_of(const Scene& scene) {
  Monitor monitor;
  return region_graph<std::uint8_t>(scene.labels, scene.affinities, scene.volume, 0, {64, 64, 64}, 1, monitor);
}

using EdgeValues = std::tuple<std::uint64_t, std::uint32_t, std::uint32_t, std::uint64_t>;

std::map<std::pair<std::uint32_t, std::uint32_t>, EdgeValues> edges_of(const RegionGraph& graph, auto&& concerned) {
  std::map<std::pair<std::uint32_t, std::uint32_t>, EdgeValues> edges;
  for (std::size_t i = 0; i < graph.size(); ++i) {
    if (concerned(graph.u[i]) || concerned(graph.v[i])) {
      edges[{graph.u[i], graph.v[i]}] = {graph.sum[i], graph.count[i], graph.max[i], graph.voxel[i]};
    }
  }
  return edges;
}

}  // namespace

TEST_CASE("parts are connected, keep their seeds, and have the statistics and edges of the relabelled volume") {
  test::Random random(61);
  int made = 0;
  for (int round = 0; round < 150; ++round) {
    const Shape shapes[] = {{5, 7, 9}, {1, 9, 14}, {7, 1, 8}, {6, 5, 1}, {3, 20, 3}};
    Scene scene{shapes[round % 5], {}, {}};
    scene.labels = test::random_labels<std::uint32_t>(scene.volume, 4, random);
    for (std::size_t i = 0; i < 3 * scene.volume.voxels(); ++i) {
      scene.affinities.push_back(static_cast<std::uint8_t>(random.below(256)));
    }
    std::vector<std::size_t> inside;
    for (std::size_t i = 0; i < scene.labels.size(); ++i) {
      if (scene.labels[i] == 2) inside.push_back(i);
    }
    if (inside.size() < 6) continue;
    ++made;
    std::vector<SplitSeed> seeds;
    std::map<std::size_t, std::uint32_t> seeded;
    for (std::uint32_t i = 0; i < 5; ++i) {
      const std::size_t voxel = inside[random.below(inside.size())];
      if (!seeded.emplace(voxel, i % 3).second) continue;
      seeds.push_back(
          {{voxel / scene.volume.plane(), voxel / scene.volume.x % scene.volume.y, voxel % scene.volume.x}, i % 3});
    }
    if (seeds.size() < 2) continue;
    const Result result = run(scene, 2, seeds);

    Scene divided = scene;
    const Shape shape = result.window.shape();
    for (std::size_t i = 0; i < result.parts.size(); ++i) {
      const std::size_t at =
          scene.volume.index(result.window.min[0] + i / shape.plane(), result.window.min[1] + i / shape.x % shape.y,
                             result.window.min[2] + i % shape.x);
      CHECK((result.parts[i] != 0) == (scene.labels[at] == 2));
      if (result.parts[i] == 0) continue;
      divided.labels[at] = first_part + result.parts[i] - 1;
      if (const auto seed = seeded.find(at); seed != seeded.end()) {
        CHECK(result.split.parts[result.parts[i] - 1].side == seed->second);
      }
    }
    const auto is_part = [&](std::uint32_t id) { return id >= first_part; };
    CHECK(edges_of(result.split.edges, is_part) == edges_of(graph_of(divided), is_part));
    CHECK(result.split.edges.size() == edges_of(result.split.edges, is_part).size());

    // With every neighbour, the parts' edges add up to the old one.
    const auto folded = [&](std::uint32_t id) { return is_part(id) ? 2 : id; };
    std::map<std::uint32_t, std::pair<std::uint64_t, std::uint32_t>> sums;
    for (std::size_t i = 0; i < result.split.edges.size(); ++i) {
      const std::uint32_t u = folded(result.split.edges.u[i]);
      const std::uint32_t v = folded(result.split.edges.v[i]);
      if (u == v) continue;
      auto& sum = sums[u == 2 ? v : u];
      sum.first += result.split.edges.sum[i];
      sum.second += result.split.edges.count[i];
    }
    const RegionGraph before = graph_of(scene);
    std::size_t old_edges = 0;
    for (std::size_t i = 0; i < before.size(); ++i) {
      if (before.u[i] != 2 && before.v[i] != 2) continue;
      ++old_edges;
      CHECK(sums[before.u[i] == 2 ? before.v[i] : before.u[i]] == std::pair(before.sum[i], before.count[i]));
    }
    CHECK(sums.size() == old_edges);

    // Boxes, sizes and sums.
    for (std::size_t part = 0; part < result.split.parts.size(); ++part) {
      const SupervoxelPart& found = result.split.parts[part];
      const auto id = static_cast<std::uint32_t>(first_part + part);
      const Box box = box_of_label(divided, id);
      std::uint64_t voxels = 0;
      std::uint64_t sum_x = 0;
      for (std::size_t i = 0; i < divided.labels.size(); ++i) {
        if (divided.labels[i] != id) continue;
        ++voxels;
        sum_x += i % scene.volume.x;
      }
      CHECK(found.voxels == voxels);
      CHECK(found.sums[2] == sum_x);
      for (std::size_t axis = 0; axis < 3; ++axis) {
        CHECK(found.min[axis] == box.min[axis]);
        CHECK(found.max[axis] == box.max[axis]);
      }
      CHECK((part == 0 || result.split.parts[part - 1].side <= found.side));
    }
  }
  CHECK(made > 80);
}

TEST_CASE("the border between two parts lies where affinities are low") {
  Scene scene{{3, 9, 21}, {}, {}};
  scene.labels.assign(scene.volume.voxels(), 1);
  scene.affinities.assign(3 * scene.volume.voxels(), 240);
  // A membrane between x = 14 and 15, far from the middle of the seeds.
  for (std::size_t z = 0; z < 3; ++z) {
    for (std::size_t y = 0; y < 9; ++y) scene.affinities[2 * scene.volume.voxels() + scene.volume.index(z, y, 15)] = 20;
  }
  const Result result = run(scene, 1, {{{1, 4, 2}, 0}, {{1, 4, 20}, 1}});
  REQUIRE(result.split.parts.size() == 2);
  CHECK(result.split.parts[0].voxels == 3 * 9 * 15);
  CHECK(result.split.edges.size() == 1);
  CHECK(result.split.edges.sum[0] == 20 * 27);
}

TEST_CASE("without a difference in affinities the nearer seed decides") {
  Scene scene{{1, 1, 20}, {}, {}};
  scene.labels.assign(20, 7);
  test::Random random(62);
  for (int i = 0; i < 60; ++i) scene.affinities.push_back(static_cast<std::uint8_t>(241 + random.below(15)));
  const Result result = run(scene, 7, {{{0, 0, 0}, 0}, {{0, 0, 19}, 1}});
  REQUIRE(result.split.parts.size() == 2);
  CHECK(result.split.parts[0].voxels == 10);
}

TEST_CASE("a seed in a spot of weaker affinities still gets its share of a neurite") {
  // A flood that takes the strongest affinity first shuts such a seed in: the other side flows round it.
  Scene scene{{4, 12, 60}, {}, {}};
  scene.labels.assign(scene.volume.voxels(), 1);
  scene.affinities.assign(3 * scene.volume.voxels(), 255);
  for (std::size_t c = 0; c < 3; ++c) {
    for (std::size_t y = 3; y < 9; ++y) {
      for (std::size_t x = 8; x < 14; ++x) {
        scene.affinities[c * scene.volume.voxels() + scene.volume.index(2, y, x)] = 190;
      }
    }
  }
  const Result result = run(scene, 1, {{{2, 6, 11}, 0}, {{2, 6, 48}, 1}});
  REQUIRE(result.split.parts.size() == 2);
  CHECK(result.split.parts[0].voxels > scene.volume.voxels() / 4);
  CHECK(result.split.parts[1].voxels > scene.volume.voxels() / 4);
  CHECK(result.split.shares[0] > 0.9);
  CHECK(result.split.shares[1] > 0.9);
}

namespace {

/// Two bodies of 24 and 16 voxels that a thin bridge joins, in noise; 0 outside, 1 in the first and 2 in the second, 3
/// in the bridge. Affinities are those of a network: high inside, lower towards the surface, and so in all of the
/// bridge.
struct Dumbbell {
  Scene scene{{25, 25, 64}, {}, {}};
  std::vector<std::uint8_t> of;

  explicit Dumbbell(test::Random& random) {
    const Shape shape = scene.volume;
    for (std::size_t i = 0; i < shape.voxels(); ++i) {
      const Zyx at{i / shape.plane(), i / shape.x % shape.y, i % shape.x};
      const double z = static_cast<double>(at[0]) - 12;
      const double y = static_cast<double>(at[1]) - 12;
      const auto x = static_cast<double>(at[2]);
      const double large = 12 - std::hypot(z, y, x - 14);
      const double small = 8 - std::hypot(z, y, x - 52);
      const double bridge = x > 14 && x < 52 ? 2.5 - std::hypot(z, y) : -1;
      of.push_back(large > 0 ? 1 : small > 0 ? 2 : bridge > 0 ? 3 : 0);
      depth_.push_back(std::max({large, small, bridge}));
      scene.labels.push_back(of.back() == 0 ? 0 : 1);
    }
    for (std::size_t c = 0; c < 3; ++c) {
      for (std::size_t i = 0; i < shape.voxels(); ++i) {
        const double inside = depth_[i] <= 0 ? 20 : 150 + 25 * std::min(depth_[i], 3.0);
        scene.affinities.push_back(static_cast<std::uint8_t>(inside + static_cast<double>(random.below(30))));
      }
    }
  }

  [[nodiscard]] SplitSeed seed(std::uint8_t body, std::uint32_t side, test::Random& random) const {
    for (;;) {
      const std::size_t i = random.below(of.size());
      if (of[i] == body && depth_[i] >= 2) {
        return {{i / scene.volume.plane(), i / scene.volume.x % scene.volume.y, i % scene.volume.x}, side};
      }
    }
  }

 private:
  std::vector<double> depth_;
};

}  // namespace

TEST_CASE("two bodies that a thin bridge joins part in the bridge, wherever the seeds lie and however noisy they are") {
  test::Random random(64);
  for (int round = 0; round < 20; ++round) {
    const Dumbbell dumbbell(random);
    Scene scene = dumbbell.scene;
    const SplitSeed first = dumbbell.seed(1, 0, random);
    const SplitSeed second = dumbbell.seed(2, 1, random);
    // In half of the rounds the first seed lies on something dark, as a vesicle or a mitochondrion is.
    if (round % 2 == 1) {
      for (std::size_t i = 0; i < scene.labels.size(); ++i) {
        const Zyx at{i / scene.volume.plane(), i / scene.volume.x % scene.volume.y, i % scene.volume.x};
        double square = 0;
        for (std::size_t axis = 0; axis < 3; ++axis) {
          const double d = static_cast<double>(at[axis]) - static_cast<double>(first.voxel[axis]);
          square += d * d;
        }
        if (square > 12) continue;
        for (std::size_t c = 0; c < 3; ++c) {
          auto& affinity = scene.affinities[c * scene.labels.size() + i];
          affinity = static_cast<std::uint8_t>(affinity * 2 / 3);
        }
      }
    }
    const Result result = run(scene, 1, {first, second});
    std::array<std::array<double, 2>, 4> voxels{};
    const Shape shape = result.window.shape();
    for (std::size_t i = 0; i < result.parts.size(); ++i) {
      if (result.parts[i] == 0) continue;
      const std::size_t at =
          scene.volume.index(result.window.min[0] + i / shape.plane(), result.window.min[1] + i / shape.x % shape.y,
                             result.window.min[2] + i % shape.x);
      ++voxels[dumbbell.of[at]][result.split.parts[result.parts[i] - 1].side];
    }
    CAPTURE(round);
    CHECK(voxels[1][0] > 0.9 * (voxels[1][0] + voxels[1][1]));
    CHECK(voxels[2][1] > 0.9 * (voxels[2][0] + voxels[2][1]));
  }
}

TEST_CASE("by path costs every voxel goes to a side with the cheapest path, as Dijkstra finds it") {
  test::Random random(63);
  for (int round = 0; round < 60; ++round) {
    const Shape shapes[] = {{5, 7, 9}, {1, 9, 14}, {7, 1, 8}, {6, 5, 1}, {3, 20, 3}};
    const Shape shape = shapes[round % 5];
    const Box window{{2, 0, 1}, {2 + shape.z, shape.y, 1 + shape.x}};
    const SideGrowthParams params{1 + static_cast<std::uint32_t>(random.below(16)), {5, 1, 2}};
    const std::uint32_t wall = random.below(4) == 0 ? 0 : static_cast<std::uint32_t>(random.below(300));
    std::vector<std::uint8_t> affinities;
    for (std::size_t i = 0; i < 3 * shape.voxels(); ++i) {
      affinities.push_back(static_cast<std::uint8_t>(random.below(256)));
    }
    std::vector<std::uint8_t> mask;
    for (std::size_t i = 0; i < shape.voxels(); ++i) mask.push_back(random.below(5) == 0 ? 0 : 1);
    std::vector<std::uint8_t> grown(shape.voxels());
    for (std::uint8_t side = 1; side <= 3; ++side) {
      const std::size_t at = random.below(shape.voxels());
      mask[at] = 1;
      grown[at] = side;
    }
    const std::vector<std::uint8_t> seeds = grown;
    Monitor monitor;
    const AffinityView<std::uint8_t> view(affinities, window);
    const detail::SideGrowth<std::uint8_t> growth(view, window, mask, params, monitor);
    growth.by_path_costs(wall, grown);

    const auto costs = growth.step_costs(wall);
    const auto step = [&](std::size_t axis, std::size_t upper) {
      const std::uint32_t level =
          std::min<std::uint32_t>(affinities[axis * shape.voxels() + upper] * params.levels / 256, params.levels - 1);
      return costs[axis][params.levels - 1 - level];
    };
    // From the seeds of one side alone.
    const auto distances = [&](std::uint8_t side) {
      std::vector<std::uint64_t> best(shape.voxels(), ~std::uint64_t{0});
      using Entry = std::pair<std::uint64_t, std::size_t>;
      std::priority_queue<Entry, std::vector<Entry>, std::greater<>> queue;
      for (std::size_t i = 0; i < seeds.size(); ++i) {
        if (seeds[i] == side) queue.push({best[i] = 0, i});
      }
      while (!queue.empty()) {
        const std::uint64_t cost = queue.top().first;
        const std::size_t at = queue.top().second;
        queue.pop();
        if (cost != best[at]) continue;
        const std::array<std::size_t, 3> place{at / shape.plane(), at / shape.x % shape.y, at % shape.x};
        const std::array<std::size_t, 3> stride{shape.plane(), shape.x, 1};
        const std::array<std::size_t, 3> lengths{shape.z, shape.y, shape.x};
        for (std::size_t axis = 0; axis < 3; ++axis) {
          const auto relax = [&](std::size_t to, std::size_t upper) {
            const std::uint64_t next = cost + step(axis, upper);
            if (mask[to] != 0 && next < best[to]) queue.push({best[to] = next, to});
          };
          if (place[axis] > 0) relax(at - stride[axis], at);
          if (place[axis] + 1 < lengths[axis]) relax(at + stride[axis], at + stride[axis]);
        }
      }
      return best;
    };
    const std::array<std::vector<std::uint64_t>, 3> of{distances(1), distances(2), distances(3)};
    for (std::size_t i = 0; i < grown.size(); ++i) {
      const std::uint64_t best = std::min({of[0][i], of[1][i], of[2][i]});
      if (best == ~std::uint64_t{0}) {
        CHECK(grown[i] == 0);
      } else if (seeds[i] == 0) {
        REQUIRE(grown[i] != 0);
        CHECK(of[grown[i] - std::size_t{1}][i] == best);
      }
    }
  }
}

TEST_CASE("whatever the affinities, two seeds in a block both get their share of what lies about them") {
  // A membrane closed round a seed, several steps thick and as dark as can be, is no reason to leave it a tiny part.
  test::Random random(65);
  for (int round = 0; round < 200; ++round) {
    const Shape shapes[] = {{9, 20, 24}, {1, 40, 40}, {20, 3, 30}, {4, 30, 17}};
    Scene scene{shapes[round % 4], {}, {}};
    const Shape& shape = scene.volume;
    scene.labels.assign(shape.voxels(), 1);
    const auto any = [&] { return Zyx{random.below(shape.z), random.below(shape.y), random.below(shape.x)}; };
    const Zyx dark = any();
    const Zyx other = any();
    SupervoxelSplitParams params{first_part};
    params.growth.lengths = round % 3 == 0 ? detail::StepLengths{5, 1, 1} : detail::StepLengths{1, 1, 1};
    if (detail::squared_distance(dark, other, params.growth.lengths) < 16) continue;
    const std::uint64_t shut_in = random.below(150);
    for (std::size_t i = 0; i < 3 * shape.voxels(); ++i) {
      const std::size_t at = i % shape.voxels();
      const Zyx voxel{at / shape.plane(), at / shape.x % shape.y, at % shape.x};
      const bool is_dark = detail::squared_distance(dark, voxel, {1, 1, 1}) <= shut_in;
      scene.affinities.push_back(static_cast<std::uint8_t>(is_dark ? random.below(20) : 200 + random.below(56)));
    }
    const Result result = run(scene, 1, {{dark, 0}, {other, 1}}, params);
    CAPTURE(round);
    CHECK(result.split.shares[0] >= params.least_share);
    CHECK(result.split.shares[1] >= params.least_share);
  }
}

TEST_CASE("a seed stands for what hangs together with it within its ball, and for less where another side is near") {
  test::Random random(66);
  for (int round = 0; round < 100; ++round) {
    const Shape shapes[] = {{5, 7, 9}, {1, 9, 14}, {7, 1, 8}, {6, 5, 1}, {9, 9, 9}};
    const Shape shape = shapes[round % 5];
    const Box window{{2, 0, 1}, {2 + shape.z, shape.y, 1 + shape.x}};
    const detail::StepLengths lengths = round % 2 == 0 ? detail::StepLengths{1, 1, 1} : detail::StepLengths{3, 1, 2};
    const auto radius = static_cast<std::uint32_t>(random.below(6));
    std::vector<std::uint8_t> mask;
    for (std::size_t i = 0; i < shape.voxels(); ++i) mask.push_back(random.below(4) == 0 ? 0 : 1);
    std::vector<SplitSeed> seeds;
    std::vector<std::uint8_t> grown(shape.voxels());
    const auto place = [&](std::size_t i) {
      return Zyx{2 + i / shape.plane(), i / shape.x % shape.y, 1 + i % shape.x};
    };
    for (std::uint32_t side = 0; side < 4; ++side) {
      const std::size_t at = random.below(shape.voxels());
      if (grown[at] != 0) continue;
      mask[at] = 1;
      grown[at] = static_cast<std::uint8_t>(side % 3 + 1);
      seeds.push_back({place(at), side % 3});
    }
    std::vector<std::uint8_t> expected = grown;
    for (const SplitSeed& seed : seeds) {
      double ball = radius;
      for (const SplitSeed& other : seeds) {
        if (other.side == seed.side) continue;
        const auto way = static_cast<double>(detail::squared_distance(seed.voxel, other.voxel, lengths));
        ball = std::min(ball, std::sqrt(way) / 4);
      }
      std::vector<std::uint8_t> own(shape.voxels());
      own[shape.index(seed.voxel[0] - 2, seed.voxel[1], seed.voxel[2] - 1)] = 1;
      for (bool grows = true; grows;) {
        grows = false;
        for (std::uint32_t i = 0; i < own.size(); ++i) {
          const auto distance = static_cast<double>(detail::squared_distance(seed.voxel, place(i), lengths));
          if (own[i] != 0 || mask[i] == 0 || std::sqrt(distance) > ball) continue;
          detail::for_face_neighbours(shape, i, [&](std::uint32_t from) { own[i] |= own[from]; });
          grows |= own[i] != 0;
        }
      }
      for (std::size_t i = 0; i < own.size(); ++i) {
        if (own[i] != 0) expected[i] = static_cast<std::uint8_t>(seed.side + 1);
      }
    }
    detail::grow_seeds(window, mask, seeds, radius, lengths, grown);
    CHECK(grown == expected);
  }
}

TEST_CASE("the share of a side is what it holds of the voxels that its most remote seed is nearest to, within reach") {
  // 0 0 0 0 . . 1 1 1 1 along x, seeds at 1 and 7: nearer to the first are the first four, one of which is not its own.
  const Box window{{0, 0, 10}, {1, 1, 20}};
  const std::vector<std::uint8_t> mask{1, 1, 1, 1, 1, 0, 1, 1, 1, 1};
  const std::vector<std::uint8_t> grown{2, 1, 1, 1, 2, 0, 2, 2, 2, 2};
  const std::vector<SplitSeed> seeds{{{0, 0, 11}, 0}, {{0, 0, 17}, 1}};
  const auto within = [&](std::uint32_t reach) {
    return detail::side_shares(window, mask, grown, seeds, 3, reach, {1, 1, 1});
  };
  CHECK(within(16) == std::vector<double>{0.75, 1, 1});
  CHECK(within(1) == std::vector<double>{2.0 / 3, 1, 1});
  CHECK(within(0) == std::vector<double>{1, 1, 1});
}

TEST_CASE("a supervoxel that runs from one side through another and back yields three parts") {
  Scene scene{{1, 1, 9}, std::vector<std::uint32_t>(9, 3), std::vector<std::uint8_t>(27, 200)};
  const Result result = run(scene, 3, {{{0, 0, 0}, 0}, {{0, 0, 4}, 1}, {{0, 0, 8}, 0}});
  REQUIRE(result.split.parts.size() == 3);
  CHECK(result.split.parts[0].side == 0);
  CHECK(result.split.parts[1].side == 0);
  CHECK(result.split.parts[2].side == 1);
}

TEST_CASE("wrong seeds are refused") {
  Scene scene{{1, 1, 9}, {3, 3, 3, 3, 3, 3, 1, 1, 1}, std::vector<std::uint8_t>(27, 200)};
  CHECK_THROWS_WITH_AS(run(scene, 3, {{{0, 0, 0}, 0}, {{0, 0, 6}, 1}}),
                       "split_supervoxel: a seed lies outside of supervoxel 3", std::invalid_argument);
  CHECK_THROWS_AS(run(scene, 3, {{{0, 0, 0}, 0}, {{0, 0, 8}, 1}}), std::invalid_argument);
  CHECK_THROWS_AS(run(scene, 3, {{{0, 0, 0}, 0}, {{0, 0, 0}, 1}}), std::invalid_argument);
  CHECK_THROWS_AS(run(scene, 3, {{{0, 0, 0}, 1}, {{0, 0, 2}, 1}}), std::invalid_argument);
}
