// How likely counts are under a negative binomial distribution: Poisson counts whose
// rate itself varies, with variance mean + overdispersion * mean^2 (Hilbe 2011,
// "Negative Binomial Regression", NB2). Pure arithmetic; never NaN.
#pragma once

namespace faultline::query {

struct CountModel {
  double mean = 0;            // >= 0
  double overdispersion = 0;  // >= 0; 0 is a Poisson distribution
};

// P(X >= count); 1 for a count of 0 or less, 0 where it is smaller than a double.
double UpperTail(double count, const CountModel& model);
// P(X = 0).
double ChanceOfNone(const CountModel& model);
// The standard deviation.
double Spread(const CountModel& model);

struct CountInterval {
  double low = 0, high = 0;  // whole numbers
};
// Counts from `low` to `high` have the chance `coverage` (0..1) at least, and what lies beyond
// either has (1 - coverage) / 2 at most.
CountInterval CentralInterval(const CountModel& model, double coverage);

}  // namespace faultline::query
