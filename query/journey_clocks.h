// Puts the events of a journey at the times that the clocks of whole sessions
// say, as correlation does (query/session_clocks.h).
#pragma once

#include <vector>

#include "absl/status/status.h"
#include "query/query_control.h"
#include "store/store.h"

namespace faultline::query {

// Changes Event::time_us of what was uploaded, and orders `events` by time, then by sequence. Reads the times of
// other events of at most 16 sessions, 10,000 each. Errors: the store's, and `control`'s.
absl::Status CorrectByClocks(const store::View& view, const QueryControl& control,
                             std::vector<store::OwnedEvent>& events);

}  // namespace faultline::query
