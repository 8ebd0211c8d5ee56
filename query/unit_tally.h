// Counts one signature's failures in a window: lines, distinct units, where they
// fall, who reports them.
#pragma once

#include <cstdint>
#include <memory>
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
  std::shared_ptr<const Margin> margin;  // empty without a cell table
};

// Belongs to one thread; the graph must not change meanwhile.
class UnitTally {
 public:
  // `cells` may be null: margins are then left empty. All must outlive it.
  UnitTally(const UnitGraph& graph, const FailureSelection& failures, const CellTable* cells, UnitMarks& marks);

  // Of a group of the failures. Also calls `visit` with the first event of every unit in it, and its facts.
  template <typename Visit>
  SignatureTally Count(const FailureSelection::Group& group, Visit visit) {
    SignatureTally tally = CountLines(group);
    failures_.ForEachUnit(group, marks_, [&](uint32_t event, const EventFacts& facts) {
      ++tally.units;
      if (cells_ != nullptr) AddToCell(cells_->cell_of_stratum[graph_.StratumOf(event, facts)]);
      visit(event, facts);
    });
    tally.margin = TakeMargin();
    return tally;
  }
  // The same without visiting, which is faster.
  SignatureTally Count(const FailureSelection::Group& group);

 private:
  SignatureTally CountLines(const FailureSelection::Group& group);
  void AddLines(std::span<const EventFacts> facts, SignatureTally& tally);
  void AddToCell(uint32_t cell, uint32_t units = 1) {
    if (in_cell_[cell] == 0) touched_.push_back(cell);
    in_cell_[cell] += units;
  }
  void AddReporting(uint16_t service, uint32_t lines) {
    if (by_service_[service] == 0) reporting_.push_back(service);
    by_service_[service] += lines;
  }
  void SortTouched();
  std::shared_ptr<const Margin> TakeMargin();

  const UnitGraph& graph_;
  const FailureSelection& failures_;
  const CellTable* const cells_;
  UnitMarks& marks_;
  std::vector<uint32_t> in_cell_;     // by cell: units of this group
  std::vector<uint32_t> touched_;     // cells that have any
  std::vector<uint32_t> by_service_;  // lines of this group
  std::vector<uint16_t> reporting_;   // services that have any
};

}  // namespace faultline::query
