// --since and --until, or --at and --around.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "faultline/v1/failure_query_service.pb.h"

namespace faultline::deploy {

struct TimeOptions {
  // Each a moment, see ResolveMoment; empty for an open end.
  std::string since, until;
  // Or the time around a moment: [at - around, at + around). `around` is a
  // duration, "5m" when empty.
  std::string at, around;
};

// What people write for a moment, in microseconds since the epoch: a duration
// before `now_us` ("15m", "1h30m", "2d ago"); "now", "today" and "yesterday" (both
// their midnight); a time of today ("10:42"); a date; a date and time; seconds,
// milliseconds, … since the epoch. Where no zone is written, that of
// deploy/cli/display_zone.h counts. Errors: InvalidArgument that names `flag`.
absl::StatusOr<int64_t> ResolveMoment(std::string_view flag, const std::string& text, int64_t now_us);

// Errors: InvalidArgument that names the flag, when a text is no time, the range
// ends before it starts, or both ways to say it are used.
absl::StatusOr<faultline::v1::TimeRange> ResolveTimeRange(const TimeOptions& options, int64_t now_us);

}  // namespace faultline::deploy
