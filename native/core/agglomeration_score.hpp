// Scores of an edge of the region graph, from integers that add up.
//
// Both scores have the property greedy merging rests on: the score of a union of contacts lies between those of its
// parts. For exact values it is the mediant inequality (mean) and the mixture inequality of distribution functions
// (quantile); a score is one correctly rounded division of two integers, and rounding keeps order. So merging never
// makes a score that beats the one just merged, and the same integers give the same bits everywhere.
//
// It holds as long as the integers fit a double, 2^53: always for quantiles, and for the mean of any edge, merged ones
// too, with fewer than 2^53 / unit contacts (3.5e13 for uint8 affinities, 5.4e8 for float32). Beyond, a score may be
// off by a rounding of the last place; the agglomeration then records the running minimum.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace fascicle {

enum class AgglomerationScore {
  mean,      ///< mean affinity of all contacts (Funke et al. 2019)
  quantile,  ///< affinity that a given share of the contacts does not exceed
};

struct AgglomerationParams {
  AgglomerationScore score = AgglomerationScore::mean;
  /// Rank of the quantile in thousandths, 0..1000; 500 is the median. In thousandths so that ranks stay integers.
  std::uint32_t quantile_permille = 500;
  /// Edges that score less are not merged. An edge without any affinity scores 0 and is never merged.
  double floor = 0;
};

namespace detail {

/// sum / (count * unit).
class MeanScore {
 public:
  explicit MeanScore(std::uint32_t unit) : unit_(unit) {}

  double operator()(std::size_t /*edge*/, std::uint64_t sum, std::uint64_t count) const {
    return static_cast<double>(sum) / static_cast<double>(count * unit_);
  }
  void absorb(std::size_t /*into*/, std::size_t /*from*/) {}

 private:
  std::uint64_t unit_;
};

/// The lowest x with F(x) >= rank, F being the distribution function that rises linearly within each bin. 0 when all
/// affinities are 0: that is below every other value, so the inequality above stands.
class QuantileScore {
 public:
  QuantileScore(std::span<const std::uint32_t> histogram, std::uint32_t bins, std::uint32_t permille)
      : histogram_(histogram.begin(), histogram.end()), bins_(bins), permille_(permille) {}

  double operator()(std::size_t edge, std::uint64_t sum, std::uint64_t count) const {
    if (sum == 0) return 0;
    const std::uint32_t* row = histogram_.data() + edge * bins_;
    const std::uint64_t rank = permille_ * count;
    std::uint64_t below = 0;
    for (std::uint64_t bin = 0; bin < bins_; ++bin) {
      const std::uint64_t inside = thousand * row[bin];
      if (inside != 0 && below + inside >= rank) {
        return static_cast<double>(bin * inside + (rank - below)) / static_cast<double>(bins_ * inside);
      }
      below += inside;
    }
    return 1;
  }

  void absorb(std::size_t into, std::size_t from) {
    std::uint32_t* target = histogram_.data() + into * bins_;
    const std::uint32_t* source = histogram_.data() + from * bins_;
    for (std::size_t bin = 0; bin < bins_; ++bin) target[bin] += source[bin];
  }

 private:
  static constexpr std::uint64_t thousand = 1000;

  std::vector<std::uint32_t> histogram_;
  std::uint64_t bins_;
  std::uint64_t permille_;
};

}  // namespace detail

}  // namespace fascicle
