// Disjoint sets over 0 .. n-1 whose representative is always the lowest member.
//
// Linking by index with path halving: amortised O(log n) per operation, and the representative needs no second array.
#pragma once

#include <cstddef>
#include <cstdint>
#include <numeric>
#include <vector>

namespace fascicle {

class UnionFind {
 public:
  explicit UnionFind(std::size_t n = 0) : parent_(n) { std::iota(parent_.begin(), parent_.end(), 0u); }

  [[nodiscard]] std::size_t size() const { return parent_.size(); }

  /// Grows or shrinks to n members; new ones are sets of one. The members of a set must not be parted.
  void resize(std::size_t n) {
    const std::size_t old = parent_.size();
    parent_.resize(n);
    for (std::size_t i = old; i < n; ++i) parent_[i] = static_cast<std::uint32_t>(i);
  }

  /// Lowest member of the set of `i`.
  std::uint32_t find(std::uint32_t i) {
    while (parent_[i] != i) {
      parent_[i] = parent_[parent_[i]];
      i = parent_[i];
    }
    return i;
  }

  /// Joins two sets and returns the representative of the union.
  std::uint32_t unite(std::uint32_t a, std::uint32_t b) {
    a = find(a);
    b = find(b);
    if (a > b) std::swap(a, b);
    parent_[b] = a;
    return a;
  }

 private:
  std::vector<std::uint32_t> parent_;
};

}  // namespace fascicle
