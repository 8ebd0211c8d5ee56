// The gRPC methods: checks a request, asks the parts, pages the answer.
//
// Thread-safe. A method never throws and never blocks ingestion.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/pseudonym.h"
#include "faultline/v1/failure_query_service.grpc.pb.h"
#include "query/correlator.h"
#include "query/event_explainer.h"
#include "store/store.h"

namespace faultline::query {

// What only the process knows.
struct RuntimeStatus {
  std::string role = "offline";
  int64_t start_time_us = 0;
  int rules = 0;
  std::vector<std::string> rule_errors;
  std::map<std::string, int64_t> lag;  // by stream
  struct Stage {
    std::string name, what;
    int64_t working_us = 0;  // since the start
  };
  std::vector<Stage> stages;  // of ingestion, in order
  struct Memory {
    std::string name;
    int64_t bytes = 0, limit_bytes = 0;  // no limit, not told
    std::string beyond;                  // what happens there
  };
  std::vector<Memory> memory;  // of ingestion
};

struct ServiceOptions {
  int max_concurrent_queries = 16;  // more wait up to queue_timeout_ms, then RESOURCE_EXHAUSTED
  int queue_timeout_ms = 200;
  int max_followers = 16;  // TailEvents at once; more are RESOURCE_EXHAUSTED. Below the server's threads
  int max_deadline_seconds = 30;
  int64_t scan_budget_events = 200'000'000;
  CorrelatorOptions correlator;
  EventExplainer explainer;  // empty: ExplainEvent fails
};

// `store` and `runtime` must outlive the service. `pseudonyms` may be null:
// user and device ids are then found by their keyed hash only.
std::unique_ptr<faultline::v1::FailureQueryService::Service> MakeFailureQueryService(
    const ServiceOptions& options, store::Store& store, const Pseudonyms* pseudonyms,
    std::function<RuntimeStatus()> runtime);

}  // namespace faultline::query
