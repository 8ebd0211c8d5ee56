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
  const size_t in_blocks = group.blocks.size() * PostingBlock::kFailures;
  AddLines(group.facts.first(group.before_blocks), tally);
  for (const PostingBlock& block : group.blocks) {
    tally.lines_without_id += block.lines_without_id;
    tally.sampled += block.sampled;
    for (const auto& [service, lines] : block.services) AddReporting(service, lines);
  }
  AddLines(group.facts.subspan(group.before_blocks + in_blocks), tally);
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

void UnitTally::AddLines(std::span<const EventFacts> facts, SignatureTally& tally) {
  for (const EventFacts& fact : facts) {
    tally.lines_without_id += fact.has_exact_id() ? 0 : 1;
    tally.sampled += fact.is_sampled() ? 1 : 0;
    AddReporting(fact.service, 1);
  }
}

SignatureTally UnitTally::Count(const FailureSelection::Group& group) {
  SignatureTally tally = CountLines(group);
  const auto add = [&](const PostingBlock& block) {
    for (const auto& [stratum, units] : block.firsts) {
      tally.units += units;
      if (cells_ != nullptr) AddToCell(cells_->cell_of_stratum[stratum], units);
    }
  };
  failures_.SumUnits(group, marks_, add, [&](uint32_t event, const EventFacts& facts) {
    ++tally.units;
    if (cells_ != nullptr) AddToCell(cells_->cell_of_stratum[graph_.StratumOf(event, facts)]);
  });
  tally.margin = TakeMargin();
  return tally;
}

// The cells of a window are neighbours, so mostly looking at all between the first and the last costs less than
// sorting.
void UnitTally::SortTouched() {
  constexpr size_t kSparse = 8;
  if (touched_.empty()) return;
  const auto [first, last] = std::minmax_element(touched_.begin(), touched_.end());
  const uint32_t begin = *first, end = *last + 1;
  if (end - begin > kSparse * touched_.size()) return std::sort(touched_.begin(), touched_.end());
  auto next = touched_.begin();
  for (uint32_t cell = begin; cell < end; ++cell) {
    *next = cell;
    next += in_cell_[cell] != 0 ? 1 : 0;
    if (next == touched_.end()) break;
  }
}

std::shared_ptr<const Margin> UnitTally::TakeMargin() {
  SortTouched();
  auto margin = std::make_shared<Margin>();
  margin->cells = touched_;
  margin->units.resize(touched_.size());
  for (size_t i = 0; i < touched_.size(); ++i) margin->units[i] = std::exchange(in_cell_[touched_[i]], 0);
  touched_.clear();
  return margin;
}

}  // namespace faultline::query
