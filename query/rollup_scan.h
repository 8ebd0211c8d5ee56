// Counting by the rows of a segment's rollup (store/rollup.h) instead of its events.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "query/filter.h"
#include "store/segment.h"

namespace faultline::query {

inline constexpr int64_t kRollupMicros = 60'000'000;  // what a row spans

// Whether rows may tell all that the filter asks about, which are states, services and messages, and
// what `by` does, which may be the signature too. Messages they tell in segments where the bound filter
// ReadsColumnsOnly().
bool RollupTells(const Filter& filter, const std::optional<FieldReference>& by);

// A time range taken apart: whole minutes, for rows, and what is left on both sides. Any may be empty.
struct MinuteSplit {
  store::TimeRange minutes;
  std::vector<store::TimeRange> edges;
};
MinuteSplit SplitByMinutes(const store::TimeRange& range);

// Indexes of the rows in `minutes` that fit. `bound` is a filter that RollupTells, bound to the segment.
absl::StatusOr<std::vector<uint32_t>> MatchRows(const store::Rollup& rollup, const store::TimeRange& minutes,
                                                BoundFilter& bound);

}  // namespace faultline::query
