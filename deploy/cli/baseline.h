// --baseline: the window that another one is compared with.
#pragma once

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "faultline/v1/completeness.pb.h"

namespace faultline::deploy {

// "FROM..UNTIL", each as --since; or "before": the time of the same length that ends where `range`
// starts. Errors: InvalidArgument that names the flag; "before" needs a range with both ends, but the
// end may be `now_us`.
absl::StatusOr<faultline::v1::TimeRange> ResolveBaseline(const std::string& text, const faultline::v1::TimeRange& range,
                                                         int64_t now_us);

}  // namespace faultline::deploy
