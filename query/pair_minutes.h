// How many units each pair of signatures met in, minute by minute.
//
// A unit with both counts once for each pair, in the minute of its first client failure with that
// signature: the sum over all minutes is what PairTable counts as `together`.
#pragma once

#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "query/query_control.h"
#include "query/unit_graph.h"

namespace faultline::query {

struct PairMinute {
  uint64_t client = 0, server = 0;  // signatures
  int64_t minute = 0;               // since the epoch
  int64_t units = 0;

  bool operator==(const PairMinute&) const = default;
};

// Of client failures in `range`, whenever the server failed; by pair, then minute. Costs the client failures and
// the members of their units. Errors: `control`'s.
absl::StatusOr<std::vector<PairMinute>> CountPairMinutes(const UnitGraph& graph, const store::TimeRange& range,
                                                         const QueryControl& control);

}  // namespace faultline::query
