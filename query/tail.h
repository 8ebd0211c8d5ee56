// Follows a store in the order of arrival: what came since the last look.
//
// Belongs to one thread.
#pragma once

#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "query/filter.h"
#include "query/query_control.h"
#include "store/store.h"

namespace faultline::query {

struct TailBatch {
  std::vector<store::OwnedEvent> events;  // in the order of arrival, at most kMaxTailEvents
  int64_t skipped = 0;                    // events before them that were not looked at
  bool more = false;                      // the view holds others; look again at once
};

inline constexpr size_t kMaxTailEvents = 1000;
// A follower that is further behind than this goes on at the latest events: some
// seconds of a busy store.
inline constexpr uint64_t kMaxTailBehind = 200'000;

class Tail {
 public:
  // Follows what comes behind `next_sequence`.
  Tail(Filter filter, uint64_t next_sequence) : filter_(std::move(filter)), next_(next_sequence) {}

  // Where a look would begin.
  uint64_t next_sequence() const { return next_; }
  // What `view` has that was not looked at. Errors: `control`'s, and those of reading; the next
  // call then looks at the same events again.
  absl::StatusOr<TailBatch> Look(const store::View& view, const QueryControl& control);

 private:
  // Appends the hits of `segment` from next_ on; moves next_. False when the batch is full.
  absl::StatusOr<bool> LookAt(const store::Segment& segment, const QueryControl& control, uint64_t& next,
                              std::vector<store::OwnedEvent>& events) const;

  const Filter filter_;
  uint64_t next_;
};

// Where a tail begins that shows the latest `count` events of `filter` first: at the
// first of them. Errors: `control`'s, and those of reading.
absl::StatusOr<uint64_t> StartOfLatest(const store::View& view, const Filter& filter, size_t count,
                                       const QueryControl& control);

}  // namespace faultline::query
