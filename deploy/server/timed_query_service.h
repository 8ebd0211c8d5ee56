// Measures every call of the query service on its way through.
#pragma once

#include <chrono>
#include <functional>
#include <string_view>

#include "faultline/v1/failure_query_service.grpc.pb.h"

namespace faultline::deploy {

class TimedQueryService final : public faultline::v1::FailureQueryService::Service {
 public:
  // Called once for each call, on its thread.
  using Observe = std::function<void(std::string_view method, grpc::StatusCode code, double seconds)>;
  // `service` must outlive it.
  TimedQueryService(faultline::v1::FailureQueryService::Service& service, Observe observe);

  grpc::Status SearchEvents(grpc::ServerContext* context, const faultline::v1::SearchEventsRequest* request,
                            faultline::v1::SearchEventsResponse* response) override;
  grpc::Status TailEvents(grpc::ServerContext* context, const faultline::v1::TailEventsRequest* request,
                          grpc::ServerWriter<faultline::v1::TailEventsResponse>* writer) override;
  grpc::Status GetEvent(grpc::ServerContext* context, const faultline::v1::GetEventRequest* request,
                        faultline::v1::GetEventResponse* response) override;
  grpc::Status ExplainEvent(grpc::ServerContext* context, const faultline::v1::ExplainEventRequest* request,
                            faultline::v1::ExplainEventResponse* response) override;
  grpc::Status GetJourney(grpc::ServerContext* context, const faultline::v1::GetJourneyRequest* request,
                          faultline::v1::GetJourneyResponse* response) override;
  grpc::Status CountEvents(grpc::ServerContext* context, const faultline::v1::CountEventsRequest* request,
                           faultline::v1::CountEventsResponse* response) override;
  grpc::Status ListSignatures(grpc::ServerContext* context, const faultline::v1::ListSignaturesRequest* request,
                              faultline::v1::ListSignaturesResponse* response) override;
  grpc::Status GetSignature(grpc::ServerContext* context, const faultline::v1::GetSignatureRequest* request,
                            faultline::v1::GetSignatureResponse* response) override;
  grpc::Status DecideSignature(grpc::ServerContext* context, const faultline::v1::DecideSignatureRequest* request,
                               faultline::v1::DecideSignatureResponse* response) override;
  grpc::Status ListDecisions(grpc::ServerContext* context, const faultline::v1::ListDecisionsRequest* request,
                             faultline::v1::ListDecisionsResponse* response) override;
  grpc::Status ImportDecisions(grpc::ServerContext* context, const faultline::v1::ImportDecisionsRequest* request,
                               faultline::v1::ImportDecisionsResponse* response) override;
  grpc::Status Correlate(grpc::ServerContext* context, const faultline::v1::CorrelateRequest* request,
                         faultline::v1::CorrelateResponse* response) override;
  grpc::Status GetContradictions(grpc::ServerContext* context, const faultline::v1::GetContradictionsRequest* request,
                                 faultline::v1::GetContradictionsResponse* response) override;
  grpc::Status GetCoverage(grpc::ServerContext* context, const faultline::v1::GetCoverageRequest* request,
                           faultline::v1::GetCoverageResponse* response) override;
  grpc::Status ExplainDifference(grpc::ServerContext* context, const faultline::v1::ExplainDifferenceRequest* request,
                                 faultline::v1::ExplainDifferenceResponse* response) override;
  grpc::Status RankSuspects(grpc::ServerContext* context, const faultline::v1::RankSuspectsRequest* request,
                            faultline::v1::RankSuspectsResponse* response) override;
  grpc::Status ListFindings(grpc::ServerContext* context, const faultline::v1::ListFindingsRequest* request,
                            faultline::v1::ListFindingsResponse* response) override;
  grpc::Status ListDeadLetters(grpc::ServerContext* context, const faultline::v1::ListDeadLettersRequest* request,
                               faultline::v1::ListDeadLettersResponse* response) override;
  grpc::Status GetStatus(grpc::ServerContext* context, const faultline::v1::GetStatusRequest* request,
                         faultline::v1::GetStatusResponse* response) override;

 private:
  template <typename Call>
  grpc::Status Timed(std::string_view method, const Call& call);

  faultline::v1::FailureQueryService::Service& service_;
  const Observe observe_;
};

}  // namespace faultline::deploy
