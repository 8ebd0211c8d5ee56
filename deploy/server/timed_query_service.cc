#include "deploy/server/timed_query_service.h"

#include <utility>

namespace faultline::deploy {

TimedQueryService::TimedQueryService(faultline::v1::FailureQueryService::Service& service, Observe observe)
    : service_(service), observe_(std::move(observe)) {}

template <typename Call>
grpc::Status TimedQueryService::Timed(std::string_view method, const Call& call) {
  const auto start = std::chrono::steady_clock::now();
  grpc::Status status = call();
  observe_(method, status.error_code(),
           std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
  return status;
}

grpc::Status TimedQueryService::SearchEvents(grpc::ServerContext* context,
                                             const faultline::v1::SearchEventsRequest* request,
                                             faultline::v1::SearchEventsResponse* response) {
  return Timed("SearchEvents", [&] { return service_.SearchEvents(context, request, response); });
}

grpc::Status TimedQueryService::TailEvents(grpc::ServerContext* context,
                                           const faultline::v1::TailEventsRequest* request,
                                           grpc::ServerWriter<faultline::v1::TailEventsResponse>* writer) {
  return service_.TailEvents(context, request, writer);  // how long somebody looked on is no figure of ours
}

grpc::Status TimedQueryService::GetEvent(grpc::ServerContext* context, const faultline::v1::GetEventRequest* request,
                                         faultline::v1::GetEventResponse* response) {
  return Timed("GetEvent", [&] { return service_.GetEvent(context, request, response); });
}

grpc::Status TimedQueryService::ExplainEvent(grpc::ServerContext* context,
                                             const faultline::v1::ExplainEventRequest* request,
                                             faultline::v1::ExplainEventResponse* response) {
  return Timed("ExplainEvent", [&] { return service_.ExplainEvent(context, request, response); });
}

grpc::Status TimedQueryService::GetJourney(grpc::ServerContext* context,
                                           const faultline::v1::GetJourneyRequest* request,
                                           faultline::v1::GetJourneyResponse* response) {
  return Timed("GetJourney", [&] { return service_.GetJourney(context, request, response); });
}

grpc::Status TimedQueryService::CountEvents(grpc::ServerContext* context,
                                            const faultline::v1::CountEventsRequest* request,
                                            faultline::v1::CountEventsResponse* response) {
  return Timed("CountEvents", [&] { return service_.CountEvents(context, request, response); });
}

grpc::Status TimedQueryService::ListSignatures(grpc::ServerContext* context,
                                               const faultline::v1::ListSignaturesRequest* request,
                                               faultline::v1::ListSignaturesResponse* response) {
  return Timed("ListSignatures", [&] { return service_.ListSignatures(context, request, response); });
}

grpc::Status TimedQueryService::GetSignature(grpc::ServerContext* context,
                                             const faultline::v1::GetSignatureRequest* request,
                                             faultline::v1::GetSignatureResponse* response) {
  return Timed("GetSignature", [&] { return service_.GetSignature(context, request, response); });
}

grpc::Status TimedQueryService::DecideSignature(grpc::ServerContext* context,
                                                const faultline::v1::DecideSignatureRequest* request,
                                                faultline::v1::DecideSignatureResponse* response) {
  return Timed("DecideSignature", [&] { return service_.DecideSignature(context, request, response); });
}

grpc::Status TimedQueryService::ListDecisions(grpc::ServerContext* context,
                                              const faultline::v1::ListDecisionsRequest* request,
                                              faultline::v1::ListDecisionsResponse* response) {
  return Timed("ListDecisions", [&] { return service_.ListDecisions(context, request, response); });
}

grpc::Status TimedQueryService::ImportDecisions(grpc::ServerContext* context,
                                                const faultline::v1::ImportDecisionsRequest* request,
                                                faultline::v1::ImportDecisionsResponse* response) {
  return Timed("ImportDecisions", [&] { return service_.ImportDecisions(context, request, response); });
}

grpc::Status TimedQueryService::Correlate(grpc::ServerContext* context, const faultline::v1::CorrelateRequest* request,
                                          faultline::v1::CorrelateResponse* response) {
  return Timed("Correlate", [&] { return service_.Correlate(context, request, response); });
}

grpc::Status TimedQueryService::GetContradictions(grpc::ServerContext* context,
                                                  const faultline::v1::GetContradictionsRequest* request,
                                                  faultline::v1::GetContradictionsResponse* response) {
  return Timed("GetContradictions", [&] { return service_.GetContradictions(context, request, response); });
}

grpc::Status TimedQueryService::GetCoverage(grpc::ServerContext* context,
                                            const faultline::v1::GetCoverageRequest* request,
                                            faultline::v1::GetCoverageResponse* response) {
  return Timed("GetCoverage", [&] { return service_.GetCoverage(context, request, response); });
}

grpc::Status TimedQueryService::ExplainDifference(grpc::ServerContext* context,
                                                  const faultline::v1::ExplainDifferenceRequest* request,
                                                  faultline::v1::ExplainDifferenceResponse* response) {
  return Timed("ExplainDifference", [&] { return service_.ExplainDifference(context, request, response); });
}

grpc::Status TimedQueryService::RankSuspects(grpc::ServerContext* context,
                                             const faultline::v1::RankSuspectsRequest* request,
                                             faultline::v1::RankSuspectsResponse* response) {
  return Timed("RankSuspects", [&] { return service_.RankSuspects(context, request, response); });
}

grpc::Status TimedQueryService::ListFindings(grpc::ServerContext* context,
                                             const faultline::v1::ListFindingsRequest* request,
                                             faultline::v1::ListFindingsResponse* response) {
  return Timed("ListFindings", [&] { return service_.ListFindings(context, request, response); });
}

grpc::Status TimedQueryService::ListDeadLetters(grpc::ServerContext* context,
                                                const faultline::v1::ListDeadLettersRequest* request,
                                                faultline::v1::ListDeadLettersResponse* response) {
  return Timed("ListDeadLetters", [&] { return service_.ListDeadLetters(context, request, response); });
}

grpc::Status TimedQueryService::GetStatus(grpc::ServerContext* context, const faultline::v1::GetStatusRequest* request,
                                          faultline::v1::GetStatusResponse* response) {
  return Timed("GetStatus", [&] { return service_.GetStatus(context, request, response); });
}

}  // namespace faultline::deploy
