#include "ingest/captured_source.h"

#include <xxhash.h>

#include <cerrno>
#include <cstring>
#include <limits>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "fmt/format.h"

namespace faultline::ingest {
namespace {

constexpr int64_t kMaxTimestampMs = std::numeric_limits<int64_t>::max() / 1000;

}  // namespace

absl::Status CapturedSource::Start(StreamRegistry& registry) {
  registry_ = &registry;
  if (options_.paths.empty()) return absl::InvalidArgumentError("no file of captured records to read");
  for (const std::string& path : options_.paths) {
    if (!std::ifstream(path, std::ios::binary)) {
      return absl::NotFoundError(absl::StrCat(path, ": cannot open: ", std::strerror(errno)));
    }
  }
  return absl::OkStatus();
}

bool CapturedSource::OpenNext() {
  if (next_path_ == options_.paths.size()) return false;
  in_ = std::make_unique<std::ifstream>(options_.paths[next_path_++], std::ios::binary);
  line_number_ = 0;
  fingerprint_.clear();
  streams_.clear();
  return true;
}

absl::Status CapturedSource::Poll(std::chrono::milliseconds /*timeout*/, SourceBatch& batch) {
  batch.records.clear();
  batch.end_of_input = false;
  held_.clear();
  if (paused_) return absl::OkStatus();
  RETURN_IF_ERROR(error_);
  size_t bytes = 0;
  while (batch.records.size() < options_.max_batch_records && bytes < options_.max_batch_bytes) {
    std::string line;
    if (in_ == nullptr || !std::getline(*in_, line)) {
      in_.reset();
      if (!batch.records.empty()) return absl::OkStatus();
      if (OpenNext()) continue;
      batch.end_of_input = true;
      return absl::OkStatus();
    }
    ++line_number_;
    if (line.find_first_not_of(" \t\r") == std::string::npos) continue;
    if (fingerprint_.empty()) fingerprint_ = fmt::format("{:016x}", XXH3_64bits(line.data(), line.size()));
    absl::StatusOr<CapturedRecord> record = ParseCapturedRecord(line);
    if (!record.ok()) {
      error_ = absl::InvalidArgumentError(absl::StrCat(options_.paths[next_path_ - 1], ":", line_number_,
                                                       ": no captured record: ", record.status().message()));
      break;  // the good ones before it first
    }
    bytes += record->value.size();
    held_.push_back(*std::move(record));
    Append(held_.back(), batch);
  }
  return batch.records.empty() ? error_ : absl::OkStatus();
}

CapturedSource::Stream& CapturedSource::StreamOf(const CapturedRecord& record) {
  const auto [at, is_new] = streams_.try_emplace({record.topic, record.partition});
  Stream& stream = at->second;
  if (!is_new) return stream;
  store::StreamPosition initial;
  initial.stream = absl::StrCat("records:", fingerprint_, ":", record.topic, "/", record.partition);
  initial.label = absl::StrCat(record.topic, "/", record.partition);
  stream.number = registry_->Open(initial).first;
  return stream;
}

void CapturedSource::Append(const CapturedRecord& record, SourceBatch& batch) {
  Stream& stream = StreamOf(record);
  SourceRecord& out = batch.records.emplace_back();
  out.stream = stream.number;
  out.offset =
      record.offset >= 0 && record.offset < std::numeric_limits<int64_t>::max() ? record.offset : stream.next_offset;
  out.next_offset = stream.next_offset = out.offset + 1;
  if (record.timestamp_ms > 0 && record.timestamp_ms < kMaxTimestampMs) out.kafka_time_us = record.timestamp_ms * 1000;
  out.key = record.key;
  out.value = record.value;
  for (const auto& [name, value] : record.headers) out.headers.emplace_back(name, value);
  out.original_size_bytes = static_cast<int64_t>(record.value.size());
}

absl::Status CapturedSource::Commit(const std::vector<store::StreamPosition>& /*durable*/) { return absl::OkStatus(); }

}  // namespace faultline::ingest
