// What the redactor's matchers share: where they look, and what they find.
#pragma once

#include <cstddef>
#include <string_view>

namespace faultline::ingest {

// A stretch of text to replace by `mark`. Nothing was found when `end` is 0.
struct PrivateSpan {
  size_t begin = 0;
  size_t end = 0;
  std::string_view mark;
  explicit operator bool() const { return end != 0; }
};

// The text under redaction. Bytes before `floor` were replaced already: no span
// may reach there, and what stands before `floor` is the mark's last character.
struct PrivateText {
  std::string_view text;
  size_t floor = 0;

  size_t size() const { return text.size(); }
  // The byte at `at`; '\0' beyond the end.
  char At(size_t at) const { return at < text.size() ? text[at] : '\0'; }
  // The byte before `at`; '\0' at the start.
  char Before(size_t at) const { return at > floor ? text[at - 1] : floor > 0 ? '>' : '\0'; }
};

constexpr bool IsDigit(char c) { return c >= '0' && c <= '9'; }
constexpr bool IsUpper(char c) { return c >= 'A' && c <= 'Z'; }
constexpr bool IsLower(char c) { return c >= 'a' && c <= 'z'; }
constexpr bool IsAlpha(char c) { return IsUpper(c) || IsLower(c); }
constexpr bool IsAlnum(char c) { return IsDigit(c) || IsAlpha(c); }
constexpr bool IsHex(char c) { return IsDigit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }
constexpr bool IsHigh(char c) { return static_cast<unsigned char>(c) >= 0x80; }  // part of a character beyond ASCII
constexpr char Lower(char c) { return IsUpper(c) ? static_cast<char>(c + 32) : c; }

// Whether `word`, which is lower case, stands at `at` in any case.
inline bool WordAt(const PrivateText& in, size_t at, std::string_view word) {
  if (at > in.size() || in.size() - at < word.size()) return false;
  for (size_t i = 0; i < word.size(); ++i) {
    if (Lower(in.text[at + i]) != word[i]) return false;
  }
  return true;
}

// The name that a value at `at` is given by: the run of [A-Za-z0-9_.-] before
// it, behind any of blank = : and quotes. At most 32 bytes; empty for none.
std::string_view NameBefore(const PrivateText& in, size_t at);
// Whether `name`, without its _ - . and in lower case, ends with `suffix`.
bool NameEndsWith(std::string_view name, std::string_view suffix);

}  // namespace faultline::ingest
