#include "query/unit_tally.h"

#include <algorithm>

namespace faultline::query {

UnitTally::UnitTally(const UnitGraph& graph, const CellTable* cells)
    : graph_(graph),
      cells_(cells),
      seen_in_(graph.size()),
      in_cell_(cells == nullptr ? 0 : cells->cells.size()),
      by_service_(graph.services().size()) {}

SignatureTally UnitTally::CountLines(const FailureSelection::Group& group) {
  SignatureTally tally;
  tally.signature = group.signature;
  tally.lines = static_cast<int64_t>(group.events.size());
  tally.first_event = group.events.front();
  tally.last_event = group.events.back();
  for (const uint32_t event : group.events) ++by_service_[graph_.service(event)];
  const auto& names = graph_.services();
  uint16_t best = graph_.service(group.events.front());
  for (const uint32_t event : group.events) {
    const uint16_t service = graph_.service(event);
    const uint32_t count = by_service_[service];
    if (count > by_service_[best] || (count == by_service_[best] && names[service] < names[best])) best = service;
  }
  for (const uint32_t event : group.events) by_service_[graph_.service(event)] = 0;
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
