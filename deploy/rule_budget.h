// How slow rules may be before they are refused.
#pragma once

#include <cstdint>

#include "absl/status/status.h"
#include "fmt/format.h"

namespace faultline::deploy {

// Nanoseconds for the pass over a line of the rules' tests with all patterns; the
// shipped rules need a tenth of it.
inline constexpr int64_t kDefaultMaxSetNs = 5'000;

// Errors: FailedPrecondition when `set_ns` is above `max_set_ns`, which is 0 for no limit.
inline absl::Status CheckRuleBudget(double set_ns, int64_t max_set_ns) {
  if (max_set_ns == 0 || set_ns <= static_cast<double>(max_set_ns)) return absl::OkStatus();
  return absl::FailedPreconditionError(
      fmt::format("the rules cost {:.0f} ns a line, above the budget of {}; `faultline rules lint --costs` shows "
                  "which, and rules.max_set_ns raises it (0: no limit)",
                  set_ns, max_set_ns));
}

}  // namespace faultline::deploy
