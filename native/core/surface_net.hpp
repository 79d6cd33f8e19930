// The dual surfaces of all labels around a block of voxels, before smoothing: vertices in cells, one quad for each face
// between two voxels of different labels and each of the two.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>
#include <type_traits>
#include <utility>
#include <vector>

#include "box.hpp"
#include "monitor.hpp"
#include "multiversion.hpp"
#include "surface_cell.hpp"

namespace fascicle::detail {

/// Position in 1/256 voxel from the centre of the net's first voxel; a cell is a cube of 256. The fourth number fills a
/// vector register: the local label of a vertex, the number of summands of a sum.
struct alignas(16) NetPoint {
  std::int32_t x = 0;
  std::int32_t y = 0;
  std::int32_t z = 0;
  std::uint32_t tag = 0;
};

constexpr std::int32_t cell_units = 256;

struct NetQuad {
  std::array<std::uint32_t, 4> vertices;  ///< counter-clockwise seen from outside
};

struct OwnedQuad {
  std::uint32_t quad;
  std::uint32_t label;  ///< local
};

/// Working memory of one block; `build` fills it.
class SurfaceNet {
 public:
  std::vector<std::uint32_t> ids;  ///< original label of each local one; local 0 is "none"
  std::vector<NetPoint> points;    ///< in raster order of their cells
  std::vector<NetQuad> quads;
  std::vector<OwnedQuad> owned_quads;           ///< those of the block itself, in raster order
  std::array<std::ptrdiff_t, 3> first_voxel{};  ///< volume coordinate of the net's first voxel, z, y, x

  /// `margin` cells around the block are built with it. `selected` (rising) limits the labels; empty for all. Voxels
  /// outside `window` count as 0.
  void build(std::span<const std::uint32_t> labels, const Box& window, const Box& block, std::size_t margin,
             std::span<const std::uint32_t> selected, const Monitor& monitor) {
    points.clear();
    quads.clear();
    owned_quads.clear();
    entries_.clear();
    if (!place(window, block, margin)) return;
    number_labels(labels, window, selected);
    if (ids.size() <= 1) return;
    copy_voxels(labels, window);
    make_vertices(monitor);
    make_quads(block, monitor);
  }

 private:
  struct Entry {
    std::uint32_t label;
    std::uint32_t first_vertex;
    std::uint8_t mask;
    bool joined;
  };

  /// Lays out the net: cells that may hold a surface and lie within `margin` of the block's. False where there are
  /// none.
  bool place(const Box& window, const Box& block, std::size_t margin) {
    if (window.empty() || block.empty()) return false;
    for (std::size_t axis = 0; axis < 3; ++axis) {
      const auto reach = static_cast<std::ptrdiff_t>(margin);
      const auto low = std::max(static_cast<std::ptrdiff_t>(block.min[axis]) - 1 - reach,
                                static_cast<std::ptrdiff_t>(window.min[axis]) - 1);
      const auto high =
          std::min(static_cast<std::ptrdiff_t>(block.max[axis]) + reach, static_cast<std::ptrdiff_t>(window.max[axis]));
      if (high <= low) return false;
      first_voxel[axis] = low;
      extent_[axis] = static_cast<std::size_t>(high - low) + 1;
    }
    shape_ = {extent_[0], extent_[1], extent_[2]};
    return true;
  }

  /// Where the net and the window meet, in voxels of the net.
  [[nodiscard]] Box filled_part(const Box& window) const {
    Box part;
    for (std::size_t axis = 0; axis < 3; ++axis) {
      const auto low = static_cast<std::ptrdiff_t>(window.min[axis]) - first_voxel[axis];
      const auto high = static_cast<std::ptrdiff_t>(window.max[axis]) - first_voxel[axis];
      part.min[axis] = static_cast<std::size_t>(std::max<std::ptrdiff_t>(low, 0));
      part.max[axis] = std::min(extent_[axis], static_cast<std::size_t>(std::max<std::ptrdiff_t>(high, 0)));
    }
    return part;
  }

  /// Calls `visit(row of labels, first voxel of the net)` for every row of `part`.
  template <class Visit>
  void for_each_row(std::span<const std::uint32_t> labels, const Box& window, const Box& part, Visit&& visit) const {
    const Shape from = window.shape();
    const auto source = [&](std::size_t axis, std::size_t at) {
      return static_cast<std::size_t>(static_cast<std::ptrdiff_t>(at) + first_voxel[axis]) - window.min[axis];
    };
    for (std::size_t z = part.min[0]; z < part.max[0]; ++z) {
      for (std::size_t y = part.min[1]; y < part.max[1]; ++y) {
        const std::size_t begin = from.index(source(0, z), source(1, y), source(2, part.min[2]));
        visit(labels.subspan(begin, part.max[2] - part.min[2]), shape_.index(z, y, part.min[2]));
      }
    }
  }

  void number_labels(std::span<const std::uint32_t> labels, const Box& window,
                     std::span<const std::uint32_t> selected) {
    ids.assign(1, 0);
    recent_.fill(0);
    if (!selected.empty()) {
      ids.insert(ids.end(), selected.begin() + (selected.front() == 0 ? 1 : 0), selected.end());
      return;
    }
    for_each_row(labels, window, filled_part(window), [&](std::span<const std::uint32_t> row, std::size_t) {
      for (const std::uint32_t label : row) {
        std::uint32_t& recent = recent_[label % recent_.size()];
        if (label != recent) ids.push_back(recent = label);
      }
    });
    std::sort(ids.begin(), ids.end());
    ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  }

  void copy_voxels(std::span<const std::uint32_t> labels, const Box& window) {
    voxels_.assign(shape_.voxels(), 0);
    std::uint32_t last = 0;
    std::uint32_t local = 0;
    for_each_row(labels, window, filled_part(window), [&](std::span<const std::uint32_t> row, std::size_t begin) {
      std::uint32_t* out = &voxels_[begin];
      for (const std::uint32_t label : row) {
        if (label != last) {
          last = label;
          const auto found = std::lower_bound(ids.begin(), ids.end(), label);
          local = found != ids.end() && *found == label ? static_cast<std::uint32_t>(found - ids.begin()) : 0;
        }
        *out++ = local;
      }
    });
  }

  /// The voxels of `label` among the eight of a cell; 0 for a cell beyond the net.
  [[nodiscard]] unsigned mask_of(std::uint32_t label, std::size_t z, std::size_t y, std::size_t x) const {
    // A cell before the first has wrapped round to a huge number.
    if (z + 1 >= shape_.z || y + 1 >= shape_.y || x + 1 >= shape_.x || z + 1 == 0 || y + 1 == 0 || x + 1 == 0) return 0;
    unsigned mask = 0;
    for (unsigned corner = 0; corner < 8; ++corner) {
      const std::size_t at = shape_.index(z + (corner >> 2), y + (corner >> 1 & 1), x + (corner & 1));
      mask |= static_cast<unsigned>(voxels_[at] == label) << corner;
    }
    return mask;
  }

  /// True where the pinched face of a cell is that of its neighbour too.
  [[nodiscard]] bool is_joined(std::uint32_t label, std::uint8_t face, std::size_t z, std::size_t y,
                               std::size_t x) const {
    const std::size_t step = (face & 1) != 0 ? 1 : static_cast<std::size_t>(-1);
    const unsigned axis = face / 2;
    const unsigned mask =
        mask_of(label, z + (axis == 0 ? step : 0), y + (axis == 1 ? step : 0), x + (axis == 2 ? step : 0));
    return table_.pinched_face[mask] == (face ^ 1u);
  }

  void add_entry(std::uint32_t label, unsigned mask, std::size_t z, std::size_t y, std::size_t x) {
    const std::uint8_t face = table_.pinched_face[mask];
    const bool joined = face != no_face && is_joined(label, face, z, y, x);
    entries_.push_back({label, static_cast<std::uint32_t>(points.size()), static_cast<std::uint8_t>(mask), joined});
    const std::uint8_t count = (joined ? table_.joined : table_.apart)[mask].count;
    const auto centre = [](std::size_t cell) { return static_cast<std::int32_t>(cell) * cell_units + cell_units / 2; };
    for (std::uint8_t cycle = 0; cycle < count; ++cycle) {
      points.push_back({centre(x), centre(y), centre(z), label});
    }
  }

  /// Marks the voxels of a row whose `neighbours` (distances in the volume) are not all of its own label. Plain loops
  /// over a row, which compilers turn into vector code: most voxels are inside of something.
  template <std::size_t N>
  void mark_changes(std::size_t begin, std::size_t count, const std::array<std::size_t, N>& neighbours) {
    const std::uint32_t* FASCICLE_RESTRICT voxel = &voxels_[begin];
    std::uint32_t* FASCICLE_RESTRICT change = changes_.data();
    for (std::size_t x = 0; x < count; ++x) {
      std::uint32_t differences = 0;
      for (const std::size_t distance : neighbours) differences |= voxel[x] ^ voxel[x + distance];
      change[x] = differences;
    }
  }

  void make_vertices(const Monitor& monitor) {
    first_entry_.resize(shape_.voxels());  // a cell has the index of its first voxel; plain cells have nothing there
    changes_.resize(shape_.x);
    const std::size_t row = shape_.x;
    const std::size_t plane = shape_.plane();
    const std::array<std::size_t, 7> others{1, row, row + 1, plane, plane + 1, plane + row, plane + row + 1};
    for (std::size_t z = 0; z + 1 < shape_.z; ++z) {
      monitor.check();
      for (std::size_t y = 0; y + 1 < shape_.y; ++y) {
        const std::size_t begin = shape_.index(z, y, 0);
        mark_changes(begin, shape_.x - 1, others);
        for (std::size_t x = 0; x + 1 < shape_.x; ++x) {
          if (changes_[x] == 0) continue;
          first_entry_[begin + x] = static_cast<std::uint32_t>(entries_.size());
          const std::uint32_t* v = &voxels_[begin + x];
          std::array<std::uint32_t, 8> corners{v[0]};
          for (std::size_t i = 0; i < 7; ++i) corners[i + 1] = v[others[i]];
          unsigned seen = 0;
          for (unsigned corner = 0; corner < 8; ++corner) {
            if ((seen >> corner & 1) != 0 || corners[corner] == 0) continue;
            unsigned mask = 0;
            for (unsigned other = 0; other < 8; ++other) {
              mask |= static_cast<unsigned>(corners[other] == corners[corner]) << other;
            }
            seen |= mask;
            add_entry(corners[corner], mask, z, y, x);
          }
        }
      }
    }
  }

  /// The vertex of `label` in a cell that the given edge of the cell crosses.
  [[nodiscard]] std::uint32_t vertex_of(std::size_t cell, std::uint32_t label, unsigned edge) const {
    const Entry* entry = &entries_[first_entry_[cell]];
    while (entry->label != label) ++entry;
    return entry->first_vertex + (entry->joined ? table_.joined : table_.apart)[entry->mask].of_edge[edge];
  }

  void make_quads(const Box& block, const Monitor& monitor) {
    // Along its own axis the face before the volume's first voxel belongs to the first block, as no other has it.
    std::array<std::ptrdiff_t, 3> min{};
    std::array<std::ptrdiff_t, 3> max{};
    std::array<std::ptrdiff_t, 3> along_min{};
    for (std::size_t axis = 0; axis < 3; ++axis) {
      min[axis] = static_cast<std::ptrdiff_t>(block.min[axis]) - first_voxel[axis];
      max[axis] = static_cast<std::ptrdiff_t>(block.max[axis]) - first_voxel[axis];
      along_min[axis] = block.min[axis] == 0 ? min[axis] - 1 : min[axis];
    }
    const std::array<std::size_t, 3> stride{shape_.plane(), shape_.x, 1};
    for (std::size_t z = 0; z + 1 < shape_.z; ++z) {
      monitor.check();
      for (std::size_t y = 0; y + 1 < shape_.y; ++y) {
        const std::size_t begin = shape_.index(z, y, 0);
        mark_changes(begin, shape_.x - 1, stride);
        const auto add_faces = [&]<std::size_t axis>(std::integral_constant<std::size_t, axis>, std::size_t x) {
          const std::size_t at = begin + x;
          const std::uint32_t low = voxels_[at];
          const std::uint32_t high = voxels_[at + stride[axis]];
          if (low == high) return;
          const std::array<std::ptrdiff_t, 3> position{static_cast<std::ptrdiff_t>(z), static_cast<std::ptrdiff_t>(y),
                                                       static_cast<std::ptrdiff_t>(x)};
          bool owned = true;
          for (std::size_t other = 0; other < 3; ++other) {
            owned =
                owned && position[other] >= (other == axis ? along_min : min)[other] && position[other] < max[other];
          }
          if (low != 0) add_quad<axis>(at, stride, low, true, owned);
          if (high != 0) add_quad<axis>(at, stride, high, false, owned);
        };
        // The cells around an edge lie one before and one after it along the two other axes; an edge without the ones
        // before lies beyond what the block needs.
        for (std::size_t x = 0; x + 1 < shape_.x; ++x) {
          if (changes_[x] == 0) continue;
          if (y != 0 && x != 0) add_faces(std::integral_constant<std::size_t, 0>{}, x);
          if (z != 0 && x != 0) add_faces(std::integral_constant<std::size_t, 1>{}, x);
          if (z != 0 && y != 0) add_faces(std::integral_constant<std::size_t, 2>{}, x);
        }
      }
    }
  }

  /// The quad around the edge from voxel `at` along `axis`, for the label at its low or high end.
  template <std::size_t axis>
  void add_quad(std::size_t at, const std::array<std::size_t, 3>& stride, std::uint32_t label, bool inside_is_low,
                bool owned) {
    // Two axes across, such that (across, up, axis) is right-handed in x, y, z.
    constexpr std::size_t across = axis == 2 ? 1 : axis == 1 ? 0 : 2;
    constexpr std::size_t up = axis == 2 ? 0 : axis == 1 ? 2 : 1;
    constexpr std::array<std::array<unsigned, 2>, 4> turn{{{0, 0}, {1, 0}, {1, 1}, {0, 1}}};
    NetQuad quad{};
    for (std::size_t i = 0; i < 4; ++i) {
      const auto [a, u] = turn[i];  // 1: the cell after the edge, in which the edge lies at the low side
      const std::size_t cell = at - (a != 0 ? 0 : stride[across]) - (u != 0 ? 0 : stride[up]);
      const unsigned slow = 1 - (across < up ? a : u);
      const unsigned fast = 1 - (across < up ? u : a);
      quad.vertices[i] = vertex_of(cell, label, cell_edge(static_cast<unsigned>(axis), slow, fast));
    }
    if (!inside_is_low) std::swap(quad.vertices[1], quad.vertices[3]);
    if (owned) owned_quads.push_back({static_cast<std::uint32_t>(quads.size()), label});
    quads.push_back(quad);
  }

  const CellTable& table_ = cell_table();
  std::array<std::size_t, 3> extent_{};
  Shape shape_{};  ///< voxels of the net; it has one cell less along each axis
  std::vector<std::uint32_t> voxels_;
  std::array<std::uint32_t, 1024> recent_{};  ///< labels seen lately, which need not be collected again
  std::vector<Entry> entries_;
  std::vector<std::uint32_t> first_entry_;
  std::vector<std::uint32_t> changes_;  ///< of one row: not 0 where a neighbour differs
};

}  // namespace fascicle::detail
