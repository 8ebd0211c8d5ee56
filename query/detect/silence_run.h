// A run of buckets without a count, and whether it is too long for chance.
//
// It is a silence when its chance is below a threshold, enough was expected in it, and it is clearly
// longer than any run before. Not thread-safe.
#pragma once

#include <cstdint>

#include "query/detect/seasonal_baseline.h"

namespace faultline::query {

// Expected in the run, at least; and without a day of history, when a single hour's rate must do.
inline constexpr double kSilenceExpected = 20;
inline constexpr double kSilenceExpectedEarly = 100;
inline constexpr double kSilenceHistoryBuckets = 1'440;

class SilenceRun {
 public:
  // A bucket without a count, of which `forecast` was expected.
  void AddEmpty(int64_t start_us, const CountModel& forecast, const SeasonalBaseline& baseline);
  // A bucket with a count ends it.
  void End();
  // Takes `buckets` as a run that was no silence, or no longer is one.
  void Forget(int64_t buckets);
  // The chance of the run; 1 where it is too short to be called one.
  double Chance(const SeasonalBaseline& baseline) const;

  int64_t start_us() const { return start_us_; }
  double expected() const { return expected_; }

 private:
  int64_t buckets_ = 0, longest_ = 0, start_us_ = 0;
  double expected_ = 0, log_chance_ = 0;
};

}  // namespace faultline::query
