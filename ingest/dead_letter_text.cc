#include "ingest/dead_letter_text.h"

#include <algorithm>
#include <array>

#include "ingest/private_span.h"
#include "ingest/redactor.h"

namespace faultline::ingest {
namespace {

constexpr std::string_view kRemoved = "<removed>";
constexpr std::string_view kRemovedText = "\"<removed>\"";

// Ends of names, without their _ - and .
constexpr std::array<std::string_view, 10> kPeople = {
    "userid", "deviceid", "uid", "username", "user", "accountid", "useraccount", "installationid", "device", "udid"};

bool IsPerson(std::string_view name) {
  return std::any_of(kPeople.begin(), kPeople.end(), [name](std::string_view end) { return NameEndsWith(name, end); });
}

// Where the string that begins behind a quote at `at` - 1 ends: at its closing quote.
size_t StringEnd(std::string_view text, size_t at) {
  while (at < text.size() && text[at] != '"') at += text[at] == '\\' ? 2 : 1;
  return std::min(at, text.size());
}

// Behind the bracket that closes the one at `at`; the end of the text where none does.
size_t ObjectEnd(std::string_view text, size_t at) {
  int depth = 0;
  for (; at < text.size(); ++at) {
    const char c = text[at];
    if (c == '"') at = StringEnd(text, at + 1);
    if (c == '{' || c == '[') ++depth;
    if ((c == '}' || c == ']') && --depth == 0) return at + 1;
  }
  return text.size();
}

// Where the value at `at` ends. A string's closing quote is not part of it.
size_t ValueEnd(std::string_view text, size_t at) {
  if (at > 0 && text[at - 1] == '"') return StringEnd(text, at);
  if (at < text.size() && (text[at] == '{' || text[at] == '[')) return ObjectEnd(text, at);
  size_t end = at;
  constexpr std::string_view kStops = " \t\r\n,;&}])\"";
  while (end < text.size() && kStops.find(text[end]) == std::string_view::npos) ++end;
  return end;
}

}  // namespace

std::string RemoveDeniedValues(std::string_view bytes) {
  std::string result;
  size_t from = 0;
  for (size_t at = bytes.find_first_of(":="); at != std::string_view::npos; at = bytes.find_first_of(":=", at + 1)) {
    if (at < from) continue;
    const std::string_view name = NameBefore(PrivateText{bytes, from}, at);
    if (name.empty() || (!IsPerson(name) && !Redactor::IsDeniedField(name))) continue;
    size_t begin = at + 1;
    while (begin < bytes.size() && bytes[begin] == ' ') ++begin;
    const char first = begin < bytes.size() ? bytes[begin] : '\0';
    if (first == '"') ++begin;
    const size_t end = ValueEnd(bytes, begin);
    if (end == begin) continue;
    result.append(bytes, from, begin - from);
    // What was JSON stays JSON, so that the letter can be replayed.
    const bool bare = first != '"' && bytes[at] == ':' && at > 0 && bytes[at - 1] == '"';
    result += bare ? kRemovedText : kRemoved;
    from = end;
  }
  result.append(bytes, from);
  return result;
}

}  // namespace faultline::ingest
