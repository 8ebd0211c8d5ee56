// Answers ExplainDifference from a store.
#pragma once

#include "absl/status/status.h"
#include "faultline/v1/explanation.pb.h"
#include "query/query_context.h"

namespace faultline::query {

// Events of each window whose numbers are compared; of more, an even sample is read.
inline constexpr size_t kNumericSample = 10'000;

// Errors: InvalidArgument with the field's name; FailedPrecondition when there are no
// attempts to compute rates from.
absl::Status AnswerDifference(const QueryContext& context, const faultline::v1::ExplainDifferenceRequest& request,
                              faultline::v1::ExplainDifferenceResponse& response);

}  // namespace faultline::query
