#include "ingest/formats/syslog.h"

#include <algorithm>
#include <array>

#include "base/timestamp.h"
#include "ingest/formats/structured_data.h"
#include "ingest/formats/text_head.h"
#include "ingest/line_marks.h"
#include "ingest/severity.h"
#include "ingest/shipper_escapes.h"

namespace faultline::ingest {
namespace {

using store::Dimension;

constexpr std::array<std::string_view, 8> kSeverityNames = {"emerg",   "alert",  "crit", "err",
                                                            "warning", "notice", "info", "debug"};
constexpr size_t kMaxTagBytes = 64;
// What stands in a tag's place in lines of loggers, and is no program.
constexpr std::array<std::string_view, 7> kLevelTags = {"error", "warn",  "warning", "info",
                                                        "debug", "fatal", "verbose"};

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

void SkipBlanks(std::string_view& rest) { rest.remove_prefix(std::min(rest.find_first_not_of(' '), rest.size())); }

std::string_view TakeToken(std::string_view& rest) {
  const std::string_view token = rest.substr(0, rest.find_first_of(" \n"));
  rest.remove_prefix(token.size());
  SkipBlanks(rest);
  return token;
}

// Takes "<131>" off. Returns the priority, or -1.
int TakePriority(std::string_view& rest) {
  const size_t close = rest.substr(0, 5).find('>');
  if (rest.empty() || rest[0] != '<' || close == std::string_view::npos || close < 2) return -1;
  int priority = 0;
  for (const char c : rest.substr(1, close - 1)) {
    if (!IsDigit(c)) return -1;
    priority = priority * 10 + (c - '0');
  }
  if (priority > 191) return -1;
  rest.remove_prefix(close + 1);
  return priority;
}

// "Nov 24 15:00:00 ", "Nov  4 15:00:00 ", "Nov 4 15:00:00 ".
bool TakeYearlessDate(std::string_view& rest) {
  constexpr std::string_view kMonths = "JanFebMarAprMayJunJulAugSepOctNovDec";
  if (rest.size() < 16 || rest[3] != ' ') return false;
  const size_t clock = rest[5] == ' ' ? 6 : 7;  // one digit without a blank in front
  if (rest[clock - 1] != ' ' || rest[clock + 2] != ':' || rest[clock + 5] != ':') return false;
  const size_t month = kMonths.find(rest.substr(0, 3));
  if (month == std::string_view::npos || month % 3 != 0) return false;
  if (!IsDigit(rest[clock - 2]) || !IsDigit(rest[clock])) return false;
  const size_t end = rest.find(' ', clock + 6);
  if (end == std::string_view::npos || end > 26) return false;
  rest.remove_prefix(end);
  SkipBlanks(rest);
  return true;
}

// The "T" tells a shipper's stamp from an application's own "2026-11-24 15:00:00".
bool TakeIsoDate(std::string_view& rest, int64_t& time_us) {
  if (rest.size() < 20 || (rest[10] != 'T' && rest[10] != 't') || !IsDigit(rest[0])) return false;
  size_t consumed = 0;
  const auto time = ParseIso8601(rest, &consumed);
  if (!time.has_value() || consumed >= rest.size() || rest[consumed] != ' ') return false;
  time_us = *time;
  rest.remove_prefix(consumed);
  SkipBlanks(rest);
  return true;
}

struct Tag {
  std::string_view name, pid;
};

// "chatd[4242]: ", "chatd: ". False (and `rest` as it was) when it is none.
bool TakeTag(std::string_view& rest, Tag& tag) {
  const size_t end = rest.substr(0, kMaxTagBytes).find_first_of("[: \n=\"{");
  if (end == std::string_view::npos || end == 0 || (rest[end] != '[' && rest[end] != ':')) return false;
  size_t behind = end;
  if (rest[end] == '[') {
    const size_t close = rest.substr(0, end + kMaxTagBytes).find(']', end);
    if (close == std::string_view::npos) return false;
    tag.pid = rest.substr(end + 1, close - end - 1);
    behind = close + 1;
  }
  if (behind < rest.size() && rest[behind] == ':') ++behind;
  if (behind < rest.size() && rest[behind] != ' ' && rest[behind] != '\n') return false;
  tag.name = rest.substr(0, end);
  rest.remove_prefix(behind);
  if (!rest.empty() && rest.front() == ' ') rest.remove_prefix(1);
  return true;
}

void SetText(RecordBuilder& builder, std::string_view path, std::string_view value) {
  if (value != "-") builder.Set(path, value, ValueType::kString, /*path_is_stable=*/true);
}

void SetPriority(RecordBuilder& builder, int priority) {
  if (priority < 0) return;
  const std::string_view name = kSeverityNames[static_cast<size_t>(priority) & 7];
  builder.SetField(Field::kSeverity, "severity", name, ValueType::kString, true);
}

// "chatd[chat.delivery]:" names a logger where others have a process.
void SetProcess(RecordBuilder& builder, std::string_view pid) {
  if (!pid.empty() && !std::all_of(pid.begin(), pid.end(), IsDigit)) {
    builder.SetField(DimensionField(Dimension::kLogger), "logger", pid, ValueType::kString, true);
  } else {
    SetText(builder, "process.pid", pid);
  }
}

void SetMessage(RecordBuilder& builder, std::string_view message) {
  message = UndoOctalEscapes(message, builder.arena());
  builder.SetField(Field::kMessage, "message", message, ValueType::kString, true);
}

bool ReadRfc5424(std::string_view rest, RecordBuilder& builder) {
  const int priority = TakePriority(rest);
  if (priority < 0 || rest.substr(0, 2) != "1 ") return false;
  rest.remove_prefix(2);
  SkipBlanks(rest);
  SetPriority(builder, priority);
  const std::string_view stamp = TakeToken(rest);
  builder.record().time_us = ParseIso8601(stamp).value_or(0);
  SetText(builder, "host.name", TakeToken(rest));
  SetText(builder, "service.name", TakeToken(rest));
  // A template with an empty field leaves a run of blanks, so the structured
  // data may come early.
  for (const std::string_view name : {"process.pid", "syslog.msgid"}) {
    if (!rest.empty() && rest.front() != '[') SetText(builder, name, TakeToken(rest));
  }
  TakeStructuredData(rest, builder);
  if (rest.substr(0, 3) == "\xef\xbb\xbf") rest.remove_prefix(3);
  SetMessage(builder, rest);
  return true;
}

// Behind the date: HOST TAG: MSG. Shippers leave parts out.
void ReadHostAndTag(std::string_view rest, bool has_priority, RecordBuilder& builder) {
  LogRecord& record = builder.record();
  Tag tag;
  std::string_view behind_host = rest;
  const std::string_view host = TakeToken(behind_host);
  std::string_view behind_tag = behind_host;
  if (!host.empty() && host.back() != ':' && TakeTag(behind_tag, tag)) {
    rest = behind_tag;
    // syslog-ng's file source takes an application's level for the host.
    if (SeverityFromText(host) != 0) {
      builder.SetField(Field::kSeverity, "severity", host, ValueType::kString, true);
    } else {
      SetText(builder, "host.name", host);
    }
  } else {
    TakeTag(rest, tag);
  }
  builder.SetField(DimensionField(Dimension::kService), "service.name", tag.name, ValueType::kString, true);
  SetProcess(builder, tag.pid);
  SetMessage(builder, rest);
  if (has_priority) return;
  const TextHead head = ParseTextHead(record.message);
  builder.SetField(Field::kSeverity, "severity", head.level, ValueType::kString, true);
  builder.SetField(DimensionField(Dimension::kLogger), "logger", head.logger, ValueType::kString, true);
}

bool ReadRfc3164(std::string_view rest, RecordBuilder& builder) {
  const int priority = TakePriority(rest);
  SkipBlanks(rest);
  const bool has_date = TakeYearlessDate(rest) || TakeIsoDate(rest, builder.record().time_us);
  if (priority < 0 && !has_date) return false;
  SetPriority(builder, priority);
  if (has_date) {
    ReadHostAndTag(rest, priority >= 0, builder);
    return true;
  }
  Tag tag;
  TakeTag(rest, tag);
  builder.SetField(DimensionField(Dimension::kService), "service.name", tag.name, ValueType::kString, true);
  SetProcess(builder, tag.pid);
  SetMessage(builder, rest);
  return true;
}

bool HasProcess(const LogRecord& record) {
  return std::any_of(record.attributes.begin(), record.attributes.end(),
                     [](const auto& each) { return each.first == "process.pid"; });
}

bool ReadSyslogFile(std::string_view rest, RecordBuilder& builder) {
  if (!TakeIsoDate(rest, builder.record().time_us)) return false;
  ReadHostAndTag(rest, /*has_priority=*/false, builder);
  return true;
}

}  // namespace

Format DetectSyslog(std::string_view value) {
  std::string_view rest = value;
  if (TakePriority(rest) >= 0) {
    if (rest.size() > 2 && rest[0] == '1' && rest[1] == ' ') return Format::kRfc5424;
    return Format::kRfc3164;
  }
  if (TakeYearlessDate(rest)) return Format::kRfc3164;
  int64_t time_us = 0;
  if (!TakeIsoDate(rest, time_us)) return Format::kText;
  const std::string_view host = TakeToken(rest);
  Tag tag;
  // "2026-11-24T15:00:00Z [chatd] error: …" is a logger's own line.
  if (host.empty() || host.front() == '[' || host.back() == ':' || !TakeTag(rest, tag)) return Format::kText;
  const bool is_level = std::find(kLevelTags.begin(), kLevelTags.end(), tag.name) != kLevelTags.end();
  return is_level ? Format::kText : Format::kSyslogFile;
}

void DecodeSyslog(std::string_view value, Format format, RecordBuilder& builder, Arena& arena, RecordSink& sink) {
  LogRecord* const record = sink.Next();
  if (record == nullptr) return;
  builder.Begin(*record, arena);
  value.remove_prefix(std::min(value.find_first_not_of(" \r\n"), value.size()));
  const bool read = format == Format::kRfc5424   ? ReadRfc5424(value, builder)
                    : format == Format::kRfc3164 ? ReadRfc3164(value, builder)
                                                 : ReadSyslogFile(value, builder);
  const std::string_view reason = read ? builder.Finish() : "syslog_malformed";
  if (reason.empty()) {
    const bool level_for_host = record->severity != 0 && value[0] != '<' && record->dimension(Dimension::kHost).empty();
    MarkTextLine(*record, value[0] == '<' || HasProcess(*record));
    // A line whose level a shipper took for the host had a head of its own.
    record->line.has_time = record->line.has_time || level_for_host;
    return;
  }
  sink.Discard();
  sink.Fail(reason, "the message does not start as the syslog format says");
}

}  // namespace faultline::ingest
