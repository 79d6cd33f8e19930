#include "merge_tree.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <limits>
#include <numeric>

#include "random_volume.hpp"

using namespace fascicle;

namespace {

/// A random forest over 1..supervoxels with many equal scores.
MergeTree random_tree(std::uint32_t supervoxels, test::Random& random) {
  MergeTree tree;
  std::vector<std::uint32_t> order(supervoxels);
  std::iota(order.begin(), order.end(), 1u);
  for (std::size_t i = order.size(); i > 1; --i) std::swap(order[i - 1], order[random.below(i)]);
  for (std::uint32_t i = 1; i < supervoxels; ++i) {
    if (random.below(8) == 0) continue;
    const std::uint32_t other = order[random.below(i)];
    tree.u.push_back(std::min(order[i], other));
    tree.v.push_back(std::max(order[i], other));
    tree.score.push_back(static_cast<double>(random.below(9) + 1) / 9);
  }
  std::sort(tree.score.rbegin(), tree.score.rend());
  return tree;
}

/// The cut by relabelling everything at every step.
std::vector<std::uint32_t> slow_cut(const MergeTree& tree, const std::vector<double>& sizes, double threshold,
                                    double min_size) {
  std::vector<std::uint32_t> segment(sizes.size() + 1);
  std::iota(segment.begin(), segment.end(), 0u);
  const auto voxels = [&](std::uint32_t id) {
    double total = 0;
    for (std::size_t i = 1; i < segment.size(); ++i) total += segment[i] == id ? sizes[i - 1] : 0;
    return total;
  };
  for (std::size_t step = 0; step < tree.size(); ++step) {
    const std::uint32_t a = segment[tree.u[step]];
    const std::uint32_t b = segment[tree.v[step]];
    if (tree.score[step] < threshold && voxels(a) >= min_size && voxels(b) >= min_size) continue;
    std::replace(segment.begin(), segment.end(), std::max(a, b), std::min(a, b));
  }
  return segment;
}

std::vector<std::uint32_t> cut(const MergeTree& tree, const std::vector<double>& sizes, double threshold,
                               double min_size) {
  std::vector<std::uint32_t> assignment(sizes.size() + 1, 99);
  cut_merge_tree<double>(tree, sizes, threshold, min_size, assignment);
  return assignment;
}

}  // namespace

TEST_CASE("a cut equals the walk that relabels everything at every step") {
  test::Random random(11);
  for (int round = 0; round < 60; ++round) {
    const auto supervoxels = static_cast<std::uint32_t>(1 + random.below(40));
    const MergeTree tree = random_tree(supervoxels, random);
    std::vector<double> sizes(supervoxels);
    for (double& size : sizes) size = static_cast<double>(1 + random.below(20));
    for (int ninths = 0; ninths <= 10; ++ninths) {
      for (const double min_size : {0.0, 1.0, 7.0, 30.0, 1e6}) {
        const double threshold = static_cast<double>(ninths) / 9;
        CHECK(cut(tree, sizes, threshold, min_size) == slow_cut(tree, sizes, threshold, min_size));
      }
    }
  }
}

TEST_CASE("a segment has the id of its lowest supervoxel, and 0 stays 0") {
  const MergeTree tree{{2, 3}, {4, 4}, {0.9, 0.5}};
  const std::vector<double> sizes{1, 1, 1, 1};
  CHECK(cut(tree, sizes, 0.9, 0) == std::vector<std::uint32_t>{0, 1, 2, 3, 2});
  CHECK(cut(tree, sizes, 0.5, 0) == std::vector<std::uint32_t>{0, 1, 2, 2, 2});
  CHECK(cut(tree, sizes, std::numeric_limits<double>::infinity(), 0) == std::vector<std::uint32_t>{0, 1, 2, 3, 4});
}

TEST_CASE("a fragment goes to its strongest neighbour and stops being one when it is large enough") {
  // 1 (100 voxels) - 2 (3 voxels) - 3 (100 voxels), the fragment closer to 3.
  const MergeTree tree{{2, 1}, {3, 2}, {0.4, 0.2}};
  const std::vector<double> sizes{100, 3, 100};
  CHECK(cut(tree, sizes, 0.5, 0) == std::vector<std::uint32_t>{0, 1, 2, 3});
  CHECK(cut(tree, sizes, 0.5, 3) == std::vector<std::uint32_t>{0, 1, 2, 3});
  CHECK(cut(tree, sizes, 0.5, 4) == std::vector<std::uint32_t>{0, 1, 2, 2});
  CHECK(cut(tree, sizes, 0.5, 104) == std::vector<std::uint32_t>{0, 1, 1, 1});
}

TEST_CASE("a cut refuses what is not a merge tree of these supervoxels") {
  const std::vector<double> sizes{1, 1};
  CHECK_THROWS_WITH_AS(cut({{1}, {3}, {0.5}}, sizes, 0, 0),
                       "merge tree: step 0 joins 1 and 3; accepted: supervoxels 1 to 2", std::invalid_argument);
  CHECK_THROWS_AS(cut({{0}, {1}, {0.5}}, sizes, 0, 0), std::invalid_argument);
  CHECK_THROWS_AS(cut({{1, 1}, {2, 2}, {0.5, 0.6}}, sizes, 0, 0), std::invalid_argument);
  CHECK_THROWS_AS(cut({{1}, {2}, {std::numeric_limits<double>::quiet_NaN(), 0.1}}, sizes, 0, 0), std::invalid_argument);
  std::vector<std::uint32_t> short_assignment(2);
  CHECK_THROWS_AS(cut_merge_tree<double>(MergeTree{}, sizes, 0, 0, short_assignment), std::invalid_argument);
}

TEST_CASE("a volume without supervoxels has the assignment of nothing") {
  CHECK(cut({}, {}, 0.5, 10) == std::vector<std::uint32_t>{0});
}
