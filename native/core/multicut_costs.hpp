// What it costs to cut the edges of a region graph: the log-odds that its two sides are one.
//
//   a = mean affinity of the contacts, drawn in to 0.001 .. 0.999 so that no edge is certain
//   cost = (log(a / (1 - a)) + log((1 - beta) / beta)) * number of contacts
//
// Beta is the prior probability of a boundary seen the other way: an edge alone is cut when its mean affinity is below
// beta, so a higher beta cuts more. Andres et al., Probabilistic image segmentation with closedness constraints, ICCV
// 2011; weights by contact area: Beier et al., Multicut brings automated neurite segmentation closer to human
// performance, Nature Methods 14 (2017).
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "errors.hpp"
#include "region_graph.hpp"

namespace fascicle {

/// The integer cost that stands for log-odds of 1 at one contact.
inline constexpr std::int64_t multicut_unit = std::int64_t{1} << 16;

struct MulticutCostParams {
  /// 0.01..0.99
  double beta = 0.25;
  /// Weigh an edge by its contacts; otherwise all edges count the same.
  bool by_contact_area = true;
};

namespace detail {

/// The natural logarithm of a positive number, from the four operations alone, which round alike on every machine; the
/// logarithms of C libraries differ in the last place. Error below 4e-16 relative to 1.
inline double portable_log(double x) {
  constexpr double ln2 = 0.693147180559945309417232121458;
  int exponent = 0;
  double mantissa = std::frexp(x, &exponent);  // 0.5 .. 1
  if (mantissa < 0.70710678118654752) {
    mantissa *= 2;
    --exponent;
  }
  // log m = 2 artanh s, |s| < 0.172: eleven terms.
  const double s = (mantissa - 1) / (mantissa + 1);
  const double square = s * s;
  double series = 0;
  for (int k = 10; k >= 0; --k) series = series * square + 1.0 / (2 * k + 1);
  return exponent * ln2 + 2 * s * series;
}

}  // namespace detail

/// The log-odds of an edge, in units of multicut_unit.
inline std::int64_t multicut_log_odds(double mean_affinity, double beta) {
  const double a = 0.001 + 0.998 * mean_affinity;
  const double odds = a * (1 - beta) / ((1 - a) * beta);
  return static_cast<std::int64_t>(std::nearbyint(detail::portable_log(odds) * static_cast<double>(multicut_unit)));
}

/// The cost of every edge. Reads sum, count and unit of the graph, whose edges must have at least one contact and no
/// more affinity than their contacts hold. Throws std::invalid_argument for a beta outside 0.01..0.99.
inline std::vector<std::int64_t> multicut_costs(const RegionGraphView& graph, const MulticutCostParams& params) {
  require(params.beta >= 0.01 && params.beta <= 0.99, "multicut: beta is outside 0.01 to 0.99");
  std::vector<std::int64_t> costs(graph.size());
  for (std::size_t i = 0; i < costs.size(); ++i) {
    const double contacts = static_cast<double>(graph.count[i]);
    const double mean = static_cast<double>(graph.sum[i]) / (contacts * graph.unit);
    const std::int64_t odds = multicut_log_odds(mean, params.beta);
    costs[i] = params.by_contact_area ? odds * static_cast<std::int64_t>(graph.count[i]) : odds;
  }
  return costs;
}

}  // namespace fascicle
