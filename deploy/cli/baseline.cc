#include "deploy/cli/baseline.h"

#include "base/status_macros.h"
#include "deploy/cli/time_range.h"
#include "google/protobuf/util/time_util.h"

namespace faultline::deploy {

using google::protobuf::util::TimeUtil;

absl::StatusOr<faultline::v1::TimeRange> ResolveBaseline(const std::string& text, const faultline::v1::TimeRange& range,
                                                         int64_t now_us) {
  if (text == "before") {
    if (!range.has_start()) return absl::InvalidArgumentError("--baseline before needs --since, or --at");
    const auto end = range.has_end() ? range.end() : TimeUtil::MicrosecondsToTimestamp(now_us);
    faultline::v1::TimeRange baseline;
    *baseline.mutable_start() = range.start() - (end - range.start());
    *baseline.mutable_end() = range.start();
    return baseline;
  }
  const size_t dots = text.find("..");
  if (dots == std::string::npos || dots == 0 || dots + 2 == text.size()) {
    return absl::InvalidArgumentError("--baseline is \"" + text +
                                      "\"; write FROM..UNTIL, such as 2h..1h or 10:00..10:30, or before");
  }
  TimeOptions times;
  times.since = text.substr(0, dots);
  times.until = text.substr(dots + 2);
  const absl::StatusOr<faultline::v1::TimeRange> baseline = ResolveTimeRange(times, now_us);
  if (baseline.ok()) return baseline;
  return absl::InvalidArgumentError("--baseline: " + std::string(baseline.status().message()));
}

}  // namespace faultline::deploy
