// How a surface passes through one cell of eight voxels: the table behind surface_nets.hpp.
//
// A cell joins the centres of 2 x 2 x 2 voxels. Corner dz * 4 + dy * 2 + dx; a mask has the bits of the corners that
// are inside. An edge of the cell is crossed where one end is inside and the other is not. The crossed edges fall into
// cycles: two crossed edges follow each other where they lie on one face of the cell. On an ambiguous face (its four
// edges crossed, the inside corners diagonal) the inside corners are kept apart, which is a rule that the cells on both
// sides follow. One vertex per cycle, rather than per cell, is what makes a dual surface a manifold (Nielson: Dual
// marching cubes, IEEE Visualization 2004).
//
// One case is left over: where an ambiguous face has both its links in one cycle, in the cells on both sides, the two
// links would become one edge of four faces. There, and only there, the inside corners of the face are joined instead,
// in both cells, which divides the cycle in two (Wenger: Isosurfaces, CRC Press 2013, 3.6; "C16 and C19"). A mask that
// has such a face has no other ambiguous one, so such changes never meet.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace fascicle {

constexpr unsigned cell_edges = 12;
constexpr unsigned cell_faces = 6;
constexpr std::uint8_t no_cycle = 0xff;
constexpr std::uint8_t no_face = 0xff;

/// Edge `axis` (0 z, 1 y, 2 x) at the offsets of the two other axes, the slower one first.
constexpr unsigned cell_edge(unsigned axis, unsigned slow, unsigned fast) {
  return axis * 4 + slow * 2 + fast;
}

/// Face orthogonal to `axis` at its low (0) or high (1) side.
constexpr unsigned cell_face(unsigned axis, unsigned side) {
  return axis * 2 + side;
}

/// The cycles of one mask.
struct CellCycles {
  std::uint8_t count = 0;
  std::array<std::uint8_t, cell_edges> of_edge{};  ///< cycle of each crossed edge, else no_cycle
};

namespace detail {

constexpr unsigned corner_stride(unsigned axis) {
  return axis == 0 ? 4 : axis == 1 ? 2 : 1;
}

/// The two ends of an edge.
constexpr std::array<unsigned, 2> edge_corners(unsigned edge) {
  const unsigned axis = edge / 4;
  const unsigned slow = corner_stride(axis == 0 ? 1 : 0);
  const unsigned fast = corner_stride(axis == 2 ? 1 : 2);
  const unsigned low = (edge >> 1 & 1) * slow + (edge & 1) * fast;
  return {low, low + corner_stride(axis)};
}

/// The four edges that lie on a face.
constexpr std::array<unsigned, 4> face_edges(unsigned face) {
  std::array<unsigned, 4> edges{};
  std::size_t found = 0;
  const unsigned stride = corner_stride(face / 2);
  const unsigned side = face & 1;
  for (unsigned edge = 0; edge < cell_edges; ++edge) {
    const auto [a, b] = edge_corners(edge);
    if (((a & stride) != 0) == (side == 1) && ((b & stride) != 0) == (side == 1)) edges[found++] = edge;
  }
  return edges;
}

constexpr bool crossed(unsigned mask, unsigned edge) {
  const auto [a, b] = edge_corners(edge);
  return (mask >> a & 1) != (mask >> b & 1);
}

constexpr bool ambiguous(unsigned mask, unsigned face) {
  for (const unsigned edge : face_edges(face)) {
    if (!crossed(mask, edge)) return false;
  }
  return true;
}

/// The corner of an edge that is inside (or outside).
constexpr unsigned end_of(unsigned mask, unsigned edge, bool inside) {
  const auto [a, b] = edge_corners(edge);
  return ((mask >> a & 1) != 0) == inside ? a : b;
}

/// Cycles of `mask`; `joined_face` is the ambiguous face whose inside corners are joined, or no_face.
constexpr CellCycles cycles_of(unsigned mask, unsigned joined_face) {
  std::array<unsigned, cell_edges> root{};
  for (unsigned edge = 0; edge < cell_edges; ++edge) root[edge] = edge;
  const auto merge = [&](unsigned a, unsigned b) {
    const unsigned from = root[a] > root[b] ? root[a] : root[b];
    const unsigned to = root[a] > root[b] ? root[b] : root[a];
    for (unsigned& entry : root) {
      if (entry == from) entry = to;
    }
  };
  for (unsigned face = 0; face < cell_faces; ++face) {
    const auto edges = face_edges(face);
    for (std::size_t i = 0; i < 4; ++i) {
      for (std::size_t j = i + 1; j < 4; ++j) {
        if (!crossed(mask, edges[i]) || !crossed(mask, edges[j])) continue;
        const bool inside = face != joined_face;
        if (!ambiguous(mask, face) || end_of(mask, edges[i], inside) == end_of(mask, edges[j], inside)) {
          merge(edges[i], edges[j]);
        }
      }
    }
  }
  CellCycles cycles;
  for (unsigned edge = 0; edge < cell_edges; ++edge) {
    if (!crossed(mask, edge)) {
      cycles.of_edge[edge] = no_cycle;
    } else if (root[edge] == edge) {
      cycles.of_edge[edge] = cycles.count++;
    } else {
      cycles.of_edge[edge] = cycles.of_edge[root[edge]];
    }
  }
  return cycles;
}

/// The ambiguous face of `mask` that has both its links in one cycle, or no_face.
constexpr std::uint8_t pinched_face_of(unsigned mask, const CellCycles& cycles) {
  for (unsigned face = 0; face < cell_faces; ++face) {
    if (!ambiguous(mask, face)) continue;
    const auto edges = face_edges(face);
    bool one_cycle = true;
    for (const unsigned edge : edges) one_cycle = one_cycle && cycles.of_edge[edge] == cycles.of_edge[edges[0]];
    if (one_cycle) return static_cast<std::uint8_t>(face);
  }
  return no_face;
}

}  // namespace detail

/// Everything surface_nets.hpp asks of a mask.
struct CellTable {
  std::array<CellCycles, 256> apart{};           ///< inside corners of ambiguous faces kept apart
  std::array<CellCycles, 256> joined{};          ///< those of the pinched face joined; as `apart` where there is none
  std::array<std::uint8_t, 256> pinched_face{};  ///< or no_face
};

/// The table, made on first use.
inline const CellTable& cell_table() {
  static const CellTable table = [] {
    CellTable made;
    for (unsigned mask = 0; mask < 256; ++mask) {
      made.apart[mask] = detail::cycles_of(mask, no_face);
      made.pinched_face[mask] = detail::pinched_face_of(mask, made.apart[mask]);
      made.joined[mask] = detail::cycles_of(mask, made.pinched_face[mask]);
    }
    return made;
  }();
  return table;
}

}  // namespace fascicle
