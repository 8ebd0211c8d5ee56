#include "query/contradictions.h"

#include <algorithm>

#include "base/status_macros.h"

namespace faultline::query {
namespace {

using store::Side;

constexpr size_t kEventsBetweenChecks = 1 << 14;
constexpr uint32_t kNone = UINT32_MAX;

// What the events of one unit say.
struct Evidence {
  bool client_failed = false, server_failed = false, server_succeeded = false;
  int64_t first_server_failure_us = INT64_MAX, last_success_us = INT64_MIN;
  bool identified = false;
};

Evidence Look(const UnitGraph& graph, uint32_t unit_event) {
  Evidence evidence;
  graph.ForEachMember(unit_event, [&](uint32_t event) {
    const Side side = graph.side(event);
    const bool failed = graph.IsFailure(event);
    evidence.client_failed |= failed && side == Side::kClient;
    if (failed && side == Side::kServer) {
      evidence.server_failed = true;
      evidence.first_server_failure_us = std::min(evidence.first_server_failure_us, graph.corrected_us(event));
    }
    if (graph.IsSuccess(event) && side == Side::kServer) {
      evidence.server_succeeded = true;
      evidence.last_success_us = std::max(evidence.last_success_us, graph.corrected_us(event));
    }
    for (const uint32_t id : graph.ids_of(event)) {
      evidence.identified |= id != IdTable::kNone && !graph.id_table().IsCrowded(id);
    }
  });
  return evidence;
}

bool IsContradicted(const Evidence& evidence, Side side) {
  if (side == Side::kClient) return evidence.server_succeeded;
  return evidence.server_succeeded && !evidence.client_failed &&
         evidence.last_success_us >= evidence.first_server_failure_us;
}

class SideJudge {
 public:
  SideJudge(const UnitGraph& graph, Side side, const QueryControl& control)
      : graph_(graph), side_(side), control_(control), first_of_(graph.size(), kNone) {}

  absl::StatusOr<Contradictions::OfSide> Run(const FailureSelection& failures) {
    std::vector<uint32_t> units;
    size_t events = 0;
    for (const FailureSelection::Group& group : failures.groups()) {
      for (const uint32_t event : group.events) {
        if (++events % kEventsBetweenChecks == 0) RETURN_IF_ERROR(control_.Check());
        const uint32_t unit = graph_.UnitOf(event);
        uint32_t& first = first_of_[unit];
        if (first == kNone) units.push_back(unit);
        if (first == kNone || graph_.IsEarlier(event, first)) first = event;
      }
    }
    Contradictions::OfSide result;
    for (size_t i = 0; i < units.size(); ++i) {
      if (i % kEventsBetweenChecks == 0) RETURN_IF_ERROR(control_.Check());
      Judge(units[i], result);
    }
    std::sort(result.units.begin(), result.units.end(),
              [](const FailingUnit& a, const FailingUnit& b) { return a.event < b.event; });
    return result;
  }

 private:
  void Judge(uint32_t unit, Contradictions::OfSide& result) const {
    const bool of_one_unit = graph_.FormsPairs(unit);
    const Evidence evidence = of_one_unit ? Look(graph_, unit) : Evidence();
    const bool contradicted = evidence.identified && IsContradicted(evidence, side_);
    result.units.push_back({first_of_[unit], contradicted});
    result.contradicted += contradicted ? 1 : 0;
    result.not_linkable += evidence.identified ? 0 : 1;
  }

  const UnitGraph& graph_;
  const Side side_;
  const QueryControl& control_;
  std::vector<uint32_t> first_of_;  // by unit: its first failure of the selection
};

}  // namespace

absl::StatusOr<Contradictions> FindContradictions(const UnitGraph& graph, const FailureSelection& clients,
                                                  const FailureSelection& servers, const store::TimeRange& range,
                                                  const QueryControl& control) {
  Contradictions found;
  ASSIGN_OR_RETURN(found.clients, SideJudge(graph, Side::kClient, control).Run(clients));
  ASSIGN_OR_RETURN(found.servers, SideJudge(graph, Side::kServer, control).Run(servers));
  for (uint32_t event = 0; event < graph.size(); ++event) {
    if (graph.IsSuccess(event) && graph.side(event) == Side::kServer && range.Contains(graph.time_us(event))) {
      ++found.success_records;
    }
  }
  return found;
}

}  // namespace faultline::query
