#include "query/detect/series_detector.h"

#include <algorithm>
#include <cmath>

namespace faultline::query {
namespace {

constexpr int64_t kHourMicros = 3'600'000'000;
// A rise too small for single buckets shows in so many, of which so many are above their forecast.
constexpr size_t kLongLooks = 10;
constexpr std::ptrdiff_t kLongAbove = 8;
constexpr size_t kUnlearned = kLongLooks;  // looks that wait, as they may be the start of a finding
// What each bucket of a spike may be by chance at most: of two, of three.
constexpr double kEachOfTwo = 5e-2, kEachOfThree = 2e-2;
constexpr double kFirstOfMany = 1e-3;
const double kOpenFade = std::exp2(-1 / kLevelHalfLife);

}  // namespace

const char* FindingKindName(FindingKind kind) {
  switch (kind) {
    case FindingKind::kSpike:
      return "spike";
    case FindingKind::kNew:
      return "new";
    case FindingKind::kSilence:
      return "silence";
    case FindingKind::kRegression:
      return "regression";
    case FindingKind::kRate:
      return "rate";
  }
  return "";
}

SeriesDetector::Change SeriesDetector::Observe(int64_t start_us, double count, double exposure) {
  if (!(exposure > 0)) return Change::kNone;
  // What was empty for too short a time to call it new begins here.
  if (!has_begun_ && count > 0) {
    has_begun_ = true;
    if (baseline_.buckets() < kWarmUpBuckets) {
      baseline_ = SeasonalBaseline();
      recent_.clear();
    }
  }
  Look look{start_us, count, exposure, baseline_.Forecast(start_us, exposure), {}, 1};
  const bool warm = baseline_.buckets() >= kWarmUpBuckets;
  look.upper = baseline_.UpperForecast(start_us, exposure, look.forecast);
  if (warm && count > look.upper.mean) look.chance = UpperTail(count, look.upper);
  if (is_open()) return finding_->kind == FindingKind::kNew ? KeepNew(look) : Keep(look);
  recent_.push_back(look);
  Change change = Change::kNone;
  if (count > 0) {
    silence_.End();
    if (warm) change = TrySpike();
  } else {
    silence_.AddEmpty(start_us, look.forecast, baseline_);
    if (warm) change = TrySilence(look);
  }
  if (change == Change::kNone) change = TryNew(look);
  if (change == Change::kNone) {
    while (recent_.size() > kUnlearned) LearnOldest();
  }
  return change;
}

double SeriesDetector::SumOf(size_t looks, CountModel& model) const {
  double count = 0, mean = 0, scatter = 0;
  for (size_t i = recent_.size() - looks; i < recent_.size(); ++i) {
    count += recent_[i].count;
    mean += recent_[i].upper.mean;
    scatter += recent_[i].upper.overdispersion;
  }
  const auto buckets = static_cast<double>(looks);
  model = baseline_.SumForecast(mean, scatter / buckets, buckets);
  return count;
}

bool SeriesDetector::AllAreRaised(size_t looks) const {
  const auto first = recent_.end() - static_cast<std::ptrdiff_t>(looks);
  if (looks == kLongLooks) {
    const auto is_above = [](const Look& look) { return look.count > look.upper.mean; };
    return std::count_if(first, recent_.end(), is_above) >= kLongAbove;
  }
  const double each = looks == 2 ? kEachOfTwo : kEachOfThree;
  return std::all_of(first, recent_.end(), [each](const Look& look) { return look.chance <= each; });
}

SeriesDetector::Change SeriesDetector::TrySpike() {
  for (const size_t looks : {size_t{2}, size_t{3}, kLongLooks}) {
    if (recent_.size() < looks) break;
    if (!AllAreRaised(looks)) continue;
    CountModel model;
    const double count = SumOf(looks, model);
    if (count < kSpikeCount || count < kSpikeLift * model.mean) continue;
    const double chance = UpperTail(count, model);
    if (chance > kOpenChance) continue;
    if (watch_ != Watch::kRates && baseline_.events() == 0) return Open(FindingKind::kNew, looks, model, chance);
    // What is nothing special by itself is no part of it where the others are enough.
    size_t enough = looks;
    CountModel fewer;
    while (enough > 1 && recent_[recent_.size() - enough].chance > kFirstOfMany &&
           UpperTail(SumOf(enough - 1, fewer), fewer) <= kOpenChance) {
      --enough;
    }
    SumOf(enough, model);
    return Open(watch_ == Watch::kRates ? FindingKind::kRate : FindingKind::kSpike, enough, model, chance);
  }
  return Change::kNone;
}

SeriesDetector::Change SeriesDetector::TryNew(const Look& look) {
  if (watch_ == Watch::kRates || (first_count_ == 0 && look.count == 0)) return Change::kNone;
  // Only the first events of a long empty series are new.
  const double history = baseline_.buckets() - static_cast<double>(first_buckets_);
  if (first_count_ == 0) first_us_ = look.start_us;
  first_count_ += look.count;
  if (++first_buckets_ > kNewBuckets || history < kNewHistoryBuckets) return Change::kNone;
  if (first_count_ < kNewCount) return Change::kNone;
  CountModel model;
  SumOf(1, model);
  const double total = first_count_;
  Open(FindingKind::kNew, 1, model, std::min(kOpenChance, look.chance));
  first_buckets_ = kNewBuckets;
  finding_->start_us = first_us_;
  finding_->observed = total;
  return Change::kOpened;
}

SeriesDetector::Change SeriesDetector::TrySilence(const Look& look) {
  if (watch_ != Watch::kCounts) return Change::kNone;
  const double chance = silence_.Chance(baseline_);
  if (chance > kOpenChance) return Change::kNone;
  const CountModel expected{silence_.expected(), look.forecast.overdispersion};
  Open(FindingKind::kSilence, 1, expected, chance);
  finding_->start_us = silence_.start_us();
  return Change::kOpened;
}

SeriesDetector::Change SeriesDetector::Open(FindingKind kind, size_t looks, const CountModel& model, double chance) {
  const auto first = recent_.end() - static_cast<std::ptrdiff_t>(looks);
  SeriesFinding finding;
  finding.kind = kind;
  finding.start_us = first->start_us;
  finding.found_us = recent_.back().start_us + bucket_us_;
  finding.expected = model.mean;
  finding.interval = CentralInterval(model, kIntervalCoverage);
  finding.chance = chance;
  open_hours_.clear();
  open_count_ = open_expected_ = 0;
  for (auto look = first; look != recent_.end(); ++look) {
    finding.observed += look->count;
    finding.peak = std::max(finding.peak, look->count);
    KeepHour(*look);
  }
  finding_ = finding;
  open_buckets_ = static_cast<int64_t>(looks);
  double exposure = 0;
  for (auto look = first; look != recent_.end(); ++look) exposure += look->exposure;
  halfway_ = (finding.expected + finding.observed) / 2 / exposure;
  calm_looks_ = 0;
  // What a single bucket hardly shows is gone only when many do not show it.
  const Look& last = recent_.back();
  const bool is_faint = UpperTail(halfway_ * last.exposure, last.upper) > kFirstOfMany;
  close_looks_ = is_faint ? static_cast<int>(kLongLooks) : kCloseLooks;
  if (kind == FindingKind::kNew) return Change::kOpened;  // all of it is learned when it closes
  recent_.erase(first, recent_.end());
  while (!recent_.empty()) LearnOldest();
  return Change::kOpened;
}

// Sums by hour: what a long finding was like, should it be learned.
void SeriesDetector::KeepHour(const Look& look) {
  if (open_hours_.empty() || open_hours_.back().start_us / kHourMicros != look.start_us / kHourMicros) {
    open_hours_.push_back({look.start_us, 0, 0, {}, {}, 1});
  }
  open_hours_.back().count += look.count;
  open_hours_.back().exposure += look.exposure;
}

SeriesDetector::Change SeriesDetector::Keep(const Look& look) {
  ++open_buckets_;
  open_count_ = open_count_ * kOpenFade + look.count;
  open_expected_ = open_expected_ * kOpenFade + look.forecast.mean;
  const bool silent = finding_->kind == FindingKind::kSilence;
  finding_->peak = silent ? 0 : std::max(finding_->peak, look.count);
  const bool calm = silent ? look.count > 0 : look.chance > kCloseChance && look.count <= halfway_ * look.exposure;
  calm_looks_ = calm ? calm_looks_ + 1 : silent ? calm_looks_ : 0;
  if (!calm) {
    for (const Look& before : recent_) KeepHour(before);
    recent_.clear();
    KeepHour(look);
  } else {
    recent_.push_back(look);
  }
  if (open_buckets_ >= kMostOpenBuckets) {  // a level, not a shape of the day
    open_hours_.clear();
    recent_.clear();
    baseline_.AdoptLevel(open_count_, open_expected_);
    Close(look.start_us + bucket_us_);
    return Change::kClosed;
  }
  if (calm_looks_ < close_looks_) return Change::kNone;
  Close(look.start_us + (1 - close_looks_) * bucket_us_);
  return Change::kClosed;
}

void SeriesDetector::Close(int64_t end_us) {
  finding_->end_us = std::max(end_us, finding_->start_us + bucket_us_);
  silence_.Forget(finding_->kind == FindingKind::kSilence ? open_buckets_ : 0);
  if (open_buckets_ >= kShapeBuckets) {
    for (const Look& hour : open_hours_) {
      baseline_.LearnShape(hour.start_us, hour.count, hour.exposure, end_us);
    }
  }
  while (!recent_.empty()) LearnOldest();
}

// Nothing is known of what is new until it has been there for a while.
SeriesDetector::Change SeriesDetector::KeepNew(const Look& look) {
  ++open_buckets_;
  finding_->peak = std::max(finding_->peak, look.count);
  calm_looks_ = look.count > 0 ? 0 : calm_looks_ + 1;
  recent_.push_back(look);
  if (open_buckets_ < kNewBuckets) return Change::kNone;
  finding_->end_us = look.start_us + bucket_us_ - calm_looks_ * bucket_us_;
  finding_->end_us = std::max(finding_->end_us, finding_->start_us + bucket_us_);
  baseline_ = SeasonalBaseline();
  silence_ = SilenceRun();
  // What it began with is often a burst, and no measure of the rest.
  while (recent_.size() > kNewBuckets / 2) recent_.pop_front();
  while (!recent_.empty()) {
    recent_.front().forecast = baseline_.Forecast(recent_.front().start_us, recent_.front().exposure);
    LearnOldest();
  }
  return Change::kClosed;
}

void SeriesDetector::LearnOldest() {
  const Look& look = recent_.front();
  baseline_.Learn(look.start_us, look.count, look.exposure, look.forecast);
  recent_.pop_front();
}

}  // namespace faultline::query
