#include "store/records.h"

#include <algorithm>

#include "faultline/store/v1/segment.pb.h"

namespace faultline::store {
namespace {

template <typename Message>
bool Parse(std::string_view value, Message& message) {
  return message.ParseFromArray(value.data(), static_cast<int>(value.size()));
}

}  // namespace

std::string EncodePosition(const StreamPosition& position) {
  v1::PositionRecord record;
  record.set_stream(position.stream);
  record.set_label(position.label);
  record.set_next_offset(position.next_offset);
  record.set_last_offset(position.last_offset);
  record.set_last_checksum(position.last_checksum);
  record.set_epoch(position.epoch);
  record.set_watermark_us(position.watermark_us);
  record.set_updated_us(position.updated_us);
  record.set_consumed(position.consumed);
  record.set_stored(position.stored);
  record.set_attempts(position.attempts);
  record.set_dead_letters(position.dead_letters);
  record.set_repeats(position.repeats);
  record.set_replayed(position.replayed);
  return record.SerializeAsString();
}

absl::StatusOr<StreamPosition> DecodePosition(std::string_view value) {
  v1::PositionRecord record;
  if (!Parse(value, record)) return absl::DataLossError("malformed position record");
  StreamPosition position;
  position.stream = record.stream();
  position.label = record.label();
  position.next_offset = record.next_offset();
  position.last_offset = record.last_offset();
  position.last_checksum = record.last_checksum();
  position.epoch = record.epoch();
  position.watermark_us = record.watermark_us();
  position.updated_us = record.updated_us();
  position.consumed = record.consumed();
  position.stored = record.stored();
  position.attempts = record.attempts();
  position.dead_letters = record.dead_letters();
  position.repeats = record.repeats();
  position.replayed = record.replayed();
  return position;
}

std::string EncodeDeadLetter(const StoredDeadLetter& letter) {
  v1::DeadLetterRecord record;
  record.set_reason(letter.letter.reason);
  record.set_detail(letter.letter.detail);
  record.set_stream(letter.stream);
  record.set_label(letter.label);
  record.set_offset(letter.offset);
  record.set_bytes(letter.letter.bytes);
  record.set_original_size_bytes(letter.letter.original_size_bytes);
  record.set_time_us(letter.letter.time_us);
  record.set_partly_taken(letter.letter.partly_taken);
  record.set_damaged(letter.letter.damaged);
  record.set_replayed_us(letter.replayed_us);
  return record.SerializeAsString();
}

absl::StatusOr<StoredDeadLetter> DecodeDeadLetter(uint64_t number, std::string_view value) {
  v1::DeadLetterRecord record;
  if (!Parse(value, record)) return absl::DataLossError("malformed dead letter");
  StoredDeadLetter letter;
  letter.number = number;
  letter.stream = record.stream();
  letter.label = record.label();
  letter.offset = record.offset();
  letter.letter.reason = record.reason();
  letter.letter.detail = record.detail();
  letter.letter.bytes = record.bytes();
  letter.letter.original_size_bytes = record.original_size_bytes();
  letter.letter.time_us = record.time_us();
  letter.letter.partly_taken = record.partly_taken();
  letter.letter.damaged = record.damaged();
  letter.replayed_us = record.replayed_us();
  return letter;
}

std::string EncodeSignature(const SignatureDefinition& definition) {
  v1::SignatureRecord record;
  record.set_side(static_cast<uint32_t>(definition.side));
  record.set_origin(definition.origin);
  record.set_rule(definition.rule);
  record.set_title(definition.title);
  for (const std::string& part : definition.parts) record.add_parts(part);
  return record.SerializeAsString();
}

absl::StatusOr<SignatureDefinition> DecodeSignature(uint64_t signature, std::string_view value) {
  v1::SignatureRecord record;
  if (!Parse(value, record) || record.side() >= kSides) return absl::DataLossError("malformed signature");
  SignatureDefinition definition;
  definition.signature = signature;
  definition.side = static_cast<Side>(record.side());
  definition.origin = record.origin();
  definition.rule = record.rule();
  definition.title = record.title();
  definition.parts.assign(record.parts().begin(), record.parts().end());
  return definition;
}

}  // namespace faultline::store
