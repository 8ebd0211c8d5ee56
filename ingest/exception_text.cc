#include "ingest/exception_text.h"

#include <algorithm>

namespace faultline::ingest {
namespace {

constexpr size_t kMaxTypeBytes = 200;
constexpr std::string_view kTraceback = "Traceback (most recent call last)";

bool IsTypeCharacter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.' ||
         c == '$' || c == '/';
}

bool EndsWith(std::string_view text, std::string_view end) {
  return text.size() >= end.size() && text.substr(text.size() - end.size()) == end;
}

// "SocketException", "java.net.Socket", "KeyError"; not "failed" or "send".
bool LooksLikeType(std::string_view name) {
  if (name.empty() || name.size() > kMaxTypeBytes) return false;
  const size_t dot = name.rfind('.');
  const std::string_view last = dot == std::string_view::npos ? name : name.substr(dot + 1);
  if (last.empty() || last[0] < 'A' || (last[0] > 'Z' && last[0] != '_')) return false;
  return dot != std::string_view::npos || EndsWith(name, "Error") || EndsWith(name, "Exception") ||
         EndsWith(name, "Exit") || EndsWith(name, "Interrupt") || EndsWith(name, "Warning") || EndsWith(name, "Fault");
}

void RemovePrefix(std::string_view& line, std::string_view prefix) {
  if (line.substr(0, prefix.size()) == prefix) line.remove_prefix(prefix.size());
}

std::string_view LineAt(std::string_view text, size_t start) {
  std::string_view line = text.substr(start, text.find('\n', start) - start);
  if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
  return line;
}

// The last line of a traceback that is not indented and reads like a type.
ExceptionHead LastTracebackLine(std::string_view text) {
  size_t end = text.size();
  for (int lines = 0; end > 0 && lines < 64; ++lines) {
    const size_t newline = text.rfind('\n', end - 1);
    const size_t start = newline == std::string_view::npos ? 0 : newline + 1;
    const ExceptionHead head = ParseExceptionLine(LineAt(text, start));
    if (!head.type.empty()) return head;
    if (start == 0) break;
    end = start - 1;
  }
  return {};
}

bool StartsWith(std::string_view text, std::string_view start) { return text.substr(0, start.size()) == start; }

bool IsFrame(std::string_view line) {
  const size_t text = line.find_first_not_of(" \t");
  if (text == std::string_view::npos) return false;
  const std::string_view rest = line.substr(text);
  if (text == 0) return StartsWith(rest, "goroutine ") && EndsWith(rest, "]:");
  return StartsWith(rest, "at ") || StartsWith(rest, "File \"") || StartsWith(rest, "#0 ");
}

}  // namespace

ExceptionHead ParseExceptionLine(std::string_view line) {
  RemovePrefix(line, "Caused by: ");
  RemovePrefix(line, "Uncaught ");
  RemovePrefix(line, "Unhandled exception. ");
  if (StartsWith(line, "Exception in thread \"")) {
    const size_t quote = line.find("\" ", 21);
    if (quote != std::string_view::npos) line.remove_prefix(quote + 2);
  }
  size_t end = 0;
  while (end < line.size() && end <= kMaxTypeBytes && IsTypeCharacter(line[end])) ++end;
  const std::string_view type = line.substr(0, end);
  if (!LooksLikeType(type)) return {};
  if (end == line.size()) return {type, {}};
  if (line[end] != ':') return StartsWith(line.substr(end), " [") ? ExceptionHead{type, {}} : ExceptionHead{};
  std::string_view message = line.substr(end + 1);
  RemovePrefix(message, " ");
  return {type, message};
}

ExceptionHead ExceptionOf(std::string_view stacktrace) {
  const size_t start = stacktrace.find_first_not_of("\r\n");
  if (start == std::string_view::npos) return {};
  if (StartsWith(stacktrace.substr(start), kTraceback)) return LastTracebackLine(stacktrace);
  return ParseExceptionLine(LineAt(stacktrace, start));
}

size_t FindStacktrace(std::string_view text) {
  size_t previous = std::string_view::npos;
  for (size_t start = 0, line_number = 0; start < text.size() && line_number < 256; ++line_number) {
    const size_t newline = text.find('\n', start);
    if (newline == std::string_view::npos && line_number == 0) return newline;
    const std::string_view line = text.substr(start, newline - start);
    if (StartsWith(line, kTraceback)) return start;
    if (line_number > 0 && IsFrame(line)) {
      // The line in front names the exception; without such a line (the first
      // one is the message itself) the frames stand alone.
      const bool named = previous != std::string_view::npos && previous > 0 &&
                         !ParseExceptionLine(LineAt(text, previous)).type.empty();
      return named ? previous : start;
    }
    if (newline == std::string_view::npos) break;
    previous = start;
    start = newline + 1;
  }
  return std::string_view::npos;
}

}  // namespace faultline::ingest
