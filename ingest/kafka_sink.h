// Puts values into a Kafka topic for others, and says when the brokers have them.
//
// Idempotent, acknowledged by all in-sync replicas. What is on its way is
// bounded: more is refused at once, so that senders slow down and memory does not grow.
//
// Thread-safe.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace faultline::ingest {

struct KafkaSinkOptions {
  std::string brokers;  // host:port, comma-separated
  std::string topic;
  std::map<std::string, std::string> properties;  // librdkafka's: TLS, SASL
  int64_t max_bytes_in_flight = 64 << 20;         // of values
  int64_t ack_timeout_ms = 10'000;                // a value that is not acknowledged by then has failed
};

class KafkaSink {
 public:
  // Ok when all values of one Send were acknowledged. Else Unavailable (no broker took one in time; those
  // before it may be in the topic) or InvalidArgument (a broker takes no value of that size).
  using Done = std::function<void(const absl::Status&)>;

  // No broker need be up yet. Errors: InvalidArgument for a property that librdkafka does not know or that
  // decides whether records are lost or doubled.
  static absl::StatusOr<std::unique_ptr<KafkaSink>> Start(const KafkaSinkOptions& options);
  // As Stop() without grace.
  virtual ~KafkaSink() = default;

  // Hands over `values` and calls `done` once, on another thread or this one. Values are copied. When it
  // returns an error, `done` is not called and nothing was handed over: ResourceExhausted when too
  // much is on its way.
  virtual absl::Status Send(const std::vector<std::string>& values, Done done) = 0;
  virtual int64_t bytes_in_flight() const = 0;
  // Takes nothing more, waits up to `grace` for what is on its way, and gives up the rest. Idempotent.
  virtual void Stop(std::chrono::milliseconds grace) = 0;
};

}  // namespace faultline::ingest
