// How many queries run at once. A few more wait a moment; the rest is told to
// come back later, so that a flood of queries does not starve ingestion.
//
// Thread-safe.
#pragma once

#include <chrono>

#include "absl/status/statusor.h"
#include "base/mutex.h"
#include "query/query_control.h"

namespace faultline::query {

class QueryLimiter {
 public:
  // `max_running` >= 1. As many may wait, each up to `max_wait`.
  QueryLimiter(int max_running, std::chrono::milliseconds max_wait) : max_running_(max_running), max_wait_(max_wait) {}

  // Held while a query runs.
  class Admission {
   public:
    explicit Admission(QueryLimiter& limiter) : limiter_(&limiter) {}
    Admission(Admission&& other) noexcept : limiter_(other.limiter_) { other.limiter_ = nullptr; }
    Admission& operator=(Admission&&) = delete;
    ~Admission() {
      if (limiter_ != nullptr) limiter_->Leave();
    }

   private:
    QueryLimiter* limiter_;
  };

  // Errors: ResourceExhausted when nothing became free in time; Cancelled or
  // DeadlineExceeded when the caller's patience ended first.
  absl::StatusOr<Admission> Enter(const QueryControl& control) ABSL_LOCKS_EXCLUDED(mu_);

  int max_running() const { return max_running_; }
  // Those that run now.
  int running() const ABSL_LOCKS_EXCLUDED(mu_) {
    const MutexLock lock(mu_);
    return running_;
  }

 private:
  void Leave() ABSL_LOCKS_EXCLUDED(mu_);

  const int max_running_;
  const std::chrono::milliseconds max_wait_;
  mutable Mutex mu_;
  CondVar freed_;
  int running_ ABSL_GUARDED_BY(mu_) = 0;
  int waiting_ ABSL_GUARDED_BY(mu_) = 0;
};

}  // namespace faultline::query
