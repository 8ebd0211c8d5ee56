// Everything that belongs to an id: its events, and those of the exact ids that
// they carry.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "base/pseudonym.h"
#include "query/query_control.h"
#include "store/store.h"

namespace faultline::query {

struct JourneyQuestion {
  std::string id;                                    // as logs write it
  std::optional<store::IdKind> kind = std::nullopt;  // tries all
  store::TimeRange range = {};
  size_t limit = 1000;            // events, earliest first
  size_t max_events_per_id = 64;  // an id with more is not followed
};

struct FoundId {
  store::IdKind kind = store::IdKind::kTrace;
  std::string id;
  int64_t events = 0;  // that carry it, at any time
  bool not_identifying = false;
};

struct Journey {
  // By time as the clock of their whole session says (query/session_clocks.h), then by sequence.
  std::vector<store::OwnedEvent> events;
  std::vector<FoundId> ids;  // that were looked up and found, the one asked for first
  bool more = false;         // events beyond `limit` were left out
};

// An id that nothing carries gives an empty journey. `pseudonyms` may be null.
// Errors: InvalidArgument "id: …" when no log could hold such an id.
absl::StatusOr<Journey> FindJourney(const store::View& view, const JourneyQuestion& question,
                                    const Pseudonyms* pseudonyms, const QueryControl& control);

}  // namespace faultline::query
