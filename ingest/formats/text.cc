#include "ingest/formats/text.h"

#include <algorithm>
#include <cstring>
#include <optional>

#include "base/timestamp.h"
#include "ingest/line_marks.h"
#include "ingest/severity.h"

namespace faultline::ingest {
namespace {

constexpr int kMaxHeadTokens = 5;  // behind the time: thread, pid, level, …
constexpr std::string_view kBrackets = "[]<>()|:,-";

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

bool AreDigits(std::string_view text, size_t at, size_t count) {
  if (at + count > text.size()) return false;
  return std::all_of(text.begin() + static_cast<std::ptrdiff_t>(at),
                     text.begin() + static_cast<std::ptrdiff_t>(at + count), IsDigit);
}

// "2026/11/24 15:00:00" as nginx and Go's log write it.
std::optional<int64_t> ParseSlashedTime(std::string_view text, size_t& consumed) {
  constexpr size_t kDateBytes = 10;
  if (text.size() < 19 || !AreDigits(text, 0, 4) || text[4] != '/' || text[7] != '/') return std::nullopt;
  char copy[40];
  const size_t size = std::min(text.size(), sizeof(copy));
  std::memcpy(copy, text.data(), size);
  copy[4] = copy[7] = '-';
  const std::optional<int64_t> time = ParseIso8601({copy, size}, &consumed);
  return time.has_value() && consumed > kDateBytes ? time : std::nullopt;
}

// "E1124 22:06:43.841747 …" (no year: time 0) and "E20261124 22:06:43.841747 …".
bool ParseGlogHead(std::string_view line, TextHead& head) {
  if (line.size() < 15 || std::string_view("IWEF").find(line[0]) == std::string_view::npos) return false;
  const size_t date = AreDigits(line, 1, 8) ? 8 : AreDigits(line, 1, 4) ? 4 : 0;
  const size_t clock = date + 2;
  if (date == 0 || line[date + 1] != ' ' || !AreDigits(line, clock, 2) || !AreDigits(line, clock + 3, 2)) return false;
  if (line.size() < clock + 8 || line[clock + 2] != ':' || line[clock + 5] != ':') return false;
  head.level = line.substr(0, 1);
  head.severity = SeverityFromText(head.level);
  if (date == 4) return true;
  char iso[32];  // YYYY-MM-DD HH:MM:SS.ffffff
  std::memcpy(iso, line.data() + 1, 4);
  iso[4] = iso[7] = '-';
  std::memcpy(iso + 5, line.data() + 5, 2);
  std::memcpy(iso + 8, line.data() + 7, 2);
  const size_t end = std::min(line.find(' ', clock), clock + 15);
  const size_t size = std::min(end, line.size()) - date - 1;
  std::memcpy(iso + 10, line.data() + date + 1, size);
  head.time_us = ParseIso8601({iso, 10 + size}).value_or(0);
  return true;
}

// "15:00:00.123" alone, as logback's default: says nothing without a date.
size_t SkipClock(std::string_view line) {
  if (line.size() < 8 || !AreDigits(line, 0, 2) || line[2] != ':' || !AreDigits(line, 3, 2) || line[5] != ':') return 0;
  return std::min(line.find(' '), line.size());
}

// The next word at `at`, without the brackets around it.
std::string_view NextToken(std::string_view line, size_t& at) {
  while (at < line.size() && (line[at] == ' ' || line[at] == '\t')) ++at;
  const size_t end = std::min(line.find_first_of(" \t\n", at), line.size());
  std::string_view token = line.substr(at, end - at);
  at = end;
  return token;
}

std::string_view Unbracket(std::string_view token) {
  const size_t start = token.find_first_not_of(kBrackets);
  if (start == std::string_view::npos) return {};
  return token.substr(start, token.find_last_not_of(kBrackets) - start + 1);
}

bool IsUpperWord(std::string_view word) {
  return std::all_of(word.begin(), word.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
}

// A level counts when it cannot be a word of the message: in capitals, in
// brackets, or in front of a colon.
uint8_t LevelOf(std::string_view token, std::string_view word) {
  if (word.size() < 3) return 0;
  const bool set_apart = IsUpperWord(word) || token.front() == '[' || token.front() == '<' || token.back() == ':';
  return set_apart ? SeverityFromText(word) : 0;
}

void ReadLevel(std::string_view line, size_t at, bool after_time, TextHead& head) {
  const int tokens = after_time ? kMaxHeadTokens : 1;
  for (int i = 0; i < tokens && at < line.size() && line[at] != '\n'; ++i) {
    const std::string_view token = NextToken(line, at);
    if (token.empty()) return;
    // "chat.gateway:ERROR:…" and "level=error" belong to rules.
    const std::string_view word = Unbracket(token);
    head.severity = word.empty() ? 0 : LevelOf(token, word);
    if (head.severity == 0) continue;
    head.level = word;
    const std::string_view next = NextToken(line, at);
    if (next.size() > 2 && next.front() == '[' && next.back() == ']') head.logger = next.substr(1, next.size() - 2);
    return;
  }
}

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

}  // namespace

TextHead ParseTextHead(std::string_view line) {
  TextHead head;
  line = line.substr(0, 256);
  if (ParseGlogHead(line, head)) return head;
  size_t at = line.empty() || line[0] != '[' ? 0 : 1;
  size_t consumed = 0;
  if (at < line.size() && IsDigit(line[at])) {
    std::optional<int64_t> time = ParseIso8601(line.substr(at), &consumed);
    if (!time.has_value()) time = ParseSlashedTime(line.substr(at), consumed);
    if (time.has_value()) {
      head.time_us = *time;
    } else {
      consumed = SkipClock(line.substr(at));
    }
  }
  if (consumed == 0) {
    ReadLevel(line, 0, /*after_time=*/false, head);
    return head;
  }
  at += consumed;
  while (at < line.size() && (line[at] == ']' || line[at] == ' ')) ++at;
  ReadLevel(line, at, /*after_time=*/true, head);
  return head;
}

void DecodeText(std::string_view value, RecordBuilder& builder, Arena& arena, RecordSink& sink) {
  LogRecord* const record = sink.Next();
  if (record == nullptr) return;
  builder.Begin(*record, arena);
  const size_t start = value.find_first_not_of("\r\n");
  std::string_view line = value.substr(std::min(start, value.size()));
  if (line.find_first_not_of(std::string_view(" \t\r\n\0", 5)) != std::string_view::npos) {
    const CriHead cri = ParseCriHead(line);
    line.remove_prefix(cri.size);
    if (cri.size != 0) {
      builder.AddAttribute("stream", cri.stream, /*path_is_stable=*/true);
      builder.AddAttribute("logtag", cri.tag, /*path_is_stable=*/true);
    }
    const TextHead head = ParseTextHead(line);
    record->time_us = head.time_us != 0 ? head.time_us : cri.time_us;
    builder.SetField(Field::kSeverity, "level", head.level, ValueType::kString, /*path_is_stable=*/true);
    record->set_dimension(store::Dimension::kLogger, head.logger);
    builder.SetField(Field::kMessage, "message", line, ValueType::kString, /*path_is_stable=*/true);
  }
  if (builder.Finish().empty()) return MarkTextLine(*record, /*framed=*/false);
  sink.Discard();
  sink.Fail("empty", "the message is empty");
}

}  // namespace faultline::ingest
