// A `kind: attempts` record -> counts per minute: the denominators of failure
// rates.
#pragma once

#include <cstdint>
#include <vector>

#include "base/arena.h"
#include "ingest/log_record.h"
#include "ingest/redactor.h"
#include "store/record_outcome.h"

namespace faultline::ingest {

// Appends one entry for each minute of the record's window, the count spread
// evenly and the remainder in the first. `fallback_time_us` stands in where
// the record has no time. Dimensions are repaired, redacted and sanitised;
// views live in `arena` or in the record. `record.attempts` must be set.
void AppendAttempts(const LogRecord& record, int64_t fallback_time_us, const Redactor& redactor, Arena& arena,
                    std::vector<store::Attempts>& attempts);

}  // namespace faultline::ingest
