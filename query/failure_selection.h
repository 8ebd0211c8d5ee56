// The failures of one side in a window, all or those that a filter lets through,
// by signature.
//
// The graph must outlive it and not change meanwhile. Belongs to one thread.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "absl/status/statusor.h"
#include "query/filter.h"
#include "query/query_control.h"
#include "query/scan.h"
#include "query/unit_graph.h"
#include "query/unit_marks.h"
#include "store/store.h"

namespace faultline::query {

class FailureSelection {
 public:
  struct Group {
    uint32_t signature = 0;             // the graph's number
    std::span<const uint32_t> events;   // by time; never empty
    std::span<const EventFacts> facts;  // of those
    // As in Failures; none with a filter.
    std::span<const PostingBlock> blocks = {};
    size_t before_blocks = 0;
  };

  FailureSelection() = default;  // of nothing

  // `side` nullopt takes all sides. With a filter other than one signature the
  // events of `view` are scanned; events that the graph does not hold are left out.
  static absl::StatusOr<FailureSelection> Make(const UnitGraph& graph, const store::View& view,
                                               std::optional<store::Side> side, const store::TimeRange& range,
                                               const Filter& filter, const QueryControl& control, ScanResult& scan);

  // Ascending by signature number.
  const std::vector<Group>& groups() const { return groups_; }
  bool Contains(uint32_t event) const {
    const uint32_t signature = graph_->signature(event);
    if (signature == UnitGraph::kNoFailure || !wanted_[signature]) return false;
    return marks_.empty() ? range_.Contains(graph_->time_us(event)) : (marks_[event / 64] >> event % 64 & 1) != 0;
  }
  // Calls `visit(event, facts)` with the first event of each unit that has any in the group.
  template <typename Visit>
  void ForEachUnit(const Group& group, UnitMarks& marks, Visit visit) const {
    marks.Begin(graph_->size());
    VisitUnits(group, 0, group.events.size(), SettledFrom(group), marks, visit);
  }
  // The same, but calls `add(block)` in place of visiting `block.firsts` one by one, where these are all of a block.
  template <typename Add, typename Visit>
  void SumUnits(const Group& group, UnitMarks& marks, Add add, Visit visit) const {
    marks.Begin(graph_->size());
    const size_t settled = SettledFrom(group);
    size_t begin = 0;  // of what is not counted yet
    for (size_t i = 0; i < group.blocks.size(); ++i) {
      if (group.blocks[i].oldest_first_us <= range_.start_us) continue;
      const size_t start = group.before_blocks + i * PostingBlock::kFailures;
      VisitUnits(group, begin, start, settled, marks, visit);
      add(group.blocks[i]);
      begin = start + PostingBlock::kFailures;
    }
    VisitUnits(group, begin, group.events.size(), settled, marks, visit);
  }

 private:
  // Of the group's events from `begin` to `end`. `settled` is SettledFrom(group).
  template <typename Visit>
  void VisitUnits(const Group& group, size_t begin, size_t end, size_t settled, UnitMarks& marks, Visit visit) const {
    for (size_t i = begin; i < end; ++i) {
      const uint32_t event = group.events[i];
      const uint8_t age = group.facts[i].age(Alike::kSignature);
      if (age != RepeatAge::kFirst) {
        const bool repeated = (age <= kShortAge && i >= settled) || IsSurelyRepeated(event, age);
        if (repeated || !IsFirstSelected(event, marks)) continue;
      }
      visit(event, group.facts[i]);
    }
  }
  // Most repeats are no older, 16 s.
  static constexpr uint8_t kShortAge = 7;
  // Those from this index of the group on that are no older than kShortAge have their first in the selection.
  size_t SettledFrom(const Group& group) const;
  // Whether the unit's first failure with the signature is selected too, without a look at it.
  bool IsSurelyRepeated(uint32_t event, uint8_t age) const {
    return marks_.empty() && RepeatAge::IsFirstAfter(range_.start_us, graph_->time_us(event), age);
  }
  bool IsFirstSelected(uint32_t event, UnitMarks& marks) const;
  void SelectPostings();
  void SelectMarked(std::vector<uint32_t> events);

  const UnitGraph* graph_ = nullptr;
  store::TimeRange range_;
  std::vector<uint8_t> wanted_;     // by signature
  std::vector<uint64_t> marks_;     // one bit an event; empty when `wanted_` and the range say all
  std::vector<uint32_t> filtered_;  // events of the groups when there are marks
  std::vector<EventFacts> filtered_facts_;
  std::vector<Group> groups_;
};

}  // namespace faultline::query
