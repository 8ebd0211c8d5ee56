#include "ingest/private_span.h"

namespace faultline::ingest {
namespace {

constexpr size_t kMaxNameBytes = 32;
constexpr size_t kMaxGapBytes = 4;  // `": "` and a sign

bool IsGap(char c) { return c == ' ' || c == '=' || c == ':' || c == '"' || c == '\'' || c == '\\' || c == '#'; }
bool IsNameByte(char c) { return IsAlnum(c) || c == '_' || c == '-' || c == '.'; }

}  // namespace

std::string_view NameBefore(const PrivateText& in, size_t at) {
  size_t end = at;
  while (end > in.floor && at - end < kMaxGapBytes && IsGap(in.text[end - 1])) --end;
  size_t begin = end;
  while (begin > in.floor && end - begin < kMaxNameBytes && IsNameByte(in.text[begin - 1])) --begin;
  return in.text.substr(begin, end - begin);
}

bool NameEndsWith(std::string_view name, std::string_view suffix) {
  size_t n = name.size();
  for (size_t s = suffix.size(); s > 0; --s) {
    while (n > 0 && (name[n - 1] == '_' || name[n - 1] == '-' || name[n - 1] == '.')) --n;
    if (n == 0 || Lower(name[n - 1]) != suffix[s - 1]) return false;
    --n;
  }
  return true;
}

}  // namespace faultline::ingest
