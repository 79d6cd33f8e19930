// Agreement with ground truth that follows a segmentation as it changes.
//
// With n_st the voxels of segment s and object t of the truth, b_s and a_t their sums and N that of all, the variation
// of information (Meila 2003) is, in bits,
//   split = (sum a log a - sum n log n) / N,   merge = (sum b log b - sum n log n) / N.
// Both are sums over cells of the contingency table, so what moves between segments changes few terms. Supervoxels move
// between places of the table, not between ids of segments: a segment keeps the place that most of its supervoxels with
// truth have (the vote of Boyer and Moore 1981), so a merge moves the smaller side whatever the ids.
//
// O(rows) memory. Following costs O(supervoxels with truth), and a hash for each row that moves: along a merge tree
// every row moves O(log rows) times.
#pragma once

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <span>
#include <vector>

#include "errors.hpp"
#include "prefetch.hpp"

namespace fascicle {

/// How many voxels each supervoxel shares with each object of the truth, by rising supervoxel; supervoxel 0 stands for
/// the voxels of none.
struct TruthRows {
  std::span<const std::uint32_t> supervoxels;
  std::span<const std::uint32_t> truths;
  std::span<const double> voxels;
};

namespace detail {

/// Voxels by pair of ids: open addressing with linear probing (Knuth, TAOCP 3, 6.4, algorithms L and R).
class CellTable {
 public:
  /// For so many cells at most.
  explicit CellTable(std::size_t cells) : slots_(std::bit_ceil(2 * cells + 2)), mask_(slots_.size() - 1) {}

  /// Adds to a cell and returns what it held before. A cell of 0 is forgotten.
  double add(std::uint32_t a, std::uint32_t b, double voxels) {
    const std::uint64_t key = static_cast<std::uint64_t>(a) << 32 | b;
    std::size_t at = home(key);
    while (slots_[at].voxels != 0 && slots_[at].key != key) at = (at + 1) & mask_;
    Slot& slot = slots_[at];
    const double before = slot.voxels;
    slot = {key, before + voxels};
    if (slot.voxels == 0) close_gap(at);
    return before;
  }

  /// Says that a cell is added to soon.
  void expect(std::uint32_t a, std::uint32_t b) const {
    prefetch(&slots_[home(static_cast<std::uint64_t>(a) << 32 | b)]);
  }

 private:
  struct Slot {
    std::uint64_t key = 0;
    double voxels = 0;  ///< 0 = empty
  };

  /// Cells of neighbouring places with one object lie side by side: supervoxels are followed by rising id.
  [[nodiscard]] std::size_t home(std::uint64_t key) const {
    return static_cast<std::size_t>((key >> 32) + (key & 0xffffffff) * 0x9e3779b97f4a7c15) & mask_;
  }

  void close_gap(std::size_t gap) {
    for (std::size_t at = (gap + 1) & mask_; slots_[at].voxels != 0; at = (at + 1) & mask_) {
      // What lies at or after the gap on its own way from home stays where it is found.
      if (((at - home(slots_[at].key)) & mask_) < ((at - gap) & mask_)) continue;
      slots_[gap] = slots_[at];
      slots_[at] = {};
      gap = at;
    }
  }

  std::vector<Slot> slots_;
  std::size_t mask_;
};

}  // namespace detail

class FollowedAgreement {
 public:
  /// Has no scores before it follows a segmentation. Keeps the spans of `rows`. Throws std::invalid_argument when rows
  /// differ in length, do not rise or hold no voxels.
  explicit FollowedAgreement(const TruthRows& rows) : rows_(rows), cells_(rows.supervoxels.size()) {
    check();
    for (std::size_t row = 0; row < rows.supervoxels.size(); ++row) {
      if (row == 0 || rows.supervoxels[row] != rows.supervoxels[row - 1]) first_rows_.push_back(row);
    }
    const std::size_t moving = first_rows_.size();
    first_rows_.push_back(rows.supervoxels.size());
    places_.resize(moving);
    std::iota(places_.begin(), places_.end(), 0u);
    segments_.assign(moving, none);
    // More places than supervoxels, so that one is always free.
    holders_.assign(2 * moving, 0);
    totals_.resize(2 * moving);
    claimed_.resize(2 * moving);
    std::fill_n(holders_.begin(), moving, 1u);
    for (std::size_t place = moving; place < 2 * moving; ++place) free_.push_back(static_cast<std::uint32_t>(place));
    std::vector<double> truth_voxels;
    for (std::size_t i = 0; i < moving; ++i) {
      for (std::size_t row = first_rows_[i]; row < first_rows_[i + 1]; ++row) {
        const std::uint32_t truth = rows.truths[row];
        if (truth >= truth_voxels.size()) truth_voxels.resize(truth + std::size_t{1});
        truth_voxels[truth] += rows.voxels[row];
        voxels_ += rows.voxels[row];
      }
    }
    for (const double voxels : truth_voxels) truth_logs_ += x_log_x(voxels);
  }

  /// Takes another segmentation. @param assignment segment of each supervoxel; those beyond it have none, as has 0
  void follow(std::span<const std::uint32_t> assignment) {
    leads_.resize(std::max({leads_.size(), assignment.size(), std::size_t{1}}));
    ++turn_;
    // A segment that nothing has come to, and nothing but whole segments could have left, stays where it is.
    bool is_same = true;
    for (std::size_t i = 0; i < places_.size(); ++i) {
      const std::uint32_t id = rows_.supervoxels[first_rows_[i]];
      const std::uint32_t segment = id < assignment.size() ? assignment[id] : 0;
      if (segment == segments_[i]) continue;
      is_same = false;
      leads_[segment].turn = turn_;
      if (segments_[i] != none) leads_[segments_[i]].turn = turn_;
      segments_[i] = segment;
    }
    if (is_same) return;
    for (std::size_t i = 0; i < places_.size(); ++i) {
      Lead& lead = leads_[segments_[i]];
      if (lead.turn != turn_) continue;
      if (lead.votes <= 0) lead = {places_[i], 0, turn_};
      lead.votes += lead.place == places_[i] ? 1 : -1;
    }
    for (std::size_t i = 0; i < places_.size(); ++i) {
      Lead& lead = leads_[segments_[i]];
      if (lead.turn != turn_) continue;
      if (lead.votes != Lead::settled) {
        if (claimed_[lead.place] == turn_) {
          lead.place = free_.back();
          free_.pop_back();
        }
        claimed_[lead.place] = turn_;
        lead.votes = Lead::settled;
      }
      if (is_counted_ && places_[i] == lead.place) continue;
      moves_.push_back({i, is_counted_ ? places_[i] : none, lead.place});
      ++holders_[lead.place];
      if (--holders_[places_[i]] == 0) free_.push_back(places_[i]);
      places_[i] = lead.place;
    }
    make_moves();
    is_counted_ = true;
  }

  /// H(segment | truth), bits: what is apart that belongs together.
  [[nodiscard]] double vi_split() const { return bits(truth_logs_ - cell_logs_); }
  /// H(truth | segment), bits: what is together that belongs apart.
  [[nodiscard]] double vi_merge() const { return bits(place_logs_ - cell_logs_); }

 private:
  static constexpr std::uint32_t none = 0xffffffff;

  struct Move {
    std::size_t i;
    std::uint32_t from;  ///< or none
    std::uint32_t to;
  };
  /// The place of a segment whose supervoxels are others than before `turn`.
  struct Lead {
    static constexpr std::int32_t settled = -1;
    std::uint32_t place = 0;
    std::int32_t votes = 0;
    std::uint32_t turn = 0;
  };
  struct Total {
    double voxels = 0;
    double logs = 0;
  };

  void check() const {
    const auto& [supervoxels, truths, voxels] = rows_;
    require(truths.size() == supervoxels.size() && voxels.size() == supervoxels.size(),
            "truth rows: supervoxels, truths and voxels differ in length");
    require(std::is_sorted(supervoxels.begin(), supervoxels.end()), "truth rows: supervoxels do not rise");
    require(std::all_of(voxels.begin(), voxels.end(), [](double count) { return count > 0; }),
            "truth rows: a row has no voxels");
  }

  static double x_log_x(double x) { return x > 0 ? x * std::log2(x) : 0; }
  /// Sums that cancel leave a rounding error, which must not show as a negative entropy.
  [[nodiscard]] double bits(double sum) const { return voxels_ > 0 ? std::max(0.0, sum / voxels_) : 0; }

  [[nodiscard]] double voxels_of(std::size_t i) const {
    return std::accumulate(rows_.voxels.begin() + static_cast<std::ptrdiff_t>(first_rows_[i]),
                           rows_.voxels.begin() + static_cast<std::ptrdiff_t>(first_rows_[i + 1]), 0.0);
  }

  void make_moves() {
    constexpr std::size_t ahead = 8;
    for (std::size_t at = 0; at < moves_.size(); ++at) {
      if (at + ahead < moves_.size()) {
        const Move& coming = moves_[at + ahead];
        const std::uint32_t truth = rows_.truths[first_rows_[coming.i]];
        cells_.expect(coming.from, truth);
        cells_.expect(coming.to, truth);
      }
      const auto& [i, from, to] = moves_[at];
      for (std::size_t row = first_rows_[i]; row < first_rows_[i + 1]; ++row) {
        if (from != none) count(from, row, -rows_.voxels[row]);
        count(to, row, rows_.voxels[row]);
      }
      const double voxels = voxels_of(i);
      if (from != none) add_total(from, -voxels);
      add_total(to, voxels);
    }
    moves_.clear();
  }

  void count(std::uint32_t place, std::size_t row, double voxels) {
    const double before = cells_.add(place, rows_.truths[row], voxels);
    cell_logs_ += x_log_x(before + voxels) - x_log_x(before);
  }

  void add_total(std::uint32_t place, double voxels) {
    Total& total = totals_[place];
    total.voxels += voxels;
    const double logs = x_log_x(total.voxels);
    place_logs_ += logs - total.logs;
    total.logs = logs;
  }

  TruthRows rows_;
  detail::CellTable cells_;
  std::vector<std::size_t> first_rows_;  ///< of each supervoxel that has rows, and the end
  std::vector<std::uint32_t> places_;    ///< of the same supervoxels
  std::vector<std::uint32_t> holders_;   ///< supervoxels at a place
  std::vector<std::uint32_t> free_;      ///< places without any
  std::vector<std::uint32_t> claimed_;   ///< the last turn in which a segment kept or got the place
  std::vector<Total> totals_;            ///< by place
  std::vector<std::uint32_t> segments_;  ///< as they were followed last
  std::vector<Lead> leads_;              ///< by segment
  std::vector<Move> moves_;
  std::uint32_t turn_ = 0;
  bool is_counted_ = false;
  double voxels_ = 0;
  double truth_logs_ = 0;
  double cell_logs_ = 0;
  double place_logs_ = 0;
};

}  // namespace fascicle
