#include "deploy/cli/exit_code.h"

namespace faultline::deploy {

ExitCode ExitCodeOf(const absl::Status& error) {
  switch (error.code()) {
    case absl::StatusCode::kOk:
      return kFound;
    case absl::StatusCode::kUnauthenticated:
    case absl::StatusCode::kPermissionDenied:
      return kNotAllowed;
    case absl::StatusCode::kDeadlineExceeded:
      return kTimedOut;
    default:
      return kUsageOrError;
  }
}

}  // namespace faultline::deploy
