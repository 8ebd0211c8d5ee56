#include "query/failure_query_service.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "query/decisions/decision_answers.h"
#include "query/decisions/decision_log.h"
#include "query/decisions/overlaid_store.h"
#include "query/detect/findings_answer.h"
#include "query/event_answers.h"
#include "query/explain/difference_answer.h"
#include "query/query_limiter.h"
#include "query/refresher.h"
#include "query/rpc_status.h"
#include "query/signature_answers.h"
#include "query/status_answers.h"
#include "query/suspects/suspects_answer.h"
#include "query/tail_answer.h"

namespace faultline::query {
namespace {

using grpc::ServerContext;

// A store that follows another process shows what was sealed this long ago.
constexpr std::chrono::milliseconds kMaxViewAge(200);

// Whether the caller is gone. To ask gRPC costs some 20 us, and queries ask in their inner loops: so not more often
// than this.
constexpr std::chrono::milliseconds kBetweenAsking(2);

std::function<bool()> Cancelled(ServerContext& context) {
  return [&context, next = std::chrono::steady_clock::time_point()]() mutable {
    const auto now = std::chrono::steady_clock::now();
    if (now < next) return false;
    next = now + kBetweenAsking;
    return context.IsCancelled();
  };
}

class QueryService : public v1::FailureQueryService::Service {
 public:
  QueryService(const ServiceOptions& options, store::Store& store, const Pseudonyms* pseudonyms,
               std::function<RuntimeStatus()> runtime)
      : options_(options),
        decisions_(store.options()),
        store_(store, decisions_),
        pseudonyms_(pseudonyms),
        runtime_(std::move(runtime)),
        limiter_(std::max(1, options.max_concurrent_queries), std::chrono::milliseconds(options.queue_timeout_ms)),
        followers_(std::max(1, options.max_followers), std::chrono::milliseconds(0)),
        refresher_(store, kMaxViewAge),
        signatures_(Correlator::Create(options.correlator, store_)),
        findings_(signatures_.correlator()),
        decision_answers_(store_, decisions_) {}

  grpc::Status SearchEvents(ServerContext* context, const v1::SearchEventsRequest* request,
                            v1::SearchEventsResponse* response) override {
    return Answer(*context, [&](const QueryContext& query) { return AnswerSearch(query, *request, *response); });
  }
  grpc::Status TailEvents(ServerContext* context, const v1::TailEventsRequest* request,
                          grpc::ServerWriter<v1::TailEventsResponse>* writer) override {
    QueryControl control;
    control.cancelled = Cancelled(*context);
    const auto admission = followers_.Enter(control);
    if (!admission.ok()) return ToRpcStatus(admission.status());
    return ToRpcStatus(
        AnswerTail({store_, pseudonyms_, [this] { return Refresh(); },
                    [writer](const v1::TailEventsResponse& message) { return writer->Write(message); }, control},
                   *request));
  }
  grpc::Status GetEvent(ServerContext* context, const v1::GetEventRequest* request,
                        v1::GetEventResponse* response) override {
    return Answer(*context, [&](const QueryContext& query) { return AnswerGetEvent(query, *request, *response); });
  }
  grpc::Status ExplainEvent(ServerContext* context, const v1::ExplainEventRequest* request,
                            v1::ExplainEventResponse* response) override {
    return Answer(*context, [&](const QueryContext& query) {
      return AnswerExplainEvent(query, options_.explainer, *request, *response);
    });
  }
  grpc::Status GetJourney(ServerContext* context, const v1::GetJourneyRequest* request,
                          v1::GetJourneyResponse* response) override {
    return Answer(*context, [&](const QueryContext& query) { return AnswerJourney(query, *request, *response); });
  }
  grpc::Status CountEvents(ServerContext* context, const v1::CountEventsRequest* request,
                           v1::CountEventsResponse* response) override {
    return Answer(*context, [&](const QueryContext& query) { return AnswerCount(query, *request, *response); });
  }
  grpc::Status ListSignatures(ServerContext* context, const v1::ListSignaturesRequest* request,
                              v1::ListSignaturesResponse* response) override {
    return Answer(*context, [&](const QueryContext& query) { return signatures_.List(query, *request, *response); });
  }
  grpc::Status GetSignature(ServerContext* context, const v1::GetSignatureRequest* request,
                            v1::GetSignatureResponse* response) override {
    return Answer(*context, [&](const QueryContext& query) { return signatures_.Get(query, *request, *response); });
  }
  grpc::Status DecideSignature(ServerContext* context, const v1::DecideSignatureRequest* request,
                               v1::DecideSignatureResponse* response) override {
    return Answer(*context,
                  [&](const QueryContext& query) { return decision_answers_.Decide(query, *request, *response); });
  }
  grpc::Status ListDecisions(ServerContext* context, const v1::ListDecisionsRequest* request,
                             v1::ListDecisionsResponse* response) override {
    return Answer(*context, [&](const QueryContext&) { return decision_answers_.List(*request, *response); });
  }
  grpc::Status ImportDecisions(ServerContext* context, const v1::ImportDecisionsRequest* request,
                               v1::ImportDecisionsResponse* response) override {
    return Answer(*context,
                  [&](const QueryContext& query) { return decision_answers_.Import(query, *request, *response); });
  }
  grpc::Status Correlate(ServerContext* context, const v1::CorrelateRequest* request,
                         v1::CorrelateResponse* response) override {
    return Answer(*context,
                  [&](const QueryContext& query) { return signatures_.Correlate(query, *request, *response); });
  }
  grpc::Status GetCoverage(ServerContext* context, const v1::GetCoverageRequest* request,
                           v1::GetCoverageResponse* response) override {
    return Answer(*context, [&](const QueryContext& query) {
      return signatures_.Cover(query, runtime_().lag, *request, *response);
    });
  }
  grpc::Status ExplainDifference(ServerContext* context, const v1::ExplainDifferenceRequest* request,
                                 v1::ExplainDifferenceResponse* response) override {
    return Answer(*context, [&](const QueryContext& query) { return AnswerDifference(query, *request, *response); });
  }
  grpc::Status GetContradictions(ServerContext* context, const v1::GetContradictionsRequest* request,
                                 v1::GetContradictionsResponse* response) override {
    return Answer(*context,
                  [&](const QueryContext& query) { return signatures_.Contradict(query, *request, *response); });
  }
  grpc::Status RankSuspects(ServerContext* context, const v1::RankSuspectsRequest* request,
                            v1::RankSuspectsResponse* response) override {
    return Answer(*context, [&](const QueryContext& query) { return AnswerSuspects(query, *request, *response); });
  }
  grpc::Status ListFindings(ServerContext* context, const v1::ListFindingsRequest* request,
                            v1::ListFindingsResponse* response) override {
    return Answer(*context, [&](const QueryContext& query) {
      const RuntimeStatus runtime = runtime_();
      return findings_.List(query, runtime.lag, /*may_grow=*/runtime.role != "offline", *request, *response);
    });
  }
  grpc::Status ListDeadLetters(ServerContext* context, const v1::ListDeadLettersRequest* request,
                               v1::ListDeadLettersResponse* response) override {
    return Answer(*context, [&](const QueryContext& query) { return AnswerDeadLetters(query, *request, *response); });
  }
  grpc::Status GetStatus(ServerContext* context, const v1::GetStatusRequest*,
                         v1::GetStatusResponse* response) override {
    return Answer(*context, [&](const QueryContext& query) {
      const BudgetUse budgets{limiter_.running(),
                              limiter_.max_running(),
                              followers_.running(),
                              followers_.max_running(),
                              signatures_.correlator().graph_events(),
                              options_.correlator.max_graph_events,
                              findings_.series()};
      return AnswerStatus(query, runtime_(), budgets, *response);
    });
  }

 private:
  // The earlier of the caller's deadline and our own.
  QueryControl ControlOf(ServerContext& context) const {
    QueryControl control;
    control.cancelled = Cancelled(context);
    control.scan_budget_events = options_.scan_budget_events;
    std::chrono::nanoseconds left = std::chrono::seconds(options_.max_deadline_seconds);
    const auto now = std::chrono::system_clock::now();
    if (context.deadline() < now + left) left = context.deadline() - now;
    control.deadline = std::chrono::steady_clock::now() + left;
    return control;
  }

  template <typename Ask>
  grpc::Status Answer(ServerContext& context, const Ask& ask) {
    const QueryControl control = ControlOf(context);
    const auto admission = limiter_.Enter(control);
    if (!admission.ok()) return ToRpcStatus(admission.status());
    if (const absl::Status status = Refresh(); !status.ok()) return ToRpcStatus(status);
    return ToRpcStatus(ask(QueryContext{store_, pseudonyms_, store_.view(), control, decisions_.overlay()}));
  }

  // What was stored, and decided, since.
  absl::Status Refresh() {
    const absl::Status status = refresher_.Refresh();
    return status.ok() ? decisions_.Refresh() : status;
  }

  const ServiceOptions options_;
  DecisionLog decisions_;
  OverlaidStore store_;
  const Pseudonyms* const pseudonyms_;
  const std::function<RuntimeStatus()> runtime_;
  QueryLimiter limiter_;
  QueryLimiter followers_;  // they hold a thread each, but rarely work
  Refresher refresher_;
  SignatureAnswers signatures_;
  FindingsAnswers findings_;
  DecisionAnswers decision_answers_;
};

}  // namespace

std::unique_ptr<v1::FailureQueryService::Service> MakeFailureQueryService(const ServiceOptions& options,
                                                                          store::Store& store,
                                                                          const Pseudonyms* pseudonyms,
                                                                          std::function<RuntimeStatus()> runtime) {
  return std::make_unique<QueryService>(options, store, pseudonyms, std::move(runtime));
}

}  // namespace faultline::query
