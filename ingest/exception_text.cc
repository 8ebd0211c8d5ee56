#include "ingest/exception_text.h"

#include <algorithm>

#include "ingest/trim.h"

namespace faultline::ingest {
namespace {

constexpr size_t kMaxTypeBytes = 200;
constexpr std::string_view kTraceback = "Traceback (most recent call last)";

bool IsTypeCharacter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.' ||
         c == '$' || c == '/' || c == '\\';
}

bool EndsWith(std::string_view text, std::string_view end) {
  return text.size() >= end.size() && text.substr(text.size() - end.size()) == end;
}

bool EndsAsType(std::string_view name) {
  return EndsWith(name, "Error") || EndsWith(name, "Exception") || EndsWith(name, "Exit") ||
         EndsWith(name, "Interrupt") || EndsWith(name, "Warning") || EndsWith(name, "Fault") ||
         EndsWith(name, "ExceptionGroup") || EndsWith(name, "Throwable") || EndsWith(name, "Rejection");
}

// "SocketException", "java.net.Socket", "KeyError"; not "failed" or "send".
bool LooksLikeType(std::string_view name) {
  if (name.empty() || name.size() > kMaxTypeBytes) return false;
  const size_t dot = name.find_last_of(".\\");
  const std::string_view last = dot == std::string_view::npos ? name : name.substr(dot + 1);
  if (last.empty() || last[0] < 'A' || (last[0] > 'Z' && last[0] != '_')) return false;
  return dot != std::string_view::npos || EndsAsType(name);
}

// Monolog's "[object] (RuntimeException(code: 0): no shard at /app/x.php:12)".
ExceptionHead SplitCode(std::string_view line, std::string_view type) {
  constexpr std::string_view kBehindCode = "): ";
  const size_t code = line.find(kBehindCode, type.size());
  if (code == std::string_view::npos || line.substr(type.size(), 7) != "(code: ") return {};
  std::string_view message = line.substr(code + kBehindCode.size());
  const size_t place = message.rfind(" at ");
  if (place != std::string_view::npos) message = message.substr(0, place);
  return {type, message, line};
}

void RemovePrefix(std::string_view& line, std::string_view prefix) {
  if (line.substr(0, prefix.size()) == prefix) line.remove_prefix(prefix.size());
}

std::string_view LineAt(std::string_view text, size_t start) {
  std::string_view line = text.substr(start, text.find('\n', start) - start);
  if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
  return line;
}

bool StartsWith(std::string_view text, std::string_view start) { return text.substr(0, start.size()) == start; }

bool IsIndented(std::string_view line) { return !line.empty() && (line[0] == ' ' || line[0] == '\t'); }

// "TYPE" or "TYPE: MESSAGE".
ExceptionHead SplitHead(std::string_view line, std::string_view type) {
  if (type.size() == line.size()) return {type, {}, line};
  if (line[type.size()] != ':') return {};
  std::string_view message = line.substr(type.size() + 1);
  RemovePrefix(message, " ");
  return {type, message, line};
}

std::string_view TypePrefix(std::string_view line) {
  size_t end = 0;
  while (end < line.size() && end <= kMaxTypeBytes && IsTypeCharacter(line[end])) ++end;
  return line.substr(0, end);
}

// `head` of the line at `start`, with the lines behind it up to `end`: an
// exception's message may have several.
ExceptionHead WithLinesUntil(ExceptionHead head, std::string_view text, size_t start, size_t end) {
  if (head.type.empty() || head.line.data() == nullptr) return head;
  if (!head.message.empty() && !EndsWith(head.line, head.message)) return head;  // it ended inside the line
  std::string_view whole = text.substr(start, end - start);
  while (!whole.empty() && (whole.back() == '\n' || whole.back() == '\r')) whole.remove_suffix(1);
  const size_t lead = static_cast<size_t>(head.line.data() - whole.data());
  if (lead > whole.size()) return head;
  head.line = whole.substr(lead);
  const size_t at =
      head.message.empty() ? std::string_view::npos : static_cast<size_t>(head.message.data() - head.line.data());
  if (at < head.line.size()) head.message = head.line.substr(at);
  return head;
}

// "StoreTimeoutError(f"no answer") from e": a line that a shipper took its
// first word, "raise", from.
ExceptionHead ParseCallLine(std::string_view line) {
  const std::string_view type = TypePrefix(line);
  if (type.size() >= line.size() || line[type.size()] != '(') return {};
  return EndsWith(type, "Error") || EndsWith(type, "Exception") ? ExceptionHead{type, {}, line} : ExceptionHead{};
}

// The last line of a traceback that is not indented and for which `parse` finds
// a type.
template <typename Parse>
ExceptionHead LastLine(std::string_view text, const Parse& parse) {
  size_t end = text.size();
  for (int lines = 0; end > 0 && lines < 64; ++lines) {
    const size_t newline = text.rfind('\n', end - 1);
    const size_t start = newline == std::string_view::npos ? 0 : newline + 1;
    const ExceptionHead head = parse(LineAt(text, start));
    if (!head.type.empty()) return WithLinesUntil(head, text, start, text.size());
    if (start == 0) break;
    end = start - 1;
  }
  return {};
}

ExceptionHead LastTracebackLine(std::string_view text) {
  const ExceptionHead raised = LastLine(text, ParseRaisedLine);
  return raised.type.empty() ? LastLine(text, ParseCallLine) : raised;
}

// A line that ends the message of the exception in front of it.
bool EndsMessage(std::string_view line) {
  const std::string_view rest = TrimIndent(line);
  return StartsWith(rest, "at ") || StartsWith(rest, "... ") || StartsWith(rest, "Caused by: ") ||
         StartsWith(rest, "---> ") || StartsWith(rest, "[stacktrace]") || StartsWith(rest, "Wrapped by: ") ||
         StartsWith(rest, "File \"") || StartsWith(rest, "#0 ") || StartsWith(rest, "goroutine ") ||
         StartsWith(rest, "--- ") || rest.empty();
}

// Some shippers take the first word.
bool IsTraceback(std::string_view text) {
  return StartsWith(text, kTraceback) || StartsWith(text, kTraceback.substr(10));
}

bool IsFrame(std::string_view line) {
  const size_t text = line.find_first_not_of(" \t");
  if (text == std::string_view::npos) return false;
  const std::string_view rest = line.substr(text);
  if (text == 0) return StartsWith(rest, "goroutine ") && EndsWith(rest, "]:");
  return StartsWith(rest, "at ") || StartsWith(rest, "File \"") || StartsWith(rest, "#0 ");
}

// The line in front of the one at `start`; npos where there is none.
size_t LineBefore(std::string_view text, size_t start) {
  if (start == 0) return std::string_view::npos;
  if (start == 1) return 0;
  const size_t newline = text.rfind('\n', start - 2);
  return newline == std::string_view::npos ? 0 : newline + 1;
}

// Where the exception is named whose first frame is in the line at `frame`; `frame` where it is named nowhere, or by
// the first line, which is the message. .NET puts the causes in front of the frames, and both it and pretty printers
// indent.
size_t NamedAt(std::string_view text, size_t frame) {
  constexpr int kMostCauses = 8;
  size_t at = LineBefore(text, frame);
  for (int i = 0; i < kMostCauses && at != std::string_view::npos && StartsWith(TrimIndent(LineAt(text, at)), "---> ");
       ++i) {
    at = LineBefore(text, at);
  }
  if (at == std::string_view::npos || at == 0) return frame;
  const std::string_view line = TrimIndent(LineAt(text, at));
  return ParseExceptionLine(line).type.empty() ? frame : static_cast<size_t>(line.data() - text.data());
}

// Monolog with line breaks left as they are: "… {"exception":"[object] (TYPE(code: 0): …)", "[stacktrace]", "#0 …".
size_t FindMonologTrace(std::string_view text) {
  constexpr std::string_view kObject = "[object] (", kFrames = "\n[stacktrace]\n#0 ";
  const size_t frames = text.find(kFrames);
  if (frames == std::string_view::npos) return frames;
  const size_t object = text.rfind(kObject, frames);
  return object != std::string_view::npos ? object : frames + 1;
}

bool IsGoPlace(std::string_view line) {
  const size_t file = line.find(".go:");
  return StartsWith(line, "\t") && file != std::string_view::npos && file + 4 < line.size() && line[file + 4] >= '0' &&
         line[file + 4] <= '9' && line.find(' ') > file;
}

}  // namespace

ExceptionHead ParseExceptionLine(std::string_view line) {
  RemovePrefix(line, "Caused by: ");
  RemovePrefix(line, "[object] (");
  RemovePrefix(line, "Uncaught ");
  RemovePrefix(line, "Unhandled exception. ");
  if (StartsWith(line, "Exception in thread \"")) {
    const size_t quote = line.find("\" ", 21);
    if (quote != std::string_view::npos) line.remove_prefix(quote + 2);
  }
  const std::string_view type = TypePrefix(line);
  if (!LooksLikeType(type)) return {};
  if (StartsWith(line.substr(type.size()), " [")) return {type, {}, line};
  if (StartsWith(line.substr(type.size()), "(code: ")) return SplitCode(line, type);
  return SplitHead(line, type);
}

ExceptionHead FindExceptionIn(std::string_view line) {
  for (size_t colon = line.find(": "); colon != std::string_view::npos; colon = line.find(": ", colon + 1)) {
    size_t start = colon;
    while (start > 0 && IsTypeCharacter(line[start - 1])) --start;
    const std::string_view type = line.substr(start, colon - start);
    if (start > 0 && line[start - 1] == ' ' && LooksLikeType(type) && EndsAsType(type)) {
      return {type, line.substr(colon + 2), line.substr(start)};
    }
  }
  return {};
}

ExceptionHead ParseRaisedLine(std::string_view line) {
  if (IsIndented(line)) return {};
  const std::string_view type = TypePrefix(line);
  const size_t dot = type.rfind('.');
  const std::string_view last = dot == std::string_view::npos ? type : type.substr(dot + 1);
  if (last.empty() || last[0] < 'A' || (last[0] > 'Z' && last[0] != '_')) return {};
  return SplitHead(line, type);
}

ExceptionHead ExceptionOf(std::string_view stacktrace) {
  const size_t start = stacktrace.find_first_not_of("\r\n");
  if (start == std::string_view::npos) return {};
  if (IsTraceback(stacktrace.substr(start))) return LastTracebackLine(stacktrace);
  const ExceptionHead head = ParseExceptionLine(LineAt(stacktrace, start));
  size_t end = start;
  for (int lines = 0; end < stacktrace.size() && lines < 64; ++lines) {
    if (lines > 0 && EndsMessage(LineAt(stacktrace, end))) break;
    end = std::min(stacktrace.find('\n', end), stacktrace.size() - 1) + 1;
  }
  return WithLinesUntil(head, stacktrace, start, end);
}

size_t FindStacktrace(std::string_view text) {
  size_t previous = std::string_view::npos;
  for (size_t start = 0, line_number = 0; start < text.size() && line_number < 256; ++line_number) {
    const size_t newline = text.find('\n', start);
    if (newline == std::string_view::npos && line_number == 0) return newline;
    const std::string_view line = text.substr(start, newline - start);
    if (IsTraceback(line)) return start;
    if (line_number > 0 && IsFrame(line)) {
      return NamedAt(text, start);
    }
    // Go writes a function, and its place on the next line.
    if (previous != std::string_view::npos && previous > 0 && IsGoPlace(line)) return previous;
    if (line == "[stacktrace]") return FindMonologTrace(text);
    if (newline == std::string_view::npos) break;
    previous = start;
    start = newline + 1;
  }
  return std::string_view::npos;
}

}  // namespace faultline::ingest
