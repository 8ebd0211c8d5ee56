// Counts events over time, by one field.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "query/filter.h"
#include "query/query_control.h"
#include "query/scan.h"
#include "store/store.h"

namespace faultline::query {

inline constexpr int64_t kMaxBuckets = 10'000;
// Rows times buckets of one answer; beyond it values go to the `other` row.
inline constexpr int64_t kMaxCells = 1'000'000;

struct CountQuestion {
  store::TimeRange range;  // open ends are taken from the data
  Filter filter;
  std::optional<FieldReference> by;  // nullopt counts all together
  int64_t step_us = 0;               // >= 1 s, or 0 for one bucket
  size_t limit = 50;                 // values; the rest is one row
};

struct CountedValue {
  std::string value;
  bool other = false;
  int64_t count = 0;
  std::vector<int64_t> counts;  // for each bucket; empty without a step
};

struct Counts {
  std::vector<CountedValue> rows;  // largest first, equal counts by value; `other` last
  // Buckets start at multiples of the step since the epoch; the first and the
  // last may lie partly outside of the range.
  std::vector<int64_t> bucket_starts_us;
  int64_t total = 0;
  ScanResult scan;
};

// Errors: InvalidArgument "step: …" when there would be more than kMaxBuckets.
absl::StatusOr<Counts> Count(const store::View& view, const CountQuestion& question, const QueryControl& control);

}  // namespace faultline::query
