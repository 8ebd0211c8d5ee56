// One pass over the bytes with a table of those that can be part of something
// private; a matcher written by hand looks around each. What was found is
// replaced, and the result is looked at again: a mark may now stand where a
// letter hid the start of the next number. The last pass changes nothing, which
// makes a second redaction change nothing either.
#include "ingest/redactor.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

#include "ingest/private_address.h"
#include "ingest/private_number.h"
#include "ingest/private_span.h"
#include "ingest/private_token.h"

namespace faultline::ingest {
namespace {

constexpr int kMaxPasses = 8;  // two in practice

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
      return FindNamedToken(in, at);
    case kEquals:
      return FindNamedToken(in, at);
    case kBearerLetter:
      if (const PrivateSpan span = FindSpokenToken(in, at)) return span;
      return FindPrefixedToken(in, at);
    case kTokenLetter:
      return FindPrefixedToken(in, at);
    default:
      return {};
  }
}

// Calls `found` for each private span of `text`, left to right.
template <typename Found>
void FindAll(std::string_view text, Found found) {
  PrivateText in{text};
  for (size_t i = 0; i < text.size();) {
    const auto trigger = static_cast<Trigger>(kTriggers[static_cast<uint8_t>(text[i])]);
    if (trigger == kNone) {
      ++i;
      continue;
    }
    size_t next = i + 1;
    PrivateSpan span;
    if (trigger == kDigit) {
      while (next < text.size() && IsDigit(text[next])) ++next;
      if (!IsAlpha(in.Before(i))) span = FindNumber(in, i, next - i);
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
  static thread_local std::vector<PrivateSpan> spans;  // keeps its memory
  for (int pass = 0; pass < kMaxPasses; ++pass) {
    spans.clear();
    FindAll(text, [](const PrivateSpan& span) { spans.push_back(span); });
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
