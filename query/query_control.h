// What may end a query early: the caller went away, the deadline, the budget.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>

#include "absl/status/status.h"

namespace faultline::query {

class QueryPlan;  // query/query_plan.h

struct QueryControl {
  // Polled at least once for every chunk of events; may be null.
  std::function<bool()> cancelled;
  std::chrono::steady_clock::time_point deadline = std::chrono::steady_clock::time_point::max();
  // Events that may be looked at; beyond it the answer is partial.
  int64_t scan_budget_events = 200'000'000;
  // Where what is done is noted down; null: nowhere. Outlives the question.
  QueryPlan* plan = nullptr;

  // Cancelled or DeadlineExceeded when it is time to stop.
  absl::Status Check() const {
    if (cancelled && cancelled()) return absl::CancelledError("the caller cancelled");
    if (std::chrono::steady_clock::now() >= deadline) {
      return absl::DeadlineExceededError("the deadline passed; narrow the time range or the filter");
    }
    return absl::OkStatus();
  }
};

}  // namespace faultline::query
