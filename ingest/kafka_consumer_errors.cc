// What KafkaConsumer does when a partition is not what it should be.
#include <algorithm>
#include <string>

#include "absl/strings/str_cat.h"
#include "base/log.h"
#include "base/status_macros.h"
#include "ingest/kafka_consumer.h"

namespace faultline::ingest {
namespace {

// An undecodable batch brings its error within a fetch or two; silence means
// that there is no record behind the probe.
constexpr std::chrono::seconds kProbePatience{5};

}  // namespace

absl::Status KafkaConsumer::OnError(const rd_kafka_message_t& message, SourceBatch& batch) {
  KafkaPartition* const partition = PartitionOf(message);
  const std::string text = rd_kafka_message_errstr(&message);
  switch (message.err) {
    case RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET:
    case RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE:
      return partition == nullptr ? absl::OkStatus() : OnOutOfRange(*partition);
    case RD_KAFKA_RESP_ERR__BAD_MSG:
    case RD_KAFKA_RESP_ERR__BAD_COMPRESSION:
    case RD_KAFKA_RESP_ERR_INVALID_MSG:
      return partition == nullptr ? absl::OkStatus() : OnPoison(*partition, batch);
    case RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED:
    case RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED:
    case RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED:
      return absl::PermissionDeniedError(absl::StrCat("kafka: ", text));
    case RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART:
    case RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC:
    case RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION:
      if (!unknown_topic_logged_) LogWarning("kafka topic does not exist, waiting for it", {{"reason", text}});
      unknown_topic_logged_ = true;
      return absl::OkStatus();
    default:
      counters_.client_errors.fetch_add(1, std::memory_order_relaxed);
      LogWarning("kafka consumer error", {{"error", rd_kafka_err2name(message.err)}, {"reason", text}});
      return absl::OkStatus();
  }
}

absl::Status KafkaConsumer::OnOutOfRange(KafkaPartition& partition) {
  const absl::StatusOr<std::pair<int64_t, int64_t>> range =
      client_.QueryRange(partition.topic(), partition.partition());
  if (!range.ok()) return SeekTo(partition, partition.first_offset());  // the error will come again
  const auto [low, high] = *range;
  switch (partition.JudgeRange(low, high)) {
    case KafkaPartition::OutOfRange::kReadOn:
      // A topic just re-created may have grown past the position since.
      client_.SetDoubt();
      return SeekTo(partition, partition.first_offset());
    case KafkaPartition::OutOfRange::kTruncated:
      return OnMismatch(partition, absl::StrCat("the store stands at offset ", partition.next_offset(),
                                                ", but the partition ends at ", high));
    case KafkaPartition::OutOfRange::kDeleted:
      return OnMismatch(partition, absl::StrCat("the records from offset ", partition.next_offset(), " to ", low - 1,
                                                " were deleted by retention before they were read"));
  }
  return absl::OkStatus();
}

// Everything delivered was stored by now, so the store knows the last record.
absl::Status KafkaConsumer::CompareAgain() {
  client_.ClearDoubt();
  early_.clear();
  for (const auto& [place, partition] : partitions_) {
    if (partition->poison.searching()) continue;
    const std::optional<store::StreamPosition> stored = registry_.Find(partition->name());
    if (!stored.has_value() || stored->last_offset < 0) continue;
    partition->CompareAgain(*stored);
    RETURN_IF_ERROR(SeekTo(*partition, partition->first_offset()));
  }
  return absl::OkStatus();
}

absl::Status KafkaConsumer::OnMismatch(KafkaPartition& partition, const std::string& what) {
  if (options_.on_mismatch == KafkaOptions::OnMismatch::kRestart) {
    LogWarning("kafka partition is not the stored one, reading it from its start",
               {{"stream", partition.name()}, {"reason", what}});
    restarts_.emplace_back(partition.topic(), partition.partition());
    return absl::OkStatus();
  }
  return absl::DataLossError(
      absl::StrCat(partition.name(), ": ", what,
                   ". The topic was re-created, truncated or expired since. To keep what is stored and read the "
                   "partition again from its earliest record, start with kafka.on_mismatch: restart"));
}

absl::Status KafkaConsumer::Restart(KafkaPartition& partition) {
  const absl::StatusOr<std::pair<int64_t, int64_t>> range =
      client_.QueryRange(partition.topic(), partition.partition());
  if (!range.ok()) {  // the broker is away: when it is back
    restarts_.emplace_back(partition.topic(), partition.partition());
    return absl::OkStatus();
  }
  if (partition.poison.searching()) --probes_;
  registry_.Reset(partition.stream(), range->first);
  partition.Restart(range->first);
  counters_.restarted_streams.fetch_add(1, std::memory_order_relaxed);
  return SeekTo(partition, range->first);
}

absl::Status KafkaConsumer::OnPoison(KafkaPartition& partition, SourceBatch& batch) {
  const bool searched = partition.poison.searching();
  const int64_t position = std::max<int64_t>(partition.first_offset(), 0);
  const PoisonSearch::Step step =
      partition.poison.OnError(position, client_.KnownEnd(partition.topic(), partition.partition()));
  if (!searched && partition.poison.searching()) {
    ++probes_;
    LogWarning("kafka batch cannot be decoded, looking for its end",
               {{"stream", partition.name()}, {"offset", position}});
  }
  return Follow(step, partition, batch);
}

absl::Status KafkaConsumer::Follow(const PoisonSearch::Step& step, KafkaPartition& partition, SourceBatch& batch) {
  if (step.probe.has_value()) {
    partition.probe_deadline = Clock::now() + kProbePatience;
    return SeekTo(partition, *step.probe);
  }
  if (!step.resume.has_value()) return absl::OkStatus();
  --probes_;
  if (*step.resume > partition.next_offset()) {
    SourceRecord& gap = batch.records.emplace_back();
    gap.stream = partition.stream();
    gap.offset = partition.next_offset();
    gap.next_offset = *step.resume;
    gap.source_error = "kafka_batch_undecodable";
    counters_.undecodable_batches.fetch_add(1, std::memory_order_relaxed);
    LogWarning("kafka batch skipped", {{"stream", partition.name()}, {"from", gap.offset}, {"to", gap.next_offset}});
  }
  partition.SkipTo(*step.resume);
  return SeekTo(partition, partition.next_offset());
}

absl::Status KafkaConsumer::EndSilentProbes(SourceBatch& batch) {
  for (const auto& [place, partition] : partitions_) {
    if (!partition->poison.searching() || Clock::now() < partition->probe_deadline) continue;
    RETURN_IF_ERROR(Follow(partition->poison.OnReadable(), *partition, batch));
  }
  return absl::OkStatus();
}

// librdkafka cannot seek in a partition that it has given up after an error;
// then everything is assigned anew, each partition where it stands.
absl::Status KafkaConsumer::SeekTo(const KafkaPartition& partition, int64_t offset) {
  const auto place_of = [](const KafkaPartition& p, int64_t at) {
    return KafkaOffset{p.topic(), p.partition(), at < 0 ? RD_KAFKA_OFFSET_BEGINNING : at};
  };
  if (client_.Seek(place_of(partition, offset)).ok()) return absl::OkStatus();
  std::vector<KafkaOffset> all;
  for (const auto& [place, other] : partitions_) {
    const int64_t stands = other->poison.searching() ? other->poison.probe() : other->first_offset();
    all.push_back(place_of(*other, other.get() == &partition ? offset : stands));
  }
  partitions_paused_ = false;
  early_.clear();
  return client_.Assign(all);
}

}  // namespace faultline::ingest
