#include "ingest/memory_source.h"

#include <xxhash.h>

#include <algorithm>

#include "absl/strings/str_cat.h"

namespace faultline::ingest {

MemorySource::MemorySource(MemorySourceOptions options, std::vector<MemoryStream> streams)
    : options_(options), streams_(std::move(streams)), random_(options.seed) {}

absl::Status MemorySource::Start(StreamRegistry& registry) {
  for (const MemoryStream& stream : streams_) {
    store::StreamPosition initial;
    initial.stream = stream.name;
    initial.label = stream.name;
    const auto [number, position] = registry.Open(initial);
    if (position.last_offset >= 0) {
      const auto last = static_cast<size_t>(position.last_offset);
      if (last >= stream.records.size() ||
          XXH3_64bits(stream.records[last].value.data(), stream.records[last].value.size()) != position.last_checksum) {
        return absl::DataLossError(
            absl::StrCat(stream.name, ": record ", position.last_offset, " is not the one that was stored"));
      }
    }
    const auto next = static_cast<size_t>(position.next_offset);
    cursors_.push_back({number, next, next});
  }
  return absl::OkStatus();
}

absl::Status MemorySource::Poll(std::chrono::milliseconds /*timeout*/, SourceBatch& batch) {
  batch.records.clear();
  batch.end_of_input = false;
  if (paused_) return absl::OkStatus();
  if (Random(100) < options_.repeat_percent) GoBack();
  const uint64_t size = 1 + Random(std::max<size_t>(options_.max_batch_records, 1));
  while (batch.records.size() < size) {
    const std::vector<size_t> unfinished = Unfinished();
    if (unfinished.empty()) break;
    const size_t index = PickStream(unfinished);
    Cursor& cursor = cursors_[index];
    const MemoryRecord& record = streams_[index].records[cursor.next];
    SourceRecord& out = batch.records.emplace_back();
    out.stream = cursor.stream;
    out.offset = static_cast<int64_t>(cursor.next);
    out.next_offset = out.offset + 1;
    out.kafka_time_us = record.kafka_time_us;
    out.key = record.key;
    out.value = record.value;
    for (const auto& [name, value] : record.headers) out.headers.emplace_back(name, value);
    out.original_size_bytes = static_cast<int64_t>(record.value.size());
    ++cursor.next;
  }
  batch.end_of_input = Unfinished().empty();
  return absl::OkStatus();
}

absl::Status MemorySource::Commit(const std::vector<store::StreamPosition>& durable) {
  committed_ = durable;
  return absl::OkStatus();
}

std::vector<std::pair<std::string, int64_t>> MemorySource::Lag() const {
  std::vector<std::pair<std::string, int64_t>> lag;
  for (size_t i = 0; i < cursors_.size(); ++i) {
    lag.emplace_back(streams_[i].name, static_cast<int64_t>(streams_[i].records.size() - cursors_[i].next));
  }
  return lag;
}

std::vector<size_t> MemorySource::Unfinished() const {
  std::vector<size_t> unfinished;
  for (size_t i = 0; i < cursors_.size(); ++i) {
    if (cursors_[i].next < streams_[i].records.size()) unfinished.push_back(i);
  }
  return unfinished;
}

size_t MemorySource::PickStream(const std::vector<size_t>& unfinished) {
  return options_.shuffle ? unfinished[Random(unfinished.size())] : unfinished.front();
}

void MemorySource::GoBack() {
  if (cursors_.empty()) return;
  Cursor& cursor = cursors_[Random(cursors_.size())];
  const size_t read = cursor.next - std::min(cursor.next, cursor.start);
  if (read == 0) return;
  cursor.next -= Random(std::min(read, options_.max_batch_records) + 1);
}

}  // namespace faultline::ingest
