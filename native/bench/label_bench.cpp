// Speed of the algorithms that work on label volumes: connected components, distance transform, contingency table,
// label statistics, relabelling. Input: a raw file (--labels=FILE --shape=z,y,x, uint32) or blocky cells of realistic
// run length.
#include <cstdint>

#include "connected_components.hpp"
#include "distance_transform.hpp"
#include "harness.hpp"
#include "label_statistics.hpp"
#include "partition_scores.hpp"
#include "phantom_labels.hpp"
#include "relabel.hpp"
#include "seeded_watershed.hpp"

using namespace fascicle;

namespace {

/// A segmentation that disagrees in places: the labels moved by some voxels in each section.
std::vector<std::uint32_t> moved(const std::vector<std::uint32_t>& labels) {
  auto other = labels;
  std::rotate(other.begin(), other.begin() + std::min<std::ptrdiff_t>(7, std::ssize(other)), other.end());
  return other;
}

/// 230 where a voxel differs from the one before it along y or x, 10 elsewhere.
std::vector<std::uint8_t> boundaries(const std::vector<std::uint32_t>& labels, Shape shape) {
  std::vector<std::uint8_t> out(labels.size(), 10);
  for (std::size_t i = shape.x; i < labels.size(); ++i) {
    if (labels[i] != labels[i - 1] || labels[i] != labels[i - shape.x]) out[i] = 230;
  }
  return out;
}

}  // namespace

int main(int argc, char** argv) {
  const int repetitions = static_cast<int>(bench::integer_option(argc, argv, "repetitions", 5));
  const Shape shape{bench::integer_option(argc, argv, "z", 64), bench::integer_option(argc, argv, "y", 512),
                    bench::integer_option(argc, argv, "x", 512)};
  const std::string file = bench::option(argc, argv, "labels", "");
  const auto labels = file.empty() ? bench::phantom_labels(shape) : bench::read_raw<std::uint32_t>(file);
  const auto truth = moved(labels);
  const auto boundary = boundaries(labels, shape);
  std::vector<std::uint32_t> out(labels.size());
  std::vector<float> distance(labels.size());
  const std::size_t rows = *std::max_element(labels.begin(), labels.end()) + std::size_t{1};
  std::vector<std::uint32_t> table(rows, 3);
  const auto nothing = [] {};
  Monitor monitor;

  std::printf("{\"name\":\"copy\",\"gigabytesPerSecond\":%.1f}\n", bench::copy_gigabytes_per_second());
  for (const unsigned threads : {1u, 2u}) {
    for (const Connectivity connectivity : {Connectivity::faces, Connectivity::corners}) {
      bench::report(connectivity == Connectivity::faces ? "components6" : "components26", threads, shape,
                    bench::measure(repetitions, nothing, [&] {
                      connected_components<std::uint32_t>({labels, shape}, out, connectivity, threads, monitor);
                    }));
    }
    bench::report("distanceTransform", threads, shape, bench::measure(repetitions, nothing, [&] {
                    squared_distance_transform<std::uint32_t>({labels, shape}, {}, VolumeBorder::ignored, distance,
                                                              threads, monitor);
                  }));
    bench::report("metrics", threads, shape, bench::measure(repetitions, nothing, [&] {
                    ContingencyTable counts;
                    count_pairs<std::uint32_t, std::uint32_t>(labels, truth, counts, threads, monitor);
                    partition_scores(counts);
                  }));
    std::vector<std::uint64_t> voxels(rows);
    std::vector<std::uint32_t> boxes(6 * rows);
    std::vector<std::uint64_t> sums(3 * rows);
    bench::report("labelStatistics", threads, shape, bench::measure(repetitions, nothing, [&] {
                    add_label_statistics({labels, shape}, {0, 0, 0}, {voxels, boxes, sums}, threads, monitor);
                  }));
    bench::report("relabel", threads, shape, bench::measure(repetitions, nothing, [&] {
                    relabel<std::uint32_t>(labels, table, out, threads, monitor);
                  }));
    for (const bool per_slice : {true, false}) {
      SeededWatershedParams params;
      params.per_slice = per_slice;
      params.voxel_size = {5, 1, 1};
      bench::report(per_slice ? "seededWatershedPerSlice" : "seededWatershed3d", threads, shape,
                    bench::measure(std::min(repetitions, 2), nothing, [&] {
                      seeded_watershed<std::uint8_t>({boundary, shape}, params, out, threads, monitor);
                    }));
    }
  }
}
