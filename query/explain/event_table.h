// The events of a target and a baseline by the values of their dimensions.
//
// Rows count the target's events as failures, and those of both as attempts: what is
// then asked is in which rows the target is over-represented. A value that is not stated is
// kOtherValue: its absence is no answer.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "absl/status/statusor.h"
#include "query/explain/difference_question.h"
#include "query/explain/rate_table.h"
#include "query/query_control.h"
#include "query/scan.h"
#include "store/store.h"

namespace faultline::query {

struct EventTable {
  explicit EventTable(std::vector<std::string> dimensions) : table(std::move(dimensions)) {}

  RateTable table;
  int64_t target_events = 0, baseline_events = 0;
  // Events beyond the rows that a table may have.
  int64_t left_out = 0;
  ScanResult scan;
};

// Calls `visit` with the ordinals of the target, then of the baseline, in each segment that has any:
// ascending, and no ordinal in both.
using VisitOrdinals = std::function<absl::Status(const store::Segment& segment, const std::vector<uint32_t>& target,
                                                 const std::vector<uint32_t>& baseline)>;

// `visit` may be null. Errors: `control`'s, the store's and `visit`'s.
absl::StatusOr<EventTable> CountEventTable(const store::View& view, const DifferenceQuestion& question,
                                           const QueryControl& control, const VisitOrdinals& visit);

}  // namespace faultline::query
