#include "deploy/cli/display_zone.h"

namespace faultline::deploy {
namespace {

struct Zone {
  absl::TimeZone zone = absl::UTCTimeZone();
  std::string name = "UTC";
};

Zone& Current() {
  static Zone zone;
  return zone;
}

}  // namespace

absl::Status SetDisplayZone(const std::string& name) {
  if (name.empty()) return absl::OkStatus();
  absl::TimeZone zone;
  if (name == "local") {
    zone = absl::LocalTimeZone();
  } else if (!absl::LoadTimeZone(name, &zone)) {
    return absl::InvalidArgumentError("--tz is \"" + name +
                                      "\"; write UTC, local, or a name of the tz database such as Europe/Berlin");
  }
  Current() = {zone, name == "local" ? "local time" : name};
  return absl::OkStatus();
}

absl::TimeZone DisplayZone() { return Current().zone; }

const std::string& DisplayZoneName() { return Current().name; }

std::string DisplayTime(int64_t seconds) {
  return absl::FormatTime("%Y-%m-%d %H:%M:%S", absl::FromUnixSeconds(seconds), Current().zone);
}

}  // namespace faultline::deploy
