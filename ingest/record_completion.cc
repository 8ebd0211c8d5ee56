// What a RecordBuilder decides when it has seen every field.
#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>

#include "base/timestamp.h"
#include "ingest/exception_split.h"
#include "ingest/exception_text.h"
#include "ingest/line_marks.h"
#include "ingest/record_builder.h"
#include "ingest/severity.h"
#include "ingest/shipper_escapes.h"
#include "ingest/text_ids.h"
#include "ingest/trim.h"

namespace faultline::ingest {
namespace {

using store::Dimension;
using store::IdKind;

constexpr int64_t kMaxAttempts = int64_t{1} << 50;
constexpr int64_t kMaxWindowSeconds = 7 * 24 * 3600;

std::optional<int64_t> ParseInteger(std::string_view text) {
  int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error == std::errc() && end == text.data() + text.size()) return value;
  double real = 0;  // "42.0", "4.2e1"
  const auto [real_end, real_error] = std::from_chars(text.data(), text.data() + text.size(), real);
  if (real_error != std::errc() || real_end != text.data() + text.size()) return std::nullopt;
  if (!(std::fabs(real) < 9e15) || real != std::floor(real)) return std::nullopt;
  return static_cast<int64_t>(real);
}

uint8_t SeverityOfNumber(Field field, Dialect dialect, int64_t number) {
  if (field == Field::kSeverityOtel) return SeverityFromOtel(number);
  if (field == Field::kSeverityPython) return SeverityFromPython(number);
  if (field == Field::kSyslogPriority || dialect == Dialect::kGelf) return SeverityFromSyslog(number);
  return SeverityFromNumber(number);
}

}  // namespace

void RecordBuilder::ResolveLevel() {
  if (from_serilog_ && level_text_.empty() && level_number_.empty()) level_text_ = "Information";
  record_->set_dimension(Dimension::kSeverityText, level_text_.empty() ? level_number_ : level_text_);
  record_->severity = SeverityFromLevelField(level_text_);
  if (record_->severity != 0 || level_number_.empty()) return;
  if (const std::optional<int64_t> number = ParseInteger(level_number_)) {
    record_->severity = SeverityOfNumber(level_number_field_, dialect_, *number);
  }
}

void RecordBuilder::SetErrorText(std::string_view value) {
  if (value.find('\n') != std::string_view::npos) {
    if (record_->stacktrace.empty()) {
      record_->stacktrace = value;
      return;
    }
  } else if (record_->exception_message.empty()) {
    const ExceptionHead head = ParseExceptionLine(value);
    std::string_view& type = record_->dimensions[static_cast<size_t>(Dimension::kExceptionType)];
    if (type.empty()) type = head.type;
    record_->exception_message = value;
    return;
  }
  if (value != record_->exception_message && value != record_->stacktrace) AddAttribute("error", value, true);
}

// "chatd[4242]:" -> "chatd"
void RecordBuilder::SetSyslogTag(std::string_view value) {
  from_rsyslog_ = true;
  const std::string_view name = value.substr(0, value.find_first_of("[: "));
  std::string_view& service = record_->dimensions[static_cast<size_t>(Dimension::kService)];
  if (service.empty()) service = name;
}

void RecordBuilder::SetName(const Deferred& name) {
  std::string_view& type = record_->dimensions[static_cast<size_t>(Dimension::kExceptionType)];
  std::string_view& service = record_->dimensions[static_cast<size_t>(Dimension::kService)];
  if (type.empty() && !record_->stacktrace.empty() && record_->stacktrace.substr(0, name.value.size()) == name.value) {
    type = name.value;
  } else if (from_python_ && record_->dimension(Dimension::kLogger).empty()) {
    record_->set_dimension(Dimension::kLogger, name.value);
  } else if (service.empty() && !record_->dimension(Dimension::kHost).empty()) {
    service = name.value;  // bunyan and pino: the logger's name is the application's
  } else {
    AddAttribute(name.path, name.value, true);
  }
}

void RecordBuilder::SetWeakMessage(const Deferred& message) {
  if (record_->message.empty()) {
    record_->message = message.value;
    message_from_log_ = message.path == "log";
    return;
  }
  const size_t stack = FindStacktrace(message.value);
  if (stack != std::string_view::npos && record_->stacktrace.empty()) {
    record_->stacktrace = message.value.substr(stack);
  } else if (Trim(message.value) != Trim(record_->message)) {
    AddAttribute(message.path, message.value, true);
  }
}

void RecordBuilder::SetFullMessage(const Deferred& message) {
  if (record_->message.empty()) {
    record_->message = message.value;
  } else if (message.value.find('\n') != std::string_view::npos && record_->stacktrace.empty()) {
    // log4j writes the exception alone, Graylog's own libraries the message in front of it.
    const bool alone = !ParseExceptionLine(message.value.substr(0, message.value.find('\n'))).type.empty();
    const size_t stack = alone ? 0 : FindStacktrace(message.value);
    record_->stacktrace = message.value.substr(stack == std::string_view::npos ? 0 : stack);
  } else if (message.value != record_->message) {
    AddAttribute(message.path, message.value, true);
  }
}

void RecordBuilder::ResolveDeferred(const Deferred& deferred) {
  const auto& [field, path, value, type] = deferred;
  if (IsWeakDimension(field)) {
    SetSlot(record_->dimensions[FieldIndex(field)], path, value, true);
    return;
  }
  switch (field) {
    case Field::kTimeWeak:
      if (record_->time_us == 0) SetTime(record_->time_us, path, value, true);
      return;
    case Field::kMessageWeak:
      return SetWeakMessage(deferred);
    case Field::kFullMessage:
      return SetFullMessage(deferred);
    case Field::kException:
    case Field::kError:
      return SetErrorText(value);
    case Field::kUserName:
      if (record_->id(IdKind::kUser).empty()) record_->set_id(IdKind::kUser, value);
      return;
    case Field::kName:
      return SetName(deferred);
    case Field::kProcessName:
      SetSlot(record_->dimensions[static_cast<size_t>(Dimension::kService)], path, value, true);
      return;
    case Field::kSyslogTag:
      return SetSyslogTag(value);
    case Field::kVersion:
      if (dialect_ == Dialect::kGelf) return;  // GELF's own version
      SetSlot(record_->dimensions[static_cast<size_t>(Dimension::kServiceVersion)], path, value, true);
      return;
    case Field::kKind:
      is_attempts_ = value == "attempts";
      if (!is_attempts_) AddAttribute(path, value, true);
      return;
    case Field::kCount:
    case Field::kWindow: {
      std::string_view& slot = field == Field::kCount ? count_ : window_;
      SetSlot(slot, path, value, true);
      return;
    }
    default:
      return AddAttribute(path, value, true);
  }
}

void RecordBuilder::UndoShipperEscapes() {
  if (!from_rsyslog_) return;
  if (!record_->message.empty() && record_->message.front() == ' ') record_->message.remove_prefix(1);
  record_->message = UndoNewlineEscapes(UndoOctalEscapes(record_->message, *arena_), *arena_);
}

std::string_view RecordBuilder::FinishAttempts() {
  LogRecord::AttemptCount attempts;
  attempts.operation = record_->dimension(Dimension::kEndpoint);
  const std::optional<int64_t> count = ParseInteger(count_);
  const std::optional<int64_t> window = window_.empty() ? std::optional<int64_t>(60) : ParseInteger(window_);
  if (!count.has_value() || *count < 0 || *count > kMaxAttempts) return "attempts_malformed";
  if (!window.has_value() || *window <= 0 || *window > kMaxWindowSeconds) return "attempts_malformed";
  attempts.count = *count;
  attempts.window_seconds = *window;
  record_->attempts = attempts;
  return {};
}

std::string_view RecordBuilder::Finish(Dialect dialect) {
  if (dialect != Dialect::kGeneric) dialect_ = dialect;
  if (fields_seen_ == 0) return (record_->flags & store::kDepthExceeded) != 0 ? "depth_exceeded" : "empty";
  // What these mean depends on all the others.
  const auto turn_of = [](Field field) { return field == Field::kName ? 1 : field == Field::kProcessName ? 2 : 0; };
  int turns = 1;
  for (const Deferred& deferred : deferred_) turns = std::max(turns, turn_of(deferred.field) + 1);
  for (int turn = 0; turn < turns; ++turn) {
    for (const Deferred& deferred : deferred_) {
      if (turn_of(deferred.field) == turn) ResolveDeferred(deferred);
    }
  }
  ResolveLevel();
  if (is_attempts_) return FinishAttempts();
  if (!count_.empty()) AddAttribute("count", count_, true);
  if (!window_.empty()) AddAttribute("window_seconds", window_, true);
  UndoShipperEscapes();
  const std::string_view raw_message = record_->message;
  record_->message = TrimLineEnds(raw_message);
  // An application that states a level of its own writes records, not lines.
  const bool framed =
      level_number_field_ == Field::kSyslogPriority || level_is_syslog_ || dialect_ == Dialect::kJournald;
  if (record_->severity == 0 || framed) MarkFieldLine(*record_, message_from_log_, raw_message, framed);
  FindTextIds(record_->message, *record_);
  SplitException(*record_);
  return {};
}

}  // namespace faultline::ingest
