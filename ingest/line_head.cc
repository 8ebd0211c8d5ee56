#include "ingest/line_head.h"

#include <algorithm>
#include <cstdint>

#include "ingest/severity.h"
#include "store/event.h"

namespace faultline::ingest {
namespace {

constexpr size_t kNone = std::string_view::npos;
constexpr int kMaxTokens = 14;         // of a head
constexpr int kMaxTokensToColon = 10;  // without a level
constexpr int kMaxNames = 2;           // of host and program
constexpr size_t kMaxBracketBytes = 160;
constexpr std::string_view kPunctuation = "[]()<>{},;:.-+/@#_";

bool IsHole(char c) { return c == store::kTemplateHole; }
bool HasHole(std::string_view token) { return std::any_of(token.begin(), token.end(), IsHole); }

// Holes and marks alone: "[<*>]", "<*>:", "-".
bool SaysNothing(std::string_view token) {
  return std::all_of(token.begin(), token.end(), [](char c) { return IsHole(c) || kPunctuation.find(c) != kNone; });
}

std::string_view Bare(std::string_view token) {
  const size_t start = token.find_first_not_of(kPunctuation);
  if (start == kNone) return {};
  return token.substr(start, token.find_last_not_of(kPunctuation) - start + 1);
}

bool IsUpper(char c) { return c >= 'A' && c <= 'Z'; }
bool IsNameByte(char c) {
  return IsUpper(c) || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || IsHole(c) ||
         std::string_view("_-.$/()[]@#*").find(c) != kNone;
}
bool IsName(std::string_view token) { return !token.empty() && std::all_of(token.begin(), token.end(), IsNameByte); }

// A level in capitals or brackets, or in any form right behind the time; a single letter as logcat writes it.
bool IsLevel(std::string_view token, bool behind_time) {
  const std::string_view word = Bare(token);
  if (word.size() == 1) return token.size() == 1 && std::string_view("VDIWEF").find(word[0]) != kNone;
  if (word.size() < 3 || word.size() > 9 || SeverityFromText(word) == 0) return false;
  return behind_time || token.front() == '[' || std::all_of(word.begin(), word.end(), IsUpper);
}

class Head {
 public:
  explicit Head(std::string_view text) : text_(text) {}

  size_t Bytes() {
    const std::string_view first = Token(0);
    if (!HasHole(first) && first != "-" && !(first.starts_with('[') && HasHole(text_.substr(0, 40)))) return 0;
    if (const size_t bars = Bars(); bars != 0) return bars;
    if (const size_t level = BehindLevel(); level != 0) return BehindNames(level);
    if (const size_t colon = BehindColon(); colon != 0) return colon;
    return BehindDash(BehindFigures());
  }

 private:
  std::string_view Token(size_t at) const { return text_.substr(at, text_.find(' ', at) - at); }
  size_t SkipBlanks(size_t at) const { return std::min(text_.find_first_not_of(' ', at), text_.size()); }

  // "<*>|name|<*>|": behind the last bar.
  size_t Bars() const {
    size_t start = 0;
    for (int fields = 0; fields < 5; ++fields) {
      const size_t bar = text_.find('|', start);
      if (bar == kNone || bar == start || !IsName(text_.substr(start, bar - start))) {
        if (fields == 0 && bar != kNone && SaysNothing(text_.substr(0, bar))) {
          start = bar + 1;
          continue;
        }
        return fields >= 2 ? start : 0;
      }
      start = bar + 1;
    }
    return start;
  }

  // Behind the level's word; 0 where there is none near the start.
  size_t BehindLevel() const {
    bool behind_time = false;
    size_t at = 0;
    for (int i = 0; i < kMaxTokens && at < text_.size(); ++i) {
      const std::string_view token = Token(at);
      if (i > 0 && IsLevel(token, behind_time)) return at + token.size();
      behind_time = SaysNothing(token);
      at = SkipBlanks(at + token.size());
    }
    return 0;
  }

  // Behind the thread in brackets, the program or logger and the dash that may follow a level.
  size_t BehindNames(size_t at) const {
    at = SkipBlanks(at);
    bool named = false;
    for (int i = 0; i < 4 && at < text_.size(); ++i) {
      const std::string_view token = Token(at);
      size_t end = at + token.size();
      if (token.front() == '[') {
        end = BracketEnd(at);
        if (end == kNone) return at;
        if (end < text_.size() && text_[end] == ':') ++end;
      } else if (token == "-" || token == ":" || token == "---") {
        return SkipBlanks(end);
      } else if (!named && token.back() == ':' && IsName(token.substr(0, token.size() - 1))) {
        return SkipBlanks(end);
      } else if (!named && IsName(token) && BehindIsApart(end)) {
        named = true;
      } else {
        return at;
      }
      at = SkipBlanks(end);
    }
    return at;
  }

  // A name is set apart from the message by two blanks, a bracket, a dash or a colon.
  bool BehindIsApart(size_t end) const {
    const std::string_view rest = text_.substr(end);
    return rest.starts_with("  ") || rest.starts_with(" [") || rest.starts_with(" - ") || rest.starts_with(" : ");
  }

  // Behind the ']' that belongs to the '[' at `open`.
  size_t BracketEnd(size_t open) const {
    int depth = 0;
    for (size_t i = open; i < std::min(text_.size(), open + kMaxBracketBytes); ++i) {
      if (text_[i] == '[') ++depth;
      if (text_[i] == ']' && --depth == 0) return i + 1;
    }
    return kNone;
  }

  // "<*> host program[<*>]: "
  size_t BehindColon() const {
    size_t at = 0;
    int names = 0;
    for (int i = 0; i < kMaxTokensToColon && names <= kMaxNames && at < text_.size(); ++i) {
      const std::string_view token = Token(at);
      names += !HasHole(token) && !SaysNothing(token);
      const bool colon = token.size() > 1 && token.back() == ':';
      if (i > 0 && colon && names <= kMaxNames && !SaysNothing(token) && IsName(token.substr(0, token.size() - 1))) {
        return SkipBlanks(at + token.size());
      }
      if (!SaysNothing(token) && !IsName(token)) return 0;
      at = SkipBlanks(at + token.size());
    }
    return 0;
  }

  // Behind the times and numbers at the start.
  size_t BehindFigures() const {
    size_t at = 0;
    while (at < text_.size() && SaysNothing(Token(at))) at = SkipBlanks(at + Token(at).size());
    if (at == text_.size()) return 0;
    return at;
  }

  // "chrome.exe - ", "chrome.exe *64 - "
  size_t BehindDash(size_t at) const {
    size_t end = at;
    for (int names = 0; at > 0 && names < 2 && end < text_.size(); ++names) {
      if (!IsName(Token(end))) return at;
      end += Token(end).size();
      if (text_.substr(end).starts_with(" - ")) return SkipBlanks(end + 2);
      end = SkipBlanks(end);
    }
    return at;
  }

  const std::string_view text_;
};

}  // namespace

size_t LineHeadBytes(std::string_view masked) {
  const size_t line = masked.find('\n');
  if (masked.empty()) return 0;
  const size_t bytes = Head(masked.substr(0, line)).Bytes();
  return bytes < masked.size() ? bytes : 0;
}

}  // namespace faultline::ingest
