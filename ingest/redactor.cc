// One pass over the bytes with a table of those that can be part of something
// private. Most turn out harmless by their neighbours alone; for the others a
// matcher written by hand looks around. Where what was taken out stood close to
// other digits, the result is looked at again: a mark may now stand where a
// letter hid the end of a number. So a second redaction changes nothing.
#include "ingest/redactor.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

#include "base/byte_block.h"
#include "ingest/private_address.h"
#include "ingest/private_number.h"
#include "ingest/private_span.h"
#include "ingest/private_token.h"

namespace faultline::ingest {
namespace {

constexpr int kMaxPasses = 8;       // one in practice
constexpr size_t kReachBytes = 32;  // how far a matcher may have looked ahead

enum Trigger : uint8_t { kNone, kDigit, kAt, kPercent, kPlus, kColon, kEquals, kTokenLetter, kBearerLetter };

constexpr std::array<uint8_t, 256> MakeTriggers() {
  std::array<uint8_t, 256> table{};
  for (char c = '0'; c <= '9'; ++c) table[static_cast<uint8_t>(c)] = kDigit;
  for (const char c : {'_', 'x', 'K', 'z', 'J'}) table[static_cast<uint8_t>(c)] = kTokenLetter;
  for (const char c : {'b', 'B'}) table[static_cast<uint8_t>(c)] = kBearerLetter;
  table['k'] = kBearerLetter;
  table['@'] = kAt;
  table['%'] = kPercent;
  table['+'] = kPlus;
  table[':'] = kColon;
  table['='] = kEquals;
  return table;
}
constexpr std::array<uint8_t, 256> kTriggers = MakeTriggers();
constexpr ByteSet kTriggerSet([](char c) { return kTriggers[static_cast<uint8_t>(c)] != kNone; });

// Whether a run of `digits` digits and what stands behind it can be private.
bool CanBePrivate(const PrivateText& in, size_t at, size_t digits) {
  if (digits >= 7) return true;
  const char next = in.At(at + digits);
  switch (next) {
    case '.':
      return digits <= 3;
    case ' ':
      return digits == 4 && IsDigit(in.At(at + digits + 1));
    case '-':
    case '/':
      return digits >= 3 && IsDigit(in.At(at + digits + 1));
    case ')':
      return digits == 3;
    default:
      return false;
  }
}

// The finders in turn; the first that finds something wins.
PrivateSpan FindNumber(const PrivateText& in, size_t at, size_t digits) {
  if (digits <= 3 && in.At(at + digits) == '.') {
    if (const PrivateSpan span = FindIpv4(in, at)) return span;
    if (const PrivateSpan span = FindCoordinates(in, at, digits)) return span;
  }
  if (const PrivateSpan span = FindCard(in, at, digits)) return span;
  if (const PrivateSpan span = FindImei(in, at, digits)) return span;
  return FindNationalPhone(in, at, digits);
}

// Whether the letters before a "=" or ":" allow a name of something secret.
bool MayBeNamed(const PrivateText& in, size_t at) {
  const char last = in.Before(at);
  if (!IsAlpha(last)) return last == '"' || last == '\'' || last == ' ' || last == '\\';
  const char before = at > in.floor ? Lower(in.Before(at - 1)) : '\0';
  switch (Lower(last)) {
    case 'n':  // token, authorization
      return before == 'e' || before == 'o';
    case 'y':  // api_key
      return before == 'e';
    case 'd':  // password, pwd, sessionid
      return before == 'r' || before == 'w' || before == 'i';
    case 't':  // secret
      return before == 'e';
    case 'e':  // passphrase
      return before == 's';
    default:
      return false;
  }
}

// Whether the neighbours of a letter allow a prefix of a token.
bool MayBeToken(const PrivateText& in, size_t at) {
  const char before = in.Before(at), next = in.At(at + 1);
  switch (in.At(at)) {
    case 'k':
      return next == '_' || next == '-' || (next == 'e' && Lower(before) == 'o');
    case 'K':
      return (next == 'I' && before == 'A') || next == 'E';
    case 'b':
    case 'B':
      return Lower(next) == 'e' || Lower(next) == 'a';
    case '_':
      return before == 't' || (at >= in.floor + 2 && in.Before(at - 1) == 'h');
    case 'x':
      return next == 'o';
    case 'z':
      return before == 'I';
    default:
      return before == 'y';
  }
}

PrivateSpan FindAt(const PrivateText& in, size_t at, Trigger trigger) {
  switch (trigger) {
    case kAt:
      return FindEmail(in, at);
    case kPercent:
      if (const PrivateSpan span = FindEmail(in, at)) return span;
      return FindInternationalPhone(in, at);
    case kPlus:
      return FindInternationalPhone(in, at);
    case kColon:
      if (const PrivateSpan span = FindIpv6(in, at)) return span;
      return MayBeNamed(in, at) ? FindNamedToken(in, at) : PrivateSpan{};
    case kEquals:
      return MayBeNamed(in, at) ? FindNamedToken(in, at) : PrivateSpan{};
    case kBearerLetter:
      if (!MayBeToken(in, at)) return {};
      if (const PrivateSpan span = FindSpokenToken(in, at)) return span;
      return FindPrefixedToken(in, at);
    case kTokenLetter:
      return MayBeToken(in, at) ? FindPrefixedToken(in, at) : PrivateSpan{};
    default:
      return {};
  }
}

// Calls `found` for each private span of `text`, left to right.
template <typename Found>
void FindAll(std::string_view text, Found found) {
  PrivateText in{text};
  ByteScan triggers(text, kTriggerSet);
  for (size_t i = triggers.Next(0); i < text.size(); i = triggers.Next(i)) {
    const auto trigger = static_cast<Trigger>(kTriggers[static_cast<uint8_t>(text[i])]);
    size_t next = i + 1;
    PrivateSpan span;
    if (trigger == kDigit) {
      while (next < text.size() && IsDigit(text[next])) ++next;
      if (!IsAlpha(in.Before(i)) && CanBePrivate(in, i, next - i)) span = FindNumber(in, i, next - i);
    } else {
      span = FindAt(in, i, trigger);
    }
    if (span) {
      found(span);
      in.floor = next = span.end;
    }
    i = next;
  }
}

// Whether a matcher could see something else before `span` once it is a mark:
// digits that looked into it, or a word that ran on into it.
bool MattersToItsLeft(std::string_view text, size_t floor, const PrivateSpan& span) {
  const size_t from = span.begin > floor + kReachBytes ? span.begin - kReachBytes : floor;
  if (span.begin == from) return false;
  constexpr std::string_view kEnds = " =:,;\"'/([{<>\n\t";
  if (kEnds.find(text[span.begin - 1]) == std::string_view::npos) return true;
  return std::any_of(text.begin() + static_cast<ptrdiff_t>(from), text.begin() + static_cast<ptrdiff_t>(span.begin),
                     IsDigit);
}

std::string_view Replace(std::string_view text, const std::vector<PrivateSpan>& spans, Arena& arena) {
  size_t size = text.size();
  for (const PrivateSpan& span : spans) size += span.mark.size() - (span.end - span.begin);
  char* const copy = arena.Allocate(size);
  char* to = copy;
  size_t from = 0;
  for (const PrivateSpan& span : spans) {
    to = std::copy(text.begin() + static_cast<ptrdiff_t>(from), text.begin() + static_cast<ptrdiff_t>(span.begin), to);
    to = std::copy(span.mark.begin(), span.mark.end(), to);
    from = span.end;
  }
  std::copy(text.begin() + static_cast<ptrdiff_t>(from), text.end(), to);
  return {copy, size};
}

}  // namespace

std::string_view Redactor::Redact(std::string_view text, Arena& arena) const {
  if (show_private_) return text;
  static thread_local std::vector<PrivateSpan> spans;  // keeps its memory
  bool again = true;
  for (int pass = 0; again && pass < kMaxPasses; ++pass) {
    spans.clear();
    again = false;
    size_t floor = 0;
    FindAll(text, [&](const PrivateSpan& span) {
      again = again || MattersToItsLeft(text, floor, span);
      floor = span.end;
      spans.push_back(span);
    });
    if (spans.empty()) break;
    text = Replace(text, spans, arena);
  }
  return text;
}

bool Redactor::IsDeniedField(std::string_view key) {
  // Whole names, and names that end so, without their _ and -.
  static constexpr std::string_view kNames[] = {
      "body",    "messagebody", "messagetext", "chatmessage", "plaintext", "cvv",      "cvc",         "pin",
      "otp",     "ssn",         "lat",         "lon",         "lng",       "latitude", "longitude",   "auth",
      "cookies", "credentials", "tel",         "email",       "emailaddr", "phone",    "geolocation", "iban"};
  static constexpr std::string_view kEndings[] = {
      "password",   "passwd",    "passphrase", "pwd",        "secret",     "token",       "apikey",     "authorization",
      "cookie",     "accesskey", "secretkey",  "privatekey", "sessionkey", "authkey",     "credential", "phonenumber",
      "cardnumber", "msisdn",    "imei",       "imsi",       "iccid",      "mailaddress", "jsessionid"};
  const std::string_view last = key.substr(key.rfind('.') + 1);  // npos + 1 is 0
  if (last.empty() || last.size() > 64) return false;
  std::array<char, 64> plain;
  size_t n = 0;
  for (const char c : last) {
    if (c != '_' && c != '-') plain[n++] = Lower(c);
  }
  const std::string_view name(plain.data(), n);
  return std::find(std::begin(kNames), std::end(kNames), name) != std::end(kNames) ||
         std::any_of(std::begin(kEndings), std::end(kEndings), [name](std::string_view ending) {
           return name.size() >= ending.size() && name.substr(name.size() - ending.size()) == ending;
         });
}

}  // namespace faultline::ingest
