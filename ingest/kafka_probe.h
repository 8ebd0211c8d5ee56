// Looks at a Kafka cluster from outside, for people who wonder why nothing comes:
// which brokers answer, which topics there are, and what their newest records'
// times say of the clocks. Joins no group and commits nothing.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace faultline::ingest {

struct KafkaTopicState {
  std::string topic;
  int partitions = 0;
  int without_leader = 0;      // cannot be read now
  std::string error;           // the broker's, e.g. that the topic is not known; empty for none
  int64_t records = 0;         // that the broker keeps, over all partitions
  int64_t newest_time_ms = 0;  // of the latest record of the first partition that has one; 0: none
  bool broker_time = false;    // that time is the broker's, not the producer's
};

struct KafkaState {
  std::vector<std::string> brokers;  // "host:port", those that the cluster names
  // The topics asked for; a pattern (^…) stands for those that it matches.
  std::vector<KafkaTopicState> topics;
  std::vector<std::string> unmatched;  // patterns that match no topic
};

struct KafkaProbeOptions {
  std::string brokers;  // host:port, comma-separated
  std::map<std::string, std::string> properties;
  std::vector<std::string> topics;            // names, or patterns that start with ^; as KafkaOptions
  std::chrono::milliseconds patience{5'000};  // for each question
};

// Errors: InvalidArgument for a property or pattern; Unavailable when no broker answers, with what the
// client met last.
absl::StatusOr<KafkaState> ProbeKafka(const KafkaProbeOptions& options);

}  // namespace faultline::ingest
