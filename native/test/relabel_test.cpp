#include "relabel.hpp"

#include <doctest/doctest.h>

#include <numeric>

#include "random_volume.hpp"

using namespace fascicle;

TEST_CASE("relabel reads the table at every voxel, whatever the thread count") {
  test::Random random(1);
  std::vector<std::uint32_t> labels(3 * detail::relabel_piece / 2 + 7);
  for (auto& label : labels) label = static_cast<std::uint32_t>(random.below(1000));
  std::vector<std::uint64_t> table(1000);
  for (auto& entry : table) entry = random.next();
  std::vector<std::uint64_t> expected(labels.size());
  for (std::size_t i = 0; i < labels.size(); ++i) expected[i] = table[labels[i]];

  for (const unsigned threads : {1u, 2u, 5u}) {
    Monitor monitor;
    std::vector<std::uint64_t> out(labels.size());
    relabel<std::uint64_t>(labels, table, out, threads, monitor);
    CHECK(out == expected);
  }
}

TEST_CASE("relabel refuses a label that the table does not hold") {
  Monitor monitor;
  std::vector<std::uint32_t> labels{0, 1, 2};
  const std::vector<std::uint32_t> table{5, 6};
  CHECK_THROWS_AS(relabel<std::uint32_t>(labels, table, labels, 1, monitor), std::invalid_argument);
}

TEST_CASE("relabel of nothing is nothing") {
  Monitor monitor;
  std::vector<std::uint32_t> labels;
  CHECK_NOTHROW(relabel<std::uint32_t>(labels, labels, labels, 3, monitor));
}

TEST_CASE("a stop request ends the work with Cancelled") {
  Monitor monitor(nullptr, [] { return true; });
  std::vector<std::uint32_t> labels(10);
  const std::vector<std::uint32_t> table{1};
  CHECK_THROWS_AS(relabel<std::uint32_t>(labels, table, labels, 2, monitor), Cancelled);
}

TEST_CASE_TEMPLATE("dense ids restore the original ids through the table", Id, std::uint32_t, std::uint64_t) {
  test::Random random(2);
  std::vector<Id> labels(detail::relabel_piece + 1001);
  for (auto& label : labels)
    label = random.below(4) == 0 ? 0 : static_cast<Id>(random.below(50) * 0x9e3779b97f4a7c15ULL);
  for (const unsigned threads : {1u, 3u}) {
    Monitor monitor;
    const auto ids = distinct_ids<Id>(labels, threads, monitor);
    CHECK(std::is_sorted(ids.begin(), ids.end()));
    std::vector<std::uint32_t> dense(labels.size());
    to_dense_ids<Id>(labels, ids, dense, threads, monitor);
    std::vector<Id> table{0};
    table.insert(table.end(), ids.begin(), ids.end());
    std::vector<Id> back(labels.size());
    relabel<Id>(dense, table, back, threads, monitor);
    CHECK(back == labels);
  }
}

TEST_CASE("to_dense_ids refuses an id that is not in the table") {
  Monitor monitor;
  const std::vector<std::uint64_t> labels{7};
  const std::vector<std::uint64_t> ids{6, 8};
  std::vector<std::uint32_t> out(1);
  CHECK_THROWS_AS(to_dense_ids<std::uint64_t>(labels, ids, out, 1, monitor), std::invalid_argument);
}
