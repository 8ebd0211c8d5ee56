#include "query/unit_tally.h"

#include <algorithm>
#include <utility>

namespace faultline::query {

UnitTally::UnitTally(const UnitGraph& graph, const FailureSelection& failures, const CellTable* cells, UnitMarks& marks)
    : graph_(graph),
      failures_(failures),
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
  for (const EventFacts& facts : group.facts) {
    tally.lines_without_id += facts.has_exact_id() ? 0 : 1;
    tally.sampled += facts.is_sampled() ? 1 : 0;
    if (by_service_[facts.service]++ == 0) reporting_.push_back(facts.service);
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

std::shared_ptr<const Margin> UnitTally::TakeMargin() {
  auto margin = std::make_shared<Margin>();
  margin->cells.reserve(touched_.size());
  margin->units.reserve(touched_.size());
  std::sort(touched_.begin(), touched_.end());
  for (const uint32_t cell : touched_) {
    margin->cells.push_back(cell);
    margin->units.push_back(std::exchange(in_cell_[cell], 0));
  }
  touched_.clear();
  return margin;
}

}  // namespace faultline::query
