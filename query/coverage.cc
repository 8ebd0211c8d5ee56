#include "query/coverage.h"

#include <algorithm>
#include <utility>

#include "base/status_macros.h"

namespace faultline::query {
namespace {

constexpr size_t kUnitsBetweenChecks = 4096;

store::Side OtherSide(store::Side side) {
  return side == store::Side::kClient ? store::Side::kServer : store::Side::kClient;
}

// What the events of one unit say.
struct Evidence {
  bool asked_failed = false, other_failed = false;
  bool asked_seen = false, other_seen = false;  // also by events that are no failures
  bool has_id = false, identified = false;
  int64_t first_us = INT64_MAX, last_us = INT64_MIN;
};

class Accountant {
 public:
  Accountant(const UnitGraph& graph, store::Side side, const CoverageTimes& times, UnitMarks& marks,
             const QueryControl& control)
      : graph_(graph), side_(side), times_(times), marks_(marks), control_(control) {
    marks_.Begin(graph.size());
  }

  absl::Status AddAsked(const FailureSelection::Group& group) {
    for (const uint32_t event : group.events) {
      if (!IsNew(event)) continue;
      RETURN_IF_ERROR(CheckNowAndThen());
      const Evidence evidence = Look(event);
      ++coverage_.asked_units;
      if (evidence.other_failed) ++coverage_.other_units;
      Count(event, Judge(event, evidence, evidence.other_failed, evidence.other_seen), coverage_.asked);
    }
    return absl::OkStatus();
  }

  absl::Status AddOther() {
    absl::Status status;
    graph_.ForEachFailure(OtherSide(side_), times_.range, [&](uint32_t event) {
      if (!status.ok() || !IsNew(event)) return;
      status = CheckNowAndThen();
      const Evidence evidence = Look(event);
      if (evidence.asked_failed) return;  // of another filter or window
      ++coverage_.other_units;
      Count(event, Judge(event, evidence, false, evidence.asked_seen), coverage_.other);
    });
    return status;
  }

  Coverage Finish() && { return std::move(coverage_); }

 private:
  bool IsNew(uint32_t event) { return marks_.Add(graph_.UnitOf(event), 1) == 0; }

  absl::Status CheckNowAndThen() { return ++units_ % kUnitsBetweenChecks == 0 ? control_.Check() : absl::OkStatus(); }

  Evidence Look(uint32_t unit_event) const {
    Evidence evidence;
    const store::Side other = OtherSide(side_);
    graph_.ForEachMember(unit_event, [&](uint32_t event) {
      const bool asked_side = graph_.side(event) == side_, other_side = graph_.side(event) == other;
      const bool failed = graph_.IsFailure(event);
      evidence.asked_seen |= asked_side;
      evidence.other_seen |= other_side;
      evidence.asked_failed |= asked_side && failed;
      evidence.other_failed |= other_side && failed;
      evidence.first_us = std::min(evidence.first_us, graph_.time_us(event));
      evidence.last_us = std::max(evidence.last_us, graph_.time_us(event));
      if (evidence.identified || !graph_.HasExactId(event)) return;
      evidence.has_id = true;
      const ExactIds& ids = graph_.ids_of(event);
      evidence.identified = std::any_of(ids.begin(), ids.end(), [this](uint32_t id) {
        return id != IdTable::kNone && !graph_.id_table().IsCrowded(id);
      });
    });
    return evidence;
  }

  CoverageReason Judge(uint32_t event, const Evidence& evidence, bool both_failed, bool counterpart_seen) const {
    if (!graph_.FormsPairs(graph_.UnitOf(event))) return CoverageReason::kTooLarge;
    if (both_failed) return CoverageReason::kLinked;
    if (!evidence.has_id) return CoverageReason::kNoId;
    if (!evidence.identified) return CoverageReason::kNotIdentifying;
    if (evidence.last_us > times_.settled_us) return CoverageReason::kLate;
    if (counterpart_seen) return CoverageReason::kSeenWithoutError;
    if (evidence.first_us < times_.complete_us) return CoverageReason::kOutOfRetention;
    return CoverageReason::kNeverSeen;
  }

  void Count(uint32_t event, CoverageReason reason, std::array<CoverageCount, kCoverageReasons>& counts) const {
    CoverageCount& count = counts[static_cast<size_t>(reason)];
    ++count.units;
    const auto is_later = [this](uint32_t a, uint32_t b) {
      return std::pair(graph_.time_us(a), a) > std::pair(graph_.time_us(b), b);
    };
    std::vector<uint32_t>& exemplars = count.exemplars;
    if (exemplars.size() == CoverageCount::kExemplars && !is_later(event, exemplars.back())) return;
    exemplars.insert(std::upper_bound(exemplars.begin(), exemplars.end(), event, is_later), event);
    if (exemplars.size() > CoverageCount::kExemplars) exemplars.pop_back();
  }

  const UnitGraph& graph_;
  const store::Side side_;
  const CoverageTimes& times_;
  UnitMarks& marks_;
  const QueryControl& control_;
  size_t units_ = 0;
  Coverage coverage_;
};

}  // namespace

int64_t Coverage::total() const {
  int64_t total = 0;
  for (const auto& count : asked) total += count.units;
  for (const auto& count : other) total += count.units;
  return total;
}

absl::StatusOr<Coverage> CountCoverage(const UnitGraph& graph, store::Side side, const FailureSelection& failures,
                                       const CoverageTimes& times, UnitMarks& marks, const QueryControl& control) {
  Accountant accountant(graph, side, times, marks, control);
  for (const FailureSelection::Group& group : failures.groups()) RETURN_IF_ERROR(accountant.AddAsked(group));
  RETURN_IF_ERROR(accountant.AddOther());
  return std::move(accountant).Finish();
}

}  // namespace faultline::query
