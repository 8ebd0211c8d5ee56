// Puts records into a Kafka topic: lines, to try things with, and dead letters that
// come again; the pipeline never produces.
//
// Idempotent producer, so a retry of the client makes no second record. Not
// thread-safe.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace faultline::ingest {

struct ProducedRecord {
  std::string topic;
  std::string_view value;
  std::vector<std::pair<std::string, std::string>> headers;
  int64_t timestamp_ms = 0;  // 0: now
};

class KafkaProducer {
 public:
  // `brokers` is "host:port,…"; `properties` are librdkafka's. Errors:
  // InvalidArgument for a property that it refuses.
  static absl::StatusOr<std::unique_ptr<KafkaProducer>> Create(const std::string& brokers,
                                                               const std::map<std::string, std::string>& properties);
  virtual ~KafkaProducer() = default;

  // Hands over one record; waits while too many are on their way. Errors: the
  // first record that a broker refused, this one or an earlier one.
  virtual absl::Status Produce(const ProducedRecord& record) = 0;
  // Waits until all are acknowledged. Errors: as Produce; DeadlineExceeded
  // when no broker answers for 30 s.
  virtual absl::Status Flush() = 0;
  virtual int64_t acknowledged() const = 0;
};

}  // namespace faultline::ingest
