#include "ingest/formats/json_text.h"

#include <algorithm>
#include <cstdint>
#include <cstring>

namespace faultline::ingest {
namespace {

constexpr uint32_t kReplacement = 0xfffd;

int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// The code unit of "\uXXXX" at `at`, or nullopt.
std::optional<uint32_t> CodeUnitAt(std::string_view text, size_t at) {
  if (at + 6 > text.size() || text[at] != '\\' || text[at + 1] != 'u') return std::nullopt;
  uint32_t value = 0;
  for (size_t i = at + 2; i < at + 6; ++i) {
    const int digit = HexDigit(text[i]);
    if (digit < 0) return std::nullopt;
    value = value * 16 + static_cast<uint32_t>(digit);
  }
  return value;
}

char* AppendUtf8(char* to, uint32_t c) {
  if (c < 0x80) {
    *to++ = static_cast<char>(c);
  } else if (c < 0x800) {
    *to++ = static_cast<char>(0xc0 | (c >> 6));
    *to++ = static_cast<char>(0x80 | (c & 0x3f));
  } else if (c < 0x10000) {
    *to++ = static_cast<char>(0xe0 | (c >> 12));
    *to++ = static_cast<char>(0x80 | ((c >> 6) & 0x3f));
    *to++ = static_cast<char>(0x80 | (c & 0x3f));
  } else {
    *to++ = static_cast<char>(0xf0 | (c >> 18));
    *to++ = static_cast<char>(0x80 | ((c >> 12) & 0x3f));
    *to++ = static_cast<char>(0x80 | ((c >> 6) & 0x3f));
    *to++ = static_cast<char>(0x80 | (c & 0x3f));
  }
  return to;
}

// Reads the "\uXXXX" (or the surrogate pair) at `at` and returns its length; 0
// when it is none. Its UTF-8 is never longer than its escape.
size_t UnescapeUnicode(std::string_view raw, size_t at, char*& to) {
  const std::optional<uint32_t> unit = CodeUnitAt(raw, at);
  if (!unit.has_value()) return 0;
  if (*unit < 0xd800 || *unit > 0xdfff) {
    to = AppendUtf8(to, *unit);
    return 6;
  }
  const std::optional<uint32_t> low = *unit < 0xdc00 ? CodeUnitAt(raw, at + 6) : std::nullopt;
  if (!low.has_value() || *low < 0xdc00 || *low > 0xdfff) {
    to = AppendUtf8(to, kReplacement);
    return 6;
  }
  to = AppendUtf8(to, 0x10000 + ((*unit - 0xd800) << 10) + (*low - 0xdc00));
  return 12;
}

// The character of a two-character escape, or 0.
char SimpleEscape(char c) {
  switch (c) {
    case 'n':
      return '\n';
    case 't':
      return '\t';
    case 'r':
      return '\r';
    case 'b':
      return '\b';
    case 'f':
      return '\f';
    case '"':
    case '\\':
    case '/':
      return c;
    default:
      return 0;
  }
}

bool IsBlank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

}  // namespace

std::string_view UnescapeJson(std::string_view raw, Arena& arena) {
  const void* first = raw.empty() ? nullptr : std::memchr(raw.data(), '\\', raw.size());
  if (first == nullptr) return raw;
  char* const start = arena.Allocate(raw.size());
  size_t at = static_cast<size_t>(static_cast<const char*>(first) - raw.data());
  std::memcpy(start, raw.data(), at);
  char* to = start + at;
  while (at < raw.size()) {
    const char simple = at + 1 < raw.size() ? SimpleEscape(raw[at + 1]) : '\0';
    if (simple != 0) {
      *to++ = simple;
      at += 2;
    } else if (const size_t length = UnescapeUnicode(raw, at, to); length > 0) {
      at += length;
    } else {
      *to++ = raw[at++];
    }
    const size_t next = std::min(raw.find('\\', at), raw.size());
    std::memcpy(to, raw.data() + at, next - at);
    to += next - at;
    at = next;
  }
  return {start, static_cast<size_t>(to - start)};
}

std::string_view CompactJson(std::string_view raw, Arena& arena, int& depth) {
  depth = 0;
  int open = 0;
  bool in_string = false;
  bool has_blanks = false;
  for (size_t i = 0; i < raw.size(); ++i) {
    const char c = raw[i];
    if (in_string) {
      if (c == '\\') ++i;
      in_string = c != '"';
    } else if (c == '"') {
      in_string = true;
    } else if (c == '[' || c == '{') {
      depth = std::max(depth, ++open);
    } else if (c == ']' || c == '}') {
      --open;
    } else {
      has_blanks |= IsBlank(c);
    }
  }
  if (!has_blanks) return raw;
  char* const to = arena.Allocate(raw.size());
  size_t size = 0;
  in_string = false;
  for (size_t i = 0; i < raw.size(); ++i) {
    if (!in_string && IsBlank(raw[i])) continue;
    if (in_string && raw[i] == '\\' && i + 1 < raw.size())
      to[size++] = raw[i++];
    else if (raw[i] == '"')
      in_string = !in_string;
    to[size++] = raw[i];
  }
  return {to, size};
}

std::string_view EscapeControls(std::string_view json, Arena& arena) {
  constexpr char kHex[] = "0123456789abcdef";
  const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20; };
  const auto controls = static_cast<size_t>(std::count_if(json.begin(), json.end(), is_control));
  char* const start = arena.Allocate(json.size() + controls * 5);
  char* to = start;
  bool in_string = false;
  for (size_t i = 0; i < json.size(); ++i) {
    const char c = json[i];
    if (in_string && is_control(c)) {
      const char escape[] = {'\\', 'u', '0', '0', kHex[(c >> 4) & 15], kHex[c & 15]};
      std::memcpy(to, escape, sizeof(escape));
      to += sizeof(escape);
      continue;
    }
    *to++ = c;
    if (in_string && c == '\\' && i + 1 < json.size() && !is_control(json[i + 1])) {
      *to++ = json[++i];
    } else if (c == '"') {
      in_string = !in_string;
    }
  }
  return {start, static_cast<size_t>(to - start)};
}

std::optional<std::string_view> BytesOfArray(std::string_view raw, Arena& arena) {
  if (raw.size() < 3 || raw.front() != '[' || raw.back() != ']') return std::nullopt;
  raw = raw.substr(1, raw.size() - 2);
  char* const to = arena.Allocate(raw.size() / 2 + 1);
  size_t size = 0;
  while (!raw.empty()) {
    const size_t comma = std::min(raw.find(','), raw.size());
    std::string_view number = raw.substr(0, comma);
    raw.remove_prefix(std::min(comma + 1, raw.size()));
    while (!number.empty() && IsBlank(number.front())) number.remove_prefix(1);
    while (!number.empty() && IsBlank(number.back())) number.remove_suffix(1);
    int value = 0;
    if (number.empty() || number.size() > 3) return std::nullopt;
    for (const char c : number) {
      if (c < '0' || c > '9') return std::nullopt;
      value = value * 10 + (c - '0');
    }
    if (value > 255) return std::nullopt;
    to[size++] = static_cast<char>(value);
  }
  return std::string_view(to, size);
}

}  // namespace faultline::ingest
