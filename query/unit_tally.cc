#include "query/unit_tally.h"

#include <algorithm>

namespace faultline::query {

UnitTally::UnitTally(const UnitGraph& graph, const CellTable* cells, UnitMarks& marks)
    : graph_(graph),
      cells_(cells),
      marks_(marks),
      in_cell_(cells == nullptr ? 0 : cells->cells.size()),
      by_service_(graph.services().size()) {}

SignatureTally UnitTally::CountLines(const FailureSelection::Group& group) {
  SignatureTally tally;
  tally.signature = group.signature;
  tally.lines = static_cast<int64_t>(group.events.size());
  tally.first_event = group.events.front();
  tally.last_event = group.events.back();
  for (const uint32_t event : group.events) {
    tally.lines_without_id += graph_.HasExactId(event) ? 0 : 1;
    tally.sampled += graph_.IsSampled(event) ? 1 : 0;
    const uint16_t service = graph_.service(event);
    if (by_service_[service]++ == 0) reporting_.push_back(service);
  }
  const auto& names = graph_.services();
  uint16_t best = reporting_.front();
  for (const uint16_t service : reporting_) {
    const uint32_t count = by_service_[service];
    if (count > by_service_[best] || (count == by_service_[best] && names[service] < names[best])) best = service;
  }
  for (const uint16_t service : reporting_) by_service_[service] = 0;
  reporting_.clear();
  tally.service = best;
  return tally;
}

Margin UnitTally::TakeMargin() {
  Margin margin;
  std::sort(touched_.begin(), touched_.end());
  for (const uint32_t cell : touched_) {
    margin.cells.push_back(cell);
    margin.units.push_back(in_cell_[cell]);
    in_cell_[cell] = 0;
  }
  touched_.clear();
  return margin;
}

}  // namespace faultline::query
