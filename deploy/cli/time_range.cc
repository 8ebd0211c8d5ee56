#include "deploy/cli/time_range.h"

#include <optional>

#include "absl/time/time.h"
#include "base/status_macros.h"
#include "base/timestamp.h"
#include "deploy/cli/display_zone.h"

namespace faultline::deploy {
namespace {

constexpr int64_t kDefaultAroundUs = 300'000'000;

int64_t Midnight(int64_t now_us, int days_before) {
  const absl::TimeZone zone = DisplayZone();
  const absl::CivilDay day = absl::ToCivilDay(absl::FromUnixMicros(now_us), zone) - days_before;
  return absl::ToUnixMicros(absl::FromCivil(day, zone));
}

// A time without a zone, or without a day as well.
std::optional<int64_t> ParseLocal(const std::string& text, int64_t now_us) {
  const absl::TimeZone zone = DisplayZone();
  absl::Time time;
  for (const char* format :
       {"%Y-%m-%dT%H:%M:%E*S", "%Y-%m-%d %H:%M:%E*S", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%Y-%m-%d"}) {
    if (absl::ParseTime(format, text, zone, &time, nullptr)) return absl::ToUnixMicros(time);
  }
  const std::string today = absl::FormatTime("%Y-%m-%d ", absl::FromUnixMicros(now_us), zone);
  for (const char* format : {"%Y-%m-%d %H:%M:%E*S", "%Y-%m-%d %H:%M"}) {
    if (absl::ParseTime(format, today + text, zone, &time, nullptr)) return absl::ToUnixMicros(time);
  }
  return std::nullopt;
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

absl::StatusOr<faultline::v1::TimeRange> RangeAround(const TimeOptions& options, int64_t now_us) {
  if (!options.since.empty() || !options.until.empty()) {
    return absl::InvalidArgumentError("pass --at and --around, or --since and --until, not both");
  }
  if (options.at.empty()) return absl::InvalidArgumentError("--around needs --at, the moment it is around");
  ASSIGN_OR_RETURN(const int64_t at, ResolveMoment("--at", options.at, now_us));
  const std::optional<int64_t> around = options.around.empty() ? kDefaultAroundUs : ParseDuration(options.around);
  if (!around || *around <= 0) {
    return absl::InvalidArgumentError("--around is \"" + options.around + "\"; write 5m, 90s or 1h30m");
  }
  faultline::v1::TimeRange range;
  SetTime(at - *around, *range.mutable_start());
  SetTime(at + *around, *range.mutable_end());
  return range;
}

}  // namespace

absl::StatusOr<int64_t> ResolveMoment(std::string_view flag, const std::string& text, int64_t now_us) {
  if (text == "now") return now_us;
  if (text == "today") return Midnight(now_us, 0);
  if (text == "yesterday") return Midnight(now_us, 1);
  constexpr std::string_view kAgo = " ago";
  const std::string_view duration =
      text.ends_with(kAgo) ? std::string_view(text).substr(0, text.size() - kAgo.size()) : text;
  if (const std::optional<int64_t> before = ParseDuration(duration)) return now_us - *before;
  if (const std::optional<int64_t> time = ParseLocal(text, now_us)) return *time;
  if (const std::optional<int64_t> time = ParseTime(text)) return *time;
  return absl::InvalidArgumentError(std::string(flag) + " is \"" + text +
                                    "\"; write 15m, 1h30m, yesterday, 10:42, 2026-11-24T15:00:00Z or seconds since "
                                    "the epoch");
}

absl::StatusOr<faultline::v1::TimeRange> ResolveTimeRange(const TimeOptions& options, int64_t now_us) {
  if (!options.at.empty() || !options.around.empty()) return RangeAround(options, now_us);
  faultline::v1::TimeRange range;
  std::optional<int64_t> start;
  if (!options.since.empty()) {
    ASSIGN_OR_RETURN(start, ResolveMoment("--since", options.since, now_us));
    SetTime(*start, *range.mutable_start());
  }
  if (!options.until.empty()) {
    ASSIGN_OR_RETURN(const int64_t end, ResolveMoment("--until", options.until, now_us));
    if (start && end < *start) return absl::InvalidArgumentError("--until is before --since");
    SetTime(end, *range.mutable_end());
  }
  return range;
}

}  // namespace faultline::deploy
