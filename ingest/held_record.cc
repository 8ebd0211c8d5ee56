#include "ingest/held_record.h"

#include <xxhash.h>

#include <optional>
#include <utility>

#include "ingest/replayed_letters.h"

namespace faultline::ingest {
namespace {

template <typename Visit>
void ForEachView(LogRecord& record, const Visit& visit) {
  for (std::string_view& view : record.dimensions) visit(view);
  for (std::string_view& view : record.ids) visit(view);
  visit(record.message);
  visit(record.exception_message);
  visit(record.stacktrace);
  for (auto& [name, value] : record.attributes) {
    visit(name);
    visit(value);
  }
  if (record.attempts.has_value()) visit(record.attempts->operation);
}

}  // namespace

void HeldRecord::Begin(const SourceRecord& record) {
  arena.Reset();
  offset = record.offset;
  next_offset = record.next_offset;
  kafka_time_us = record.kafka_time_us;
  original_size_bytes = record.original_size_bytes;
  blank_lines = record.blank_lines;
  checksum = XXH3_64bits(record.value.data(), record.value.size());
  value = record.value;
  replays.clear();
  for (const auto& [name, text] : record.headers) {
    if (name != kReplayHeader) continue;
    if (std::optional<store::LetterName> letter = ParseReplayHeader(text)) replays.push_back(*std::move(letter));
  }
}

void HeldRecord::Own(const SourceRecord& record) {
  const auto move = [this](std::string_view from) {
    const std::string_view to = arena.Copy(from);
    const char* const begin = from.data();
    const char* const end = begin + from.size();
    for (LogRecord& each : decoded.records) {
      ForEachView(each, [&](std::string_view& view) {
        if (view.data() < begin || view.data() >= end) return;
        view = std::string_view(to.data() + (view.data() - begin), view.size());
      });
    }
    return to;
  };
  value = move(record.value);
  for (const auto& [name, text] : record.headers) {
    if (!text.empty()) move(text);
  }
}

}  // namespace faultline::ingest
