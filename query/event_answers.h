// Answers made of events: search, one event, a journey, counts.
//
// Each checks the request, fills `response`, and returns InvalidArgument with
// the field's name when the request is wrong.
#pragma once

#include "absl/status/status.h"
#include "faultline/v1/failure_query_service.pb.h"
#include "query/event_explainer.h"
#include "query/query_context.h"

namespace faultline::query {

// The pieces that other answers with events share: one event as the API shows it
// (FULL view says why), and whether `view` is one.
absl::Status AddEvent(const store::Store& store, const store::OwnedEvent& from, faultline::v1::EventView view,
                      faultline::v1::Event& to);
absl::Status CheckView(faultline::v1::EventView view);

absl::Status AnswerSearch(const QueryContext& context, const faultline::v1::SearchEventsRequest& request,
                          faultline::v1::SearchEventsResponse& response);
absl::Status AnswerGetEvent(const QueryContext& context, const faultline::v1::GetEventRequest& request,
                            faultline::v1::GetEventResponse& response);
// Errors beside those of AnswerGetEvent: FailedPrecondition without `explainer`; what it says.
absl::Status AnswerExplainEvent(const QueryContext& context, const EventExplainer& explainer,
                                const faultline::v1::ExplainEventRequest& request,
                                faultline::v1::ExplainEventResponse& response);
absl::Status AnswerJourney(const QueryContext& context, const faultline::v1::GetJourneyRequest& request,
                           faultline::v1::GetJourneyResponse& response);
absl::Status AnswerCount(const QueryContext& context, const faultline::v1::CountEventsRequest& request,
                         faultline::v1::CountEventsResponse& response);

}  // namespace faultline::query
