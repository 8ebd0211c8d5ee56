// How often each row of a table should have failed, had nothing changed, and how
// much each row may say.
//
// With a baseline (the same rows before), a row's expected rate is its own rate in the
// baseline, pulled towards the baseline's overall rate by kPriorAttempts attempts of
// it: a row that was hardly seen before is expected to be like all others (an
// empirical Bayes estimate; Efron and Morris 1975). Without one, all rows are
// expected to fail alike.
//
// Rows of many attempts do not repeat their rate as exactly as a binomial does.
// Williams (1982, "Extra-binomial variation in logistic linear models", model II)
// gives the variance of a rate whose true value varies with intra-class correlation
// kRowCorrelation as inflated by 1 + (n - 1) * kRowCorrelation, and weighs a row by its
// inverse: no row counts as more than 1 / kRowCorrelation attempts.
#pragma once

#include <vector>

#include "query/explain/rate_table.h"

namespace faultline::query {

inline constexpr double kPriorAttempts = 50;
inline constexpr double kRowCorrelation = 0.005;

struct ExpectedRates {
  std::vector<double> rate;    // by row of the table; 0 < rate < 1
  std::vector<double> weight;  // by row; 0 < weight <= 1
  bool uniform = false;        // all rates are the same
  double overall = 0;          // of the baseline, or of the target where there is none
};

// Rates of the baseline.
ExpectedRates RatesOfBaseline(const RateTable& table);
// The same rate for each row: `failures` of `attempts`.
ExpectedRates UniformRates(const RateTable& table, const RateTable::Counts& counts);

// Sums over all rows.
RateTable::Counts TargetTotals(const RateTable& table);
RateTable::Counts BaselineTotals(const RateTable& table);

}  // namespace faultline::query
