#include "ingest/letter_source.h"

#include <optional>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "ingest/replayed_letters.h"

namespace faultline::ingest {
namespace {

constexpr size_t kLettersAtOnce = 500;

}  // namespace

absl::Status LetterSource::Start(StreamRegistry& registry) {
  registry_ = &registry;
  // The store has the number of the last letter only in its order.
  last_ = 0;
  while (true) {
    ASSIGN_OR_RETURN(const auto letters, store_.ReadDeadLetters(last_, kLettersAtOnce));
    if (letters.empty()) return absl::OkStatus();
    last_ = letters.back().number;
  }
}

absl::Status LetterSource::Read() {
  ASSIGN_OR_RETURN(const auto letters, store_.ReadDeadLetters(after_, kLettersAtOnce));
  for (const store::StoredDeadLetter& letter : letters) {
    if (letter.number > last_) break;
    after_ = letter.number;
    if (std::optional<LetterRecord> record = records_.Add(letter)) Hold(*std::move(record));
  }
  if (!letters.empty() && letters.back().number < last_) return absl::OkStatus();
  at_end_ = true;
  if (std::optional<LetterRecord> record = records_.Finish()) Hold(*std::move(record));
  return absl::OkStatus();
}

absl::Status LetterSource::Poll(std::chrono::milliseconds /*timeout*/, SourceBatch& batch) {
  batch.records.clear();
  batch.end_of_input = false;
  held_.clear();
  if (paused_) return absl::OkStatus();
  while (!at_end_ && held_.empty()) RETURN_IF_ERROR(Read());
  for (const Held& held : held_) Append(held, batch);
  batch.end_of_input = at_end_;
  return absl::OkStatus();
}

void LetterSource::Hold(LetterRecord record) {
  letters_ += static_cast<int64_t>(record.letters.size());
  ++taken_;
  Held& held = held_.emplace_back();
  held.headers = record.Headers();
  held.record = std::move(record);
}

void LetterSource::Append(const Held& held, SourceBatch& batch) {
  const LetterRecord& record = held.record;
  const auto [at, is_new] = streams_.try_emplace(record.stream());
  Stream& stream = at->second;
  if (is_new) {
    store::StreamPosition initial;
    initial.stream = absl::StrCat(std::string(kReplayStream), record.stream());
    initial.label = record.label;
    const auto [number, position] = registry_->Open(initial);
    stream = {number, position.next_offset};
  }
  SourceRecord& out = batch.records.emplace_back();
  out.stream = stream.number;
  out.offset = stream.next_offset++;
  out.next_offset = stream.next_offset;
  out.kafka_time_us = record.time_us;
  out.value = record.value;
  for (const auto& [name, value] : held.headers) out.headers.emplace_back(name, value);
  out.original_size_bytes = static_cast<int64_t>(record.value.size());
}

absl::Status LetterSource::Commit(const std::vector<store::StreamPosition>& /*durable*/) { return absl::OkStatus(); }

}  // namespace faultline::ingest
