#include "threshold_curve.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <map>
#include <utility>

#include "random_project.hpp"

using namespace fascicle;

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

struct Truth {
  std::vector<std::uint32_t> supervoxels;
  std::vector<std::uint32_t> truths;
  std::vector<double> voxels;

  [[nodiscard]] TruthRows rows() const { return {supervoxels, truths, voxels}; }
};

/// Some supervoxels with one object, some with several, some with none, and voxels of no supervoxel.
Truth random_truth(std::uint32_t supervoxels, test::Random& random) {
  Truth made;
  const std::uint32_t objects = 1 + supervoxels / 6;
  for (std::uint32_t id = 0; id <= supervoxels; ++id) {
    for (std::uint32_t truth = 1; truth <= objects; ++truth) {
      if (random.below(objects) > 0) continue;
      made.supervoxels.push_back(id);
      made.truths.push_back(truth);
      made.voxels.push_back(static_cast<double>(1 + random.below(50)));
    }
  }
  return made;
}

/// The definition, counted anew.
std::pair<double, double> slow_scores(const Truth& truth, std::span<const std::uint32_t> assignment) {
  std::map<std::pair<std::uint32_t, std::uint32_t>, double> cells;
  std::map<std::uint32_t, double> segments;
  std::map<std::uint32_t, double> truths;
  double all = 0;
  for (std::size_t row = 0; row < truth.voxels.size(); ++row) {
    const std::uint32_t id = truth.supervoxels[row];
    const std::uint32_t segment = id < assignment.size() ? assignment[id] : 0;
    cells[{segment, truth.truths[row]}] += truth.voxels[row];
    segments[segment] += truth.voxels[row];
    truths[truth.truths[row]] += truth.voxels[row];
    all += truth.voxels[row];
  }
  double split = 0;
  double merge = 0;
  for (const auto& [cell, voxels] : cells) {
    split -= voxels / all * std::log2(voxels / truths[cell.second]);
    merge -= voxels / all * std::log2(voxels / segments[cell.first]);
  }
  return {split, merge};
}

void check_point(const ThresholdPoint& point, const std::vector<std::uint32_t>& ids,
                 std::span<const std::uint32_t> assignment, const MergeForest& forest, const Truth& truth) {
  std::map<std::uint32_t, double> segments;
  for (const std::uint32_t id : ids) {
    if (assignment[id] != 0) segments[assignment[id]] += forest.size(id);
  }
  double largest = 0;
  for (const auto& [segment, voxels] : segments) largest = std::max(largest, voxels);
  const auto [split, merge] = slow_scores(truth, assignment);
  CHECK(point.segments == segments.size());
  CHECK(point.largest_voxels == largest);
  CHECK(point.vi_split == doctest::Approx(split).epsilon(1e-9));
  CHECK(point.vi_merge == doctest::Approx(merge).epsilon(1e-9));
}

/// Decisions of all kinds, as far as they do not contradict each other.
void decide(ConstrainedAgglomeration& live, std::uint32_t supervoxels, test::Random& random) {
  for (std::uint64_t i = random.below(8); i > 0; --i) {
    const auto u = static_cast<std::uint32_t>(1 + random.below(supervoxels - 1));
    ConstraintChange change;
    switch (random.below(3)) {
      case 0:
        change.add_must = {{u, u + 1}};
        break;
      case 1:
        change.add_cannot = {{u, u + 1}};
        break;
      default:
        change.thresholds = {{u, random.unit()}};
    }
    try {
      live.apply(change);
    } catch (const ConstraintConflict&) {
      // Refused: nothing was decided.
    }
  }
}

std::vector<double> random_thresholds(test::Random& random) {
  std::vector<double> thresholds{0, 1};
  for (std::uint64_t i = random.below(30); i > 0; --i) thresholds.push_back(random.unit());
  std::sort(thresholds.begin(), thresholds.end());
  return thresholds;
}

}  // namespace

TEST_CASE("each point of the curve of a volume is that of the assignment at its threshold, counted anew") {
  test::Random random(31);
  for (int round = 0; round < 200; ++round) {
    const auto supervoxels = static_cast<std::uint32_t>(2 + random.below(round % 5 == 0 ? 200 : 40));
    const double min_size = round % 2 == 0 ? 0 : static_cast<double>(1 + random.below(300));
    LiveSegmentation live = test::open(test::random_project(supervoxels, random), {random.unit(), min_size});
    ConstrainedAgglomeration& segments = live.agglomeration();
    decide(segments, supervoxels, random);
    if (round % 3 == 0) {
      // A supervoxel that was divided and put together again leaves a vacant id.
      const auto divided = segments.apply({}, {{}, {{1, 2}, {supervoxels + 1, 5}}});
      segments.apply({}, divided.forest_inverse);
    }
    const Truth truth = random_truth(supervoxels, random);
    const std::vector<double> thresholds = random_thresholds(random);
    const TruthRows rows = truth.rows();
    Monitor monitor;
    const auto points =
        threshold_curve(segments.forest(), segments.constraints(), min_size, thresholds, &rows, monitor);
    REQUIRE(points.size() == thresholds.size());
    std::vector<std::uint32_t> ids(supervoxels);
    std::iota(ids.begin(), ids.end(), 1u);
    std::vector<std::uint32_t> expected(segments.assignment().size());
    for (std::size_t i = 0; i < thresholds.size(); ++i) {
      segments.preview({thresholds[i], min_size}, expected);
      check_point(points[i], ids, expected, segments.forest(), truth);
    }
  }
}

TEST_CASE("each point of the curve of an object is that of the edit that gives it the threshold") {
  test::Random random(32);
  for (int round = 0; round < 150; ++round) {
    const auto supervoxels = static_cast<std::uint32_t>(2 + random.below(round % 5 == 0 ? 300 : 40));
    const double min_size = round % 2 == 0 ? 0 : static_cast<double>(1 + random.below(200));
    LiveSegmentation live = test::open(test::random_project(supervoxels, random), {random.unit(), min_size});
    ConstrainedAgglomeration& segments = live.agglomeration();
    decide(segments, supervoxels, random);
    const std::vector<std::uint32_t> before(segments.assignment().begin(), segments.assignment().end());
    const auto anchor = static_cast<std::uint32_t>(1 + random.below(supervoxels));
    const std::vector<std::uint32_t> members = segments.members(before[anchor]);
    const Truth truth = random_truth(supervoxels, random);
    const std::vector<double> thresholds = random_thresholds(random);
    const TruthRows rows = truth.rows();
    Monitor monitor;
    ConstrainedAgglomeration snapshot = segments.snapshot();
    const auto points = object_threshold_curve(snapshot, anchor, thresholds, &rows, monitor);
    REQUIRE(std::vector(segments.assignment().begin(), segments.assignment().end()) == before);
    for (std::size_t i = 0; i < thresholds.size(); ++i) {
      ConstraintChange change;
      for (const std::uint32_t id : members) {
        const auto& decided = segments.constraints().at(segments.constraints().position(id));
        if (decided.threshold >= 0) change.thresholds.push_back({id, AnchoredThreshold::none});
      }
      change.thresholds.push_back({anchor, thresholds[i]});
      const auto applied = segments.apply(change);
      check_point(points[i], members, segments.assignment(), segments.forest(), truth);
      segments.apply(applied.inverse);
    }
  }
}

TEST_CASE("agreement follows any segmentation, also one that divides what was one") {
  test::Random random(33);
  for (int round = 0; round < 100; ++round) {
    const auto supervoxels = static_cast<std::uint32_t>(1 + random.below(60));
    const Truth truth = random_truth(supervoxels, random);
    if (truth.voxels.empty()) continue;
    FollowedAgreement agreement(truth.rows());
    for (int step = 0; step < 20; ++step) {
      // Sometimes shorter than the ids of the truth.
      std::vector<std::uint32_t> assignment(1 + random.below(supervoxels + 1));
      const std::uint64_t segments = 1 + random.below(assignment.size());
      for (std::size_t id = 1; id < assignment.size(); ++id) {
        assignment[id] = static_cast<std::uint32_t>(random.below(segments));
      }
      agreement.follow(assignment);
      const auto [split, merge] = slow_scores(truth, assignment);
      CHECK(agreement.vi_split() == doctest::Approx(split).epsilon(1e-9));
      CHECK(agreement.vi_merge() == doctest::Approx(merge).epsilon(1e-9));
    }
  }
}

TEST_CASE("a curve without truth has no agreement, and wrong input is refused") {
  test::Random random(34);
  LiveSegmentation live = test::open(test::random_project(5, random), {infinity, 0});
  const auto& segments = live.agglomeration();
  Monitor monitor;
  const std::vector<double> thresholds{0, 0.5};
  const auto points = threshold_curve(segments.forest(), segments.constraints(), 0, thresholds, nullptr, monitor);
  CHECK(points[0].vi_split == 0);
  CHECK(points[1].vi_merge == 0);
  CHECK_THROWS_AS(
      threshold_curve(segments.forest(), segments.constraints(), 0, std::vector<double>{0.5, 0.1}, nullptr, monitor),
      std::invalid_argument);
  const std::vector<std::uint32_t> falling{2, 1};
  const std::vector<std::uint32_t> truths{1, 1};
  const std::vector<double> voxels{3, 4};
  CHECK_THROWS_AS(FollowedAgreement({falling, truths, voxels}), std::invalid_argument);
  const std::vector<double> nothing{3, 0};
  CHECK_THROWS_AS(FollowedAgreement({truths, truths, nothing}), std::invalid_argument);
  Monitor stopped({}, [] { return true; });
  CHECK_THROWS_AS(threshold_curve(segments.forest(), segments.constraints(), 0, thresholds, nullptr, stopped),
                  Cancelled);
}
