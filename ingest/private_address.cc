#include "ingest/private_address.h"

#include <algorithm>

namespace faultline::ingest {
namespace {

constexpr size_t kMaxLocalBytes = 64;  // RFC 5321
constexpr int kIpv6Groups = 8;

bool IsLocalByte(char c) {
  return IsAlnum(c) || IsHigh(c) || c == '.' || c == '_' || c == '%' || c == '+' || c == '-' || c == '\'';
}

// Where the local part that ends at `at` begins.
size_t LocalBegin(const PrivateText& in, size_t at) {
  size_t begin = at;
  while (begin > in.floor && at - begin < kMaxLocalBytes && IsLocalByte(in.text[begin - 1])) --begin;
  const auto continues = [&in](size_t i) { return (static_cast<unsigned char>(in.text[i]) & 0xC0) == 0x80; };
  while (begin < at && continues(begin)) ++begin;  // never half a character
  while (begin < at && (in.text[begin] == '\'' || in.text[begin] == '.' || in.text[begin] == '-')) ++begin;
  return begin;
}

// The end of the letters at `at`; those beyond ASCII only where a name in
// another script began.
size_t TopLevelEnd(const PrivateText& in, size_t at) {
  const bool ascii = !IsHigh(in.At(at));
  if (ascii && WordAt(in, at, "xn--")) {
    at += 4;
    while (IsAlnum(in.At(at))) ++at;
    return at;
  }
  while (IsAlpha(in.At(at)) || (!ascii && IsHigh(in.At(at)))) ++at;
  return at;
}

bool IsUnitSuffix(std::string_view top) {
  static constexpr std::string_view kUnits[] = {"service", "socket", "target", "timer", "slice",
                                                "mount",   "device", "scope",  "swap",  "path"};
  return std::find(std::begin(kUnits), std::end(kUnits), top) != std::end(kUnits);
}

// The end of the domain that begins at `at`, or 0.
size_t DomainEnd(const PrivateText& in, size_t at) {
  size_t best = 0;
  bool foreign = false;
  for (size_t i = at; IsAlnum(in.At(i)) || IsHigh(in.At(i)) || in.At(i) == '-' || in.At(i) == '.'; ++i) {
    foreign = foreign || IsHigh(in.At(i));
    if (in.At(i) != '.' || i == at) continue;
    if (IsHigh(in.At(i + 1)) && !foreign) break;
    const size_t end = TopLevelEnd(in, i + 1);
    const char next = in.At(end);
    if (end - i <= 2 || IsDigit(next) || next == '_') continue;
    if (!IsUnitSuffix(in.text.substr(i + 1, end - i - 1))) best = end;
  }
  return best;
}

// Takes a number up to 255 at `at`; leaves `at` behind it.
bool TakeOctet(const PrivateText& in, size_t& at, int& value) {
  size_t digits = 0;
  value = 0;
  for (; digits < 4 && IsDigit(in.At(at)); ++digits, ++at) value = value * 10 + (in.At(at) - '0');
  return digits >= 1 && digits <= 3 && value <= 255;
}

// The end of the four octets at `at`, or 0.
size_t OctetsEnd(const PrivateText& in, size_t at, int& after_first) {
  after_first = 0;
  for (int octet = 0; octet < 4; ++octet) {
    int value = 0;
    if (octet > 0 && in.At(at++) != '.') return 0;
    if (!TakeOctet(in, at, value)) return 0;
    if (octet > 0) after_first |= value;
  }
  const char next = in.At(at);
  if (IsAlnum(next) || next == '_' || (next == '.' && IsDigit(in.At(at + 1)))) return 0;
  return at;
}

// The state of reading an IPv6 address from left to right.
struct Ipv6Reader {
  const PrivateText& in;
  size_t at;
  int groups = 0;
  bool compressed = false;
  bool digit = false;

  // One to four hex digits.
  bool TakeGroup() {
    const size_t begin = at;
    for (; IsHex(in.At(at)); ++at) digit = digit || IsDigit(in.At(at));
    if (at == begin || at - begin > 4) return false;
    ++groups;
    return true;
  }

  // An IPv4 address in place of the last two groups.
  bool TakeIpv4() {
    int ignored = 0;
    size_t dot = at;
    while (IsDigit(in.At(dot)) && dot - at < 4) ++dot;
    const size_t end = in.At(dot) == '.' ? OctetsEnd(in, at, ignored) : 0;
    if (end == 0) return false;
    at = end;
    groups += 2;
    return digit = true;
  }

  // Everything up to the end; false when it is no address.
  bool Take() {
    if (in.At(at) != ':' && !TakeGroup()) return false;
    while (groups < kIpv6Groups && in.At(at) == ':') {
      const bool pair = in.At(at + 1) == ':';
      if (pair && compressed) return false;
      if (!pair && !IsHex(in.At(at + 1))) break;  // a ":" of the sentence
      compressed = compressed || pair;
      at += pair ? 2 : 1;
      if (TakeIpv4()) break;
      if (!IsHex(in.At(at))) break;
      if (!TakeGroup()) return false;
    }
    const char next = in.At(at);
    if (IsAlnum(next) || next == '_' || (next == ':' && (IsHex(in.At(at + 1)) || in.At(at + 1) == ':'))) return false;
    if (!compressed) return groups == kIpv6Groups;
    return groups < kIpv6Groups && digit && (groups > 1 || in.At(at - 1) != ':');  // "1::" is none
  }
};

}  // namespace

PrivateSpan FindEmail(const PrivateText& in, size_t at) {
  size_t domain = at + 1;
  if (in.At(at) == '%') {
    if (in.At(at + 1) != '4' || in.At(at + 2) != '0') return {};
    domain = at + 3;
  }
  const size_t begin = LocalBegin(in, at);
  if (begin == at) return {};
  const size_t end = DomainEnd(in, domain);
  if (end == 0) return {};
  return {begin, end, "<email>"};
}

PrivateSpan FindIpv4(const PrivateText& in, size_t at) {
  const char before = in.Before(at);
  if (IsAlnum(before) || (before == '.' && at >= 2 && IsDigit(in.Before(at - 1)))) return {};
  int after_first = 0;
  const size_t end = OctetsEnd(in, at, after_first);
  if (end == 0) return {};
  // "Chrome/120.0.0.0", but not "db/10.0.0.1".
  if (before == '/' && after_first == 0 && at >= 2 && IsAlpha(in.Before(at - 1))) return {};
  if (NameEndsWith(NameBefore(in, at), "version")) return {};
  return {at, end, "<ip>"};
}

PrivateSpan FindIpv6(const PrivateText& in, size_t at) {
  const char next = in.At(at + 1);
  if (next != ':' && !IsHex(next)) return {};
  size_t begin = at;
  while (begin > in.floor && at - begin < 5 && IsHex(in.text[begin - 1])) --begin;
  if (at - begin > 4) return {};
  const char before = in.Before(begin);
  if (IsAlnum(before) || before == '_' || before == ':') return {};
  if (begin == at && next != ':') return {};
  Ipv6Reader reader{in, begin};
  if (!reader.Take()) return {};
  return {begin, reader.at, "<ip>"};
}

}  // namespace faultline::ingest
