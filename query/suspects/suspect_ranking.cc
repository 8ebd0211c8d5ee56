#include "query/suspects/suspect_ranking.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <tuple>

namespace faultline::query {
namespace {

constexpr double kTimeThreshold = 2, kLineThreshold = 3;
// Own times below this differ by what clocks and schedulers do.
constexpr double kTimeFloorUs = 50;
// No operation's typical time repeats more exactly than this from one window to another, as a log.
constexpr double kTimeRepeats = 0.05;
constexpr size_t kLeastSpans = 2;
constexpr double kMostEffect = 2;
constexpr double kScatter = 4;  // f of lines that are no failures
constexpr double kSilentWeight = 0.3, kMoreWeight = 0.1;
// Of what was expected, at most, for silence; and so many must have been expected.
constexpr double kSilentShare = 0.2, kSilentLeast = 10;

struct Operation {
  uint32_t service = 0, operation = 0;
  std::vector<uint32_t> called;
  bool operator<(const Operation& other) const {
    return std::tie(service, operation, called) < std::tie(other.service, other.operation, other.called);
  }
};

// Logs of own times.
struct Times {
  double sum = 0, squares = 0, count = 0;
  void Add(double own_us) {
    const double log = std::log(own_us + kTimeFloorUs);
    sum += log, squares += log * log, count += 1;
  }
  double mean() const { return sum / count; }
  double variance() const { return std::max(0.0, squares / count - mean() * mean()); }
  double typical_ms() const { return std::max(0.0, std::exp(mean()) - kTimeFloorUs) / 1000; }
};

std::map<Operation, Times> TimesOf(const std::vector<Span>& spans) {
  std::map<Operation, Times> times;
  for (OwnTime& time : OwnTimes(spans)) {
    times[{time.service, time.operation, std::move(time.called)}].Add(time.own_us);
  }
  return times;
}

class Ranking {
 public:
  void AddTimes(const Activity& target, const Activity& baseline) {
    const std::map<Operation, Times> before = TimesOf(baseline.spans);
    for (const auto& [operation, now] : TimesOf(target.spans)) {
      const auto found = before.find(operation);
      if (found == before.end() || found->second.count < kLeastSpans) continue;
      const Times& then = found->second;
      const double difference = now.mean() - then.mean();
      const double error =
          std::sqrt(now.variance() / now.count + then.variance() / then.count + kTimeRepeats * kTimeRepeats);
      const double score = (difference / error - kTimeThreshold) * difference;
      if (difference <= 0 || score <= 0 || difference / error <= kTimeThreshold) continue;
      SuspectEvidence evidence;
      evidence.kind = operation.called.empty() ? SuspectEvidence::Kind::kSlower : SuspectEvidence::Kind::kSlowerCalls;
      evidence.operation = operation.operation;
      evidence.observed = now.typical_ms();
      evidence.expected = then.typical_ms();
      evidence.score = score;
      evidence.other = operation.called.empty() ? 0 : operation.called.front();
      Add(operation.service, evidence);
      for (const uint32_t called : operation.called) {
        evidence.other = operation.service;
        Add(called, evidence);
      }
    }
  }

  void AddLines(const Activity& target, const Activity& baseline, double ratio) {
    for (const auto& [key, now] : target.lines) {
      const auto found = baseline.lines.find(key);
      AddLine(key, now, found == baseline.lines.end() ? LineCount() : found->second, ratio);
    }
    for (const auto& [key, then] : baseline.lines) {
      if (!target.lines.contains(key)) AddLine(key, {0, then.severity, then.failures}, then, ratio);
    }
  }

  std::vector<RankedService> Finish() && {
    std::vector<RankedService> ranked;
    for (auto& [service, entry] : services_) {
      std::sort(entry.evidence.begin(), entry.evidence.end(), [](const SuspectEvidence& a, const SuspectEvidence& b) {
        return std::tie(b.score, a.kind, a.signature, a.operation, a.other) <
               std::tie(a.score, b.kind, b.signature, b.operation, b.other);
      });
      for (const SuspectEvidence& evidence : entry.evidence) entry.score += evidence.score;
      entry.service = service;
      ranked.push_back(std::move(entry));
    }
    std::sort(ranked.begin(), ranked.end(), [](const RankedService& a, const RankedService& b) {
      return a.score != b.score ? a.score > b.score : a.service < b.service;
    });
    return ranked;
  }

 private:
  void Add(uint32_t service, const SuspectEvidence& evidence) { services_[service].evidence.push_back(evidence); }

  void AddLine(const LineKey& key, const LineCount& now, const LineCount& then, double ratio) {
    const auto observed = static_cast<double>(now.lines);
    const double expected = static_cast<double>(then.lines) * ratio;
    const bool failures = now.failures;
    const bool more = observed > expected;
    if (!more && (expected < kSilentLeast || observed > kSilentShare * expected)) return;
    // Half a line keeps what was never seen from being infinitely unlikely.
    const double mean = expected + 0.5;
    const double g = 2 * ((observed > 0 ? observed * std::log(observed / mean) : 0) - (observed - mean));
    const double z = std::sqrt(std::max(0.0, g) / (failures ? 1 : kScatter));
    const double effect = std::min(kMostEffect, std::abs(std::log((observed + 1) / (expected + 1))));
    const double weight = !more ? kSilentWeight : failures ? 1 : kMoreWeight;
    const double score = weight * (z - kLineThreshold) * effect;
    if (!(score > 0)) return;
    SuspectEvidence evidence;
    evidence.kind = !more      ? SuspectEvidence::Kind::kSilent
                    : failures ? SuspectEvidence::Kind::kErrors
                               : SuspectEvidence::Kind::kMoreLines;
    evidence.signature = key.signature;
    evidence.observed = observed;
    evidence.expected = expected;
    evidence.score = score;
    Add(key.service, evidence);
  }

  std::map<uint32_t, RankedService> services_;
};

}  // namespace

std::vector<RankedService> RankServices(const Activity& target, const Activity& baseline,
                                        const WindowLengths& lengths) {
  Ranking ranking;
  ranking.AddTimes(target, baseline);
  const bool by_traces = target.traces > 0 && baseline.traces > 0 && !target.sampled && !baseline.sampled;
  const double ratio = by_traces ? static_cast<double>(target.traces) / static_cast<double>(baseline.traces)
                                 : lengths.target_us / std::max(1.0, lengths.baseline_us);
  ranking.AddLines(target, baseline, ratio);
  return std::move(ranking).Finish();
}

}  // namespace faultline::query
