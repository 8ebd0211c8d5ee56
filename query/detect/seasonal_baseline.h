// What a series of counts is expected to be: its rate by hour of the week, as much of
// it as has been seen, times how the last hours compare with that; and how far single
// buckets scatter around it.
//
// Rates are shrunk: an hour of the week towards that hour of all days, that towards
// the mean, the more the less hours differ beyond chance (empirical Bayes; Efron and Morris 1975,
// "Data analysis using Stein's estimator"). Between hours they are interpolated. The first day
// has no shape yet and is followed by its level alone. Older weeks fade, each to kWeekFade of its weight.
//
// Overdispersion is estimated by moments from the errors of the forecasts themselves, so it holds
// what the forecast misses as well, plus kDoubt standard errors of that estimate: of few buckets it is large.
// The covariance of neighbours says how much of the scatter they share.
//
// Counts may have an exposure (attempts); rates are then per unit of it. About 3 KB. Not thread-safe.
#pragma once

#include <array>
#include <cstdint>

#include "query/detect/count_model.h"

namespace faultline::query {

// Least weight of what a rate is shrunk towards, in events.
inline constexpr double kShrinkEvents = 20;
inline constexpr double kWeekFade = 0.7;
// Buckets after which the recent level has half forgotten; the level of the first day where it rises; the scatter.
inline constexpr double kLevelHalfLife = 60, kLeadHalfLife = 12, kScatterHalfLife = 4'320;
inline constexpr double kDoubt = 1.5;

class SeasonalBaseline {
 public:
  // The forecast for a bucket; its overdispersion includes how uncertain the mean is. A mean of 0 before anything
  // was learned.
  CountModel Forecast(int64_t start_us, double exposure) const;
  // The same where a spike is looked for: at least what the hour as a whole is expected
  // to have, as rates may step at its start and forecasts are interpolated.
  CountModel UpperForecast(int64_t start_us, double exposure, const CountModel& forecast) const;
  // The sum of `buckets` neighbours, whose forecasts have `mean` in all and `overdispersion` on average.
  CountModel SumForecast(double mean, double overdispersion, double buckets) const;

  // Takes in that many empty buckets, each with an exposure of 1, before anything else.
  void BeginEmpty(int64_t first_us, double buckets);
  // Takes a bucket in, `forecast` being what was expected of it. Counts far beyond
  // it are taken as kMostSpreads standard deviations. Buckets come in order.
  void Learn(int64_t start_us, double count, double exposure, const CountModel& forecast);
  // Takes buckets of one hour into the hours of the week alone: neither the scatter nor what is forecast for
  // `now_us` changes.
  void LearnShape(int64_t start_us, double count, double exposure, int64_t now_us);
  // Takes over a new level: `count` where `expected` was forecast.
  void AdoptLevel(double count, double expected);

  double events() const { return all_.count; }
  double buckets() const { return buckets_; }
  // How uncertain the mean is, as overdispersion.
  double Uncertainty() const;

 private:
  struct Sum {
    double count = 0, exposure = 0;
  };

  double MeanRate() const;
  double FactorOf(int hour_of_week) const;
  double HourRate(int64_t start_us) const;
  double RateAt(int64_t start_us) const;
  double Level() const;
  double Overdispersion() const;
  // Events come in clumps of so many, where buckets are as large as they usually are: variance / mean.
  double Clump() const;
  void WeighShape();
  void AddToShape(int64_t start_us, double count, double exposure);
  // Rates were `before` at `now_us` and are others now: what the level compares with is, too.
  void RescaleLevel(double before, int64_t now_us);
  void LearnScatter(double error, double mean);

  std::array<Sum, 168> weekly_{};
  std::array<int64_t, 168> week_of_{};  // in which the slot was last added to
  std::array<Sum, 24> daily_{};
  Sum all_;
  double buckets_ = 0;
  int64_t first_us_ = 0, weighed_hour_ = -1;
  bool has_shape_ = false;
  // Events that the mean, and the hour of all days, weigh against those of an hour.
  double day_prior_ = kShrinkEvents, week_prior_ = kShrinkEvents;
  double level_count_ = 0, level_expected_ = 0, lead_count_ = 0, lead_expected_ = 0;
  // Fading sums over the errors of forecasts: (x - m)^2 - m, neighbours' products, m, m^2, buckets.
  double excess_errors_ = 0, shared_errors_ = 0, means_ = 0, square_means_ = 0, errors_ = 0;
  double last_error_ = 0;
};

}  // namespace faultline::query
