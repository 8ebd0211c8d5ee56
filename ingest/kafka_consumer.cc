#include "ingest/kafka_consumer.h"

#include <poll.h>

#include <algorithm>
#include <optional>
#include <string_view>

#include "absl/strings/str_cat.h"
#include "base/log.h"
#include "base/status_macros.h"

namespace faultline::ingest {
namespace {

constexpr std::chrono::milliseconds kCommitTimeout{5'000};  // far below the session timeout of 45 s
// Shorter pauses cost nothing: the client's queue is bounded and the group's
// heartbeat has its own thread. A pause at the broker throws the queue away.
constexpr std::chrono::milliseconds kShortPause{1'000};

std::string_view View(const void* data, size_t size) {
  return data == nullptr ? std::string_view() : std::string_view(static_cast<const char*>(data), size);
}

}  // namespace

KafkaConsumer::KafkaConsumer(const KafkaOptions& options, KafkaClient& client, StreamRegistry& registry,
                             KafkaCounters& counters)
    : options_(options), client_(client), registry_(registry), counters_(counters) {}

absl::Status KafkaConsumer::Poll(std::chrono::milliseconds timeout, SourceBatch& batch) {
  batch.records.clear();
  batch.end_of_input = false;
  held_.clear();
  held_bytes_ = 0;
  RETURN_IF_ERROR(DoPostponed());
  if (paused_) return PollPaused(timeout);
  RETURN_IF_ERROR(PausePartitions(false));
  for (KafkaMessage& message : std::exchange(early_, {})) RETURN_IF_ERROR(Take(std::move(message), batch));
  std::chrono::milliseconds wait = timeout;
  while (batch.records.size() < options_.max_batch_records && held_bytes_ < options_.max_batch_bytes &&
         restarts_.empty()) {
    KafkaMessage message = client_.Poll(wait);
    // In doubt the message may be another topic's: it is read again after comparing.
    if (message == nullptr || client_.in_doubt()) break;
    RETURN_IF_ERROR(Take(std::move(message), batch));
    if (!batch.records.empty()) wait = std::chrono::milliseconds(0);
  }
  RETURN_IF_ERROR(client_.fatal());
  if (probes_ > 0) RETURN_IF_ERROR(EndSilentProbes(batch));
  // Nothing waits to be stored: no need to let the group wait.
  return batch.records.empty() ? DoPostponed() : absl::OkStatus();
}

absl::Status KafkaConsumer::DoPostponed() {
  for (const auto& place : std::exchange(restarts_, {})) {
    const auto found = partitions_.find(place);
    if (found != partitions_.end()) RETURN_IF_ERROR(Restart(*found->second));
  }
  while (std::optional<KafkaClient::Rebalance> rebalance = client_.TakeRebalance()) {
    RETURN_IF_ERROR(rebalance->assign ? TakePartitions(rebalance->partitions) : GiveUpPartitions());
  }
  return client_.in_doubt() ? CompareAgain() : absl::OkStatus();
}

absl::Status KafkaConsumer::TakePartitions(const std::vector<KafkaOffset>& assigned) {
  std::vector<KafkaOffset> starts;
  for (KafkaOffset place : assigned) {
    ASSIGN_OR_RETURN(place.offset, StartOf(place));
    starts.push_back(place);
  }
  RETURN_IF_ERROR(client_.Assign(starts));
  partitions_paused_ = false;
  counters_.assignments.fetch_add(1, std::memory_order_relaxed);
  counters_.assigned_partitions.store(static_cast<int64_t>(partitions_.size()), std::memory_order_relaxed);
  LogInfo("kafka partitions assigned", {{"count", partitions_.size()}});
  return absl::OkStatus();
}

// Registers the stream and says where to read.
absl::StatusOr<int64_t> KafkaConsumer::StartOf(const KafkaOffset& place) {
  store::StreamPosition initial;
  initial.stream = KafkaStreamName(place.topic, place.partition);
  initial.label = absl::StrCat(place.topic, "/", place.partition);
  int64_t fallback = RD_KAFKA_OFFSET_BEGINNING;
  if (options_.start == KafkaOptions::Start::kLatest && !registry_.Find(initial.stream).has_value()) {
    const absl::StatusOr<std::pair<int64_t, int64_t>> range = client_.QueryRange(place.topic, place.partition);
    if (range.ok()) initial.next_offset = range->second;
    fallback = RD_KAFKA_OFFSET_END;
  }
  const auto [stream, position] = registry_.Open(initial);
  auto partition = std::make_unique<KafkaPartition>(place.topic, place.partition, stream, position);
  const int64_t offset = partition->first_offset() < 0 ? fallback : partition->first_offset();
  partitions_[{place.topic, place.partition}] = std::move(partition);
  return offset;
}

// Stores and commits everything first, so that the next owner and the tools
// that show lag see all of it. A lost assignment may not be committed any more.
absl::Status KafkaConsumer::GiveUpPartitions() {
  RETURN_IF_ERROR(registry_.Flush());
  if (!client_.AssignmentLost()) {
    std::vector<store::StreamPosition> durable;
    for (const auto& [place, partition] : partitions_) {
      if (auto position = registry_.Find(partition->name())) durable.push_back(*std::move(position));
    }
    // A failure is logged by the client; the position that counts is in the store.
    (void)Commit(durable, kCommitTimeout);
  }
  LogInfo("kafka partitions given up", {{"count", partitions_.size()}});
  partitions_.clear();
  known_.clear();
  early_.clear();
  probes_ = 0;
  counters_.revocations.fetch_add(1, std::memory_order_relaxed);
  counters_.assigned_partitions.store(0, std::memory_order_relaxed);
  return client_.Unassign();
}

absl::Status KafkaConsumer::PollPaused(std::chrono::milliseconds timeout) {
  if (Clock::now() - paused_since_ < kShortPause) {
    ::poll(nullptr, 0, static_cast<int>(timeout.count()));
    return absl::OkStatus();
  }
  RETURN_IF_ERROR(PausePartitions(true));
  if (KafkaMessage message = client_.Poll(timeout)) early_.push_back(std::move(message));
  RETURN_IF_ERROR(client_.fatal());
  return DoPostponed();
}

// Resumes only what it has paused.
absl::Status KafkaConsumer::PausePartitions(bool pause) {
  if (pause == partitions_paused_) return absl::OkStatus();
  partitions_paused_ = pause;
  std::vector<KafkaOffset> all;
  for (const auto& [place, partition] : partitions_) all.push_back({place.first, place.second, 0});
  return all.empty() ? absl::OkStatus() : client_.Pause(all, pause);
}

void KafkaConsumer::SetPaused(bool paused) {
  if (paused && !paused_) paused_since_ = Clock::now();
  paused_ = paused;
}

absl::Status KafkaConsumer::Take(KafkaMessage message, SourceBatch& batch) {
  if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR) return OnError(*message, batch);
  KafkaPartition* const partition = PartitionOf(*message);
  if (partition == nullptr) return absl::OkStatus();  // no longer ours
  if (partition->poison.searching()) return Follow(partition->poison.OnReadable(), *partition, batch);
  partition->poison.OnProgress();
  const std::string_view value = View(message->payload, message->len).substr(0, options_.max_record_bytes);
  switch (partition->Judge(message->offset, value)) {
    case KafkaPartition::Verdict::kSkip:
      return absl::OkStatus();
    case KafkaPartition::Verdict::kMismatch:
      return OnMismatch(*partition,
                        absl::StrCat("the record at offset ", message->offset, " is not the one that was stored"));
    case KafkaPartition::Verdict::kDeliver:
      Append(*partition, std::move(message), value, batch);
  }
  return absl::OkStatus();
}

void KafkaConsumer::Append(const KafkaPartition& partition, KafkaMessage message, std::string_view value,
                           SourceBatch& batch) {
  SourceRecord& record = batch.records.emplace_back();
  record.stream = partition.stream();
  record.offset = message->offset;
  record.next_offset = message->offset + 1;
  rd_kafka_timestamp_type_t type = RD_KAFKA_TIMESTAMP_NOT_AVAILABLE;
  const int64_t time_ms = rd_kafka_message_timestamp(message.get(), &type);
  record.kafka_time_us = type == RD_KAFKA_TIMESTAMP_NOT_AVAILABLE ? 0 : time_ms * 1'000;
  record.key = View(message->key, message->key_len);
  record.value = value;
  record.original_size_bytes = static_cast<int64_t>(message->len);
  if (value.size() < message->len) record.source_error = "record_too_large";
  if (rd_kafka_headers_t* headers = nullptr;
      rd_kafka_message_headers(message.get(), &headers) == RD_KAFKA_RESP_ERR_NO_ERROR) {
    const char* name = nullptr;
    const void* content = nullptr;
    size_t size = 0;
    for (size_t i = 0; rd_kafka_header_get_all(headers, i, &name, &content, &size) == RD_KAFKA_RESP_ERR_NO_ERROR; ++i) {
      record.headers.emplace_back(name, View(content, size));
    }
  }
  counters_.records.fetch_add(1, std::memory_order_relaxed);
  counters_.bytes.fetch_add(static_cast<int64_t>(message->len), std::memory_order_relaxed);
  held_bytes_ += message->len;
  held_.push_back(std::move(message));
}

KafkaPartition* KafkaConsumer::PartitionOf(const rd_kafka_message_t& message) {
  if (message.rkt == nullptr) return nullptr;
  const auto fits = [&](const Known& known) {
    return known.topic == message.rkt && known.partition == message.partition;
  };
  if (last_known_ < known_.size() && fits(known_[last_known_])) return known_[last_known_].state;
  auto found = std::find_if(known_.begin(), known_.end(), fits);
  if (found == known_.end()) {
    const auto state = partitions_.find({rd_kafka_topic_name(message.rkt), message.partition});
    if (state == partitions_.end()) return nullptr;
    known_.push_back({message.rkt, message.partition, state->second.get()});
    found = known_.end() - 1;
  }
  last_known_ = static_cast<size_t>(found - known_.begin());
  return found->state;
}

absl::Status KafkaConsumer::Commit(const std::vector<store::StreamPosition>& durable,
                                   std::optional<std::chrono::milliseconds> wait) {
  std::map<std::string_view, int64_t> next_offsets;
  for (const store::StreamPosition& position : durable) next_offsets[position.stream] = position.next_offset;
  std::vector<KafkaOffset> offsets;
  for (const auto& [place, partition] : partitions_) {
    const auto found = next_offsets.find(partition->name());
    if (found == next_offsets.end() || found->second <= 0) continue;
    if (!wait.has_value() && found->second == partition->committed) continue;
    partition->committed = found->second;
    offsets.push_back({place.first, place.second, found->second});
  }
  return client_.Commit(offsets, wait);
}

std::vector<std::pair<std::string, int64_t>> KafkaConsumer::Lag() const {
  std::vector<std::pair<std::string, int64_t>> lag;
  for (const auto& [place, partition] : partitions_) {
    const int64_t end = client_.KnownEnd(place.first, place.second);
    lag.emplace_back(partition->name(), end < 0 ? -1 : std::max<int64_t>(end - partition->next_offset(), 0));
  }
  return lag;
}

}  // namespace faultline::ingest
