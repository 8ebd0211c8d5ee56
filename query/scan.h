// Runs a filter over the events of a view, chunk by chunk.
#pragma once

#include <cstdint>
#include <functional>
#include <span>

#include "absl/status/status.h"
#include "query/filter.h"
#include "query/query_control.h"
#include "store/store.h"

namespace faultline::query {

// What a scan left out.
struct ScanResult {
  int64_t events_looked_at = 0;
  bool budget_exceeded = false;
};

// Of all segments.
int64_t EventsIn(const store::View& view);

// Calls `visit` for every chunk that has at least one event inside `range` that
// fits; `hits` are indexes into `columns` (not ordinals), ascending, all inside
// the range. `columns` holds at least `column_set` and the time. Segments are
// visited in order, latest first when `latest_first`. `visit` returns false to end the scan.
absl::Status Scan(const store::View& view, const store::TimeRange& range, const Filter& filter, uint32_t column_set,
                  bool latest_first, const QueryControl& control,
                  const std::function<bool(const store::Segment& segment, const store::Columns& columns,
                                           std::span<const uint32_t> hits)>& visit,
                  ScanResult& result);

}  // namespace faultline::query
