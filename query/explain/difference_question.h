// What to compare, checked.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "base/pseudonym.h"
#include "faultline/v1/explanation.pb.h"
#include "query/filter.h"
#include "store/segment.h"

namespace faultline::query {

inline constexpr size_t kMaxStoreDimensions = 16;

struct DifferenceQuestion {
  store::TimeRange range, baseline_range;
  Filter filter, baseline_filter;
  // The baseline is everything of baseline_range that is not the target.
  bool rest_is_baseline = false;
  // Another window with the same filter: "before and now".
  bool over_time = false;
  // Only failures count: no filter names severity or outcome.
  bool failures_only = true;
  std::vector<FieldReference> dimensions;
  std::vector<std::string> names;  // of `dimensions`, as in the filter language
  bool dimensions_given = false;
  faultline::v1::ExplainDifferenceRequest::Measure measure = faultline::v1::ExplainDifferenceRequest::MEASURE_EVENTS;
  size_t limit = 10;
};

// MEASURE_UNSPECIFIED stays: whether there are attempts is not known here. `pseudonyms` may be null.
// Errors: InvalidArgument with the name of the field.
absl::StatusOr<DifferenceQuestion> CheckDifference(const faultline::v1::ExplainDifferenceRequest& request,
                                                   const Pseudonyms* pseudonyms);

}  // namespace faultline::query
