// The working part of KafkaSource: assigned partitions, rebalances, pauses and
// what can go wrong. Not thread-safe.
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "ingest/kafka_client.h"
#include "ingest/kafka_options.h"
#include "ingest/kafka_partition.h"
#include "ingest/record_source.h"

namespace faultline::ingest {

class KafkaConsumer {
 public:
  // All must outlive the consumer.
  KafkaConsumer(const KafkaOptions& options, KafkaClient& client, StreamRegistry& registry, KafkaCounters& counters);

  // As RecordSource.
  absl::Status Poll(std::chrono::milliseconds timeout, SourceBatch& batch);
  absl::Status Commit(const std::vector<store::StreamPosition>& durable, std::optional<std::chrono::milliseconds> wait);
  void SetPaused(bool paused);
  std::vector<std::pair<std::string, int64_t>> Lag() const;

 private:
  using Clock = std::chrono::steady_clock;
  // By topic and partition.
  using Partitions = std::map<std::pair<std::string, int32_t>, std::unique_ptr<KafkaPartition>>;

  // Rebalances, restarts and doubts, which wait until the last batch was stored.
  absl::Status DoPostponed();
  absl::Status TakePartitions(const std::vector<KafkaOffset>& assigned);
  absl::Status GiveUpPartitions();
  absl::Status CompareAgain();
  absl::StatusOr<int64_t> StartOf(const KafkaOffset& partition);
  absl::Status PollPaused(std::chrono::milliseconds timeout);
  absl::Status PausePartitions(bool pause);

  absl::Status Take(KafkaMessage message, SourceBatch& batch);
  void Append(const KafkaPartition& partition, KafkaMessage message, std::string_view value, SourceBatch& batch);
  KafkaPartition* PartitionOf(const rd_kafka_message_t& message);

  absl::Status OnError(const rd_kafka_message_t& message, SourceBatch& batch);
  absl::Status OnOutOfRange(KafkaPartition& partition);
  absl::Status OnMismatch(KafkaPartition& partition, const std::string& what);
  absl::Status Restart(KafkaPartition& partition);
  absl::Status OnPoison(KafkaPartition& partition, SourceBatch& batch);
  absl::Status Follow(const PoisonSearch::Step& step, KafkaPartition& partition, SourceBatch& batch);
  absl::Status EndSilentProbes(SourceBatch& batch);
  // Reads `partition` on from `offset`, -1 for its earliest record.
  absl::Status SeekTo(const KafkaPartition& partition, int64_t offset);

  const KafkaOptions& options_;
  KafkaClient& client_;
  StreamRegistry& registry_;
  KafkaCounters& counters_;
  Partitions partitions_;
  // rd_kafka_topic_t* and partition -> KafkaPartition; few, and the last one is tried first.
  struct Known {
    const rd_kafka_topic_t* topic;
    int32_t partition;
    KafkaPartition* state;
  };
  std::vector<Known> known_;
  size_t last_known_ = 0;
  std::vector<KafkaMessage> held_;  // of the last batch, whose views point into them
  size_t held_bytes_ = 0;
  std::vector<KafkaMessage> early_;  // came while paused
  std::vector<std::pair<std::string, int32_t>> restarts_;
  size_t probes_ = 0;  // partitions whose poison search is under way
  bool paused_ = false;
  bool partitions_paused_ = false;  // by us, at the broker
  Clock::time_point paused_since_{};
  bool unknown_topic_logged_ = false;
};

}  // namespace faultline::ingest
