// Times as logs write them, and back. All values are microseconds since the
// epoch, UTC.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace faultline {

int64_t NowMicros();  // wall clock

// RFC 3339 and its usual relatives: "2026-11-24T15:00:00Z", with a blank or "T", "t",
// "/" in the date, 1-9 fraction digits behind "." or "," (cut to microseconds), zone "Z", "+00:00",
// "+0000" (either also behind a blank), "+00" or none (UTC).
// `consumed` (optional) gets the length of the time at the start of `text`; without it
// the whole text must be a time.
std::optional<int64_t> ParseIso8601(std::string_view text, size_t* consumed = nullptr);
// A number of seconds, milliseconds, microseconds or nanoseconds since the
// epoch, told apart by size; may have a fraction ("1732462699.137474").
std::optional<int64_t> ParseEpoch(std::string_view number);
std::optional<int64_t> EpochToMicros(double number);
// Either of the two above.
std::optional<int64_t> ParseTime(std::string_view text);

// "15m", "1h30m", "2d", "90s", "250ms": microseconds. Nullopt when malformed or negative.
std::optional<int64_t> ParseDuration(std::string_view text);

// "2026-11-24T15:00:00.123456Z"; trailing zeros of the fraction are dropped in
// groups of three.
std::string FormatTime(int64_t time_us);

}  // namespace faultline
