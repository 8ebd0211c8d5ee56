// The time zone that tables show and that times without one are read in: UTC,
// unless --tz says otherwise. One for the process, set before the first output.
#pragma once

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"

namespace faultline::deploy {

// `name` as in the tz database ("Europe/Berlin"), "local", or "UTC"; empty keeps
// what is set. Errors: InvalidArgument for another name.
absl::Status SetDisplayZone(const std::string& name);
absl::TimeZone DisplayZone();
// "UTC", or the name as given.
const std::string& DisplayZoneName();
// "2026-11-24 15:00:00", `seconds` since the epoch.
std::string DisplayTime(int64_t seconds);

}  // namespace faultline::deploy
