#include "ingest/variable_run.h"

#include <algorithm>

namespace faultline::ingest {
namespace {

constexpr size_t kNone = std::string_view::npos;
constexpr std::array<std::string_view, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
constexpr std::array<std::string_view, 7> kWeekdays = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
// RFC 9110 and RFC 5789.
constexpr std::array<std::string_view, 9> kMethods = {"GET",   "POST",  "PUT",     "HEAD",   "DELETE",
                                                      "PATCH", "TRACE", "OPTIONS", "CONNECT"};
// Names of standards, formats, algorithms and platforms; sorted.
constexpr std::array<std::string_view, 65> kTermsWithDigits = {
    "a2dp", "aes128", "aes256", "amd64",  "arm64",  "base32", "base64", "bz2",    "crc32", "ec2",    "es256",
    "ext2", "ext3",   "ext4",   "fat32",  "h264",   "h265",   "http1",  "http2",  "http3", "i18n",   "i386",
    "i686", "ipv4",   "ipv6",   "k8s",    "l10n",   "l2cap",  "l2tp",   "latin1", "log4j", "log4j2", "lz4",
    "md5",  "mp3",    "mp4",    "mpeg4",  "oauth1", "oauth2", "p2p",    "pbkdf2", "pkcs7", "rs256",  "s3",
    "sha1", "sha2",   "sha256", "sha384", "sha512", "socks4", "socks5", "ssh1",   "ssh2",  "tcp4",   "tcp6",
    "udp4", "udp6",   "utf16",  "utf32",  "utf8",   "w3c",    "wpa2",   "x509",   "x64",   "x86"};
// What the redactor and the rules leave in place of what they take out.
constexpr std::array<std::string_view, 8> kMarks = {"<phone>", "<email>", "<ip>",          "<token>",
                                                    "<card>",  "<imei>",  "<coordinates>", "<redacted>"};

char At(std::string_view text, size_t i) { return i < text.size() ? text[i] : '\0'; }
bool IsHex(char c) { return (ClassOf(c) & (kDigit | kHexLetter)) != 0; }

template <size_t N>
bool IsOneOf(std::string_view word, const std::array<std::string_view, N>& words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

// Whether `text` has exactly `count` digits at `i`.
bool DigitsAt(std::string_view text, size_t i, size_t count) {
  for (size_t k = 0; k < count; ++k) {
    if (!IsDigit(At(text, i + k))) return false;
  }
  return !IsDigit(At(text, i + count));
}

// [.,]digits
size_t SkipFraction(std::string_view text, size_t i) {
  if ((At(text, i) != '.' && At(text, i) != ',') || !IsDigit(At(text, i + 1))) return i;
  ++i;
  while (IsDigit(At(text, i))) ++i;
  return i;
}

// hh:mm:ss with a fraction; kNone when there is none at `i`.
size_t ClockEnd(std::string_view text, size_t i) {
  const size_t hour = DigitsAt(text, i, 2) ? 2 : DigitsAt(text, i, 1) ? 1 : 0;
  if (hour == 0 || At(text, i + hour) != ':') return kNone;
  i += hour + 1;
  if (!DigitsAt(text, i, 2) || At(text, i + 2) != ':' || !DigitsAt(text, i + 3, 2)) return kNone;
  if (At(text, i + 5) == ':') return kNone;  // six groups of two are no time
  return SkipFraction(text, i + 5);
}

// Z, +hh:mm, +hhmm, +hh, with a blank before a sign.
size_t SkipZone(std::string_view text, size_t i) {
  if (At(text, i) == 'Z' && !IsWordChar(At(text, i + 1))) return i + 1;
  const size_t sign = At(text, i) == ' ' ? i + 1 : i;
  if (At(text, sign) != '+' && At(text, sign) != '-') return i;
  if (DigitsAt(text, sign + 1, 4)) return sign + 5;
  if (!DigitsAt(text, sign + 1, 2)) return i;
  return At(text, sign + 3) == ':' && DigitsAt(text, sign + 4, 2) ? sign + 6 : sign + 3;
}

size_t IsoDateEnd(std::string_view text, size_t start) {
  const char separator = At(text, start + 4);
  if (!DigitsAt(text, start, 4) || !DigitsAt(text, start + 5, 2) || At(text, start + 7) != separator) return kNone;
  if (!DigitsAt(text, start + 8, 2)) return kNone;
  const size_t end = start + 10;
  const char joint = At(text, end);
  if (joint == 'T' || joint == 't' || joint == ' ') {
    const size_t clock = ClockEnd(text, end + 1);
    if (clock != kNone) return SkipZone(text, clock);
  }
  return IsWordChar(joint) ? kNone : end;
}

// 24/Nov/2026:15:00:00 +0000
size_t CommonLogTimeEnd(std::string_view text, size_t start) {
  if (!DigitsAt(text, start, 2) || text.size() < start + 11 || text[start + 6] != '/') return kNone;
  if (!IsOneOf(text.substr(start + 3, 3), kMonths) || !DigitsAt(text, start + 7, 4)) return kNone;
  const size_t end = start + 11;
  if (At(text, end) != ':') return end;
  const size_t clock = ClockEnd(text, end + 1);
  return clock == kNone ? end : SkipZone(text, clock);
}

char Lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

// Whether `word` ends in `tail` (lower case) at a joint of words: "status",
// "http_status", "httpStatus", but not "barcode" for "code".
bool EndsInWord(std::string_view word, std::string_view tail) {
  if (word.size() < tail.size() || Lower(word.back()) != tail.back()) return false;
  const size_t at = word.size() - tail.size();
  for (size_t i = 0; i < tail.size(); ++i) {
    if (Lower(word[at + i]) != tail[i]) return false;
  }
  return at == 0 || word[at - 1] == '_' || (word[at] >= 'A' && word[at] <= 'Z' && Lower(word[at - 1]) == word[at - 1]);
}

// Whether "HTTP/1.1" or "HTTP/2" ends at `end`.
bool EndsInHttpVersion(std::string_view text, size_t end) {
  const std::string_view before = text.substr(0, end);
  if (before.size() >= 8 && before.substr(before.size() - 8, 5) == "HTTP/" && before[end - 2] == '.') return true;
  return before.size() >= 6 && before.substr(before.size() - 6, 5) == "HTTP/";
}

}  // namespace

size_t UuidEnd(std::string_view text, size_t start) {
  if (text.size() < start + 36) return kNone;
  for (size_t i = 0; i < 36; ++i) {
    const char c = text[start + i];
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    if (dash ? c != '-' : !IsHex(c)) return kNone;
  }
  return IsWordChar(At(text, start + 36)) ? kNone : start + 36;
}

size_t TimeEnd(std::string_view text, size_t start) {
  const char fifth = At(text, start + 4);
  if ((fifth == '-' || fifth == '/') && IsDigit(At(text, start + 3))) return IsoDateEnd(text, start);
  if (At(text, start + 2) == '/') return CommonLogTimeEnd(text, start);
  const size_t clock = ClockEnd(text, start);
  if (clock == kNone) return kNone;
  const size_t end = SkipZone(text, clock);
  return IsWordChar(At(text, end)) ? kNone : end;
}

size_t MonthStart(std::string_view text, size_t day, size_t floor) {
  size_t i = day;
  while (i > floor && text[i - 1] == ' ' && day - i < 2) --i;
  if (i == day || i < floor + 3 || !(ClassOf(text[i - 3]) & kUpper) || !IsOneOf(text.substr(i - 3, 3), kMonths))
    return day;
  i -= 3;
  if (i > floor && IsWordChar(text[i - 1])) return day;
  if (i >= floor + 4 && text[i - 1] == ' ' && IsOneOf(text.substr(i - 4, 3), kWeekdays)) i -= 4;
  return i > floor && IsWordChar(text[i - 1]) ? day : i;
}

size_t ColonAddressEnd(std::string_view text, size_t start) {
  size_t groups = 0, pairs = 0, i = start;
  bool gap = false;
  while (true) {
    size_t digits = 0;
    while (digits < 5 && IsHex(At(text, i + digits))) ++digits;
    if (digits > 4 || (digits == 0 && !gap)) return kNone;
    if (digits > 0) ++groups;
    if (digits == 2) ++pairs;
    i += digits;
    if (At(text, i) != ':' || groups == 8) break;
    ++i;
    if (At(text, i) == ':' && !gap) {
      gap = true;
      ++i;
      if (!IsHex(At(text, i))) break;  // "fe80::"
    }
  }
  if (IsWordChar(At(text, i))) return kNone;
  return gap || groups == 8 || (groups == 6 && pairs == 6) ? i : kNone;
}

size_t RedactionMarkEnd(std::string_view text, size_t start) {
  for (const std::string_view mark : kMarks) {
    if (At(text, start + 1) == mark[1] && text.substr(start, mark.size()) == mark) return start + mark.size();
  }
  return kNone;
}

size_t LongTokenEnd(std::string_view text, size_t start, size_t word_end) {
  constexpr size_t kShortest = 20;
  uint8_t seen = 0;
  for (size_t i = start; i < word_end; ++i) seen |= ClassOf(text[i]);
  if ((seen & (kUpper | kLower)) != (kUpper | kLower)) return word_end;
  size_t end = word_end;
  while (true) {
    size_t next = end;
    while (At(text, next) == '-' || At(text, next) == '+' || At(text, next) == '/' || At(text, next) == '_') ++next;
    size_t i = next;
    uint8_t classes = 0;
    while (i < text.size() && (ClassOf(text[i]) & kWordChar)) classes |= ClassOf(text[i++]);
    const bool random = (classes & kDigit) || (classes & (kUpper | kLower)) == (kUpper | kLower);
    if (next == end || i == next || !random) break;
    end = i;
  }
  while (At(text, end) == '=') ++end;
  return end - start >= kShortest ? end : word_end;
}

size_t RequestTarget(std::string_view text, size_t start, size_t end) {
  const std::string_view quoted = text.substr(start, end - start);
  const size_t blank = quoted.substr(0, 8).find(' ');
  if (blank == kNone || !IsOneOf(quoted.substr(0, blank), kMethods)) return start;
  return start + blank + 1;
}

bool IsTermWithDigits(std::string_view word) {
  char lower[8];
  if (word.size() < 2 || word.size() > sizeof(lower)) return false;
  std::transform(word.begin(), word.end(), lower, Lower);
  return std::binary_search(kTermsWithDigits.begin(), kTermsWithDigits.end(), std::string_view(lower, word.size()));
}

bool IsStatusNumber(std::string_view text, size_t start, size_t end) {
  size_t i = start;
  while (i > 0 && start - i < 2 && std::string_view(" =:/(#").find(text[i - 1]) != kNone) --i;
  if (i > 0 && text[i] == ':' && text[i - 1] == '"') --i;  // the key of a JSON object
  if (i == start || i == 0) return false;
  const char separator = text[i];
  size_t word = i;
  while (word > 0 && i - word < 32 && IsWordChar(text[word - 1])) --word;
  const std::string_view before = text.substr(word, i - word);
  const size_t digits = end - start;
  if (separator == '/') return before == "HTTP";  // the protocol's version
  if (digits > 5) return false;
  if (EndsInWord(before, "errno")) return true;
  if (EndsInWord(before, "code")) return digits <= 4;
  if (digits > 3) return false;
  if (EndsInWord(before, "http") || EndsInWord(before, "status") || EndsInWord(before, "signal")) return true;
  return digits == 3 && EndsInHttpVersion(text, i);
}

}  // namespace faultline::ingest
