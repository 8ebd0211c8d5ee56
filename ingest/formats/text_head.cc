#include "ingest/formats/text_head.h"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <optional>

#include "base/timestamp.h"
#include "ingest/severity.h"

namespace faultline::ingest {
namespace {

constexpr int kMaxHeadTokens = 5;  // behind the time: thread, pid, level, …
constexpr std::string_view kBrackets = "[]<>()|:,-";
constexpr std::string_view kSeparators = " \t|";

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

bool AreDigits(std::string_view text, size_t at, size_t count) {
  if (at + count > text.size()) return false;
  return std::all_of(text.begin() + static_cast<std::ptrdiff_t>(at),
                     text.begin() + static_cast<std::ptrdiff_t>(at + count), IsDigit);
}

bool IsUpperWord(std::string_view word) {
  return std::all_of(word.begin(), word.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
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

// zap's console writes seconds and a tab: "1795647129.018", "1.795647129018569e+09".
std::optional<int64_t> ParseEpochColumn(std::string_view text, size_t& consumed) {
  const size_t tab = text.substr(0, 40).find('\t');
  double seconds = 0;
  if (tab == std::string_view::npos || text.substr(0, tab).find('.') == std::string_view::npos) return std::nullopt;
  const auto [end, error] = std::from_chars(text.data(), text.data() + tab, seconds);
  if (error != std::errc() || end != text.data() + tab) return std::nullopt;
  consumed = tab;
  return EpochToMicros(seconds);
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

// "E, [2026-11-24T15:00:00.123456 #4242] ERROR -- chatd: …"
bool ParseRubyHead(std::string_view line, TextHead& head) {
  if (line.size() < 30 || line[1] != ',' || line[2] != ' ' || line[3] != '[' || !IsDigit(line[4])) return false;
  size_t consumed = 0;
  const std::optional<int64_t> time = ParseIso8601(line.substr(4), &consumed);
  const size_t dashes = line.find(" -- ");
  const size_t close = line.find(']');
  if (!time.has_value() || dashes == std::string_view::npos || close > dashes) return false;
  std::string_view level = line.substr(close + 1, dashes - close - 1);
  level.remove_prefix(std::min(level.find_first_not_of(' '), level.size()));
  head.severity = SeverityFromText(level);
  if (head.severity == 0 && level != "ANY") return false;
  head.time_us = *time;
  head.level = level;
  const std::string_view behind = line.substr(dashes + 4);
  const size_t colon = behind.find(':');
  if (colon != std::string_view::npos && behind.substr(0, colon).find(' ') == std::string_view::npos) {
    head.service = behind.substr(0, colon);
  }
  return true;
}

// logrus to a terminal: "INFO[2026-11-24T15:00:00Z] …", "ERRO[0042] …".
bool ParseLogrusHead(std::string_view line, TextHead& head) {
  const size_t open = line.substr(0, 8).find('[');
  if (open == std::string_view::npos || open < 4 || !IsUpperWord(line.substr(0, open))) return false;
  const size_t close = line.find(']', open);
  if (close == std::string_view::npos || !AreDigits(line, open + 1, 4)) return false;
  head.severity = SeverityFromLevelField(line.substr(0, open));
  if (head.severity == 0) return false;
  head.level = line.substr(0, open);
  head.time_us = ParseIso8601(line.substr(open + 1, close - open - 1)).value_or(0);
  return true;
}

// Python's default: "ERROR:chat.gateway:…".
bool ParsePythonHead(std::string_view line, TextHead& head) {
  const size_t colon = line.substr(0, 10).find(':');
  if (colon == std::string_view::npos || colon < 4 || !IsUpperWord(line.substr(0, colon))) return false;
  const size_t end = line.find(':', colon + 1);
  if (end == std::string_view::npos || end == colon + 1) return false;
  const std::string_view logger = line.substr(colon + 1, end - colon - 1);
  head.severity = SeverityFromLevelField(line.substr(0, colon));
  if (head.severity == 0 || logger.find_first_of(" \t/\\\"'") != std::string_view::npos) return false;
  head.level = line.substr(0, colon);
  head.logger = logger;
  return true;
}

// "15:00:00.123", "10:52PM": says nothing without a date.
size_t SkipClock(std::string_view line) {
  const size_t end = std::min(line.find(' '), line.size());
  const bool kitchen = (end == 6 || end == 7) && line[end - 1] == 'M' && line[end - 5] == ':';
  if (kitchen && AreDigits(line, 0, end - 5) && AreDigits(line, end - 4, 2)) return end;
  if (line.size() < 8 || !AreDigits(line, 0, 2) || line[2] != ':' || !AreDigits(line, 3, 2) || line[5] != ':') return 0;
  return end;
}

// The next word at `at`, with the brackets around it.
std::string_view NextToken(std::string_view line, size_t& at) {
  at = std::min(line.find_first_not_of(kSeparators, at), line.size());
  const size_t end = std::min(line.find_first_of(" \t\n|", at), line.size());
  const std::string_view token = line.substr(at, end - at);
  at = end;
  return token;
}

std::string_view Unbracket(std::string_view token) {
  const size_t start = token.find_first_not_of(kBrackets);
  if (start == std::string_view::npos) return {};
  return token.substr(start, token.find_last_not_of(kBrackets) - start + 1);
}

// A level counts when it cannot be a word of the message: in capitals, in
// brackets, in front of a colon, or alone in a column.
bool ReadLevelOf(std::string_view token, bool in_column, TextHead& head) {
  std::string_view word = Unbracket(token);
  std::string_view channel;
  // Monolog's "app.ERROR:"
  const size_t dot = token.empty() || token.back() != ':' ? std::string_view::npos : word.rfind('.');
  if (dot != std::string_view::npos && IsUpperWord(word.substr(dot + 1))) {
    channel = word.substr(0, dot);
    word.remove_prefix(dot + 1);
  }
  if (word.size() < 3) return false;
  const bool set_apart =
      in_column || IsUpperWord(word) || token.front() == '[' || token.front() == '<' || token.back() == ':';
  head.severity = set_apart ? SeverityFromLevelField(word) : 0;
  if (head.severity == 0) return false;
  head.level = word;
  head.logger = channel;
  return true;
}

void ReadLevel(std::string_view line, size_t at, bool after_time, TextHead& head) {
  const int tokens = after_time ? kMaxHeadTokens : 1;
  for (int i = 0; i < tokens && at < line.size() && line[at] != '\n'; ++i) {
    const std::string_view token = NextToken(line, at);
    if (token.empty()) return;
    // "level=error" belongs to pairs and rules.
    const bool in_column = after_time && at < line.size() && line[at] == '\t';
    if (!ReadLevelOf(token, in_column, head)) continue;
    const std::string_view next = NextToken(line, at);
    if (head.logger.empty() && next.size() > 2 && next.front() == '[' && next.back() == ']') {
      head.logger = next.substr(1, next.size() - 2);
    }
    return;
  }
}

}  // namespace

TextHead ParseTextHead(std::string_view line) {
  TextHead head;
  line = line.substr(0, 256);
  const bool letter = !line.empty() && line[0] >= 'A' && line[0] <= 'Z';
  if (letter && (ParseGlogHead(line, head) || ParseRubyHead(line, head) || ParseLogrusHead(line, head) ||
                 ParsePythonHead(line, head))) {
    return head;
  }
  size_t at = line.empty() || line[0] != '[' ? 0 : 1;
  size_t consumed = 0;
  if (at < line.size() && IsDigit(line[at])) {
    std::optional<int64_t> time = ParseIso8601(line.substr(at), &consumed);
    if (!time.has_value()) time = ParseSlashedTime(line.substr(at), consumed);
    if (!time.has_value()) time = ParseEpochColumn(line.substr(at), consumed);
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

std::string_view WithoutColours(std::string_view line, char* to) {
  if (line.find('\033') == std::string_view::npos) return line;
  size_t size = 0;
  for (size_t i = 0; i < line.size(); ++i) {
    if (line[i] == '\033' && i + 1 < line.size() && line[i + 1] == '[') {
      size_t end = i + 2;
      while (end < line.size() && (IsDigit(line[end]) || line[end] == ';')) ++end;
      if (end < line.size() && line[end] == 'm') {
        i = end;
        continue;
      }
    }
    to[size++] = line[i];
  }
  return {to, size};
}

}  // namespace faultline::ingest
