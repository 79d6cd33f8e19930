// Size, bounding box and centroid of every label of a volume, block by block.
//
// All figures are integer sums, minima and maxima, so blocks may come in any order and division. One scan over the runs
// of each row, O(voxels); per thread a table of the labels that its planes hold.
#pragma once

#include <algorithm>
#include <array>
#include <concepts>
#include <cstdint>
#include <mutex>
#include <span>
#include <unordered_map>
#include <vector>

#include "monitor.hpp"
#include "parallel.hpp"
#include "volume_view.hpp"

namespace fascicle {

/// Tables indexed by label, of labels + 1 rows each.
struct LabelStatistics {
  std::span<std::uint64_t> voxels;           ///< voxel count
  std::span<std::uint32_t> boxes;            ///< 6 per label: first z, y, x and last + 1 z, y, x
  std::span<std::uint64_t> coordinate_sums;  ///< 3 per label: sums of z, y, x over the voxels
};

/// Makes the tables those of an empty volume: boxes are empty with their first corner at 2^32 - 1.
inline void clear(LabelStatistics statistics) {
  std::fill(statistics.voxels.begin(), statistics.voxels.end(), 0);
  std::fill(statistics.coordinate_sums.begin(), statistics.coordinate_sums.end(), 0);
  for (std::size_t i = 0; i < statistics.boxes.size(); ++i) statistics.boxes[i] = i % 6 < 3 ? 0xffffffffu : 0;
}

namespace detail {

struct LabelSummary {
  std::uint64_t voxels = 0;
  std::array<std::uint32_t, 3> first{0xffffffffu, 0xffffffffu, 0xffffffffu};
  std::array<std::uint32_t, 3> last{0, 0, 0};
  std::array<std::uint64_t, 3> sums{0, 0, 0};
};

}  // namespace detail

/// Adds the block `labels`, whose first voxel has the coordinate `origin` (z, y, x) in the volume. Label 0 is counted
/// too.
///
/// Throws std::invalid_argument when a label is not below the number of rows, or a coordinate does not fit 32 bits.
/// After an exception or stop request the tables are partly filled.
inline void add_label_statistics(VolumeView<const std::uint32_t> labels, std::array<std::uint32_t, 3> origin,
                                 LabelStatistics statistics, unsigned threads, Monitor& monitor) {
  const Shape shape = labels.shape();
  const std::size_t rows = statistics.voxels.size();
  require(statistics.boxes.size() == 6 * rows && statistics.coordinate_sums.size() == 3 * rows,
          "add_label_statistics: the tables differ in their number of labels");
  for (const std::size_t end : {origin[0] + shape.z, origin[1] + shape.y, origin[2] + shape.x}) {
    require(end <= 0xffffffffu, "add_label_statistics: coordinates beyond 2^32 - 1");
  }
  if (shape.voxels() == 0) return;

  std::mutex tables;
  const std::size_t slabs = std::min<std::size_t>(shape.z, 4 * static_cast<std::size_t>(resolve_threads(threads)));
  monitor.begin(shape.z);
  parallel_for(slabs, threads, [&](std::size_t slab) {
    const Range planes = split_range(shape.z, slabs, slab);
    std::unordered_map<std::uint32_t, detail::LabelSummary> summaries;
    std::uint32_t current_label = 0;
    detail::LabelSummary* current = nullptr;
    for (std::size_t z = planes.begin; z < planes.end; ++z) {
      for (std::size_t y = 0; y < shape.y; ++y) {
        const auto row = labels.row(z, y);
        for (std::size_t begin = 0; begin < shape.x;) {
          const std::uint32_t label = row[begin];
          std::size_t end = begin + 1;
          while (end < shape.x && row[end] == label) ++end;
          if (current == nullptr || label != current_label) {
            current_label = label;
            current = &summaries[label];
          }
          const std::uint64_t length = end - begin;
          const auto pz = static_cast<std::uint32_t>(origin[0] + z);
          const auto py = static_cast<std::uint32_t>(origin[1] + y);
          const auto px = static_cast<std::uint32_t>(origin[2] + begin);
          current->voxels += length;
          current->sums[0] += length * pz;
          current->sums[1] += length * py;
          current->sums[2] += length * px + length * (length - 1) / 2;
          current->first = {std::min(current->first[0], pz), std::min(current->first[1], py),
                            std::min(current->first[2], px)};
          current->last = {std::max(current->last[0], pz + 1), std::max(current->last[1], py + 1),
                           std::max(current->last[2], static_cast<std::uint32_t>(px + length))};
          begin = end;
        }
      }
      monitor.advance();
    }
    const std::scoped_lock lock(tables);
    for (const auto& [label, summary] : summaries) {
      require(label < rows, "add_label_statistics: label " + std::to_string(label) + " is beyond the tables of " +
                                std::to_string(rows) + " rows");
      const std::size_t row = label;
      statistics.voxels[row] += summary.voxels;
      for (std::size_t axis = 0; axis < 3; ++axis) {
        std::uint32_t& first = statistics.boxes[6 * row + axis];
        std::uint32_t& last = statistics.boxes[6 * row + 3 + axis];
        first = std::min(first, summary.first[axis]);
        last = std::max(last, summary.last[axis]);
        statistics.coordinate_sums[3 * row + axis] += summary.sums[axis];
      }
    }
  });
}

}  // namespace fascicle
