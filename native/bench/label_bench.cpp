// Speed of the algorithms that work on label volumes: connected components, distance transform, contingency table,
// label statistics, relabelling. Input: a raw file (--labels=FILE --shape=z,y,x, uint32) or blocky cells of realistic
// run length.
#include <cstdint>

#include "connected_components.hpp"
#include "distance_transform.hpp"
#include "harness.hpp"
#include "label_statistics.hpp"
#include "partition_scores.hpp"
#include "relabel.hpp"

using namespace fascicle;

namespace {

/// Jittered cells, about 18 voxels wide in plane: the run length of neurites at 8 nm.
std::vector<std::uint32_t> cells(Shape shape, std::uint32_t cell) {
  std::vector<std::uint32_t> labels(shape.voxels());
  for (std::size_t z = 0; z < shape.z; ++z)
    for (std::size_t y = 0; y < shape.y; ++y)
      for (std::size_t x = 0; x < shape.x; ++x) {
        const std::size_t shift = (y * 7 + z * 3) / 11;
        labels[shape.index(z, y, x)] =
            static_cast<std::uint32_t>(1 + (z / 24 * 64 + y / 24) * 64 + (x + shift) / cell % 64);
      }
  return labels;
}

}  // namespace

int main(int argc, char** argv) {
  const std::size_t edge = bench::integer_option(argc, argv, "edge", 256);
  const int repetitions = static_cast<int>(bench::integer_option(argc, argv, "repetitions", 5));
  const Shape shape{edge, edge, edge};
  const std::string file = bench::option(argc, argv, "labels", "");
  const auto labels = file.empty() ? cells(shape, 18) : bench::read_raw<std::uint32_t>(file);
  const auto truth = cells(shape, 22);
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
  }
}
