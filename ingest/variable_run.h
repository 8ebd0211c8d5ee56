// Recognisers of what varies in a message: where a date, an id, an address or
// a number that starts at a given place ends. Used by MaskMessage alone.
//
// All are pure, read only inside `text` and look at a bounded number of bytes.
// A position of npos means "not one of these".
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace faultline::ingest {

// Bits of a byte's class.
enum CharClass : uint8_t {
  kDigit = 1,
  kHexLetter = 2,    // a-f A-F
  kOtherLetter = 4,  // the rest of the alphabet, and every byte of a non-ASCII character
  kUnderscore = 8,
  kUpper = 16,
  kLower = 32,
  kSpecial = 64,  // quotes, '<' and store::kTemplateHole: may begin a run without being part of a word
};
inline constexpr uint8_t kWordChar = kDigit | kHexLetter | kOtherLetter | kUnderscore;

constexpr std::array<uint8_t, 256> MakeCharClasses() {
  std::array<uint8_t, 256> classes{};
  for (int c = '0'; c <= '9'; ++c) classes[c] = kDigit;
  for (int c = 'a'; c <= 'z'; ++c) classes[c] = kLower | (c <= 'f' ? kHexLetter : kOtherLetter);
  for (int c = 'A'; c <= 'Z'; ++c) classes[c] = kUpper | (c <= 'F' ? kHexLetter : kOtherLetter);
  for (int c = 0x80; c <= 0xff; ++c) classes[c] = kOtherLetter;
  classes['_'] = kUnderscore;
  for (const char c : {'"', '\'', '<', '\x01'}) classes[static_cast<unsigned char>(c)] = kSpecial;
  return classes;
}
inline constexpr std::array<uint8_t, 256> kCharClasses = MakeCharClasses();

inline uint8_t ClassOf(char c) { return kCharClasses[static_cast<unsigned char>(c)]; }
inline bool IsDigit(char c) { return c >= '0' && c <= '9'; }
inline bool IsWordChar(char c) { return (ClassOf(c) & kWordChar) != 0; }

// 8-4-4-4-12 hex digits.
size_t UuidEnd(std::string_view text, size_t start);
// A date, a date and time (ISO 8601, 2026/11/24, 24/Nov/2026:15:00:00 +0000),
// or a time of day (15:00:00). `start` is at its first digit.
size_t TimeEnd(std::string_view text, size_t start);
// Where a "Nov " or "Tue Nov " before the day of the month at `day` begins,
// not before `floor`; `day` itself when there is none.
size_t MonthStart(std::string_view text, size_t day, size_t floor);
// An IPv6 or hardware address that has a digit.
size_t ColonAddressEnd(std::string_view text, size_t start);
// One of the redactor's marks, such as "<email>".
size_t RedactionMarkEnd(std::string_view text, size_t start);
// A long random token (base64 and its URL form) that begins with the word
// [start, word_end); `word_end` when it is not one.
size_t LongTokenEnd(std::string_view text, size_t start, size_t word_end);
// Where the variable part of the quoted text [start, end) begins: behind the
// method in "GET /inbox HTTP/1.1", else at `start`.
size_t RequestTarget(std::string_view text, size_t start, size_t end);
// Whether `word`, in any case, is a technical term that has a digit: "ssh2",
// "sha256", "ipv4", "x86".
bool IsTermWithDigits(std::string_view word);
// Whether the number [start, end) says what happened and is no measure:
// "http 503", "status=2", "HTTP/1.1", "errno 104", "exit code 137".
bool IsStatusNumber(std::string_view text, size_t start, size_t end);

}  // namespace faultline::ingest
