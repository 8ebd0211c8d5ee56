// Accounts for every failing unit of a question: failures of both sides, of one
// side alone and why, or not to be told (yet).
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "query/failure_selection.h"
#include "query/query_control.h"
#include "query/unit_graph.h"
#include "query/unit_marks.h"

namespace faultline::query {

// Values are those of the API's CoverageReason, and the order of its answers.
enum class CoverageReason : uint8_t {
  kLinked = 1,            // failures of both sides
  kNoId = 2,              // no event of it carries an exact id
  kNeverSeen = 3,         // its ids were never seen on the other side
  kSeenWithoutError = 4,  // the other side was seen, and did not fail
  kOutOfRetention = 5,    // what the other side said may have been dropped
  kNotIdentifying = 6,    // all its ids have too many events to identify a unit
  kTooLarge = 7,          // so many events share its ids that they cannot be one message
  kLate = 8,              // the other side may still come
};
inline constexpr size_t kCoverageReasons = 9;

struct CoverageTimes {
  store::TimeRange range;
  int64_t settled_us = 0;   // a unit whose last event is later is still open
  int64_t complete_us = 0;  // the other side of a unit that begins before may have been dropped
};

// Units of one reason that were anchored on one side.
struct CoverageCount {
  static constexpr size_t kExemplars = 3;
  int64_t units = 0;
  std::vector<uint32_t> exemplars;  // events of the latest units, the last first
};

struct Coverage {
  // Of units with a failure of the side that was asked about, and of those with a
  // failure of the other side only.
  std::array<CoverageCount, kCoverageReasons> asked, other;
  // Distinct units, some in both: those with a failure of that side.
  int64_t asked_units = 0, other_units = 0;

  int64_t total() const;
  int64_t UnitsOf(CoverageReason reason) const {
    return asked[static_cast<size_t>(reason)].units + other[static_cast<size_t>(reason)].units;
  }
};

// A unit of `failures`, which are of `side` in the range, counts by what its other events say, wherever they
// are in time. Units with a failure of the other side in the range count
// when they have none of `side` at all. `side` is client or server. Errors: `control`'s.
absl::StatusOr<Coverage> CountCoverage(const UnitGraph& graph, store::Side side, const FailureSelection& failures,
                                       const CoverageTimes& times, UnitMarks& marks, const QueryControl& control);

}  // namespace faultline::query
