// Which client signature and which server signature met in how many units.
//
// For every client signature its units are visited, and the members of each for
// the server signatures among them; a question about one client signature thus
// costs that signature's units. Counts are of units, never of lines.
#pragma once

#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "query/cell_table.h"
#include "query/failure_selection.h"
#include "query/query_control.h"
#include "query/unit_graph.h"
#include "query/unit_tally.h"

namespace faultline::query {

// Memory bound of one answer, about 150 bytes each.
inline constexpr size_t kMaxPairs = 1'000'000;

struct Pair {
  uint32_t client = 0, server = 0;  // indexes into the table's tallies
  int64_t together = 0;             // units with both
  double expected = 0;              // by chance
  // Client time minus server time in microseconds, of each side's first event
  // with its signature in the unit: median and quartiles.
  double lag_us = 0, lag_low_us = 0, lag_high_us = 0;
  // The first events of both sides in the earliest unit of the pair.
  uint32_t client_event = 0, server_event = 0;
};

struct PairTable {
  std::vector<SignatureTally> clients;  // every one that occurs
  std::vector<SignatureTally> servers;  // those that are in pairs
  std::vector<Pair> pairs;
  int64_t server_signatures = 0;  // every one that occurs
  bool cut = false;               // kMaxPairs was met: there are more
};

// Errors: `control`'s.
absl::StatusOr<PairTable> CountPairs(const UnitGraph& graph, const CellTable& cells, const FailureSelection& clients,
                                     const FailureSelection& servers, const QueryControl& control);

// What the two selections hold apart from pairs.
struct UnitTotals {
  int64_t client_units = 0, server_units = 0;  // distinct units with a failure of that side
  int64_t linked_units = 0;                    // with failures of both
  int64_t client_events_without_id = 0, server_events_without_id = 0;
};
absl::StatusOr<UnitTotals> CountTotals(const UnitGraph& graph, const store::TimeRange& range,
                                       const FailureSelection& clients, const FailureSelection& servers,
                                       const QueryControl& control);

}  // namespace faultline::query
