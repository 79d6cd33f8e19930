// The merge steps of a project with the way from a supervoxel to its steps, for walks that begin anywhere.
//
// Steps of an agglomeration never join what is one segment already, so as edges between supervoxels they are a forest;
// nothing here relies on that. A supervoxel can be divided: its steps then end at the parts that they touch, and their
// order and scores stay. O(supervoxels + steps) memory, 12 bytes per supervoxel and 24 per step.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <numeric>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "merge_tree.hpp"

namespace fascicle {

/// One end of a step that another part of a divided supervoxel takes over.
struct StepOwner {
  std::uint32_t step;
  std::uint32_t supervoxel;
};

class MergeForest {
 public:
  /// `sizes[i]` is the voxel count of supervoxel i + 1, 0 for a vacant id. Copies both. Throws std::invalid_argument as
  /// cut_merge_tree.
  MergeForest(const MergeSteps& steps, std::span<const double> sizes)
      : u_(steps.u.begin(), steps.u.end()),
        v_(steps.v.begin(), steps.v.end()),
        score_(steps.score.begin(), steps.score.end()),
        sizes_(sizes.size() + 1),
        starts_(sizes.size() + 2) {
    detail::check_steps(steps, sizes);
    require(u_.size() < std::numeric_limits<std::uint32_t>::max(), "merge tree: more than 2^32 - 2 steps");
    std::copy(sizes.begin(), sizes.end(), sizes_.begin() + 1);
    for (std::size_t i = 0; i < sizes.size(); ++i) {
      if (sizes[i] == 0) vacant_.push_back(static_cast<std::uint32_t>(i + 1));
    }
    for (std::size_t i = 0; i < u_.size(); ++i) {
      ++starts_[u_[i] + 1];
      ++starts_[v_[i] + 1];
    }
    std::partial_sum(starts_.begin(), starts_.end(), starts_.begin());
    incident_.resize(2 * u_.size());
    std::vector<std::uint32_t> next(starts_.begin(), starts_.end() - 1);
    for (std::size_t i = 0; i < u_.size(); ++i) {
      incident_[next[u_[i]]++] = static_cast<std::uint32_t>(i);
      incident_[next[v_[i]]++] = static_cast<std::uint32_t>(i);
    }
  }

  /// Number of supervoxels; ids are 1 to this.
  [[nodiscard]] std::size_t supervoxels() const { return sizes_.size() - 1; }
  [[nodiscard]] std::size_t steps() const { return u_.size(); }
  [[nodiscard]] std::uint32_t u(std::size_t step) const { return u_[step]; }
  [[nodiscard]] std::uint32_t v(std::size_t step) const { return v_[step]; }
  [[nodiscard]] double score(std::size_t step) const { return score_[step]; }
  /// Voxels of a supervoxel; 0 for the id of a part that was put back.
  [[nodiscard]] double size(std::uint32_t supervoxel) const { return sizes_[supervoxel]; }

  /// Calls visit(step, supervoxel at its other end) for the steps of a supervoxel.
  template <class Visit>
  void for_steps_of(std::uint32_t supervoxel, Visit&& visit) const {
    // A step that has gone over to a part stays in the list, for the day the parts are put together again.
    const auto one = [&](std::uint32_t step) {
      if (u_[step] == supervoxel) {
        visit(step, v_[step]);
      } else if (v_[step] == supervoxel) {
        visit(step, u_[step]);
      }
    };
    const std::size_t listed = starts_.size() - 1;
    if (supervoxel < listed) {
      for (std::size_t i = starts_[supervoxel]; i < starts_[supervoxel + 1]; ++i) one(incident_[i]);
    }
    if (const auto taken = taken_.find(supervoxel); taken != taken_.end()) {
      for (const std::uint32_t step : taken->second) one(step);
    }
  }

  /// Ids without voxels.
  [[nodiscard]] std::span<const std::uint32_t> vacant() const { return vacant_; }

  /// Sets the voxel count of a supervoxel; the id after the last one adds a supervoxel without steps. An id whose count
  /// becomes 0 is vacant: no supervoxel, until it gets voxels again.
  void set_size(std::uint32_t supervoxel, double size) {
    require(supervoxel >= 1 && supervoxel <= sizes_.size(), "merge tree: supervoxel ids must stay dense");
    if (supervoxel == sizes_.size()) {
      sizes_.push_back(size);
    } else {
      sizes_[supervoxel] = size;
    }
    std::erase(vacant_, supervoxel);
    if (size == 0) vacant_.push_back(supervoxel);
  }

  /// Lets steps that end at `from` end at other supervoxels instead: at parts of it, or at the heir of one that is
  /// gone. The other end may be the same supervoxel: such a step joins nothing.
  void hand_over(std::uint32_t from, std::span<const StepOwner> owners) {
    const std::size_t listed = starts_.size() - 1;
    for (const auto& [step, part] : owners) {
      require(step < u_.size() && (u_[step] == from || v_[step] == from), "merge tree: a step does not end there");
      require(part >= 1 && part <= supervoxels(), "merge tree: a step cannot end at an unknown supervoxel");
      (u_[step] == from ? u_[step] : v_[step]) = part;
      if (part < listed && is_listed(part, step)) continue;
      auto& steps = taken_[part];
      if (std::find(steps.begin(), steps.end(), step) == steps.end()) steps.push_back(step);
    }
  }

 private:
  [[nodiscard]] bool is_listed(std::uint32_t supervoxel, std::uint32_t step) const {
    const auto* first = incident_.data() + starts_[supervoxel];
    const auto* last = incident_.data() + starts_[supervoxel + 1];
    return std::find(first, last, step) != last;
  }

  std::vector<std::uint32_t> u_;
  std::vector<std::uint32_t> v_;
  std::vector<double> score_;
  std::vector<double> sizes_;  ///< by supervoxel, [0] unused
  std::vector<std::uint32_t> vacant_;
  std::vector<std::uint32_t> starts_;  ///< into incident_, by supervoxel; fixed at the start
  std::vector<std::uint32_t> incident_;
  std::unordered_map<std::uint32_t, std::vector<std::uint32_t>> taken_;  ///< steps that supervoxels got later
};

}  // namespace fascicle
