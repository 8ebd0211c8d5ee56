#include "query/query_limiter.h"

#include <algorithm>

#include "base/status_macros.h"

namespace faultline::query {

absl::StatusOr<QueryLimiter::Admission> QueryLimiter::Enter(const QueryControl& control) {
  RETURN_IF_ERROR(control.Check());
  const auto until = std::min(std::chrono::steady_clock::now() + max_wait_, control.deadline);
  MutexLock lock(mu_);
  if (running_ >= max_running_ && waiting_ < max_running_) {
    ++waiting_;
    while (running_ >= max_running_ && freed_.wait_until(mu_, until) != std::cv_status::timeout) {
    }
    --waiting_;
  }
  if (running_ >= max_running_) {
    RETURN_IF_ERROR(control.Check());
    return absl::ResourceExhaustedError("too many queries at once; retry in a moment");
  }
  ++running_;
  return Admission(*this);
}

void QueryLimiter::Leave() {
  {
    MutexLock lock(mu_);
    --running_;
  }
  freed_.notify_one();
}

}  // namespace faultline::query
