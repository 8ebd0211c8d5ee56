#include "ingest/formats/key_values.h"

#include <algorithm>
#include <array>

#include "ingest/formats/json_text.h"

namespace faultline::ingest {
namespace {

constexpr size_t kMaxKeyBytes = 64;
constexpr size_t kMaxPairs = 256;

bool IsBlank(char c) { return c == ' ' || c == '\t'; }

constexpr std::array<bool, 256> MakeKeyBytes() {
  std::array<bool, 256> table{};
  for (const char c : std::string_view("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.@/:")) {
    table[static_cast<unsigned char>(c)] = true;
  }
  return table;
}
constexpr std::array<bool, 256> kKeyBytes = MakeKeyBytes();

bool IsKeyByte(char c) { return kKeyBytes[static_cast<unsigned char>(c)]; }

// The length of the name at the start of `text` if "=" follows, else 0.
size_t KeyLength(std::string_view text) {
  size_t size = 0;
  const size_t limit = std::min(text.size(), kMaxKeyBytes);
  while (size < limit && IsKeyByte(text[size])) ++size;
  const bool starts_well = size > 0 && text[0] != '-' && text[0] != '/' && text[0] != ':' && text[0] != '.';
  return starts_well && size < text.size() && text[size] == '=' ? size : 0;
}

// Where the quote that opens `text` is closed; npos where it is not.
size_t ClosingQuote(std::string_view text) {
  for (size_t i = 1; i < text.size(); ++i) {
    if (text[i] == '\\') {
      ++i;
    } else if (text[i] == text[0]) {
      return i;
    }
  }
  return std::string_view::npos;
}

int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

// "\x1b" at `at`: a control character, as Python writes it; -1 where none stands there.
int HexEscapeAt(std::string_view raw, size_t at) {
  if (at + 4 > raw.size() || raw[at + 1] != 'x') return -1;
  const int high = HexDigit(raw[at + 2]), low = HexDigit(raw[at + 3]);
  return high < 0 || low < 0 || high > 7 ? -1 : high * 16 + low;
}

// What stands between Python's single quotes.
std::string_view UnescapeSingle(std::string_view raw, Arena& arena) {
  if (raw.find('\\') == std::string_view::npos) return raw;
  char* const to = arena.Allocate(raw.size());
  size_t size = 0;
  for (size_t i = 0; i < raw.size(); ++i) {
    const char next = raw[i] == '\\' && i + 1 < raw.size() ? raw[i + 1] : '\0';
    if (const int byte = next == 'x' ? HexEscapeAt(raw, i) : -1; byte >= 0) {
      to[size++] = static_cast<char>(byte);
      i += 3;
      continue;
    }
    const bool known = next == 'n' || next == 't' || next == '\'' || next == '\\' || next == '"';
    to[size++] = !known ? raw[i] : next == 'n' ? '\n' : next == 't' ? '\t' : next;
    if (known) ++i;
  }
  return {to, size};
}

// The length of "[1, 2]", "{…}" or "(…)" at the start of `text` where its brackets close and a blank or the end
// follows; else 0.
size_t BracketedLength(std::string_view text) {
  constexpr size_t kMaxBytes = 16 * 1024;
  int depth = 0;
  for (size_t i = 0; i < std::min(text.size(), kMaxBytes); ++i) {
    const char c = text[i];
    if (c == '"' && i > 0) {
      const size_t close = ClosingQuote(text.substr(i));
      if (close == std::string_view::npos) return 0;
      i += close;
    } else if (c == '[' || c == '{' || c == '(') {
      ++depth;
    } else if (c == ']' || c == '}' || c == ')') {
      if (--depth == 0) return i + 1 == text.size() || IsBlank(text[i + 1]) ? i + 1 : 0;
    }
  }
  return 0;
}

// Takes the value at the start of `rest` off. False for a quote that is not closed, or closed inside a word.
bool TakeValue(std::string_view& rest, Arena& arena, std::string_view& value) {
  const char first = rest.empty() ? ' ' : rest[0];
  if (first == '"' || first == '\'') {
    const size_t close = ClosingQuote(rest);
    if (close == std::string_view::npos || (close + 1 < rest.size() && !IsBlank(rest[close + 1]))) return false;
    const std::string_view raw = rest.substr(1, close - 1);
    value = first == '"' ? UnescapeJson(raw, arena) : UnescapeSingle(raw, arena);
    rest.remove_prefix(close + 1);
    return true;
  }
  size_t size = first == '[' || first == '{' || first == '(' ? BracketedLength(rest) : 0;
  if (size == 0) size = std::min(rest.find_first_of(" \t"), rest.size());
  value = rest.substr(0, size);
  rest.remove_prefix(size);
  return true;
}

}  // namespace

bool StartsWithPair(std::string_view text) { return KeyLength(text) != 0; }

bool TakePair(std::string_view& text, Arena& arena, KeyValue& pair) {
  const size_t key = KeyLength(text);
  if (key == 0) return false;
  std::string_view rest = text.substr(key + 1);
  if (!TakeValue(rest, arena, pair.value)) return false;
  pair.key = text.substr(0, key);
  text = rest;
  return true;
}

void TrailingPairs(std::string_view text, Arena& arena, std::vector<KeyValue>& pairs, size_t& start) {
  pairs.clear();
  start = std::string_view::npos;
  std::string_view rest = text;
  while (!rest.empty()) {
    rest.remove_prefix(std::min(rest.find_first_not_of(" \t"), rest.size()));
    if (rest.empty()) return;
    const size_t at = text.size() - rest.size();
    KeyValue pair;
    if (pairs.size() < kMaxPairs && TakePair(rest, arena, pair)) {
      if (pairs.empty()) start = at;
      pairs.push_back(pair);
      continue;
    }
    pairs.clear();
    start = std::string_view::npos;
    rest.remove_prefix(std::min(rest.find_first_of(" \t"), rest.size()));
  }
}

}  // namespace faultline::ingest
