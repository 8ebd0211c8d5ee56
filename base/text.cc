#include "base/text.h"

#include <algorithm>
#include <cstdint>
#include <cstring>

#include "base/byte_block.h"

namespace faultline {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";  // U+FFFD
constexpr uint64_t kHighBits = 0x8080808080808080;
constexpr uint64_t kOnes = 0x0101010101010101;

uint64_t Load8(const char* from) {
  uint64_t word;
  std::memcpy(&word, from, sizeof word);
  return word;
}

// The first byte at or after `p` that is not ASCII; `end` when there is none.
const char* SkipAscii(const char* p, const char* end) {
  while (end - p >= 32 && ((Load8(p) | Load8(p + 8) | Load8(p + 16) | Load8(p + 24)) & kHighBits) == 0) p += 32;
  while (end - p >= 8 && (Load8(p) & kHighBits) == 0) p += 8;
  while (p < end && static_cast<unsigned char>(*p) < 0x80) ++p;
  return p;
}

// Whether one of 8 bytes is below 0x20, is DEL, or is not ASCII.
bool HasUnusual(uint64_t word) {
  const uint64_t below_blank = word - 0x20 * kOnes;
  const uint64_t del = (word ^ (0x7f * kOnes)) - kOnes;
  return ((word | below_blank | del) & kHighBits) != 0;
}

constexpr bool IsPlain(char c) { return (c >= ' ' && c < 0x7f) || c == '\n' || c == '\t'; }

// The first byte at or after `p` that is not printable ASCII, \t or \n.
const char* SkipPlain(const char* p, const char* end) {
  while (p < end) {
    while (end - p >= 8 && !HasUnusual(Load8(p))) p += 8;
    // Rather a few bytes singly than to stop at every line of a stack trace.
    const char* stop = end - p > 8 ? p + 8 : end;
    while (p < stop && IsPlain(*p)) ++p;
    if (p < stop) return p;
  }
  return p;
}

struct Character {
  uint32_t code;
  uint32_t size;  // when ill-formed: of the maximal ill-formed sequence
  bool valid;
};

// Range of the second byte behind `lead` (Unicode 15, table 3-7).
void SecondByteRange(unsigned char lead, unsigned char& low, unsigned char& high) {
  low = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
  high = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
}

// Reads the character at `p` < `end`.
Character Decode(const char* p, const char* end) {
  const auto byte = [p](uint32_t i) { return static_cast<unsigned char>(p[i]); };
  const unsigned char lead = byte(0);
  if (lead < 0x80) return {lead, 1, true};
  if (lead < 0xC2 || lead > 0xF4) return {0, 1, false};
  const uint32_t size = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  const auto available = static_cast<uint32_t>(std::min<ptrdiff_t>(size, end - p));
  unsigned char low = 0, high = 0;
  SecondByteRange(lead, low, high);
  uint32_t code = lead & (0x7F >> size);
  for (uint32_t i = 1; i < available; ++i) {
    if (byte(i) < low || byte(i) > high) return {0, i, false};
    code = code << 6 | (byte(i) & 0x3F);
    low = 0x80;
    high = 0xBF;
  }
  return {code, available, available == size};
}

// The first byte at or after `p` that is not part of well-formed UTF-8.
const char* SkipUtf8(const char* p, const char* end) {
  while ((p = SkipAscii(p, end)) < end) {
    const Character c = Decode(p, end);
    if (!c.valid) return p;
    p += c.size;
  }
  return p;
}

// Characters that show nothing, reorder what is shown, or drive a terminal.
bool IsHarmful(uint32_t code) {
  if (code < 0xA0) return code < 0x20 || code >= 0x7F;
  if (code < 0x2000) return code == 0xAD || code == 0x061C || code == 0x180E;
  if (code < 0x2070) {
    return (code >= 0x200B && code <= 0x200F) || (code >= 0x2028 && code <= 0x202E) || code >= 0x2060;
  }
  return code == 0xFEFF || (code >= 0xFFF9 && code <= 0xFFFB) || (code >= 0xE0000 && code <= 0xE0FFF) ||
         (code & 0xFFFE) == 0xFFFE;
}

// The first byte at or after `p` that SanitiseText would change.
const char* SkipHarmless(const char* p, const char* end) {
  while ((p = SkipPlain(p, end)) < end) {
    const Character c = Decode(p, end);
    if (!c.valid || IsHarmful(c.code)) return p;
    p += c.size;
  }
  return p;
}

// Passes the pieces of the sanitised `text` to `append`, in order.
template <typename Append>
void Sanitise(std::string_view text, Append append) {
  const char* p = text.data();
  const char* const end = p + text.size();
  while (p < end) {
    const char* stop = SkipHarmless(p, end);
    append(std::string_view(p, static_cast<size_t>(stop - p)));
    if (stop == end) return;
    const bool line_end = *stop == '\r' && stop + 1 < end && stop[1] == '\n';
    if (!line_end) append(kReplacement);
    p = stop + (line_end ? 1 : Decode(stop, end).size);
  }
}

}  // namespace

bool IsUtf8(std::string_view text) {
  const char* end = text.data() + text.size();
  return SkipUtf8(text.data(), end) == end;
}

bool IsPlainText(std::string_view text) {
  static constexpr ByteSet kPlain(IsPlain);
  return text.empty() || AllIn(text, kPlain);
}

std::string_view RepairUtf8(std::string_view text, Arena& arena) {
  const char* const end = text.data() + text.size();
  const char* stop = SkipUtf8(text.data(), end);
  if (stop == end) return text;
  size_t size = text.size();
  for (const char* p = stop; p < end; p = SkipUtf8(p, end)) {
    const uint32_t bad = Decode(p, end).size;
    size += kReplacement.size() - bad;
    p += bad;
  }
  char* const copy = arena.Allocate(size);
  char* to = copy;
  for (const char* p = text.data();; stop = SkipUtf8(p, end)) {
    to = std::copy(p, stop, to);
    if (stop == end) return {copy, size};
    to = std::copy(kReplacement.begin(), kReplacement.end(), to);
    p = stop + Decode(stop, end).size;
  }
}

std::string_view SanitiseText(std::string_view text, Arena& arena) {
  const char* const end = text.data() + text.size();
  if (SkipHarmless(text.data(), end) == end) return text;
  size_t size = 0;
  Sanitise(text, [&size](std::string_view piece) { size += piece.size(); });
  char* const copy = arena.Allocate(size);
  char* to = copy;
  Sanitise(text, [&to](std::string_view piece) { to = std::copy(piece.begin(), piece.end(), to); });
  return {copy, size};
}

std::string TerminalText(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  Sanitise(text, [&result](std::string_view piece) { result += piece; });
  std::replace(result.begin(), result.end(), '\t', ' ');
  return result;
}

std::string TerminalLine(std::string_view text) {
  std::string result = TerminalText(text);
  std::replace(result.begin(), result.end(), '\n', ' ');
  return result;
}

std::string_view CutUtf8(std::string_view text, size_t limit) {
  if (text.size() <= limit) return text;
  size_t cut = limit;
  // A character has at most three continuation bytes; more are no UTF-8.
  while (cut > 0 && limit - cut < 3 && (static_cast<unsigned char>(text[cut]) & 0xC0) == 0x80) --cut;
  if ((static_cast<unsigned char>(text[cut]) & 0xC0) == 0x80) cut = limit;
  return text.substr(0, cut);
}

}  // namespace faultline
