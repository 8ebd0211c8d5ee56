#include "absl/strings/str_join.h"
#include "base/timestamp.h"
#include "deploy/cli/diagnosis.h"
#include "deploy/cli/output.h"
#include "fmt/format.h"
#include "ingest/kafka_probe.h"

namespace faultline::deploy {
namespace {

// Records are stamped a little before we read them, and idle topics long before.
constexpr int64_t kAheadToleranceUs = 2'000'000;

void CheckTopic(const ingest::KafkaTopicState& topic, Findings& findings) {
  const std::string name = "topic " + topic.topic;
  if (topic.partitions == 0) {
    findings.Fail(name, topic.error.empty() ? "it has no partition" : topic.error,
                  "make it, or let this principal describe and read it");
    return;
  }
  if (topic.without_leader > 0) {
    findings.Fail(name,
                  fmt::format("{} of {} have no leader", topic.without_leader, CountOf(topic.partitions, "partition")),
                  "a broker is down: its partitions are read when it is back");
    return;
  }
  if (!topic.error.empty()) {
    findings.Fail(name, topic.error, "let this principal read it");
    return;
  }
  if (topic.records == 0) {
    findings.Warn(name, fmt::format("{}, no records", CountOf(topic.partitions, "partition")),
                  "does a shipper send to it? docs/shipping.md has their configurations");
    return;
  }
  findings.Ok(name, fmt::format("{}, {}, the newest from {}", CountOf(topic.partitions, "partition"),
                                CountOf(topic.records, "record"), FormatTime(topic.newest_time_ms * 1'000)));
}

}  // namespace

void DiagnoseKafka(const KafkaConfig& kafka, Findings& findings) {
  ingest::KafkaProbeOptions options;
  options.brokers = absl::StrJoin(kafka.brokers, ",");
  options.topics = kafka.topics;
  options.properties = kafka.properties;
  const absl::StatusOr<ingest::KafkaState> state = ingest::ProbeKafka(options);
  if (!state.ok()) {
    const bool down = state.status().code() == absl::StatusCode::kUnavailable;
    findings.Fail(
        "brokers", std::string(state.status().message()),
        down ? "are they running, reachable from here, and is security.protocol right?" : "correct kafka.properties");
    return;
  }
  findings.Ok("brokers", fmt::format("{}: {}", CountOf(static_cast<int64_t>(state->brokers.size()), "broker"),
                                     absl::StrJoin(state->brokers, ", ")));
  for (const std::string& pattern : state->unmatched) {
    findings.Fail("topic " + pattern, "matches no topic",
                  "is the pattern right, and may this principal see the topics?");
  }
  int64_t newest_us = 0;
  bool broker_time = false;
  for (const ingest::KafkaTopicState& topic : state->topics) {
    CheckTopic(topic, findings);
    if (topic.newest_time_ms * 1'000 <= newest_us) continue;
    newest_us = topic.newest_time_ms * 1'000;
    broker_time = topic.broker_time;
  }
  // Old records say nothing of the clocks; records from the future do.
  if (newest_us > NowMicros()) {
    DiagnoseClock(broker_time ? "the brokers" : "the producers", newest_us - NowMicros(), kAheadToleranceUs, findings);
  }
}

}  // namespace faultline::deploy
