#include "partition_scores.hpp"

#include <doctest/doctest.h>

#include <map>

#include "random_volume.hpp"

using namespace fascicle;

namespace {

using Labels = std::vector<std::uint32_t>;

PartitionScores score(const Labels& truth, const Labels& segmentation, std::uint64_t min_size = 0) {
  ContingencyTable table;
  Monitor monitor;
  count_pairs<std::uint32_t, std::uint32_t>(segmentation, truth, table, 1, monitor);
  return partition_scores(table, min_size);
}

void check(const PartitionScores& scores, double split, double merge, double error) {
  CHECK(scores.voi_split == doctest::Approx(split).epsilon(1e-12));
  CHECK(scores.voi_merge == doctest::Approx(merge).epsilon(1e-12));
  CHECK(scores.adapted_rand_error == doctest::Approx(error).epsilon(1e-12));
}

/// Adapted Rand error by looking at every pair of voxels.
double pairwise_rand_error(const Labels& truth, const Labels& segmentation) {
  double together_in_both = 0;
  double in_truth = 0;
  double in_segmentation = 0;
  for (std::size_t i = 0; i < truth.size(); ++i) {
    for (std::size_t j = 0; j < truth.size(); ++j) {
      if (i == j || truth[i] == 0 || truth[j] == 0) continue;
      const bool same_truth = truth[i] == truth[j];
      const bool same_segment = segmentation[i] == segmentation[j];
      together_in_both += same_truth && same_segment;
      in_truth += same_truth;
      in_segmentation += same_segment;
    }
  }
  return in_truth + in_segmentation == 0 ? 0 : 1 - 2 * together_in_both / (in_truth + in_segmentation);
}

}  // namespace

TEST_CASE("the published test vectors come out exactly") {
  const Labels truth{1, 1, 1, 1, 2, 2, 2, 2};
  const PartitionScores first = score(truth, {1, 1, 2, 2, 3, 3, 3, 3});
  check(first, 0.5, 0, 0.2);
  CHECK(first.adapted_rand_error_cremi == doctest::Approx(1.0 / 7).epsilon(1e-12));

  check(score({1, 1, 1, 1, 2, 2, 2, 2, 0, 0}, {1, 1, 2, 2, 3, 3, 3, 3, 3, 9}), 0.5, 0, 0.2);
  check(score(truth, {5, 5, 5, 5, 5, 5, 5, 5}), 0, 1, 0.4);

  const PartitionScores fourth = score(truth, {0, 0, 1, 1, 0, 0, 2, 2});
  check(fourth, 1, 0.5, 0.6);
  CHECK(fourth.adapted_rand_error_cremi == doctest::Approx(47.0 / 81).epsilon(1e-12));
}

TEST_CASE("scores of random partitions equal their definitions over pairs of voxels") {
  test::Random random(7);
  for (int round = 0; round < 20; ++round) {
    const Shape shape{3, 5, 1 + random.below(9)};
    const auto truth = test::random_labels<std::uint32_t>(shape, 5, random);
    const auto segmentation = test::random_labels<std::uint32_t>(shape, 4, random);
    const PartitionScores scores = score(truth, segmentation);
    CHECK(scores.adapted_rand_error == doctest::Approx(pairwise_rand_error(truth, segmentation)).epsilon(1e-9));
    // VI is symmetric under exchange of the two partitions where nothing is ignored.
    auto positive = truth;
    for (auto& label : positive) ++label;
    auto other = segmentation;
    for (auto& label : other) ++label;
    const PartitionScores forth = score(positive, other);
    const PartitionScores back = score(other, positive);
    CHECK(forth.voi_split == doctest::Approx(back.voi_merge).epsilon(1e-12));
    CHECK(forth.voi_merge == doctest::Approx(back.voi_split).epsilon(1e-12));
  }
}

TEST_CASE("truth ids below the size limit are left out, by their size over the whole volume") {
  const Labels truth{1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 0};
  const Labels segmentation{1, 1, 2, 2, 3, 3, 3, 3, 1, 3, 3};
  check(score(truth, segmentation, 3), 0.5, 0, 0.2);
  CHECK(score(truth, segmentation, 3).voxels == 8);
  CHECK(score(truth, segmentation, 2).truths == 3);
  CHECK(score(truth, segmentation, 100).voxels == 0);
}

TEST_CASE("nothing to score gives zeros, one voxel gives no error") {
  check(score({}, {}), 0, 0, 0);
  check(score({0, 0}, {1, 2}), 0, 0, 0);
  check(score({4}, {9}), 0, 0, 0);
}

TEST_CASE_TEMPLATE("a table does not depend on blocks or threads", T, std::uint8_t, std::uint16_t, std::uint32_t,
                   std::uint64_t) {
  test::Random random(8);
  const Shape shape{4, 160, 410};
  // Noise: every voxel its own run, and for wide types every pair its own slot.
  std::vector<T> segmentation(shape.voxels());
  for (T& label : segmentation) label = static_cast<T>(random.next());
  const auto truth = test::random_labels<std::uint64_t>(shape, 5, random);
  std::map<std::pair<std::uint64_t, std::uint64_t>, std::uint64_t> expected;
  const std::size_t used = 100000;
  for (std::size_t at = 0; at < used; ++at) ++expected[{truth[at], segmentation[at]}];

  ContingencyTable blocks;
  Monitor monitor;
  for (std::size_t begin = 0; begin < used; begin += 31000) {
    const std::size_t length = std::min<std::size_t>(31000, used - begin);
    count_pairs<T, std::uint64_t>(std::span<const T>(segmentation).subspan(begin, length),
                                  std::span<const std::uint64_t>(truth).subspan(begin, length), blocks, 2, monitor);
  }
  const auto entries = blocks.sorted();
  REQUIRE(entries.size() == expected.size());
  std::size_t i = 0;
  for (const auto& [key, count] : expected) {
    CHECK(entries[i].truth == key.first);
    CHECK(entries[i].segment == key.second);
    CHECK(entries[i].count == count);
    ++i;
  }

  ContingencyTable one;
  ContingencyTable three;
  count_pairs<T, std::uint64_t>(segmentation, truth, one, 1, monitor);
  count_pairs<T, std::uint64_t>(segmentation, truth, three, 3, monitor);
  const PartitionScores a = partition_scores(one);
  const PartitionScores b = partition_scores(three);
  CHECK(a.voi_split == b.voi_split);
  CHECK(a.voi_merge == b.voi_merge);
  CHECK(a.adapted_rand_error == b.adapted_rand_error);
}
