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
// What is bounded in this process.
struct BudgetUse {
  int64_t queries = 0, max_queries = 0;      // running now
  int64_t followers = 0, max_followers = 0;  // of TailEvents
  int64_t graph_events = 0, max_graph_events = 0;
  int64_t series = 0;
};
absl::Status AnswerStatus(const QueryContext& context, const RuntimeStatus& runtime, const BudgetUse& budgets,
                          faultline::v1::GetStatusResponse& response);

}  // namespace faultline::query
