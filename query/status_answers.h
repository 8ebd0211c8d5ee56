// Answers about the index itself: dead letters, positions, sizes, build.
#pragma once

#include "absl/status/status.h"
#include "faultline/v1/failure_query_service.pb.h"
#include "query/failure_query_service.h"
#include "query/query_context.h"

namespace faultline::query {

// Errors: InvalidArgument with the field's name; the store's.
absl::Status AnswerDeadLetters(const QueryContext& context, const faultline::v1::ListDeadLettersRequest& request,
                               faultline::v1::ListDeadLettersResponse& response);
absl::Status AnswerStatus(const QueryContext& context, const RuntimeStatus& runtime,
                          faultline::v1::GetStatusResponse& response);

}  // namespace faultline::query
