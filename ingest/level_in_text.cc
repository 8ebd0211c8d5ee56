#include "ingest/level_in_text.h"

#include <algorithm>

#include "base/timestamp.h"
#include "ingest/private_span.h"
#include "ingest/rule_value.h"

namespace faultline::ingest {
namespace {

constexpr int kMaxWords = 5;
constexpr size_t kMaxWordBytes = 40;
constexpr size_t kMinLevelBytes = 3;  // "ERR"; a single letter says nothing
constexpr size_t kMaxLevelBytes = 11;

std::string_view NextWord(std::string_view& rest) {
  rest.remove_prefix(std::min(rest.find_first_not_of(" \t|"), rest.size()));
  const std::string_view word = rest.substr(0, std::min(rest.find_first_of(" \t\n|"), rest.size()));
  rest.remove_prefix(word.size());
  return word;
}

// "E1124" and "E20261124", glog's severity and date.
uint8_t GlogLevel(std::string_view word) {
  if (word.size() != 5 && word.size() != 9) return 0;
  if (!std::all_of(word.begin() + 1, word.end(), IsDigit)) return 0;
  switch (word[0]) {
    case 'I':
      return 9;
    case 'W':
      return 13;
    case 'E':
      return 17;
    case 'F':
      return 21;
    default:
      return 0;
  }
}

uint8_t LevelOfWord(std::string_view word) {
  bool marked = false;  // set apart from the sentence
  for (const std::string_view name : {"level=", "lvl=", "severity=", "loglevel="}) {
    if (word.substr(0, name.size()) != name) continue;
    word.remove_prefix(name.size());
    marked = true;
  }
  while (!word.empty() && (word.front() == '[' || word.front() == '"' || word.front() == '<' || word.front() == '(')) {
    word.remove_prefix(1);
    marked = true;
  }
  while (!word.empty() && !IsAlnum(word.back())) {
    marked = marked || word.back() == ':';
    word.remove_suffix(1);
  }
  if (word.size() < kMinLevelBytes || word.size() > kMaxLevelBytes) return 0;
  if (!std::all_of(word.begin(), word.end(), marked ? IsAlpha : IsUpper)) return 0;
  return SeverityOfLevel(word);
}

}  // namespace

uint8_t LevelInText(std::string_view text) {
  size_t time_bytes = 0;
  if (!text.empty() && IsDigit(text.front()) && ParseIso8601(text, &time_bytes).has_value()) {
    text.remove_prefix(time_bytes);
  }
  for (int i = 0; i < kMaxWords && !text.empty(); ++i) {
    const std::string_view word = NextWord(text);
    if (word.empty() || word.size() > kMaxWordBytes) return 0;
    if (i == 0) {
      if (const uint8_t level = GlogLevel(word); level != 0) return level;
    }
    if (const uint8_t level = LevelOfWord(word); level != 0) return level;
  }
  return 0;
}

}  // namespace faultline::ingest
