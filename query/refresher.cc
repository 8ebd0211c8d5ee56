#include "query/refresher.h"

#include "base/status_macros.h"

namespace faultline::query {

absl::Status Refresher::Refresh() {
  MutexLock lock(mu_);
  const auto now = std::chrono::steady_clock::now();
  if (refreshed_ && now - *refreshed_ < max_age_) return absl::OkStatus();
  RETURN_IF_ERROR(store_.CatchUp());
  refreshed_ = now;
  return absl::OkStatus();
}

}  // namespace faultline::query
