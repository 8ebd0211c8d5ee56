// Finds the events of a filter and window, one page at a time.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "query/filter.h"
#include "query/query_control.h"
#include "query/scan.h"
#include "store/store.h"

namespace faultline::query {

// Place of an event in the total order of answers: by time, then by sequence.
struct EventPlace {
  int64_t time_us = 0;
  uint64_t sequence = 0;
  auto operator<=>(const EventPlace&) const = default;  // NOLINT(modernize-use-nullptr): clang-tidy 14 misreads it
};

struct SearchQuestion {
  store::TimeRange range;
  Filter filter;
  bool ascending = false;
  size_t limit = 50;                // >= 1
  std::optional<EventPlace> after;  // only events behind this one, in the order asked for
};

struct SearchPage {
  std::vector<EventPlace> places;  // at most `limit`, in the order asked for
  bool more = false;               // there are others behind the last
  ScanResult scan;
};

// Cost: segments whose times cannot enter the page are not read.
absl::StatusOr<SearchPage> Search(const store::View& view, const SearchQuestion& question, const QueryControl& control);

// Reads the events of `places`, in their order. Places that have no event (any
// more) are left out.
absl::StatusOr<std::vector<store::OwnedEvent>> ReadPlaces(const store::View& view,
                                                          const std::vector<EventPlace>& places);
// The segment that holds the event, null when there is none.
const store::Segment* FindSegment(const store::View& view, uint64_t sequence);

}  // namespace faultline::query
