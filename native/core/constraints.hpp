// What a user has decided about supervoxels: pairs that belong together, pairs that do not, and thresholds of objects.
//
// Decisions are counted: the same pair may be linked by two edits, and taking one back leaves the other.
// O(1) per change and look-up; 4 bytes per supervoxel of the volume and about 100 per decision.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <stdexcept>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "errors.hpp"

namespace fascicle {

/// Two different supervoxels, in any order.
struct SupervoxelPair {
  std::uint32_t u;
  std::uint32_t v;
  friend bool operator==(const SupervoxelPair&, const SupervoxelPair&) = default;
};

/// A threshold for the object that holds a supervoxel; `none` takes it away.
struct AnchoredThreshold {
  static constexpr double none = -1;
  std::uint32_t anchor;
  double threshold;
  friend bool operator==(const AnchoredThreshold&, const AnchoredThreshold&) = default;
};

/// Decisions taken and taken back at once.
struct ConstraintChange {
  std::vector<SupervoxelPair> add_must;
  std::vector<SupervoxelPair> remove_must;
  std::vector<SupervoxelPair> add_cannot;
  std::vector<SupervoxelPair> remove_cannot;
  std::vector<AnchoredThreshold> thresholds;
};

/// Decisions that contradict each other: must-links join the ends of a cannot-link.
class ConstraintConflict : public std::runtime_error {
 public:
  ConstraintConflict(SupervoxelPair cannot, std::vector<SupervoxelPair> must)
      : std::runtime_error(describe(cannot, must)), cannot_(cannot), must_(std::move(must)) {}

  [[nodiscard]] SupervoxelPair cannot() const { return cannot_; }
  /// A chain of must-links from cannot().u to cannot().v.
  [[nodiscard]] const std::vector<SupervoxelPair>& must() const { return must_; }

 private:
  static std::string describe(SupervoxelPair cannot, std::span<const SupervoxelPair> must) {
    const auto name = [](SupervoxelPair pair) { return std::to_string(pair.u) + "-" + std::to_string(pair.v); };
    constexpr std::size_t most = 4;
    std::string links;
    for (std::size_t i = 0; i < std::min(must.size(), most); ++i) links += (i == 0 ? "" : ", ") + name(must[i]);
    if (must.size() > most) links += " and " + std::to_string(must.size() - most) + " more";
    return "the cannot-link " + name(cannot) + " contradicts the must-link" + (must.size() == 1 ? " " : "s ") + links;
  }

  SupervoxelPair cannot_;
  std::vector<SupervoxelPair> must_;
};

class Constraints {
 public:
  /// The decisions about one supervoxel.
  struct Decided {
    std::uint32_t supervoxel = 0;
    std::vector<std::uint32_t> must;
    std::vector<std::uint32_t> cannot;
    double threshold = AnchoredThreshold::none;

    [[nodiscard]] bool empty() const { return must.empty() && cannot.empty() && threshold < 0; }
  };

  explicit Constraints(std::size_t supervoxels) : position_(supervoxels + 1), decided_(1) {}

  /// Adds supervoxels up to this number, undecided.
  void grow(std::size_t supervoxels) { position_.resize(std::max(position_.size(), supervoxels + 1)); }

  /// Position of the decisions about a supervoxel, 0 where there are none; below `positions()`.
  [[nodiscard]] std::uint32_t position(std::uint32_t supervoxel) const { return position_[supervoxel]; }
  [[nodiscard]] const Decided& at(std::uint32_t position) const { return decided_[position]; }
  [[nodiscard]] std::size_t positions() const { return decided_.size(); }
  /// Number of linked pairs and thresholds.
  [[nodiscard]] std::size_t size() const { return counts_[0].size() + counts_[1].size() + thresholds_; }
  /// How many times a pair is linked.
  [[nodiscard]] std::uint32_t must_links(SupervoxelPair pair) const { return count(0, pair); }
  [[nodiscard]] std::uint32_t cannot_links(SupervoxelPair pair) const { return count(1, pair); }
  /// Every linked pair once, by rising ids, the lower of a pair first.
  [[nodiscard]] std::vector<SupervoxelPair> must_pairs() const { return pairs(0); }
  [[nodiscard]] std::vector<SupervoxelPair> cannot_pairs() const { return pairs(1); }
  /// The lowest threshold of any object, or infinity.
  [[nodiscard]] double lowest_threshold() const {
    double lowest = std::numeric_limits<double>::infinity();
    if (thresholds_ == 0) return lowest;
    for (const Decided& decided : decided_) {
      if (decided.threshold >= 0) lowest = std::min(lowest, decided.threshold);
    }
    return lowest;
  }

  /// Makes the change and returns the one that takes it back.
  ///
  /// Throws std::invalid_argument, with nothing changed, for an unknown supervoxel, a pair of one supervoxel, a link
  /// removed that is not there, or a threshold below 0 that is not `none`.
  ConstraintChange apply(const ConstraintChange& change) {
    check(change);
    ConstraintChange inverse;
    for (const SupervoxelPair& pair : change.remove_must) remove(0, pair);
    for (const SupervoxelPair& pair : change.remove_cannot) remove(1, pair);
    for (const SupervoxelPair& pair : change.add_must) add(0, pair);
    for (const SupervoxelPair& pair : change.add_cannot) add(1, pair);
    for (const AnchoredThreshold& entry : change.thresholds) {
      inverse.thresholds.push_back({entry.anchor, set_threshold(entry)});
    }
    std::reverse(inverse.thresholds.begin(), inverse.thresholds.end());
    inverse.add_must = change.remove_must;
    inverse.remove_must = change.add_must;
    inverse.add_cannot = change.remove_cannot;
    inverse.remove_cannot = change.add_cannot;
    return inverse;
  }

  /// A chain of must-links from one supervoxel to another; empty when they are not joined by any.
  [[nodiscard]] std::vector<SupervoxelPair> must_chain(std::uint32_t from, std::uint32_t to) const {
    std::unordered_map<std::uint32_t, std::uint32_t> towards{{to, to}};
    std::vector<std::uint32_t> queue{to};
    for (std::size_t i = 0; i < queue.size() && !towards.contains(from); ++i) {
      for (const std::uint32_t next : at(position(queue[i])).must) {
        if (towards.emplace(next, queue[i]).second) queue.push_back(next);
      }
    }
    std::vector<SupervoxelPair> chain;
    if (!towards.contains(from)) return chain;
    for (std::uint32_t at = from; at != to; at = towards[at]) chain.push_back({at, towards[at]});
    return chain;
  }

 private:
  static std::uint64_t key(SupervoxelPair pair) {
    return static_cast<std::uint64_t>(std::min(pair.u, pair.v)) << 32 | std::max(pair.u, pair.v);
  }

  [[nodiscard]] std::vector<SupervoxelPair> pairs(std::size_t kind) const {
    std::vector<SupervoxelPair> found;
    found.reserve(counts_[kind].size());
    for (const auto& [pair, times] : counts_[kind]) {
      found.push_back({static_cast<std::uint32_t>(pair >> 32), static_cast<std::uint32_t>(pair)});
    }
    std::sort(found.begin(), found.end(),
              [](const SupervoxelPair& a, const SupervoxelPair& b) { return key(a) < key(b); });
    return found;
  }

  [[nodiscard]] std::uint32_t count(std::size_t kind, SupervoxelPair pair) const {
    const auto found = counts_[kind].find(key(pair));
    return found == counts_[kind].end() ? 0 : found->second;
  }

  void check(const ConstraintChange& change) const {
    for (const auto* pairs : {&change.add_must, &change.remove_must, &change.add_cannot, &change.remove_cannot}) {
      for (const SupervoxelPair& pair : *pairs) {
        check_id(pair.u);
        check_id(pair.v);
        if (pair.u == pair.v) {
          throw std::invalid_argument("constraints: supervoxel " + std::to_string(pair.u) + " linked to itself");
        }
      }
    }
    check_removal(0, change.remove_must, "must-link");
    check_removal(1, change.remove_cannot, "cannot-link");
    for (const AnchoredThreshold& entry : change.thresholds) {
      check_id(entry.anchor);
      require(entry.threshold >= 0 || entry.threshold == AnchoredThreshold::none,
              "constraints: a threshold is not from 0 on");
    }
  }

  void check_id(std::uint32_t supervoxel) const {
    if (supervoxel >= 1 && supervoxel < position_.size()) return;
    throw std::invalid_argument("constraints: supervoxel " + std::to_string(supervoxel) + "; accepted: 1 to " +
                                std::to_string(position_.size() - 1));
  }

  void check_removal(std::size_t kind, std::span<const SupervoxelPair> pairs, const char* name) const {
    std::unordered_map<std::uint64_t, std::uint32_t> wanted;
    for (const SupervoxelPair& pair : pairs) {
      if (++wanted[key(pair)] > count(kind, pair)) {
        throw std::invalid_argument(std::string("constraints: there is no ") + name + " " + std::to_string(pair.u) +
                                    "-" + std::to_string(pair.v) + " to remove");
      }
    }
  }

  void add(std::size_t kind, SupervoxelPair pair) {
    if (counts_[kind][key(pair)]++ > 0) return;
    links(kind, make(pair.u)).push_back(pair.v);
    links(kind, make(pair.v)).push_back(pair.u);
  }

  void remove(std::size_t kind, SupervoxelPair pair) {
    const auto found = counts_[kind].find(key(pair));
    if (--found->second > 0) return;
    counts_[kind].erase(found);
    std::erase(links(kind, decided_[position_[pair.u]]), pair.v);
    std::erase(links(kind, decided_[position_[pair.v]]), pair.u);
    release(pair.u);
    release(pair.v);
  }

  double set_threshold(const AnchoredThreshold& entry) {
    const double old = std::exchange(make(entry.anchor).threshold, entry.threshold);
    thresholds_ += entry.threshold >= 0 ? 1 : 0;
    thresholds_ -= old >= 0 ? 1 : 0;
    release(entry.anchor);
    return old;
  }

  static std::vector<std::uint32_t>& links(std::size_t kind, Decided& decided) {
    return kind == 0 ? decided.must : decided.cannot;
  }

  Decided& make(std::uint32_t supervoxel) {
    std::uint32_t& position = position_[supervoxel];
    if (position == 0 && !free_.empty()) {
      position = free_.back();
      free_.pop_back();
    } else if (position == 0) {
      position = static_cast<std::uint32_t>(decided_.size());
      decided_.emplace_back();
    }
    decided_[position].supervoxel = supervoxel;
    return decided_[position];
  }

  void release(std::uint32_t supervoxel) {
    const std::uint32_t position = position_[supervoxel];
    if (position == 0 || !decided_[position].empty()) return;
    decided_[position].supervoxel = 0;
    free_.push_back(position);
    position_[supervoxel] = 0;
  }

  std::vector<std::uint32_t> position_;
  std::vector<Decided> decided_;  ///< [0] decides nothing
  std::vector<std::uint32_t> free_;
  std::unordered_map<std::uint64_t, std::uint32_t> counts_[2];  ///< times each pair is linked: must, cannot
  std::size_t thresholds_ = 0;
};

}  // namespace fascicle
