#include "ingest/variable_kind.h"

#include <algorithm>

#include "ingest/variable_run.h"

namespace faultline::ingest {
namespace {

bool IsQuote(char c) { return c == '"' || c == '\''; }

bool IsHexNumber(std::string_view run) {
  if (run.starts_with("0x") || run.starts_with("0X")) run.remove_prefix(2);
  return run.size() >= 8 &&
         std::all_of(run.begin(), run.end(), [](char c) { return (ClassOf(c) & (kDigit | kHexLetter)) != 0; });
}

// Digits between dots, at least three groups: an IPv4 address or a version.
bool IsDotted(std::string_view run) {
  return std::count(run.begin(), run.end(), '.') >= 2 &&
         std::all_of(run.begin(), run.end(), [](char c) { return IsDigit(c) || c == '.' || c == ':'; });
}

bool IsTime(std::string_view message, size_t begin, size_t end) {
  if (TimeEnd(message, begin) == end) return true;
  // "Nov 24 15:00:00" begins with a letter and has a digit.
  const std::string_view run = message.substr(begin, end - begin);
  const size_t day = run.find_first_of("0123456789");
  return (ClassOf(run.front()) & kUpper) != 0 && day != std::string_view::npos && day >= 4 &&
         MonthStart(message, begin + day, begin) == begin;
}

}  // namespace

std::string_view VariableKind(std::string_view message, size_t begin, size_t end) {
  const std::string_view run = message.substr(begin, end - begin);
  if (run.empty()) return "a quoted text";
  if (run.front() == '<' && RedactionMarkEnd(message, begin) == end) return "a mark of redaction";
  if (end < message.size() && IsQuote(message[end])) return "a quoted text";
  if (UuidEnd(message, begin) == end) return "a UUID";
  if (IsTime(message, begin, end)) return "a date or time";
  if (IsDotted(run) || ColonAddressEnd(message, begin) == end) return "an address";
  const std::string_view number = run.front() == '-' || run.front() == '+' ? run.substr(1) : run;
  const bool digits = std::all_of(number.begin(), number.end(), [](char c) { return IsDigit(c) || c == '.'; });
  const bool hyphened = begin > 1 && message[begin - 1] == '-' && IsWordChar(message[begin - 2]);
  const bool behind_word = hyphened || (begin > 0 && IsWordChar(message[begin - 1]));
  const bool in_name = behind_word || (end < message.size() && IsWordChar(message[end]));
  if (digits && in_name) return "digits in a name";
  if (digits) return "a number";
  if (IsHexNumber(run)) return "a hex number";
  return !number.empty() && IsDigit(number.front()) && number.size() <= 16 ? "a number" : "a token";
}

}  // namespace faultline::ingest
