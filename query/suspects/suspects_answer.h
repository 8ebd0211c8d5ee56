// Answers RankSuspects from a store.
#pragma once

#include "absl/status/status.h"
#include "faultline/v1/suspects.pb.h"
#include "query/query_context.h"

namespace faultline::query {

// Errors: InvalidArgument with the field's name, for a range without both ends, of more than a day, empty, or
// overlapping the baseline.
absl::Status AnswerSuspects(const QueryContext& context, const faultline::v1::RankSuspectsRequest& request,
                            faultline::v1::RankSuspectsResponse& response);

}  // namespace faultline::query
