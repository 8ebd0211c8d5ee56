#include "ingest/formats/text.h"

#include <algorithm>
#include <optional>

#include "base/timestamp.h"
#include "ingest/formats/text_fields.h"
#include "ingest/formats/text_head.h"
#include "ingest/line_marks.h"

namespace faultline::ingest {
namespace {

// "2026-11-24T15:00:00.1Z stdout P …", as container runtimes write their files (the
// CRI logging format of Kubernetes); P says that the line goes on in the next one.
struct CriHead {
  int64_t time_us = 0;
  std::string_view stream, tag;
  size_t size = 0;  // 0: it is none
};

CriHead ParseCriHead(std::string_view line) {
  constexpr size_t kStreamBytes = 8;  // " stdout "
  CriHead head;
  const size_t space = line.substr(0, 40).find(' ');
  if (space == std::string_view::npos || space < 20 || line.size() < space + kStreamBytes + 1) return head;
  head.stream = line.substr(space + 1, kStreamBytes - 2);
  head.tag = line.substr(space + kStreamBytes, 1);
  const std::string_view behind = line.substr(space + kStreamBytes + 1);
  const bool fits = (head.stream == "stdout" || head.stream == "stderr") && line[space + kStreamBytes - 1] == ' ' &&
                    (head.tag == "P" || head.tag == "F") && (behind.empty() || behind[0] == ' ');
  const std::optional<int64_t> time = fits ? ParseIso8601(line.substr(0, space)) : std::nullopt;
  if (!time.has_value()) return head;
  head.time_us = *time;
  head.size = space + kStreamBytes + 1 + (behind.empty() ? 0 : 1);
  return head;
}

// The head of `line`. A line whose head a logger coloured loses all its colours; a message may have some of its own.
TextHead ReadHead(std::string_view& line, Arena& arena) {
  constexpr size_t kHeadBytes = 64;
  TextHead head = ParseTextHead(line);
  const size_t escape = line.substr(0, kHeadBytes).find('\033');
  if (escape == std::string_view::npos || (head.severity != 0 && escape > 0)) return head;
  const std::string_view plain = WithoutColours(line, arena.Allocate(line.size()));
  const TextHead plain_head = ParseTextHead(plain);
  if (plain_head.severity == 0) return head;
  line = plain;
  return plain_head;
}

void SetHead(const TextHead& head, RecordBuilder& builder) {
  constexpr bool kStable = true;
  builder.SetField(Field::kSeverity, "level", head.level, ValueType::kString, kStable);
  builder.SetField(DimensionField(store::Dimension::kService), "service", head.service, ValueType::kString, kStable);
  builder.SetField(DimensionField(store::Dimension::kLogger), "logger", head.logger, ValueType::kString, kStable);
}

// "2026-11-24T15:00:00.1Z stdout F " in front of `line` becomes fields.
int64_t TakeCriHead(std::string_view& line, RecordBuilder& builder) {
  const CriHead cri = ParseCriHead(line);
  if (cri.size == 0) return 0;
  line.remove_prefix(cri.size);
  builder.AddAttribute("stream", cri.stream, /*path_is_stable=*/true);
  builder.AddAttribute("logtag", cri.tag, /*path_is_stable=*/true);
  return cri.time_us;
}

// Lines that end with "\r" alone, as old Macs and some devices write them, end with "\n" behind.
std::string_view WithLineFeeds(std::string_view value, Arena& arena) {
  const size_t first = value.find('\r');
  const bool old_mac =
      first != std::string_view::npos && first + 1 < value.size() && value.find('\n') == std::string_view::npos;
  if (!old_mac) return value;
  char* const to = arena.Allocate(value.size());
  std::replace_copy(value.begin(), value.end(), to, '\r', '\n');
  return {to, value.size()};
}

}  // namespace

void DecodeText(std::string_view value, RecordBuilder& builder, Arena& arena, RecordSink& sink) {
  LogRecord* const record = sink.Next();
  if (record == nullptr) return;
  builder.Begin(*record, arena);
  value = WithLineFeeds(value, arena);
  const size_t start = value.find_first_not_of("\r\n");
  std::string_view line = value.substr(std::min(start, value.size()));
  TextHead head;
  if (line.find_first_not_of(std::string_view(" \t\r\n\0", 5)) != std::string_view::npos) {
    const int64_t cri_time = TakeCriHead(line, builder);
    head = ReadHead(line, arena);
    record->time_us = head.time_us != 0 ? head.time_us : cri_time;
    SetHead(head, builder);
    if (head.severity != 0) line = TakeTextFields(line, builder);
    builder.SetField(Field::kMessage, "message", line, ValueType::kString, /*path_is_stable=*/true);
  }
  if (builder.Finish().empty()) {
    MarkTextLine(*record, /*framed=*/false);
    record->line.has_time = record->line.has_time || head.time_us != 0;
    record->line.own_fields = true;
    return;
  }
  sink.Discard();
  sink.Fail("empty", "the message is empty");
}

}  // namespace faultline::ingest
