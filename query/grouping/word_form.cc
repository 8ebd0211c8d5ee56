#include "query/grouping/word_form.h"

#include <algorithm>

#include "query/grouping/template_words.h"

namespace faultline::query {
namespace {

constexpr char kHoleByte = '\x01';
constexpr size_t kNone = std::string_view::npos;

bool IsOneOf(char c, std::string_view set) { return set.find(c) != kNone; }
bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsNameByte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || IsDigit(c) || c == '_' || (c & 0x80) != 0;
}

bool All(std::string_view word, std::string_view set) {
  return std::all_of(word.begin(), word.end(), [set](char c) { return IsOneOf(c, set); });
}

// Two or more labels, none empty, joined by dots.
bool IsDottedWithHole(std::string_view word) {
  size_t label = 0, dots = 0;
  for (const char c : word) {
    if (c == '.') {
      if (label == 0) return false;
      label = 0;
      ++dots;
    } else if (IsNameByte(c) || IsOneOf(c, "-@$\x01")) {
      ++label;
    } else {
      return false;
    }
  }
  return dots > 0 && label > 0;
}

// /a/b and /a/b/
bool IsAbsolutePath(std::string_view word) {
  return word.size() > 1 && word.front() == '/' && word.find("//") == kNone;
}

// "a/b.c", "a/.b"
bool IsRelativePath(std::string_view word) {
  if (word.find('/') == kNone) return false;
  for (size_t i = 1; i + 1 < word.size(); ++i) {
    if (word[i] == '.' && (IsNameByte(word[i - 1]) || word[i - 1] == '/') && IsNameByte(word[i + 1])) return true;
  }
  return false;
}

void ReplaceAll(std::string& text, std::string_view what) {
  for (size_t at = text.find(what); at != kNone; at = text.find(what, at)) text.replace(at, what.size(), kHole);
}

// Every part with a hole becomes one, and holes side by side become one.
std::string MergeParts(std::string_view word) {
  std::string merged;
  size_t start = 0;
  for (size_t i = 0; i <= word.size(); ++i) {
    if (i < word.size() && !IsOneOf(word[i], ".-+@#$%&/")) continue;
    const std::string_view part = word.substr(start, i - start);
    merged += part.find(kHoleByte) == kNone ? part : kHole;
    if (i < word.size()) merged += word[i];
    start = i + 1;
  }
  size_t size = 0;
  while (size != merged.size()) {
    size = merged.size();
    for (const std::string_view pair : {"\x01.\x01", "\x01\x01", "\x01/\x01", "\x01@\x01", "\x01-\x01"}) {
      ReplaceAll(merged, pair);
    }
  }
  return merged;
}

std::string WordWithHole(std::string_view word) {
  size_t end = word.size();
  while (end > 0 && IsOneOf(word[end - 1], ".!?")) --end;
  if (end < word.size()) return NormalWord(word.substr(0, end)) + std::string(word.substr(end));
  if (All(word, "\x01.-+@%_/\\~") || word.front() == '/' || word.find('\\') != kNone) return std::string(kHole);
  if (IsDottedWithHole(word)) return std::string(kHole);
  const auto slashes = std::count(word.begin(), word.end(), '/');
  if (slashes > 1 || (slashes == 1 && word.find('.') != kNone)) return std::string(kHole);
  return MergeParts(word);
}

}  // namespace

std::string NormalWord(std::string_view word) {
  if (word.empty()) return {};
  if (word == "null" || std::all_of(word.begin(), word.end(), IsDigit)) return std::string(kHole);
  if (word.find(kHoleByte) != kNone) return WordWithHole(word);
  const bool windows_path = std::count(word.begin(), word.end(), '\\') > 1;
  if (windows_path || IsAbsolutePath(word) || IsRelativePath(word)) return std::string(kHole);
  return std::string(word);
}

}  // namespace faultline::query
