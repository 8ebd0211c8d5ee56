// Whole minutes since the epoch, in which failures, units and attempts are counted.
#pragma once

#include <cstdint>

namespace faultline::query {

inline constexpr int64_t kMinuteMicros = 60'000'000;

// Rounded down, also before the epoch.
constexpr int64_t MinuteOf(int64_t time_us) { return time_us / kMinuteMicros - (time_us % kMinuteMicros < 0 ? 1 : 0); }

}  // namespace faultline::query
