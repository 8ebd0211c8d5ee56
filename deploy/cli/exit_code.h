// What the operator tool's exit status says to a script.
#pragma once

#include "absl/status/status.h"

namespace faultline::deploy {

enum ExitCode : int {
  kFound = 0,
  kNothingFound = 1,
  kUsageOrError = 2,
  kPartial = 3,  // an answer, but something was left out of it
  kNotAllowed = 4,
  kTimedOut = 5,
  kInterrupted = 130,
};

// UNAUTHENTICATED and PERMISSION_DENIED are 4, DEADLINE_EXCEEDED is 5, all
// else is 2: a missing file or store is an error, not an empty answer.
ExitCode ExitCodeOf(const absl::Status& error);

}  // namespace faultline::deploy
