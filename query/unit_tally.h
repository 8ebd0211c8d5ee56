// Counts one signature's failures in a window: lines, distinct units, where they
// fall, who reports them.
#pragma once

#include <cstdint>
#include <vector>

#include "query/cell_table.h"
#include "query/expectation.h"
#include "query/failure_selection.h"
#include "query/unit_graph.h"
#include "query/unit_marks.h"

namespace faultline::query {

struct SignatureTally {
  uint32_t signature = 0;  // the graph's number
  int64_t lines = 0;
  int64_t units = 0;
  int64_t lines_without_id = 0;  // of `lines`, those that carry no exact id
  int64_t sampled = 0;           // of `lines`, those that say that not all like it were sent
  uint16_t service = 0;          // the graph's code of the one that reports it most
  uint32_t first_event = 0;      // the earliest, and the latest
  uint32_t last_event = 0;
  Margin margin;  // empty without a cell table
};

// Belongs to one thread; the graph must not change meanwhile.
class UnitTally {
 public:
  // `cells` may be null: margins are then left empty. `marks` must outlive it.
  UnitTally(const UnitGraph& graph, const CellTable* cells, UnitMarks& marks);

  // Also calls `visit` with the unit, and its first event of the group, for every unit.
  template <typename Visit>
  SignatureTally Count(const FailureSelection::Group& group, Visit visit) {
    marks_.Begin(graph_.size());
    SignatureTally tally = CountLines(group);
    for (const uint32_t event : group.events) {
      const uint32_t unit = graph_.UnitOf(event);
      if (marks_.Add(unit, 1) != 0) continue;
      ++tally.units;
      if (cells_ != nullptr) AddToCell(cells_->cell_of_stratum[graph_.StratumOf(unit)]);
      visit(unit, event);
    }
    tally.margin = TakeMargin();
    return tally;
  }
  SignatureTally Count(const FailureSelection::Group& group) {
    return Count(group, [](uint32_t, uint32_t) {});
  }

 private:
  SignatureTally CountLines(const FailureSelection::Group& group);
  void AddToCell(uint32_t cell) {
    if (in_cell_[cell]++ == 0) touched_.push_back(cell);
  }
  Margin TakeMargin();

  const UnitGraph& graph_;
  const CellTable* const cells_;
  UnitMarks& marks_;
  std::vector<uint32_t> in_cell_;     // by cell: units of this group
  std::vector<uint32_t> touched_;     // cells that have any
  std::vector<uint32_t> by_service_;  // lines of this group
  std::vector<uint16_t> reporting_;   // services that have any
};

}  // namespace faultline::query
