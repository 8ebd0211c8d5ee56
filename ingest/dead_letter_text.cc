#include "ingest/dead_letter_text.h"

#include <algorithm>
#include <array>

#include "ingest/private_span.h"
#include "ingest/redactor.h"

namespace faultline::ingest {
namespace {

constexpr std::string_view kRemoved = "<removed>";

// Ends of names, without their _ - and .
constexpr std::array<std::string_view, 10> kPeople = {
    "userid", "deviceid", "uid", "username", "user", "accountid", "useraccount", "installationid", "device", "udid"};

bool IsPerson(std::string_view name) {
  return std::any_of(kPeople.begin(), kPeople.end(), [name](std::string_view end) { return NameEndsWith(name, end); });
}

// Where the value at `at` ends. A string's closing quote is not part of it.
size_t ValueEnd(std::string_view text, size_t at) {
  size_t end = at;
  if (at > 0 && text[at - 1] == '"') {
    while (end < text.size() && text[end] != '"') end += text[end] == '\\' ? 2 : 1;
    return std::min(end, text.size());
  }
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
    // {"user":{"id":…}}
    const bool object = first == '{' || first == '[';
    const size_t end = object ? std::min(bytes.find_first_of("}]", begin), bytes.size()) : ValueEnd(bytes, begin);
    if (end == begin) continue;
    result.append(bytes, from, begin - from);
    result += kRemoved;
    from = end;
  }
  result.append(bytes, from);
  return result;
}

}  // namespace faultline::ingest
