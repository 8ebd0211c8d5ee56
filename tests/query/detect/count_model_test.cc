#include "query/detect/count_model.h"

#include <gtest/gtest.h>

#include <cmath>

namespace faultline::query {
namespace {

// P(X >= count) by adding up what is below it.
double SlowTail(int count, const CountModel& model) {
  double below = 0;
  for (int k = 0; k < count; ++k) {
    double log_chance = k * std::log(model.mean) - model.mean - std::lgamma(k + 1);
    if (model.overdispersion > 0) {
      const double size = 1 / model.overdispersion;
      log_chance = std::lgamma(size + k) - std::lgamma(size) - std::lgamma(k + 1) -
                   size * std::log1p(model.mean / size) + k * std::log(model.mean / (size + model.mean));
    }
    below += std::exp(log_chance);
  }
  return 1 - below;
}

TEST(CountModelTest, GivesTheTailsOfPoissonAndNegativeBinomial) {
  for (const double overdispersion : {0.0, 0.1, 1.0}) {
    for (const double mean : {0.2, 5.0, 60.0}) {
      const CountModel model{mean, overdispersion};
      for (const int count : {1, 3, 20, 80}) EXPECT_NEAR(UpperTail(count, model), SlowTail(count, model), 1e-9);
      EXPECT_NEAR(ChanceOfNone(model), 1 - SlowTail(1, model), 1e-12);
    }
  }
}

TEST(CountModelTest, EnclosesWhatIsExpectedWithTheCoverageAskedFor) {
  for (const double overdispersion : {0.0, 0.3}) {
    for (const double mean : {0.01, 3.0, 500.0}) {
      const CountModel model{mean, overdispersion};
      const CountInterval interval = CentralInterval(model, 0.99);
      EXPECT_LE(UpperTail(interval.high + 1, model), 0.005);
      EXPECT_GT(UpperTail(interval.high, model), 0.005);
      EXPECT_LE(1 - UpperTail(interval.low, model), 0.005);
    }
  }
}

TEST(CountModelTest, IsNeverNoNumber) {
  for (const double mean : {0.0, 1e-300, 1e-9, 1e12}) {
    for (const double overdispersion : {0.0, 1e-9, 1e6}) {
      const CountModel model{mean, overdispersion};
      for (const double count : {-1.0, 0.0, 0.5, 1.0, 1e15}) {
        const double tail = UpperTail(count, model);
        EXPECT_TRUE(tail >= 0 && tail <= 1) << mean << " " << overdispersion << " " << count;
      }
      EXPECT_TRUE(std::isfinite(ChanceOfNone(model)) && std::isfinite(Spread(model)));
      EXPECT_TRUE(std::isfinite(CentralInterval(model, 0.99).high));
    }
  }
}

}  // namespace
}  // namespace faultline::query
