#include "ingest/exception_split.h"

#include <optional>

#include "ingest/crash_text.h"
#include "ingest/exception_text.h"
#include "ingest/trim.h"

namespace faultline::ingest {
namespace {

using store::Dimension;

// "StoreError" and "chatd.store.StoreError" are one type; the longer says more.
bool IsQualified(std::string_view longer, std::string_view type) {
  return longer.size() > type.size() + 1 && longer.substr(longer.size() - type.size()) == type &&
         longer[longer.size() - type.size() - 1] == '.';
}

bool HasLines(std::string_view text) { return text.find('\n') != std::string_view::npos; }

void SplitAt(size_t start, LogRecord& record) {
  record.stacktrace = TrimLineEnds(record.message.substr(start));
  record.message = TrimRight(TrimLineEnds(record.message.substr(0, start)));
}

bool SplitCrash(LogRecord& record) {
  const std::optional<CrashText> crash = FindCrash(record.message);
  if (!crash.has_value()) return false;
  SplitAt(crash->start, record);
  std::string_view& type = record.dimensions[static_cast<size_t>(Dimension::kExceptionType)];
  if (type.empty()) type = crash->type;
  if (record.exception_message.empty()) record.exception_message = crash->message;
  if (record.message.empty()) record.message = crash->headline;
  return true;
}

}  // namespace

void SplitException(LogRecord& record) {
  const bool found_in_message = record.stacktrace.empty();
  if (found_in_message) {
    if (!HasLines(record.message) || SplitCrash(record)) return;
    const size_t start = FindStacktrace(record.message);
    if (start == std::string_view::npos) return;
    SplitAt(start, record);
    constexpr std::string_view kContext = "{\"exception\":\"";  // of Monolog, whose value the trace is
    if (record.message.ends_with(kContext)) {
      record.message = TrimRight(record.message.substr(0, record.message.size() - kContext.size()));
    }
  }
  ExceptionHead head = ExceptionOf(record.stacktrace);
  // The exception's own line may be all the message there is.
  if (found_in_message && head.type.empty() && !HasLines(record.message)) head = ParseExceptionLine(record.message);
  if (found_in_message && head.type.empty() && !HasLines(record.message)) head = FindExceptionIn(record.message);
  std::string_view& type = record.dimensions[static_cast<size_t>(Dimension::kExceptionType)];
  if (type.empty() || IsQualified(head.type, type)) type = head.type;
  if (record.exception_message.empty() && head.type == type) record.exception_message = head.message;
  if (found_in_message && record.message.empty()) record.message = head.line;
}

}  // namespace faultline::ingest
