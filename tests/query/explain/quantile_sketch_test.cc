#include "query/explain/quantile_sketch.h"

#include <gtest/gtest.h>

#include <cmath>

namespace faultline::query {
namespace {

TEST(QuantileSketchTest, GivesQuantilesWithinOnePercent) {
  QuantileSketch sketch;
  for (int i = 1; i <= 10'001; ++i) sketch.Add(i);
  EXPECT_NEAR(sketch.Quantile(0.5), 5'001, 51);
  EXPECT_NEAR(sketch.Quantile(0), 1, 0.011);
  EXPECT_NEAR(sketch.Quantile(1), 10'001, 101);
  QuantileSketch signs;
  for (const double value : {-100.0, -1.0, 0.0, 1.0, 100.0}) signs.Add(value);
  EXPECT_EQ(signs.Quantile(0.5), 0);
  EXPECT_NEAR(signs.Quantile(0), -100, 1.01);
  EXPECT_EQ(QuantileSketch().Quantile(0.5), 0);
}

TEST(QuantileSketchTest, MergesToTheSketchOfTheWhole) {
  QuantileSketch odd, even, whole;
  for (int i = 0; i < 1000; ++i) {
    (i % 2 == 0 ? even : odd).Add(i * 0.37);
    whole.Add(i * 0.37);
  }
  odd.Merge(even);
  EXPECT_EQ(odd.count(), 1000);
  EXPECT_EQ(KolmogorovDistance(odd, whole), 0);
}

TEST(QuantileSketchTest, MeasuresHowFarDistributionsAreApart) {
  QuantileSketch low, high, mixed;
  for (int i = 0; i < 100; ++i) {
    low.Add(10 + i * 0.01);
    high.Add(1000 + i);
    mixed.Add(i % 4 == 0 ? 1099 : 10.5);
  }
  EXPECT_DOUBLE_EQ(KolmogorovDistance(low, high), 1);
  EXPECT_NEAR(KolmogorovDistance(mixed, high), 0.75, 0.01);
  EXPECT_EQ(KolmogorovDistance(low, QuantileSketch()), 0);
}

TEST(QuantileSketchTest, KnowsTheChanceOfADistance) {
  // Critical values of the two-sample test: c(0.05) = 1.358, c(0.01) = 1.628.
  const double size = std::sqrt(1000.0 * 1000 / 2000);
  EXPECT_NEAR(KolmogorovChance(1.358 / size, 1000, 1000), 0.05, 0.003);
  EXPECT_NEAR(KolmogorovChance(1.628 / size, 1000, 1000), 0.01, 0.001);
  EXPECT_EQ(KolmogorovChance(0, 1000, 1000), 1);
  EXPECT_EQ(KolmogorovChance(1, 0, 1000), 1);
  EXPECT_LT(KolmogorovChance(1, 1000, 1000), 1e-100);
}

}  // namespace
}  // namespace faultline::query
