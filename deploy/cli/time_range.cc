#include "deploy/cli/time_range.h"

#include <optional>

#include "base/status_macros.h"
#include "base/timestamp.h"

namespace faultline::deploy {
namespace {

absl::StatusOr<int64_t> ResolveTime(std::string_view flag, const std::string& text, int64_t now_us) {
  if (const std::optional<int64_t> duration = ParseDuration(text)) return now_us - *duration;
  if (const std::optional<int64_t> time = ParseTime(text)) return *time;
  return absl::InvalidArgumentError(std::string(flag) + " is \"" + text +
                                    "\"; write 15m, 1h30m, 2d, 2026-11-24T15:00:00Z or seconds since the epoch");
}

void SetTime(int64_t time_us, google::protobuf::Timestamp& time) {
  int64_t seconds = time_us / 1'000'000;
  int64_t rest = time_us % 1'000'000;
  if (rest < 0) {
    rest += 1'000'000;
    --seconds;
  }
  time.set_seconds(seconds);
  time.set_nanos(static_cast<int32_t>(rest * 1000));
}

}  // namespace

absl::StatusOr<faultline::v1::TimeRange> ResolveTimeRange(const TimeOptions& options, int64_t now_us) {
  faultline::v1::TimeRange range;
  std::optional<int64_t> start;
  if (!options.since.empty()) {
    ASSIGN_OR_RETURN(start, ResolveTime("--since", options.since, now_us));
    SetTime(*start, *range.mutable_start());
  }
  if (!options.until.empty()) {
    ASSIGN_OR_RETURN(const int64_t end, ResolveTime("--until", options.until, now_us));
    if (start && end < *start) return absl::InvalidArgumentError("--until is before --since");
    SetTime(end, *range.mutable_end());
  }
  return range;
}

}  // namespace faultline::deploy
