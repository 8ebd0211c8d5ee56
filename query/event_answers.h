// Answers made of events: search, one event, a journey, counts.
//
// Each checks the request, fills `response`, and returns InvalidArgument with
// the field's name when the request is wrong.
#pragma once

#include "absl/status/status.h"
#include "faultline/v1/failure_query_service.pb.h"
#include "query/query_context.h"

namespace faultline::query {

absl::Status AnswerSearch(const QueryContext& context, const faultline::v1::SearchEventsRequest& request,
                          faultline::v1::SearchEventsResponse& response);
absl::Status AnswerGetEvent(const QueryContext& context, const faultline::v1::GetEventRequest& request,
                            faultline::v1::GetEventResponse& response);
absl::Status AnswerJourney(const QueryContext& context, const faultline::v1::GetJourneyRequest& request,
                           faultline::v1::GetJourneyResponse& response);
absl::Status AnswerCount(const QueryContext& context, const faultline::v1::CountEventsRequest& request,
                         faultline::v1::CountEventsResponse& response);

}  // namespace faultline::query
