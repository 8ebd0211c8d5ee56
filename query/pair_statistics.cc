#include "query/pair_statistics.h"

#include <algorithm>
#include <boost/math/special_functions/gamma.hpp>
#include <cmath>
#include <vector>

namespace faultline::query {
namespace {

namespace math = boost::math;

// Results outside of a double become 0 or the largest double, not exceptions.
using Quiet = math::policies::policy<math::policies::domain_error<math::policies::ignore_error>,
                                     math::policies::pole_error<math::policies::ignore_error>,
                                     math::policies::overflow_error<math::policies::ignore_error>,
                                     math::policies::underflow_error<math::policies::ignore_error>,
                                     math::policies::denorm_error<math::policies::ignore_error>,
                                     math::policies::rounding_error<math::policies::ignore_error>,
                                     math::policies::evaluation_error<math::policies::ignore_error>,
                                     math::policies::promote_double<false>>;

constexpr double kTailOfInterval = 0.025;
// Below it an expectation says nothing: no count of units tried is so large.
constexpr double kLeastExpected = 1e-15;

bool IsUsable(double expected) { return std::isfinite(expected) && expected >= kLeastExpected; }

}  // namespace

Interval PoissonInterval(int64_t count) {
  const auto n = static_cast<double>(std::max<int64_t>(0, count));
  // The chi-square quantiles of Garwood are gamma quantiles of half the degrees.
  return {n == 0 ? 0 : math::gamma_p_inv(n, kTailOfInterval, Quiet()),
          math::gamma_q_inv(n + 1, kTailOfInterval, Quiet())};
}

double SignedLikelihoodRatio(int64_t together, double expected) {
  if (!IsUsable(expected)) return 0;
  const auto a = static_cast<double>(together);
  const double ratio = a > 0 ? a * std::log(a / expected) : 0;
  const double g = std::max(0.0, 2 * (ratio - (a - expected)));
  return a >= expected ? g : -g;
}

double PoissonTail(int64_t together, double expected) {
  if (together <= 0 || !IsUsable(expected)) return 1;
  const double p = math::gamma_p(static_cast<double>(together), expected, Quiet());
  return std::isfinite(p) ? std::clamp(p, 0.0, 1.0) : 1;
}

namespace {

Interval LiftInterval(int64_t together, double expected) {
  const Interval seen = PoissonInterval(together);
  return {seen.low / expected, seen.high / expected};
}

PairCounts QuietPart(const PairCounts& counts) {
  PairCounts quiet = counts;
  quiet.together = counts.quiet_together;
  quiet.expected = counts.quiet_expected;
  quiet.crowded = false;
  return quiet;
}

}  // namespace

PairStatistics Describe(const PairCounts& counts) {
  PairStatistics statistics;
  statistics.explained = counts.client_units > 0 ? static_cast<double>(counts.together) / counts.client_units : 0;
  if (counts.sampled) return statistics;
  statistics.score = SignedLikelihoodRatio(counts.together, counts.expected);
  statistics.p = PoissonTail(counts.together, counts.expected);
  if (IsUsable(counts.expected)) {
    statistics.lift = static_cast<double>(counts.together) / counts.expected;
    statistics.lift_interval = LiftInterval(counts.together, counts.expected);
  }
  if (counts.crowded) {
    const PairStatistics quiet = Describe(QuietPart(counts));
    statistics.quiet_lift = quiet.lift;
    statistics.quiet_lift_interval = quiet.lift_interval;
    statistics.quiet_p = quiet.p;
  } else {
    statistics.quiet_lift = statistics.lift;
    statistics.quiet_lift_interval = statistics.lift_interval;
    statistics.quiet_p = statistics.p;
  }
  return statistics;
}

double PairP(const PairCounts& counts, const PairStatistics& statistics) {
  return counts.crowded ? std::min(1.0, 2 * std::min(statistics.p, statistics.quiet_p)) : statistics.p;
}

bool HasEffect(const PairCounts& counts, const PairStatistics& statistics) {
  return counts.together >= kMinTogether && statistics.lift_interval.low >= kMinLift &&
         statistics.explained >= kMinExplained;
}

Evidence Judge(const PairCounts& counts, const PairStatistics& statistics, double accepted) {
  const double tests = counts.crowded ? 2 : 1;
  if (tests * statistics.p <= accepted && HasEffect(counts, statistics)) return Evidence::kAllCells;
  if (!counts.crowded || tests * statistics.quiet_p > accepted) return Evidence::kNone;
  const PairCounts quiet = QuietPart(counts);
  return HasEffect(quiet, Describe(quiet)) ? Evidence::kQuietCells : Evidence::kNone;
}

double AcceptedUpTo(std::span<const double> p_values, int64_t tests, double q) {
  std::vector<double> sorted(p_values.begin(), p_values.end());
  std::sort(sorted.begin(), sorted.end());
  const auto m = static_cast<double>(std::max<int64_t>(tests, static_cast<int64_t>(sorted.size())));
  for (size_t k = sorted.size(); k > 0; --k) {
    if (sorted[k - 1] <= q * static_cast<double>(k) / m) return sorted[k - 1];
  }
  return -1;
}

double Quantile(std::span<int64_t> values, double share) {
  const double at = share * static_cast<double>(values.size() - 1);
  const auto below = static_cast<std::ptrdiff_t>(at);
  const double fraction = at - static_cast<double>(below);
  const auto lower = values.begin() + below;
  std::nth_element(values.begin(), lower, values.end());
  const int64_t upper = lower + 1 == values.end() ? *lower : *std::min_element(lower + 1, values.end());
  return static_cast<double>(*lower) * (1 - fraction) + static_cast<double>(upper) * fraction;
}

}  // namespace faultline::query
