#include "query/detect/silence_run.h"

#include <algorithm>
#include <cmath>

namespace faultline::query {
namespace {

// A run is a silence when it is this much longer than any before.
constexpr double kLongerRun = 1.5;
constexpr int64_t kLeastRun = 3;
// No forecast of a long run is better than this, as overdispersion.
constexpr double kRunUncertainty = 0.02;

}  // namespace

void SilenceRun::AddEmpty(int64_t start_us, const CountModel& forecast, const SeasonalBaseline& baseline) {
  if (buckets_++ == 0) start_us_ = start_us;
  expected_ += forecast.mean;
  // Scatter of single buckets; what the mean itself may be off by is added for the run as a whole.
  const double scatter = std::max(0.0, forecast.overdispersion - baseline.Uncertainty());
  log_chance_ += std::log(ChanceOfNone({forecast.mean, scatter}));
}

void SilenceRun::End() { Forget(buckets_); }

void SilenceRun::Forget(int64_t buckets) {
  longest_ = std::max(longest_, buckets);
  buckets_ = 0, expected_ = 0, log_chance_ = 0;
}

double SilenceRun::Chance(const SeasonalBaseline& baseline) const {
  const double least = baseline.buckets() < kSilenceHistoryBuckets ? kSilenceExpectedEarly : kSilenceExpected;
  if (expected_ < least || buckets_ < kLeastRun) return 1;
  if (static_cast<double>(buckets_) <= kLongerRun * static_cast<double>(longest_)) return 1;
  const double shared = baseline.Uncertainty() + kRunUncertainty;
  return std::exp(std::max(log_chance_, std::log(ChanceOfNone({expected_, shared}))));
}

}  // namespace faultline::query
