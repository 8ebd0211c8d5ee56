// How a question is answered, recorded on the way where the caller asked for it.
//
// Belongs to the thread that answers. Where QueryControl has none, recording is a comparison with null.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <vector>

#include "faultline/v1/query_plan.pb.h"
#include "query/query_control.h"
#include "query/scan.h"
#include "store/read_trace.h"
#include "store/store.h"

namespace faultline::query {

class QueryPlan {
 public:
  enum class Step : uint8_t {
    kBindFilter,    // dictionaries, templates, ids
    kReadRollups,   // and their values
    kReadColumns,   // decoded
    kMatchFilter,   // texts, where columns do not decide it
    kAskIdFilters,  // of all segments
    kReadIds,       // link tables
    kReadEvents,    // whole ones
    kCorrectClocks,
  };
  // What became of one segment.
  enum class Segment : uint8_t { kSkippedByTime, kSkippedByFilter, kFromRollup, kRead };

  explicit QueryPlan(const store::View& view) : segments_(static_cast<int64_t>(view.segments.size())) {}

  void Note(Segment outcome) { ++outcomes_[static_cast<size_t>(outcome)]; }
  void NoteChunk(bool read) { ++(read ? chunks_read_ : chunks_skipped_); }
  // Times `Step` from construction to destruction. Does nothing with a null plan. Timers must not nest.
  class Timer;

  // Called once, at the end.
  void Fill(const ScanResult& scan, const QueryControl& control, faultline::v1::QueryPlan& to) const;

 private:
  using Clock = std::chrono::steady_clock;
  struct StepCounts {
    int64_t calls = 0;
    Clock::duration elapsed{};
    int64_t bytes = 0;
  };
  static constexpr size_t kSteps = static_cast<size_t>(Step::kCorrectClocks) + 1;

  const Clock::time_point start_ = Clock::now();
  const int64_t segments_;
  store::ReadTrace trace_;
  std::array<int64_t, 4> outcomes_{};
  int64_t chunks_read_ = 0, chunks_skipped_ = 0;
  std::array<StepCounts, kSteps> steps_;
  std::vector<Step> order_;  // as they began
};

class QueryPlan::Timer {
 public:
  Timer(QueryPlan* plan, Step step) : plan_(plan), step_(step) {
    if (plan_ != nullptr) Start();
  }
  ~Timer() {
    if (plan_ != nullptr) Stop();
  }
  Timer(const Timer&) = delete;
  Timer& operator=(const Timer&) = delete;

 private:
  void Start();
  void Stop();

  QueryPlan* const plan_;
  const Step step_;
  Clock::time_point start_;
  int64_t first_bytes_ = 0;
};

// Notes where a plan is recorded.
inline void NoteSegment(QueryPlan* plan, QueryPlan::Segment outcome) {
  if (plan != nullptr) plan->Note(outcome);
}

}  // namespace faultline::query
