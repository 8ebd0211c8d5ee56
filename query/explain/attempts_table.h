// Failing units out of attempts, by the dimensions that attempts records state.
//
// A unit (a message, request or trace id) counts once, however often it was retried or logged,
// at its first failure that has a value in each of these dimensions; failures without such an id count by
// themselves. Attempts are kept by minute, so windows are taken in whole minutes.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "query/explain/difference_question.h"
#include "query/explain/rate_table.h"
#include "query/query_context.h"
#include "query/scan.h"

namespace faultline::query {

struct AttemptsTable {
  explicit AttemptsTable(std::vector<std::string> dimensions) : table(std::move(dimensions)) {}

  RateTable table;
  // Failing units that lack a value, and are not in the table.
  int64_t without_value = 0;
  // Failing units whose row has no attempts at all, and are not in the table either.
  int64_t without_attempts = 0;
  ScanResult scan;
};

// Of the dimensions asked for, those are taken that 90 % of the target's attempts state, and at least
// a tenth of its failures. Errors: FailedPrecondition, in words, when there are no attempts in a window, or no
// dimension is left; `context.control`'s and the store's.
absl::StatusOr<AttemptsTable> CountAttemptsTable(const QueryContext& context, const DifferenceQuestion& question);

// Whether attempts were recorded in both windows.
absl::StatusOr<bool> HasAttempts(const QueryContext& context, const DifferenceQuestion& question);

}  // namespace faultline::query
