// Units whose two sides contradict each other: a server recorded success and a
// client failed, or a server failed and the client never noticed.
#pragma once

#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "query/failure_selection.h"
#include "query/query_control.h"
#include "query/unit_graph.h"

namespace faultline::query {

// A unit with a failure of the side at hand, by the first such failure.
struct FailingUnit {
  uint32_t event = 0;
  bool contradicted = false;
};

struct Contradictions {
  struct OfSide {
    std::vector<FailingUnit> units;  // by event number
    int64_t contradicted = 0;
    int64_t not_linkable = 0;  // no exact id, or none that identifies one unit
  };
  // Lost replies are units with a client failure of the selection and a success that a server recorded.
  OfSide clients;
  // Hidden by a retry are those with a server failure of the selection, a success that a server recorded no
  // earlier than the first failure of a server, and no client failure at all.
  OfSide servers;
  int64_t success_records = 0;  // of servers, in the range, with an exact id
};

// Counts by what a unit's events say wherever they are in time; times are the session-corrected ones.
// Errors: `control`'s.
absl::StatusOr<Contradictions> FindContradictions(const UnitGraph& graph, const FailureSelection& clients,
                                                  const FailureSelection& servers, const store::TimeRange& range,
                                                  const QueryControl& control);

}  // namespace faultline::query
