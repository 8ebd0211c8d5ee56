#include "store/stream_table.h"

#include <algorithm>
#include <utility>

namespace faultline::store {

StreamTable::StreamTable(std::vector<StreamPosition> stored) {
  for (StreamPosition& position : stored) stored_.emplace(position.stream, std::move(position));
}

StreamTable::Stream& StreamTable::Change(uint32_t number) {
  Stream& stream = streams_[number];
  if (!stream.changed) changed_.push_back(number);
  stream.changed = true;
  return stream;
}

uint32_t StreamTable::Add(const StreamPosition& position) {
  const auto [entry, is_new] = numbers_.emplace(position.stream, static_cast<uint32_t>(streams_.size()));
  if (is_new) {
    const auto stored = stored_.find(position.stream);
    streams_.push_back({stored != stored_.end() ? stored->second : position, false});
    if (stored != stored_.end()) stored_.erase(stored);
  }
  Stream& stream = Change(entry->second);
  stream.position.label = position.label;
  ++stream.position.epoch;
  return entry->second;
}

std::optional<StreamPosition> StreamTable::Find(std::string_view stream) const {
  if (const auto number = numbers_.find(stream); number != numbers_.end()) return streams_[number->second].position;
  if (const auto stored = stored_.find(stream); stored != stored_.end()) return stored->second;
  return std::nullopt;
}

void StreamTable::Reset(uint32_t stream, int64_t next_offset) {
  StreamPosition& position = Change(stream).position;
  position.next_offset = next_offset;
  position.last_offset = -1;
  position.last_checksum = 0;
  ++position.epoch;
}

bool StreamTable::Advance(const RecordOutcome& outcome, int64_t now_us, bool known) {
  const bool repeat = IsRepeat(outcome.stream, outcome.offset);
  StreamPosition& position = Change(outcome.stream).position;
  const auto events = static_cast<int64_t>(outcome.events.size());
  const auto attempts = static_cast<int64_t>(outcome.attempts.size());
  const auto dead_letters = static_cast<int64_t>(outcome.dead_letters.size());
  position.updated_us = now_us;
  position.consumed += events + attempts + dead_letters;
  if (repeat || known) position.repeats += events + attempts + dead_letters;
  if (repeat) return true;
  if (!known) {
    position.stored += events;
    position.attempts += attempts;
    position.dead_letters += dead_letters;
  }
  position.next_offset = outcome.next_offset;
  position.last_offset = outcome.offset;
  position.last_checksum = outcome.checksum;
  if (known) return true;
  for (const Event& event : outcome.events) position.watermark_us = std::max(position.watermark_us, event.time_us);
  return false;
}

std::vector<StreamPosition> StreamTable::TakeChanged() {
  std::vector<StreamPosition> positions;
  positions.reserve(changed_.size());
  for (const uint32_t number : changed_) {
    streams_[number].changed = false;
    positions.push_back(streams_[number].position);
  }
  changed_.clear();
  return positions;
}

}  // namespace faultline::store
