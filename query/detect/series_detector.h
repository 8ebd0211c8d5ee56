// Watches one series of counts, bucket by bucket, and says when more is counted than its
// past explains, or nothing where something was expected.
//
// A spike opens when the last two buckets together (or three) have a chance below kOpenChance under the
// negative binomial forecast, each of them a small one by itself, and hold twice what was expected; or the last ten,
// of which eight are above their forecast. `kNew`
// opens in a series that was always empty: for a spike, or for kNewCount within kNewBuckets after a long time
// of nothing. Silence opens when a run of empty buckets is as unlikely, and longer than any run before.
//
// While a finding is open, the baseline is frozen. A spike closes after kCloseLooks buckets in a row (ten, if it took
// ten to find) of which none is unusual by itself or above the middle of what was expected and what was found (so it
// neither flickers at the edge nor lasts after the end), silence after as many that are not empty. What stays for
// kMostOpenBuckets is the new normal: the finding closes and its level is adopted; one that lasted kShapeBuckets is
// taken into the hours of the week when it ends, so that what comes every day is not found every day. What was new for
// kNewBuckets is learned from there on. docs/detection.md has the experiment behind each number.
//
// Buckets are all of one width and come in order; missing ones are the caller's to fill with 0. Not thread-safe.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include "query/detect/seasonal_baseline.h"
#include "query/detect/silence_run.h"

namespace faultline::query {

inline constexpr double kOpenChance = 2e-6;
inline constexpr double kCloseChance = 1e-2;
inline constexpr int kCloseLooks = 3;
inline constexpr double kSpikeLift = 2;
inline constexpr double kSpikeCount = 5;  // fewer in its buckets are none
inline constexpr double kWarmUpBuckets = 60;
inline constexpr int64_t kShapeBuckets = 180, kMostOpenBuckets = 1'440;
inline constexpr double kNewCount = 3;
inline constexpr int64_t kNewBuckets = 60;
inline constexpr double kNewHistoryBuckets = 1'440;
inline constexpr double kIntervalCoverage = 0.99;

enum class FindingKind : uint8_t { kSpike, kNew, kSilence, kRegression, kRate };
// "spike", "new", "silence", "regression", "rate".
const char* FindingKindName(FindingKind kind);

struct SeriesFinding {
  FindingKind kind = FindingKind::kSpike;
  int64_t start_us = 0;  // of its first bucket
  int64_t found_us = 0;  // end of the bucket with which it was found
  int64_t end_us = 0;    // of its last bucket; 0 while it is open
  // Of its buckets when it was found.
  double observed = 0, expected = 0;
  CountInterval interval;  // of what was expected, kIntervalCoverage
  double chance = 1;       // of so much, or so little
  double peak = 0;         // the largest bucket since; 0 for silence
  double lift() const { return expected > 0 ? observed / expected : 0; }
};

class SeriesDetector {
 public:
  // Counts of failures per attempt, and of units of a pair, are watched for more of them alone: silence is
  // no bad sign there.
  enum class Watch : uint8_t { kCounts, kRates, kSurges };
  explicit SeriesDetector(int64_t bucket_us, Watch watch = Watch::kCounts) : bucket_us_(bucket_us), watch_(watch) {}

  // So many buckets from `first_us` on were empty. Before the first Observe().
  void BeginEmpty(int64_t first_us, int64_t buckets) { baseline_.BeginEmpty(first_us, static_cast<double>(buckets)); }

  enum class Change : uint8_t { kNone, kOpened, kClosed };
  // `count` >= 0; `exposure` > 0, or 0 for a bucket that says nothing.
  Change Observe(int64_t start_us, double count, double exposure = 1);

  // The latest finding, open or closed.
  const std::optional<SeriesFinding>& finding() const { return finding_; }
  bool is_open() const { return finding_ && finding_->end_us == 0; }
  const SeasonalBaseline& baseline() const { return baseline_; }

 private:
  struct Look {
    int64_t start_us = 0;
    double count = 0, exposure = 1;
    CountModel forecast, upper;
    double chance = 1;  // of so much
  };

  bool AllAreRaised(size_t looks) const;
  Change TrySpike();
  Change TryNew(const Look& look);
  Change TrySilence(const Look& look);
  // Opens with the last `looks`, of which `model` was expected in all.
  Change Open(FindingKind kind, size_t looks, const CountModel& model, double chance);
  Change Keep(const Look& look);
  Change KeepNew(const Look& look);
  void Close(int64_t end_us);
  void KeepHour(const Look& look);
  void LearnOldest();
  // Observed and expected of the last `looks`, as one.
  double SumOf(size_t looks, CountModel& model) const;

  const int64_t bucket_us_;
  const Watch watch_;
  SeasonalBaseline baseline_;
  SilenceRun silence_;
  std::deque<Look> recent_;  // not learned yet, oldest first
  bool has_begun_ = false;   // counted anything yet
  double first_count_ = 0;   // of an empty series, since its first event
  int64_t first_us_ = 0, first_buckets_ = 0;
  std::optional<SeriesFinding> finding_;
  int64_t open_buckets_ = 0;
  int calm_looks_ = 0, close_looks_ = kCloseLooks;
  double halfway_ = 0;                         // between what was expected and what was found, by exposure
  double open_count_ = 0, open_expected_ = 0;  // of the last hour or so of the finding
  std::vector<Look> open_hours_;               // sums of the finding
};

}  // namespace faultline::query
