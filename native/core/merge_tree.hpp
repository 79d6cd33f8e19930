// The merge tree of an agglomeration and its cuts.
//
// A step (u, v, score) joins the segments that hold supervoxels u and v at that moment; scores never rise, so a prefix
// of the steps is the agglomeration down to a threshold, and any threshold costs one walk, upward or downward. u and v
// are the ends of a real contact between the two sides (see agglomeration.hpp): a walk that leaves out steps still joins
// only what touches.
//
// Cut: O(supervoxels + steps), nearly linear, 12 bytes per supervoxel with sizes and 4 without.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "errors.hpp"
#include "monitor.hpp"
#include "union_find.hpp"

namespace fascicle {

/// Steps of a merge tree as a structure of arrays, strongest first.
struct MergeTree {
  /// Supervoxels 1..N, u < v.
  std::vector<std::uint32_t> u;
  std::vector<std::uint32_t> v;
  /// 0..1, never rising.
  std::vector<double> score;

  [[nodiscard]] std::size_t size() const { return u.size(); }
};

/// Read access to steps that live elsewhere, e.g. in arrays of JavaScript.
struct MergeSteps {
  std::span<const std::uint32_t> u;
  std::span<const std::uint32_t> v;
  std::span<const double> score;

  MergeSteps(std::span<const std::uint32_t> u_ids, std::span<const std::uint32_t> v_ids, std::span<const double> scores)
      : u(u_ids), v(v_ids), score(scores) {}
  MergeSteps(const MergeTree& tree) : u(tree.u), v(tree.v), score(tree.score) {}  // NOLINT: a tree is its own steps

  [[nodiscard]] std::size_t size() const { return u.size(); }
};

}  // namespace fascicle
