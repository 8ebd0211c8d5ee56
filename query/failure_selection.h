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
#include "store/store.h"

namespace faultline::query {

class FailureSelection {
 public:
  struct Group {
    uint32_t signature = 0;            // the graph's number
    std::span<const uint32_t> events;  // by time; never empty
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

 private:
  void SelectPostings();
  void SelectMarked(std::vector<uint32_t> events);

  const UnitGraph* graph_ = nullptr;
  store::TimeRange range_;
  std::vector<uint8_t> wanted_;     // by signature
  std::vector<uint64_t> marks_;     // one bit an event; empty when `wanted_` and the range say all
  std::vector<uint32_t> filtered_;  // events of the groups when there are marks
  std::vector<Group> groups_;
};

}  // namespace faultline::query
