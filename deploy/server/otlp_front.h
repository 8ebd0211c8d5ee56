// OTLP/gRPC in: what OpenTelemetry's exporters send to port 4317, put into a Kafka
// topic, so that it comes like all other records and can be read again.
//
// An export is answered when the brokers have it. Answers, as OTLP's rules for
// failures and throttling want them:
//   OK                  all of it, or all but `partial_success.rejected_log_records`, which are larger
//                       than a record may be
//   RESOURCE_EXHAUSTED  with RetryInfo: too much on its way to the brokers; without, from gRPC itself: the
//                       request is larger than max_request_bytes and is not to be sent again
//   UNAVAILABLE         with RetryInfo: no broker acknowledged it in time
//
// Thread-safe.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "ingest/kafka_sink.h"
#include "query/server.h"

namespace faultline::deploy {

struct OtlpFrontOptions {
  std::string address;  // host:port; port 0 takes a free one
  query::TlsOptions tls;
  int max_request_bytes = 4 << 20;
  size_t max_value_bytes = 900 << 10;  // of one Kafka record; below the topic's max.message.bytes
  int64_t retry_after_ms = 1'000;      // what RetryInfo says
};

// Totals since the start. Read from any thread.
struct OtlpCounters {
  std::atomic<int64_t> log_records{0};  // acknowledged by the brokers
  std::atomic<int64_t> rejected{0};     // log records too large for a Kafka record
  std::atomic<int64_t> throttled{0};    // requests
  std::atomic<int64_t> failed{0};       // requests that no broker acknowledged
};

class OtlpFront {
 public:
  // Listens. `sink` must outlive it. Errors: as MakeServerCredentials; Unavailable when the address cannot be bound.
  static absl::StatusOr<std::unique_ptr<OtlpFront>> Start(const OtlpFrontOptions& options, ingest::KafkaSink& sink);
  virtual ~OtlpFront() = default;

  virtual int port() const = 0;
  virtual const OtlpCounters& counters() const = 0;
  // Takes no new requests, and lets those on their way finish for `grace`. Idempotent; the destructor
  // does it with no grace.
  virtual void Shutdown(std::chrono::milliseconds grace) = 0;
};

}  // namespace faultline::deploy
