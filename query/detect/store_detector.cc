#include "query/detect/store_detector.h"

#include <algorithm>
#include <chrono>
#include <set>
#include <utility>

#include "base/status_macros.h"
#include "query/minute.h"
#include "query/natural_order.h"

namespace faultline::query {
namespace {

constexpr int64_t kLiveMicros = 60 * kMinuteMicros;
// Around the moment a pair was found, where it must be significant.
constexpr int64_t kPairsBefore = 10 * kMinuteMicros, kPairsAfter = 5 * kMinuteMicros;
// A slice has about so many events: others wait for the correlator while it is counted. The shorter it is, the more is
// read twice around it, so an hour at least.
constexpr int64_t kSliceEvents = 2'500'000;
constexpr int64_t kShortestSlice = 60, kLongestSlice = 1'440;  // minutes
// A call of a long replay begins no other slice after this.
constexpr std::chrono::seconds kLongestCall(5);

// The first and the last event; first > last when there is none.
std::pair<int64_t, int64_t> TimesOf(const store::View& view) {
  int64_t first = INT64_MAX, last = INT64_MIN;
  for (const auto& segment : view.segments) {
    if (segment->size() == 0) continue;
    first = std::min(first, segment->min_time_us());
    last = std::max(last, segment->max_time_us());
  }
  return {first, last};
}

int64_t SliceMinutes(const store::View& view, int64_t first_us, int64_t last_us) {
  const int64_t minutes = MinuteOf(last_us) - MinuteOf(first_us) + 1;
  const double share = static_cast<double>(kSliceEvents) / static_cast<double>(EventsIn(view) + 1);
  return static_cast<int64_t>(std::clamp<double>(static_cast<double>(minutes) * share, kShortestSlice, kLongestSlice));
}

}  // namespace

StoreDetector::Watched::Watched(SeriesDetector::Watch watch) : detector(kMinuteMicros, watch) {}

absl::Status StoreDetector::Advance(const Source& source, const QueryControl& control) {
  const MutexLock lock(mu_);
  if (source.view.last_regrouping != regrouping_) StartAnew(source.view.last_regrouping);
  const auto [first_us, last_us] = TimesOf(source.view);
  if (first_us > last_us) return absl::OkStatus();
  const bool is_live = last_us > source.now_us - kLiveMicros;
  if (first_call_us_ == 0) first_call_us_ = source.now_us;
  const bool has_begun = next_minute_ != 0 || source.now_us - first_call_us_ > kBeginMicros;
  figures_.is_waiting = source.may_grow && IsGrowing(source) && !(is_live && has_begun);
  if (figures_.is_waiting) return absl::OkStatus();
  const int64_t complete = MinuteOf(std::min(source.read_us, source.now_us)) - kSettleMinutes;
  const int64_t end = is_live ? complete : std::min(MinuteOf(last_us) + 1, MinuteOf(source.read_us));
  if (next_minute_ == 0) {
    first_minute_ = std::max(MinuteOf(first_us), end - kMaxReplayMinutes);
    figures_.replay_cut = first_minute_ > MinuteOf(first_us);
    next_minute_ = first_minute_;
  }
  const int64_t slice_minutes = SliceMinutes(source.view, first_us, last_us);
  const auto began = std::chrono::steady_clock::now();
  while (next_minute_ < end && std::chrono::steady_clock::now() - began < kLongestCall) {
    const int64_t slice_end = std::min(end, next_minute_ + slice_minutes);
    ASSIGN_OR_RETURN(const MinuteCounts counts,
                     CountMinutes(source.store, source.view, source.correlator, next_minute_, slice_end, control));
    figures_.partial = figures_.partial || counts.scan.budget_exceeded;
    figures_.overfull += counts.overfull;
    next_minute_ = slice_end;  // whatever happens now, these counts are not taken again
    figures_.up_to_us = slice_end * kMinuteMicros;
    figures_.minutes = slice_end - first_minute_;
    const uint64_t first_number = last_number_ + 1;
    RETURN_IF_ERROR(Feed(counts, slice_end, control));
    RETURN_IF_ERROR(DropChancePairs(source, first_number, control));
  }
  figures_.is_behind = next_minute_ < end;
  figures_.series = static_cast<int64_t>(watched_.size());
  return absl::OkStatus();
}

// Numbers of findings go on, so that what was told under one is not told under another.
void StoreDetector::StartAnew(int64_t regrouping) {
  first_minute_ = next_minute_ = 0;
  watched_.clear();
  findings_.clear();
  figures_ = Figures();
  regrouping_ = regrouping;
}

bool StoreDetector::IsGrowing(const Source& source) {
  if (source.view.next_sequence != seen_sequence_) {
    seen_sequence_ = source.view.next_sequence;
    seen_us_ = source.now_us;
  }
  return source.now_us - seen_us_ < kQuietMicros;
}

StoreDetector::Watched* StoreDetector::Find(const WatchedKey& key, int64_t first_minute) {
  const auto found = watched_.find(key);
  if (found != watched_.end()) return &found->second;
  if (watched_.size() >= kMaxWatched) {
    figures_.left_out = true;
    return nullptr;
  }
  using Watch = SeriesDetector::Watch;
  const Watch watch = key.is_cell() ? Watch::kRates : key.is_pair() ? Watch::kSurges : Watch::kCounts;
  Watched& made = watched_.emplace(key, watch).first->second;
  // It was empty up to now.
  made.detector.BeginEmpty(first_minute_ * kMinuteMicros, first_minute - first_minute_);
  made.next_minute = first_minute;
  return &made;
}

absl::Status StoreDetector::Feed(const MinuteCounts& counts, int64_t end, const QueryControl& control) {
  // In the order of their keys, so that the same store gives the same findings.
  for (const auto& [key, minutes] : counts.series) {
    RETURN_IF_ERROR(control.Check());
    Watched* const watched = Find(key, minutes.front().minute);
    if (watched == nullptr) continue;
    if (key.is_cell()) {
      FeedRates(key, *watched, minutes);
    } else {
      FeedCounts(key, *watched, minutes, counts, end);
    }
  }
  static const std::vector<MinuteCount> kNothing;
  for (auto& [key, watched] : watched_) {
    RETURN_IF_ERROR(control.Check());
    if (!key.is_cell() && watched.next_minute < end) FeedCounts(key, watched, kNothing, counts, end);
  }
  return absl::OkStatus();
}

void StoreDetector::FeedCounts(const WatchedKey& key, Watched& watched, const std::vector<MinuteCount>& minutes,
                               const MinuteCounts& counts, int64_t end) {
  auto next = minutes.begin();
  for (; watched.next_minute < end; ++watched.next_minute) {
    double count = 0;
    if (next != minutes.end() && next->minute == watched.next_minute) {
      count = static_cast<double>(next->count);
      CheckRegression(key, watched, *next, counts.versions[next->version]);
      ++next;
    }
    Note(key, watched, watched.detector.Observe(watched.next_minute * kMinuteMicros, count));
  }
}

// Minutes without attempts say nothing of a rate.
void StoreDetector::FeedRates(const WatchedKey& key, Watched& watched, const std::vector<MinuteCount>& minutes) {
  for (const MinuteCount& minute : minutes) {
    if (minute.minute < watched.next_minute) continue;
    Note(key, watched,
         watched.detector.Observe(minute.minute * kMinuteMicros, static_cast<double>(minute.count),
                                  static_cast<double>(minute.attempts)));
    watched.next_minute = minute.minute + 1;
  }
}

void StoreDetector::CheckRegression(const WatchedKey& key, Watched& watched, const MinuteCount& minute,
                                    const std::string& version) {
  if (key.is_pair()) return;
  const bool was_gone = watched.last_seen != 0 && minute.minute - watched.last_seen > kResolvedMinutes;
  const bool is_newer = IsComparable(version, watched.newest) && CompareNatural(version, watched.newest) > 0;
  if (was_gone && is_newer) {
    StoredFinding found;
    found.key = key;
    found.version = version;
    found.finding.kind = FindingKind::kRegression;
    found.finding.start_us = minute.minute * kMinuteMicros;
    found.finding.found_us = found.finding.end_us = (minute.minute + 1) * kMinuteMicros;
    found.finding.observed = found.finding.peak = static_cast<double>(minute.count);
    Keep(std::move(found));
  }
  watched.last_seen = minute.minute;
  if (watched.newest.empty() || is_newer) watched.newest = version;
}

void StoreDetector::Note(const WatchedKey& key, Watched& watched, SeriesDetector::Change change) {
  if (change == SeriesDetector::Change::kOpened) {
    Keep({0, key, *watched.detector.finding(), ""});
    watched.open = findings_.back();
  } else if (watched.open != nullptr) {
    watched.open->finding = *watched.detector.finding();
    if (change == SeriesDetector::Change::kClosed) watched.open = nullptr;
  }
}

void StoreDetector::Keep(StoredFinding finding) {
  finding.number = ++last_number_;
  findings_.push_back(std::make_shared<StoredFinding>(std::move(finding)));
  if (findings_.size() > kMaxFindings) findings_.pop_front();
}

// One question answers for all pairs that were found in the same minute.
absl::Status StoreDetector::DropChancePairs(const Source& source, uint64_t first_number, const QueryControl& control) {
  std::map<int64_t, std::set<std::pair<std::string, std::string>>> significant;  // by when it was found
  for (const auto& stored : findings_) {
    if (stored->number < first_number || !stored->key.is_pair()) continue;
    const int64_t found_us = stored->finding.found_us;
    if (significant.contains(found_us)) continue;
    Correlator::Question question;
    question.range = {found_us - kPairsBefore, found_us + kPairsAfter};
    ASSIGN_OR_RETURN(const v1::CorrelateResponse pairs, source.correlator.Correlate(question, control));
    auto& kept = significant[found_us];
    for (const v1::CorrelatedPair& pair : pairs.pairs())
      kept.emplace(pair.client().signature(), pair.server().signature());
  }
  std::erase_if(findings_, [&](const std::shared_ptr<StoredFinding>& stored) {
    if (stored->number < first_number || !stored->key.is_pair()) return false;
    return !significant[stored->finding.found_us].contains(
        {store::FormatSignature(stored->key.signature), store::FormatSignature(stored->key.server)});
  });
  return absl::OkStatus();
}

std::vector<StoredFinding> StoreDetector::Findings() const {
  std::vector<StoredFinding> findings;
  {
    const MutexLock lock(mu_);
    for (const auto& finding : findings_) findings.push_back(*finding);
  }
  std::sort(findings.begin(), findings.end(), [](const StoredFinding& a, const StoredFinding& b) {
    return a.finding.found_us != b.finding.found_us ? a.finding.found_us > b.finding.found_us : a.number < b.number;
  });
  return findings;
}

StoreDetector::Figures StoreDetector::figures() const {
  const MutexLock lock(mu_);
  return figures_;
}

}  // namespace faultline::query
