// The figures behind /metrics. Names and labels are for others to build alerts
// on: docs and dashboards change with them.
//
// Counters of records come from the store's positions, so they go on where
// they were after a restart. Thread-safe.
#pragma once

#include <prometheus/histogram.h>
#include <prometheus/registry.h>

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/mutex.h"
#include "deploy/server/otlp_front.h"
#include "grpcpp/support/status.h"
#include "ingest/record_source.h"
#include "store/store.h"
#include "store/writer.h"

namespace faultline::deploy {

// What the ingesting part knows; empty in the query role.
struct IngestFigures {
  int64_t last_event_time_us = 0;               // corrected time; 0 for none
  std::map<std::string, int64_t> lag;           // records, by stream; -1 unknown
  std::map<std::string, int64_t> dead_letters;  // since the start, by reason
  int64_t rules = 0;
  int64_t rules_refused = 0;
  // Wall time that each stage has worked for since the start.
  int64_t reading_us = 0, understanding_us = 0, sealing_us = 0;
  // Memory of what was read and is not stored yet, and of what a source fetched ahead (limit 0: it does not).
  store::Writer::Memory unsealed;
  ingest::RecordSource::Queue fetched;
};

class Telemetry {
 public:
  Telemetry();

  // One call of a query method.
  void ObserveQuery(std::string_view method, grpc::StatusCode code, double seconds);
  // What the detector has open, by kind.
  void SetOpenFindings(const std::map<std::string, int64_t>& by_kind) ABSL_LOCKS_EXCLUDED(mu_);
  // Lets /metrics ask these as well. What they refer to must live until
  // Detach().
  void Attach(const store::Store& store, std::function<IngestFigures()> ingest) ABSL_LOCKS_EXCLUDED(mu_);
  void AttachOtlp(const OtlpCounters& counters) ABSL_LOCKS_EXCLUDED(mu_);
  void Detach() ABSL_LOCKS_EXCLUDED(mu_);

  // The text format of Prometheus, version 0.0.4.
  std::string Text() const ABSL_LOCKS_EXCLUDED(mu_);

 private:
  prometheus::Registry registry_;
  prometheus::Family<prometheus::Histogram>& query_seconds_;

  mutable Mutex mu_;
  const store::Store* store_ ABSL_GUARDED_BY(mu_) = nullptr;
  const OtlpCounters* otlp_ ABSL_GUARDED_BY(mu_) = nullptr;
  std::function<IngestFigures()> ingest_ ABSL_GUARDED_BY(mu_);
  std::map<std::string, int64_t> open_findings_ ABSL_GUARDED_BY(mu_);  // empty: nobody looks
};

}  // namespace faultline::deploy
