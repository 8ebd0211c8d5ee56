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
#include "query/unit_marks.h"
#include "query/unit_tally.h"

namespace faultline::query {

class KeptTallies;

// What CountPairs works in, kept from one question to the next.
struct PairRoom {
  UnitMarks of_signature;  // units of the signature at hand
  UnitMarks of_clients;    // units of all client signatures so far
};

// Memory bound of one answer, about 150 bytes each.
inline constexpr size_t kMaxPairs = 1'000'000;

struct Pair {
  uint32_t client = 0, server = 0;  // indexes into the table's tallies
  int64_t together = 0;             // units with both
  Expected expected;                // by chance
  int64_t quiet_together = 0;       // of `together`, those in quiet cells
  // Client time minus server time in microseconds, of each side's first event
  // with its signature in the unit: median and quartiles. By session-corrected times, less the usual
  // upload of events that were uploaded (query/session_clocks.h).
  double lag_us = 0, lag_low_us = 0, lag_high_us = 0;
  // The first events of both sides in the earliest unit of the pair.
  uint32_t client_event = 0, server_event = 0;
};

// Of all signatures of one side together.
struct SideTotals {
  int64_t units = 0;              // distinct
  int64_t events_without_id = 0;  // that carry no exact id
  int64_t sampled_events = 0;     // that say that not all like them were sent
};

struct PairTable {
  std::vector<SignatureTally> clients;  // every one that occurs
  std::vector<SignatureTally> servers;  // those that are in pairs
  std::vector<Pair> pairs;
  int64_t server_signatures = 0;  // every one that occurs
  bool cut = false;               // kMaxPairs was met: there are more
  SideTotals client_totals;
  int64_t linked_units = 0;  // with a failure of both sides
  int64_t upload_us = 0;     // what was taken from times of events that were uploaded
};

// `tallies` are of `servers`, and get those that were missing. Errors: `control`'s.
absl::StatusOr<PairTable> CountPairs(const UnitGraph& graph, const CellTable& cells, const FailureSelection& clients,
                                     const FailureSelection& servers, KeptTallies& tallies, PairRoom& room,
                                     const QueryControl& control);

// Of one side in `range`, without a filter. Errors: `control`'s.
absl::StatusOr<SideTotals> CountSide(const UnitGraph& graph, store::Side side, const store::TimeRange& range,
                                     UnitMarks& marks, const QueryControl& control);
// The same of a selection, signature by signature: costs several times as much an event.
absl::StatusOr<SideTotals> CountSelected(const UnitGraph& graph, const FailureSelection& failures, UnitMarks& marks,
                                         const QueryControl& control);

}  // namespace faultline::query
