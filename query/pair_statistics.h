// What a pair's counts say: how surprising, how strong, and which of many pairs
// to believe. Pure arithmetic; docs/correlation.md gives every formula's source.
//
// No result is ever NaN or infinite, whatever the arguments.
#pragma once

#include <cstdint>
#include <span>

namespace faultline::query {

inline constexpr double kFalseDiscoveryRate = 0.05;  // q of Benjamini-Hochberg
inline constexpr double kMinLift = 2.0;              // that lift_low must reach
inline constexpr double kMinExplained = 0.01;        // share of the client failures
// Two meetings can be chance among 40,000 pairs whatever their p-value says:
// the many pairs that expect next to nothing share one threshold.
inline constexpr int64_t kMinTogether = 3;

struct Interval {
  double low = 0, high = 0;
};

struct PairCounts {
  int64_t together = 0;      // units with both; >= 0
  int64_t client_units = 0;  // units with the client signature; >= together
  int64_t server_units = 0;  // units with the server signature; >= together
  double expected = 0;       // units with both by chance; 0 when it cannot be told
  // The same in quiet cells alone (query/expectation.h), where there are crowded ones as well.
  bool crowded = false;
  int64_t quiet_together = 0;
  double quiet_expected = 0;
  // Not all units reach us, at a rate that nobody knows: chance cannot be computed.
  bool sampled = false;
};

struct PairStatistics {
  double lift = 0;  // 0 when expected is 0, as are its bounds
  Interval lift_interval;
  double explained = 0;  // 0..1
  double score = 0;      // signed G
  double p = 1;          // of this many or more together by chance
  // In quiet cells; as above where there are no crowded ones.
  double quiet_lift = 0;
  Interval quiet_lift_interval;
  double quiet_p = 1;
};

// Of sampled counts only `explained` is told.
PairStatistics Describe(const PairCounts& counts);

// The p-value of a pair, 1 where it cannot be told. One that has crowded cells is tested twice, in all cells and in the
// quiet ones, and so the smaller p counts double (Bonferroni).
double PairP(const PairCounts& counts, const PairStatistics& statistics);

// Whether the effect is large enough, apart from whether it can be chance.
bool HasEffect(const PairCounts& counts, const PairStatistics& statistics);

enum class Evidence {
  kNone,
  kAllCells,
  kQuietCells,  // only there: a storm of both signatures hides it elsewhere
};
// Which of its tests a pair passes: chance at `accepted` (of AcceptedUpTo over PairP) and the effect
// in the same cells. A pair that passes both says kAllCells.
Evidence Judge(const PairCounts& counts, const PairStatistics& statistics, double accepted);

// Exact 95 % interval of a Poisson mean of which `count` was seen (Garwood 1936).
Interval PoissonInterval(int64_t count);
// Signed Poisson log-likelihood ratio; negative when fewer met than expected.
double SignedLikelihoodRatio(int64_t together, double expected);
// P(X >= together) for X ~ Poisson(expected); 0 when smaller than a double.
double PoissonTail(int64_t together, double expected);

// The largest p-value that Benjamini and Hochberg (1995) accept at rate `q`, -1 when
// none. `p_values` may leave out tests whose p is 1; `tests` counts all of them.
double AcceptedUpTo(std::span<const double> p_values, int64_t tests, double q);

// Linear interpolation between the order statistics (type 7 of Hyndman and Fan
// 1996). `values` are not empty, and get another order; 0 <= share <= 1.
double Quantile(std::span<int64_t> values, double share);

}  // namespace faultline::query
