#include "query/pair_statistics.h"

#include <gmock/gmock.h>

#include <cmath>
#include <limits>
#include <vector>

namespace faultline::query {
namespace {

using ::testing::DoubleNear;

TEST(PairStatisticsTest, TheIntervalIsThatOfGarwoodsTable) {
  // Garwood 1936, as reprinted in Johnson, Kotz and Kemp, table for 95 %.
  const struct {
    int64_t count;
    double low, high;
  } table[] = {{0, 0, 3.689}, {1, 0.0253, 5.572}, {2, 0.242, 7.225}, {10, 4.795, 18.390}, {50, 37.11, 65.92}};
  for (const auto& row : table) {
    const Interval interval = PoissonInterval(row.count);
    EXPECT_NEAR(interval.low, row.low, row.low * 2e-3 + 1e-9) << row.count;
    EXPECT_NEAR(interval.high, row.high, row.high * 2e-3) << row.count;
  }
}

TEST(PairStatisticsTest, TheTailIsThatOfThePoissonDistribution) {
  EXPECT_NEAR(PoissonTail(1, 2.0), 1 - std::exp(-2.0), 1e-14);
  EXPECT_NEAR(PoissonTail(3, 1.0), 1 - std::exp(-1.0) * 2.5, 1e-14);
  EXPECT_EQ(PoissonTail(0, 5.0), 1);
}

TEST(PairStatisticsTest, TheTailIsExactWhereOneMinusTheRestIsNot) {
  // P(X >= 5 | 1e-4) is e^-m m^5/5! (1 + m/6 + ...): 1 - P(X <= 4) would be 0.
  const double m = 1e-4;
  EXPECT_NEAR(PoissonTail(5, m) / (std::exp(-m) * std::pow(m, 5) / 120 * (1 + m / 6)), 1, 1e-9);
}

TEST(PairStatisticsTest, TheScoreHasTheSignOfTheDifference) {
  EXPECT_NEAR(SignedLikelihoodRatio(10, 5), 2 * (10 * std::log(2.0) - 5), 1e-12);
  EXPECT_NEAR(SignedLikelihoodRatio(5, 10), -2 * (5 * std::log(0.5) + 5), 1e-12);
  EXPECT_EQ(SignedLikelihoodRatio(7, 7), 0);
  EXPECT_NEAR(SignedLikelihoodRatio(0, 3), -6, 1e-12);
}

TEST(PairStatisticsTest, TheNumbersOfTheExampleInTheDocumentationHold) {
  const PairStatistics statistics = Describe({388, 626, 500, 31.0});
  EXPECT_NEAR(statistics.lift, 12.5, 0.05);
  EXPECT_NEAR(statistics.lift_interval.low, 11.3, 0.05);
  EXPECT_NEAR(statistics.lift_interval.high, 13.8, 0.05);
  EXPECT_NEAR(statistics.explained, 0.62, 0.005);
}

TEST(PairStatisticsTest, NothingIsInfiniteOrNotANumber) {
  const double doubles[] = {0, -1, 1e-300, 1e-9, 1, 1e9, 1e300, std::numeric_limits<double>::infinity(), std::nan("")};
  for (const int64_t together : {int64_t{0}, int64_t{1}, int64_t{388}, int64_t{1} << 40}) {
    for (const double expected : doubles) {
      const PairCounts counts = {together, together, together, expected, true, together, expected};
      const PairStatistics s = Describe(counts);
      for (const double value : {s.lift, s.lift_interval.low, s.lift_interval.high, s.explained, s.score, s.p,
                                 s.quiet_lift, s.quiet_lift_interval.high, s.quiet_p, PairP(counts, s)}) {
        EXPECT_TRUE(std::isfinite(value)) << together << " expected " << expected;
      }
      EXPECT_GE(s.p, 0);
      EXPECT_LE(s.p, 1);
    }
  }
}

TEST(PairStatisticsTest, APairWhoseExpectationCannotBeToldHasNoEffect) {
  const PairCounts counts = {50, 50, 50, 0};
  EXPECT_FALSE(HasEffect(counts, Describe(counts)));
}

TEST(PairStatisticsTest, AnEffectNeedsMeetingsLiftAndShare) {
  const auto has_effect = [](const PairCounts& counts) { return HasEffect(counts, Describe(counts)); };
  EXPECT_TRUE(has_effect({30, 100, 100, 5}));
  EXPECT_FALSE(has_effect({2, 100, 100, 1e-6}));    // twice is chance
  EXPECT_FALSE(has_effect({30, 100, 100, 14}));     // lift 2.1, but its bound is below 2
  EXPECT_FALSE(has_effect({30, 10000, 100, 0.1}));  // 0.3 % of the client failures
}

TEST(PairStatisticsTest, AStormDoesNotHideALinkInQuietCells) {
  // 33 of 46 meetings are where chance gives next to none; a storm of both holds 21.2 of the 21.3 expected.
  const PairCounts counts = {46, 1500, 800, 21.3, /*crowded=*/true, 33, 0.1};
  const PairStatistics statistics = Describe(counts);
  EXPECT_FALSE(HasEffect(counts, statistics));
  EXPECT_EQ(PairP(counts, statistics), 2 * statistics.quiet_p);
  EXPECT_EQ(Judge(counts, statistics, 1e-6), Evidence::kQuietCells);
  EXPECT_EQ(Judge(counts, statistics, statistics.quiet_p), Evidence::kNone) << "it was tested twice";
}

TEST(PairStatisticsTest, QuietCellsWithoutAnExcessProveNothing) {
  const PairCounts counts = {46, 1500, 800, 44.3, /*crowded=*/true, 2, 1.3};
  EXPECT_EQ(Judge(counts, Describe(counts), 0.05), Evidence::kNone);
  const PairCounts none = {46, 1500, 800, 44.3, /*crowded=*/true, 0, 0};
  EXPECT_EQ(Judge(none, Describe(none), 0.05), Evidence::kNone);
}

TEST(PairStatisticsTest, WithoutCrowdedCellsThereIsOneTest) {
  const PairCounts counts = {30, 100, 100, 5};
  const PairStatistics statistics = Describe(counts);
  EXPECT_EQ(PairP(counts, statistics), statistics.p);
  EXPECT_EQ(statistics.quiet_lift, statistics.lift);
  EXPECT_EQ(Judge(counts, statistics, statistics.p), Evidence::kAllCells);
}

TEST(PairStatisticsTest, BenjaminiAndHochbergsOwnExampleRejectsFour) {
  // The 15 p-values of their 1995 paper; at q = 0.05 the first four are accepted.
  const std::vector<double> p = {0.0201, 0.0001, 0.0278, 0.0004, 0.0298, 0.0019, 0.0344, 0.0095,
                                 0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0000};
  EXPECT_EQ(AcceptedUpTo(p, 15, 0.05), 0.0095);
}

TEST(PairStatisticsTest, TestsThatAreLeftOutCount) {
  const std::vector<double> p = {0.001, 0.002};
  EXPECT_EQ(AcceptedUpTo(p, 2, 0.05), 0.002);
  EXPECT_EQ(AcceptedUpTo(p, 40, 0.05), 0.002);
  EXPECT_EQ(AcceptedUpTo(p, 1000, 0.05), -1);
}

TEST(PairStatisticsTest, AWorsePValueMayCarryABetterOne) {
  // The first is above its own limit 0.025 / 2 yet accepted, as the second is below its.
  EXPECT_EQ(AcceptedUpTo(std::vector<double>{0.03, 0.04}, 2, 0.05), 0.04);
}

TEST(PairStatisticsTest, NoTestsAcceptNothing) { EXPECT_EQ(AcceptedUpTo({}, 0, 0.05), -1); }

TEST(PairStatisticsTest, QuantilesAreInterpolated) {
  std::vector<int64_t> values = {40, 10, 30, 20};
  EXPECT_THAT(Quantile(values, 0.5), DoubleNear(25, 1e-12));
  EXPECT_THAT(Quantile(values, 0.25), DoubleNear(17.5, 1e-12));
  EXPECT_EQ(Quantile(values, 0), 10);
  EXPECT_EQ(Quantile(values, 1), 40);
  std::vector<int64_t> one = {7};
  EXPECT_EQ(Quantile(one, 0.75), 7);
}

}  // namespace
}  // namespace faultline::query
