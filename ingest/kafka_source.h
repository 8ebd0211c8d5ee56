// Records from Kafka: one consumer of a group, one stream per partition,
// "kafka:TOPIC/PARTITION".
//
// A partition starts where this worker's store says, never at the group's
// committed offset, which is only written, for tools that show lag. The last
// stored record is read again and compared first, so that a topic that was
// re-created or truncated is noticed (KafkaOptions::on_mismatch).
//
// When the group rebalances, a revoked partition is stored and committed to
// its end before it is given up. A worker that gets it goes on from its own
// store: where it stood when it last had the partition, or at the start if it
// never had. So each store holds every record of the partitions it ever had,
// up to when it lost them, and none twice; between two stores the ranges of a
// partition that moved overlap. Static membership (KafkaOptions::instance_id)
// keeps partitions where they are.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/mutex.h"
#include "ingest/kafka_options.h"
#include "ingest/record_source.h"

namespace faultline::ingest {

class KafkaClient;
class KafkaConsumer;

class KafkaSource final : public RecordSource {
 public:
  explicit KafkaSource(KafkaOptions options);
  ~KafkaSource() override;

  // Errors: InvalidArgument for the options (ingest/kafka_config.h). Brokers
  // that are down are no error: they are waited for, and that is logged once.
  absl::Status Start(StreamRegistry& registry) override;
  // Errors: DataLoss for a mismatch that on_mismatch does not allow, naming the
  // topic and the way on; PermissionDenied for a topic or group that the broker
  // refuses; FailedPrecondition for an instance id that is used twice.
  absl::Status Poll(std::chrono::milliseconds timeout, SourceBatch& batch) override;
  absl::Status Commit(const std::vector<store::StreamPosition>& durable) override;
  void SetPaused(bool paused) override;
  // As of the last Commit(). Thread-safe.
  std::vector<std::pair<std::string, int64_t>> Lag() const override ABSL_LOCKS_EXCLUDED(mu_);
  Queue MeasureQueue() const override { return {counters_.queued_bytes, counters_.queue_limit_bytes}; }
  // Commits what is durable and leaves the group.
  void Stop() override;

  const KafkaCounters& counters() const { return counters_; }

 private:
  const KafkaOptions options_;
  KafkaCounters counters_;
  // Between Start and Stop; the consumer, which holds messages, goes first.
  std::unique_ptr<KafkaClient> client_;
  std::unique_ptr<KafkaConsumer> consumer_;
  std::vector<store::StreamPosition> durable_;  // as of the last Commit
  mutable Mutex mu_;
  std::vector<std::pair<std::string, int64_t>> lag_ ABSL_GUARDED_BY(mu_);
};

}  // namespace faultline::ingest
