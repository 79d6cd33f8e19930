// Connected components of a label volume: maximal connected sets of voxels with equal non-zero label.
//
// Method: run-length two-pass labelling (He, Chao, Suzuki: A run-based two-scan labeling algorithm, IEEE TIP 2008) with
// union-find whose root is the smallest run (Wu, Otoo, Suzuki 2009).
//   1. per slab of planes, in parallel: each row becomes runs of equal non-zero labels; a run joins the overlapping
//   runs of
//      equal label in the rows before it;
//   2. the slabs' run lists are concatenated and joined across the faces between slabs;
//   3. roots are numbered in raster order and every run is filled with its number.
// O(voxels + runs * alpha); 12 bytes per run of working memory. Runs stand in raster order, and the root of a component
// is its first run, so the numbering by first voxel does not depend on the slabs or the threads.
#pragma once

#include <algorithm>
#include <concepts>
#include <cstdint>
#include <limits>
#include <numeric>
#include <span>
#include <vector>

#include "monitor.hpp"
#include "parallel.hpp"
#include "volume_view.hpp"

namespace fascicle {

/// 6: voxels that share a face. 26: a face, an edge or a corner.
enum class Connectivity { faces = 6, corners = 26 };

namespace detail {

struct Run {
  std::uint32_t begin;
  std::uint32_t end;
};

/// Root of `run`, halving the path on the way.
inline std::uint32_t find_root(std::vector<std::uint32_t>& parent, std::uint32_t run) {
  while (parent[run] != run) {
    parent[run] = parent[parent[run]];
    run = parent[run];
  }
  return run;
}

inline void join(std::vector<std::uint32_t>& parent, std::uint32_t a, std::uint32_t b) {
  a = find_root(parent, a);
  b = find_root(parent, b);
  if (a < b) {
    parent[b] = a;
  } else {
    parent[a] = b;
  }
}

/// Runs of consecutive rows; row r owns runs first[r] .. first[r + 1] - 1.
struct RunList {
  std::vector<Run> runs;
  std::vector<std::uint32_t> first{0};
  std::vector<std::uint32_t> parent;

  template <class T>
  void append_row(std::span<const T> row) {
    const std::size_t length = row.size();
    for (std::size_t x = 0; x < length;) {
      const T label = row[x];
      const std::size_t begin = x;
      do ++x;
      while (x < length && row[x] == label);
      if (label != 0) runs.push_back({static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(x)});
    }
    require(runs.size() < std::numeric_limits<std::uint32_t>::max(), "connected_components: more than 2^32 - 2 runs");
    first.push_back(static_cast<std::uint32_t>(runs.size()));
    for (auto run = static_cast<std::uint32_t>(parent.size()); run < runs.size(); ++run) parent.push_back(run);
  }

  /// Joins runs of equal label in two rows that touch; `reach` is 1 where diagonal contact counts, else 0.
  template <class T>
  void join_rows(std::size_t row_a, std::span<const T> labels_a, std::size_t row_b, std::span<const T> labels_b,
                 std::uint32_t reach) {
    std::uint32_t a = first[row_a];
    std::uint32_t b = first[row_b];
    const std::uint32_t end_a = first[row_a + 1];
    const std::uint32_t end_b = first[row_b + 1];
    while (a < end_a && b < end_b) {
      const Run& run_a = runs[a];
      const Run& run_b = runs[b];
      if (run_a.begin < run_b.end + reach && run_b.begin < run_a.end + reach &&
          labels_a[run_a.begin] == labels_b[run_b.begin]) {
        join(parent, a, b);
      }
      // The run that ends first cannot meet a later one, except diagonally when both end together.
      if (run_a.end < run_b.end) {
        ++a;
      } else if (run_b.end < run_a.end) {
        ++b;
      } else {
        if (reach != 0) {
          if (b + 1 < end_b && runs[b + 1].begin < run_a.end + reach &&
              labels_a[run_a.begin] == labels_b[runs[b + 1].begin]) {
            join(parent, a, b + 1);
          }
          if (a + 1 < end_a && runs[a + 1].begin < run_b.end + reach &&
              labels_a[runs[a + 1].begin] == labels_b[run_b.begin]) {
            join(parent, a + 1, b);
          }
        }
        ++a;
        ++b;
      }
    }
  }
};

/// Joins row (z, y) to the rows before it that it touches; the row's index within `list` is relative to plane `z0`.
template <class T>
void join_to_previous(RunList& list, VolumeView<const T> labels, std::size_t z0, std::size_t z, std::size_t y,
                      Connectivity connectivity, bool within_plane, bool across_planes) {
  const Shape shape = labels.shape();
  const std::uint32_t reach = connectivity == Connectivity::corners ? 1 : 0;
  const auto row_index = [&](std::size_t iz, std::size_t iy) { return (iz - z0) * shape.y + iy; };
  const auto join_with = [&](std::size_t iz, std::size_t iy) {
    list.join_rows<T>(row_index(z, y), labels.row(z, y), row_index(iz, iy), labels.row(iz, iy), reach);
  };
  if (within_plane && y > 0) join_with(z, y - 1);
  if (across_planes && z > z0) {
    join_with(z - 1, y);
    if (reach != 0 && y > 0) join_with(z - 1, y - 1);
    if (reach != 0 && y + 1 < shape.y) join_with(z - 1, y + 1);
  }
}

}  // namespace detail

/// Labels the components of `labels` with 1, 2, ... in the order of their first voxels (raster order, x fastest); label
/// 0 stays 0. Returns the number of components.
///
/// `out` has as many elements as the volume and may be the memory of `labels`. Throws std::invalid_argument for a wrong
/// size, a row longer than 2^32 - 2 voxels, or more than 2^32 - 2 runs.
template <std::unsigned_integral T>
std::uint32_t connected_components(VolumeView<const T> labels, std::span<std::uint32_t> out, Connectivity connectivity,
                                   unsigned threads, Monitor& monitor) {
  const Shape shape = labels.shape();
  require(out.size() == shape.voxels(), "connected_components: labels and out differ in size");
  require(shape.x < std::numeric_limits<std::uint32_t>::max() - 1, "connected_components: rows are too long");
  if (shape.voxels() == 0) return 0;

  const std::size_t slabs = std::min<std::size_t>(shape.z, 4 * static_cast<std::size_t>(resolve_threads(threads)));
  monitor.begin(2 * shape.z);

  std::vector<detail::RunList> partial(slabs);
  parallel_for(slabs, threads, [&](std::size_t slab) {
    const Range planes = split_range(shape.z, slabs, slab);
    detail::RunList& list = partial[slab];
    for (std::size_t z = planes.begin; z < planes.end; ++z) {
      for (std::size_t y = 0; y < shape.y; ++y) {
        list.append_row<T>(labels.row(z, y));
        // The row after it in the plane before is complete, so all earlier neighbours are there.
        detail::join_to_previous<T>(list, labels, planes.begin, z, y, connectivity, true, true);
      }
      monitor.advance();
    }
  });

  detail::RunList all = std::move(partial[0]);
  for (std::size_t slab = 1; slab < slabs; ++slab) {
    detail::RunList& list = partial[slab];
    require(all.runs.size() + list.runs.size() < std::numeric_limits<std::uint32_t>::max(),
            "connected_components: more than 2^32 - 2 runs");
    const auto offset = static_cast<std::uint32_t>(all.runs.size());
    all.runs.insert(all.runs.end(), list.runs.begin(), list.runs.end());
    for (std::size_t row = 1; row < list.first.size(); ++row) all.first.push_back(list.first[row] + offset);
    for (const std::uint32_t parent : list.parent) all.parent.push_back(parent + offset);
    list = {};
    const std::size_t face = split_range(shape.z, slabs, slab).begin;
    for (std::size_t y = 0; y < shape.y; ++y) {
      detail::join_to_previous<T>(all, labels, 0, face, y, connectivity, false, true);
    }
  }

  // A parent never stands behind its child, so one forward pass turns parents into component numbers.
  std::uint32_t components = 0;
  for (std::uint32_t run = 0; run < all.parent.size(); ++run) {
    all.parent[run] = all.parent[run] == run ? ++components : all.parent[all.parent[run]];
  }

  parallel_for(shape.z, threads, [&](std::size_t z) {
    for (std::size_t y = 0; y < shape.y; ++y) {
      const std::size_t row = z * shape.y + y;
      std::uint32_t* target = out.data() + row * shape.x;
      std::uint32_t x = 0;
      for (std::uint32_t run = all.first[row]; run < all.first[row + 1]; ++run) {
        std::fill(target + x, target + all.runs[run].begin, 0);
        std::fill(target + all.runs[run].begin, target + all.runs[run].end, all.parent[run]);
        x = all.runs[run].end;
      }
      std::fill(target + x, target + shape.x, 0);
    }
    monitor.advance();
  });
  return components;
}

}  // namespace fascicle
