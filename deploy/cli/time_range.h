// --since and --until.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "faultline/v1/failure_query_service.pb.h"

namespace faultline::deploy {

struct TimeOptions {
  // Each a duration before now ("15m", "1h30m", "2d"), an RFC 3339 time, or
  // seconds, milliseconds, … since the epoch; empty for an open end.
  std::string since, until;
};

// Errors: InvalidArgument that names the flag, when a text is no time or the
// range ends before it starts.
absl::StatusOr<faultline::v1::TimeRange> ResolveTimeRange(const TimeOptions& options, int64_t now_us);

}  // namespace faultline::deploy
