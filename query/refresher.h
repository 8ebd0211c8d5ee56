// Keeps a store that follows another process fresh enough for the next answer.
//
// Thread-safe.
#pragma once

#include <chrono>
#include <optional>

#include "absl/status/status.h"
#include "base/mutex.h"
#include "store/store.h"

namespace faultline::query {

class Refresher {
 public:
  // `store` must outlive it.
  Refresher(store::Store& store, std::chrono::milliseconds max_age) : store_(store), max_age_(max_age) {}

  // Lets the store catch up unless it did so less than max_age ago. Whoever
  // comes meanwhile waits for it. A store of this process has nothing to catch
  // up with. Errors: the store's; the next call tries again.
  absl::Status Refresh() ABSL_LOCKS_EXCLUDED(mu_);

 private:
  store::Store& store_;
  const std::chrono::milliseconds max_age_;
  Mutex mu_;
  std::optional<std::chrono::steady_clock::time_point> refreshed_ ABSL_GUARDED_BY(mu_);
};

}  // namespace faultline::query
