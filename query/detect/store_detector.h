// Watches every signature of a store, every pair, and the failure rate of every value of the
// dimensions that attempts state, minute by minute.
//
// The first call replays what the store holds, at most kMaxReplayMinutes; later ones look at the
// minutes since, so a call costs what is new. A minute that was looked at is not looked at again: events that come
// later for it are not seen here (counts and pairs do see them). A storm of two signatures makes pairs by coincidence:
// findings of pairs that are not significant around that time (query/correlator.h) are dropped. Memory: about 6 KB a
// series.
//
// Thread-safe; calls take turns.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "base/mutex.h"
#include "query/correlator.h"
#include "query/detect/minute_counts.h"
#include "query/detect/series_detector.h"
#include "query/query_control.h"
#include "store/store.h"

namespace faultline::query {

inline constexpr int64_t kMaxReplayMinutes = 28 * 1'440;
inline constexpr size_t kMaxWatched = 20'000;   // series; later ones are not watched
inline constexpr size_t kMaxFindings = 10'000;  // kept; the oldest go
// Gone for so long, it counts as resolved.
inline constexpr int64_t kResolvedMinutes = 1'440;
// Minutes are looked at so long after their end: events need time to arrive.
inline constexpr int64_t kSettleMinutes = 1;
inline constexpr int64_t kQuietMicros = 10'000'000, kBeginMicros = 50'000'000;

struct StoredFinding {
  uint64_t number = 0;  // ascending from 1
  WatchedKey key;
  SeriesFinding finding;
  std::string version;  // of a regression
};

class StoreDetector {
 public:
  struct Source {
    const store::Store& store;
    const store::View& view;
    Correlator& correlator;
    int64_t read_us = 0;  // everything up to then has been read (query/settled_time.h)
    int64_t now_us = 0;
    // Somebody may be writing: old records are looked at only once none came for kQuietMicros, as another
    // source may still bring others of the same time. Recent ones are, from kBeginMicros after the first call on.
    bool may_grow = false;
  };
  // Looks at the minutes that are complete: up to `read_us`, or, in a store whose last event is more than an
  // hour old, up to that event. Long replays end early, an hour of minutes at least after this call began; figures()
  // says how far they came. Errors: `control`'s and the store's; the next call goes on where this one stopped.
  absl::Status Advance(const Source& source, const QueryControl& control) ABSL_LOCKS_EXCLUDED(mu_);

  // Findings, the one found last first. Those that are open have the numbers of now.
  std::vector<StoredFinding> Findings() const ABSL_LOCKS_EXCLUDED(mu_);
  struct Figures {
    int64_t series = 0;
    int64_t up_to_us = 0;     // 0: nothing was looked at
    int64_t minutes = 0;      // looked at
    bool is_waiting = false;  // old records still come in
    bool is_behind = false;   // there are complete minutes that were not looked at yet
    bool left_out = false;    // there were more series than kMaxWatched
    bool replay_cut = false;  // the store holds more than kMaxReplayMinutes
    bool partial = false;     // the scan budget was met
    int64_t overfull = 0;     // minutes with fewer attempts than failures
  };
  Figures figures() const ABSL_LOCKS_EXCLUDED(mu_);

 private:
  struct Watched {
    explicit Watched(SeriesDetector::Watch watch);
    SeriesDetector detector;
    int64_t next_minute = 0;              // not fed yet
    std::shared_ptr<StoredFinding> open;  // of the detector
    int64_t last_seen = 0;                // minute with a count; 0 for none
    std::string newest;                   // version
  };

  // Forgets everything: events count as other signatures now.
  void StartAnew(int64_t regrouping) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  absl::Status Feed(const MinuteCounts& counts, int64_t end, const QueryControl& control)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  // Whether old records have come in a moment ago.
  bool IsGrowing(const Source& source) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  // Null when there are too many.
  Watched* Find(const WatchedKey& key, int64_t first_minute) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  void FeedCounts(const WatchedKey& key, Watched& watched, const std::vector<MinuteCount>& minutes,
                  const MinuteCounts& counts, int64_t end) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  void FeedRates(const WatchedKey& key, Watched& watched, const std::vector<MinuteCount>& minutes)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  void CheckRegression(const WatchedKey& key, Watched& watched, const MinuteCount& minute, const std::string& version)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  void Note(const WatchedKey& key, Watched& watched, SeriesDetector::Change change) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  void Keep(StoredFinding finding) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  // Of the findings from `first_number` on.
  absl::Status DropChancePairs(const Source& source, uint64_t first_number, const QueryControl& control)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);

  mutable Mutex mu_;
  int64_t first_minute_ ABSL_GUARDED_BY(mu_) = 0, next_minute_ ABSL_GUARDED_BY(mu_) = 0;  // next 0: nothing yet
  std::map<WatchedKey, Watched> watched_ ABSL_GUARDED_BY(mu_);
  std::deque<std::shared_ptr<StoredFinding>> findings_ ABSL_GUARDED_BY(mu_);  // oldest first
  uint64_t seen_sequence_ ABSL_GUARDED_BY(mu_) = 0;                           // the store's next one, since `seen_us_`
  int64_t seen_us_ ABSL_GUARDED_BY(mu_) = 0, first_call_us_ ABSL_GUARDED_BY(mu_) = 0;
  uint64_t last_number_ ABSL_GUARDED_BY(mu_) = 0;
  int64_t regrouping_ ABSL_GUARDED_BY(mu_) = 0;  // View::last_regrouping of what was looked at
  Figures figures_ ABSL_GUARDED_BY(mu_);
};

}  // namespace faultline::query
