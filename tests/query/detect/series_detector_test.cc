#include "query/detect/series_detector.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <vector>

namespace faultline::query {
namespace {

constexpr int64_t kMinute = 60'000'000;
constexpr int kDay = 1440;

// A series that is fed minute by minute.
class Series {
 public:
  explicit Series(uint64_t seed = 1) : random_(seed) {}

  // `minutes` of Poisson counts with `rate`, or of 0.
  void Run(int minutes, double rate) {
    for (int i = 0; i < minutes; ++i) Add(rate > 0 ? std::poisson_distribution<int>(rate)(random_) : 0);
  }
  void Add(double count) {
    const auto change = detector_.Observe(minute_++ * kMinute, count);
    if (change == SeriesDetector::Change::kOpened) opened_.push_back(*detector_.finding());
    if (change == SeriesDetector::Change::kClosed) closed_.push_back(*detector_.finding());
  }
  int64_t now() const { return minute_ * kMinute; }
  const std::vector<SeriesFinding>& opened() const { return opened_; }
  const std::vector<SeriesFinding>& closed() const { return closed_; }
  SeriesDetector& detector() { return detector_; }

 private:
  std::mt19937_64 random_;
  SeriesDetector detector_{kMinute};
  int64_t minute_ = 0;
  std::vector<SeriesFinding> opened_, closed_;
};

TEST(SeriesDetectorTest, FindsASpikeWithinTwoBucketsAndClosesItAfterwards) {
  Series series;
  series.Run(kDay, 20);
  const int64_t start = series.now();
  series.Run(10, 100);
  ASSERT_EQ(series.opened().size(), 1u);
  const SeriesFinding& spike = series.opened()[0];
  EXPECT_EQ(spike.kind, FindingKind::kSpike);
  EXPECT_LE(spike.found_us, start + 2 * kMinute);
  EXPECT_GE(spike.start_us, start - kMinute);
  const auto buckets = static_cast<double>((spike.found_us - spike.start_us) / kMinute);
  EXPECT_NEAR(spike.expected / buckets, 20, 4);
  EXPECT_LE(spike.interval.low, spike.expected);
  EXPECT_GE(spike.interval.high, spike.expected);
  EXPECT_GT(spike.observed, spike.interval.high);
  EXPECT_GT(spike.lift(), 3);
  EXPECT_TRUE(series.detector().is_open());
  series.Run(30, 20);
  ASSERT_EQ(series.closed().size(), 1u);
  EXPECT_NEAR(static_cast<double>(series.closed()[0].end_us), static_cast<double>(start + 10 * kMinute), 2 * kMinute);
}

TEST(SeriesDetectorTest, FindsASmallRiseOfARareAndClumpySeries) {
  Series series(4);
  for (int i = 0; i < 300; ++i) series.Add(i % 25 == 0 ? 3 : 0);
  const int64_t start = series.now();
  series.Run(20, 2);
  ASSERT_EQ(series.opened().size(), 1u);
  EXPECT_EQ(series.opened()[0].kind, FindingKind::kSpike);
  EXPECT_LE(series.opened()[0].found_us, start + 12 * kMinute);
}

TEST(SeriesDetectorTest, LearnsNothingWhileAFindingIsOpen) {
  Series series;
  series.Run(kDay, 20);
  const double before = series.detector().baseline().events();
  series.Run(300, 200);
  EXPECT_EQ(series.opened().size(), 1u);
  EXPECT_NEAR(series.detector().baseline().events(), before, 400);  // what waited to be learned
}

TEST(SeriesDetectorTest, TakesALevelThatStaysADayForTheNewNormal) {
  Series series;
  series.Run(2 * kDay, 20);
  series.Run(2 * kDay, 100);
  EXPECT_EQ(series.opened().size(), 1u);
  EXPECT_EQ(series.closed().size(), 1u);
  EXPECT_FALSE(series.detector().is_open());
}

TEST(SeriesDetectorTest, CallsASpikeOfASeriesThatWasAlwaysEmptyNew) {
  Series series;
  series.Run(kDay, 0);
  series.Run(5, 10);
  ASSERT_EQ(series.opened().size(), 1u);
  EXPECT_EQ(series.opened()[0].kind, FindingKind::kNew);
}

TEST(SeriesDetectorTest, FindsSilenceOfAFrequentAndOfARareSeries) {
  for (const double rate : {30.0, 0.2}) {
    Series series;
    series.Run(3 * kDay, rate);
    const int64_t start = series.now();
    series.Run(static_cast<int>(60 / rate) + 60, 0);
    ASSERT_EQ(series.opened().size(), 1u) << rate;
    EXPECT_EQ(series.opened()[0].kind, FindingKind::kSilence);
    EXPECT_LE(series.opened()[0].start_us, start);
    series.Run(60, rate);
    EXPECT_EQ(series.closed().size(), 1u) << rate;
  }
}

TEST(SeriesDetectorTest, LearnsTheHoursOfTheDay) {
  Series series;
  for (int day = 0; day < 5; ++day) {
    series.Run(12 * 60, 2);
    series.Run(12 * 60, 60);
  }
  EXPECT_LE(series.opened().size(), 1u);  // only the first day is a surprise
  EXPECT_NEAR(series.detector().baseline().Forecast(series.now() + 6 * 60 * kMinute, 1).mean, 2, 1);
}

TEST(SeriesDetectorTest, CountsPerExposure) {
  SeriesDetector detector(kMinute);
  std::mt19937_64 random(3);
  int opened = 0;
  for (int i = 0; i < kDay; ++i) {
    const double attempts = 1000 + 900 * std::sin(i / 40.0);
    const int failures = std::poisson_distribution<int>(attempts * 0.01)(random);
    if (detector.Observe(i * kMinute, failures, attempts) == SeriesDetector::Change::kOpened) ++opened;
  }
  EXPECT_EQ(opened, 0);
  EXPECT_NEAR(detector.baseline().Forecast(kDay * kMinute, 5000).mean, 50, 10);
}

TEST(SeriesDetectorTest, StaysQuietOnNoise) {
  std::mt19937_64 random(7);
  int opened = 0;
  for (const double rate : {0.01, 0.3, 5.0, 50.0}) {
    for (const double overdispersion : {0.0, 0.3}) {
      SeriesDetector detector(kMinute);
      for (int i = 0; i < 3 * kDay; ++i) {
        double mean = rate;
        if (overdispersion > 0) {
          mean = std::gamma_distribution<double>(1 / overdispersion, overdispersion * rate)(random);
        }
        const int count = mean > 0 ? std::poisson_distribution<int>(mean)(random) : 0;
        if (detector.Observe(i * kMinute, count) == SeriesDetector::Change::kOpened) ++opened;
      }
    }
  }
  EXPECT_EQ(opened, 0);  // of 576 series-hours
}

// What cannot be told within two buckets, even knowing rate and scatter, is left out: at an overdispersion of 0.3 that
// is every third spike.
TEST(SeriesDetectorTest, FindsFivefoldSpikesWithinTwoBuckets) {
  std::mt19937_64 random(11);
  int found = 0, planted = 0;
  for (const double overdispersion : {0.0, 0.1}) {
    for (const bool has_shape : {false, true}) {
      for (int series = 0; series < 30; ++series, ++planted) {
        SeriesDetector detector(kMinute);
        const int spike = 2 * kDay + static_cast<int>(random() % kDay);
        for (int i = 0; i < spike + 2; ++i) {
          const double shape = has_shape ? 1 + 0.6 * std::sin(2 * M_PI * i / kDay) : 1;
          double mean = (has_shape ? 50 : 20) * shape * (i >= spike ? 5 : 1);
          if (overdispersion > 0) {
            mean = std::gamma_distribution<double>(1 / overdispersion, overdispersion * mean)(random);
          }
          detector.Observe(i * kMinute, std::poisson_distribution<int>(mean)(random));
        }
        found += detector.is_open() && detector.finding()->found_us > spike * kMinute ? 1 : 0;
      }
    }
  }
  EXPECT_GE(found, planted * 0.95);
}

TEST(SeriesDetectorTest, CallsAFewEventsNewAfterADayOfNone) {
  Series series;
  series.Run(kDay + 10, 0);
  for (const int count : {1, 0, 0, 1, 0, 1}) series.Add(count);
  ASSERT_EQ(series.opened().size(), 1u);
  EXPECT_EQ(series.opened()[0].kind, FindingKind::kNew);
  EXPECT_EQ(series.opened()[0].observed, 3);
  EXPECT_EQ(series.opened()[0].start_us, (kDay + 10) * kMinute);
  series.Run(3 * 60, 1);  // learned meanwhile
  EXPECT_EQ(series.opened().size(), 1u);
  EXPECT_EQ(series.closed().size(), 1u);
}

TEST(SeriesDetectorTest, SaysNothingOfASeriesThatBeginsOrIsShort) {
  Series series;
  series.Run(30, 0);  // not there yet
  series.Run(kDay, 40);
  EXPECT_TRUE(series.opened().empty());
}

TEST(SeriesDetectorTest, TakesNoFailuresOfAttemptsForNoSilence) {
  SeriesDetector detector(kMinute, SeriesDetector::Watch::kRates);
  for (int i = 0; i < 3 * kDay; ++i) detector.Observe(i * kMinute, i < 2 * kDay ? 50 : 0, 1000);
  EXPECT_FALSE(detector.finding().has_value());
}

TEST(SeriesDetectorTest, GivesNumbersWhateverItIsFed) {
  SeriesDetector detector(kMinute);
  for (int i = 0; i < 5000; ++i) {
    detector.Observe(i * kMinute, i % 7 == 0 ? 1e12 : 0, i % 3 == 0 ? 1e-9 : 1e9);
    const CountModel forecast = detector.baseline().Forecast(i * kMinute, 1);
    ASSERT_TRUE(std::isfinite(forecast.mean) && std::isfinite(forecast.overdispersion));
    ASSERT_TRUE(std::isfinite(detector.baseline().Uncertainty()));
    if (detector.finding()) {
      ASSERT_TRUE(std::isfinite(detector.finding()->chance));
    }
  }
}

}  // namespace
}  // namespace faultline::query
