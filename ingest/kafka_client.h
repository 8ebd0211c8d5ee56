// One librdkafka consumer that is a member of a group.
//
// Its callbacks run inside Poll(), on the caller's thread. A rebalance is only
// noted: the group waits until the caller, who first stores what it has, calls
// Assign() or Unassign(). Not thread-safe.
#pragma once

#include <librdkafka/rdkafka.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "ingest/kafka_options.h"

namespace faultline::ingest {

struct KafkaMessageDelete {
  void operator()(rd_kafka_message_t* message) const { rd_kafka_message_destroy(message); }
};
using KafkaMessage = std::unique_ptr<rd_kafka_message_t, KafkaMessageDelete>;

struct KafkaOffset {
  std::string topic;
  int32_t partition = 0;
  int64_t offset = 0;  // RD_KAFKA_OFFSET_BEGINNING for the earliest
};

class KafkaClient {
 public:
  // Joins the group; no broker need be up yet. `counters` must outlive the
  // client. Errors: InvalidArgument as MakeKafkaConf says.
  static absl::StatusOr<std::unique_ptr<KafkaClient>> Create(const KafkaOptions& options, KafkaCounters& counters);
  // Leaves the group (a static member only ends) and waits for commits under way.
  ~KafkaClient();
  KafkaClient(const KafkaClient&) = delete;
  KafkaClient& operator=(const KafkaClient&) = delete;

  // The next message or consumer error (`err` set), nullptr when none came or
  // a rebalance was noted.
  KafkaMessage Poll(std::chrono::milliseconds timeout);
  struct Rebalance {
    bool assign = false;  // else revoke everything
    std::vector<KafkaOffset> partitions;
  };
  bool rebalancing() const { return !rebalances_.empty(); }
  std::optional<Rebalance> TakeRebalance();
  // Something happened under which a topic may have been re-created unnoticed:
  // a broker did not know a partition, or was away. Set before any record from
  // after it is given out.
  bool in_doubt() const { return in_doubt_.load(std::memory_order_acquire); }
  void SetDoubt() { in_doubt_.store(true, std::memory_order_release); }
  void ClearDoubt() { in_doubt_.store(false, std::memory_order_release); }
  // An error that no waiting can cure, e.g. another member with our instance id.
  const absl::Status& fatal() const { return fatal_; }

  // Offsets say where each partition starts. Errors: Internal.
  absl::Status Assign(const std::vector<KafkaOffset>& partitions);
  absl::Status Unassign();
  // Another member may already have what was assigned to us.
  bool AssignmentLost() const { return rd_kafka_assignment_lost(handle_) != 0; }
  absl::Status Seek(const KafkaOffset& place);
  absl::Status Pause(const std::vector<KafkaOffset>& partitions, bool pause);

  // Without `wait` in the background; failures are counted and logged then.
  absl::Status Commit(const std::vector<KafkaOffset>& offsets, std::optional<std::chrono::milliseconds> wait);
  // The offsets [low, high) that the partition has, asked of the broker.
  absl::StatusOr<std::pair<int64_t, int64_t>> QueryRange(const std::string& topic, int32_t partition);
  // `high` as of the last fetch, without asking; -1 where unknown.
  int64_t KnownEnd(const std::string& topic, int32_t partition) const;

 private:
  explicit KafkaClient(KafkaCounters& counters) : counters_(counters) {}
  static void OnLog(const rd_kafka_t* handle, int level, const char* facility, const char* text);
  absl::Status Start(const KafkaOptions& options);
  void OnRebalance(rd_kafka_resp_err_t error, const rd_kafka_topic_partition_list_t* partitions);
  void OnError(rd_kafka_resp_err_t error, const std::string& reason);
  void OnFatal();
  void OnCommit(rd_kafka_resp_err_t error);

  KafkaCounters& counters_;
  rd_kafka_t* handle_ = nullptr;
  std::deque<Rebalance> rebalances_;
  absl::Status fatal_;
  bool closing_ = false;
  std::atomic<bool> in_doubt_{false};            // set by librdkafka's threads
  std::set<rd_kafka_resp_err_t> logged_errors_;  // since the last message came
  bool commit_failure_logged_ = false;
};

}  // namespace faultline::ingest
