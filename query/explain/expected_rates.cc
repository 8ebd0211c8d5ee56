#include "query/explain/expected_rates.h"

#include <algorithm>

namespace faultline::query {
namespace {

constexpr double kLeastRate = 1e-9;

double Bounded(double rate) { return std::clamp(rate, kLeastRate, 1 - kLeastRate); }

// Half a failure keeps a rate of which none was seen above 0.
double OverallRate(const RateTable::Counts& counts) { return Bounded((counts.failures + 0.5) / (counts.attempts + 1)); }

std::vector<double> Weights(const RateTable& table) {
  std::vector<double> weights(table.rows());
  for (size_t row = 0; row < weights.size(); ++row) {
    weights[row] = 1 / (1 + (std::max(table.target(row).attempts, 1.0) - 1) * kRowCorrelation);
  }
  return weights;
}

}  // namespace

RateTable::Counts TargetTotals(const RateTable& table) {
  RateTable::Counts sum;
  for (size_t row = 0; row < table.rows(); ++row) {
    sum.failures += table.target(row).failures;
    sum.attempts += table.target(row).attempts;
  }
  return sum;
}

RateTable::Counts BaselineTotals(const RateTable& table) {
  RateTable::Counts sum;
  for (size_t row = 0; row < table.rows(); ++row) {
    sum.failures += table.baseline(row).failures;
    sum.attempts += table.baseline(row).attempts;
  }
  return sum;
}

ExpectedRates RatesOfBaseline(const RateTable& table) {
  ExpectedRates expected;
  expected.overall = OverallRate(BaselineTotals(table));
  expected.weight = Weights(table);
  expected.rate.resize(table.rows());
  for (size_t row = 0; row < table.rows(); ++row) {
    const RateTable::Counts& before = table.baseline(row);
    expected.rate[row] =
        Bounded((before.failures + kPriorAttempts * expected.overall) / (before.attempts + kPriorAttempts));
  }
  return expected;
}

ExpectedRates UniformRates(const RateTable& table, const RateTable::Counts& counts) {
  ExpectedRates expected;
  expected.uniform = true;
  expected.overall = OverallRate(counts);
  expected.weight = Weights(table);
  expected.rate.assign(table.rows(), expected.overall);
  return expected;
}

}  // namespace faultline::query
