#include "ingest/private_number.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace faultline::ingest {
namespace {

constexpr size_t kMaxPhoneDigits = 15;  // E.164
constexpr size_t kMinPhoneDigits = 8;
constexpr size_t kFullPhoneDigits = 10;  // a blank behind so many ends the number
constexpr size_t kNearBytes = 16;

size_t DigitsAt(const PrivateText& in, size_t at) {
  size_t n = 0;
  while (IsDigit(in.At(at + n))) ++n;
  return n;
}

// Whether digits that end at `end` go on as a word, fraction, id or UUID.
bool GoesOn(const PrivateText& in, size_t end) {
  const char next = in.At(end);
  if (IsAlnum(next) || next == '_') return true;
  if (next != '-' && next != '.') return false;
  if (IsDigit(in.At(end + 1))) return true;
  size_t hex = end + 1;
  while (next == '-' && IsHex(in.At(hex))) ++hex;
  return hex - end > 4 && !IsAlnum(in.At(hex));
}

// Whether digits at `at` continue a word, fraction, id or UUID.
bool ComesFrom(const PrivateText& in, size_t at) {
  const char before = in.Before(at);
  if (IsAlnum(before) || before == '_') return true;
  if (before != '-' && before != '.') return false;
  size_t word = at - 1;
  while (word > in.floor && IsHex(in.text[word - 1])) --word;
  const bool hex_group = word + 1 < at && !IsAlnum(in.Before(word));
  return hex_group || in.Before(at - 1) == '_';
}

// The length of what separates two groups of a phone number at `at`, or 0.
size_t SeparatorAt(const PrivateText& in, size_t at) {
  size_t n = 0;
  for (bool blank = false; n < 3; ++n) {
    const char c = in.At(at + n);
    if (c == ' ' && blank) return 0;
    blank = blank || c == ' ';
    if (c != ' ' && c != '-' && c != '.' && c != '(' && c != ')' && c != '/') break;
  }
  return IsDigit(in.At(at + n)) ? n : 0;
}

struct Issuer {
  int low, high;  // of the first 4 digits
  size_t min_digits, max_digits;
};

bool HasIssuer(std::string_view digits) {
  static constexpr Issuer kIssuers[] = {
      {2221, 2720, 16, 16},                                                                    // Mastercard
      {3000, 3059, 14, 14}, {3400, 3499, 15, 15}, {3528, 3589, 16, 19}, {3600, 3699, 14, 14},  // Diners, Amex, JCB
      {3700, 3799, 15, 15}, {3800, 3999, 14, 14},                                              // Amex, Diners
      {4000, 4999, 13, 13}, {4000, 4999, 16, 16}, {4000, 4999, 19, 19},                        // Visa
      {5018, 5018, 16, 19}, {5020, 5020, 16, 19}, {5038, 5038, 16, 19},                        // Maestro
      {5100, 5599, 16, 16}, {5893, 5893, 16, 19}, {6011, 6011, 16, 19}, {6200, 6299, 16, 19},  // UnionPay, Discover
      {6304, 6304, 16, 19}, {6440, 6599, 16, 19}, {6759, 6763, 16, 19}};
  int first = 0;
  std::from_chars(digits.data(), digits.data() + 4, first);
  return std::any_of(std::begin(kIssuers), std::end(kIssuers), [&](const Issuer& issuer) {
    return first >= issuer.low && first <= issuer.high && digits.size() >= issuer.min_digits &&
           digits.size() <= issuer.max_digits;
  });
}

bool PassesLuhn(std::string_view digits) {
  int sum = 0;
  for (size_t i = 0; i < digits.size(); ++i) {
    int value = digits[digits.size() - 1 - i] - '0';
    if (i % 2 == 1) value = value < 5 ? value * 2 : value * 2 - 9;
    sum += value;
  }
  return sum % 10 == 0;
}

// Digits in groups behind equal separators.
struct Grouped {
  std::array<char, 24> digits{};
  size_t count = 0;
  std::array<size_t, 5> sizes{};
  size_t groups = 0;
  size_t end = 0;
};

// Reads up to 5 groups of digits, split by single blanks or by dashes.
Grouped ReadGroups(const PrivateText& in, size_t at) {
  Grouped result;
  const size_t first = DigitsAt(in, at);
  const char separator = in.At(at + first);
  while (result.groups < result.sizes.size()) {
    const size_t n = DigitsAt(in, at);
    if (n == 0 || result.count + n > result.digits.size()) break;
    std::copy_n(in.text.begin() + static_cast<ptrdiff_t>(at), n, result.digits.begin() + result.count);
    result.count += n;
    result.sizes[result.groups++] = n;
    result.end = at + n;
    if ((separator != ' ' && separator != '-') || in.At(result.end) != separator) break;
    at = result.end + 1;
  }
  return result;
}

// 4-4-4-4, 4-4-4-4-3, and 4-6-5 or 4-6-4.
bool IsPrintedCard(const Grouped& read) {
  const auto& s = read.sizes;
  if (read.groups == 3) return s[0] == 4 && s[1] == 6 && (s[2] == 5 || s[2] == 4);
  if (read.groups < 4 || s[0] != 4 || s[1] != 4 || s[2] != 4 || s[3] != 4) return false;
  return read.groups == 4 || s[4] == 3;
}

bool NamesPhone(std::string_view name) {
  switch (name.empty() ? '\0' : Lower(name.back())) {
    case 'e':
      return NameEndsWith(name, "phone") || NameEndsWith(name, "mobile");
    case 'r':
      return NameEndsWith(name, "phonenumber");
    case 'l':
      return NameEndsWith(name, "tel");
    case 'n':
      return NameEndsWith(name, "msisdn");
    case 's':
      return NameEndsWith(name, "sms");
    default:
      return false;
  }
}

// "NXX-NXX-XXXX" at `at`, an optional ")" behind the first group.
size_t NorthAmericanEnd(const PrivateText& in, size_t at, bool parenthesis) {
  size_t i = at + 3;
  if (parenthesis && in.At(i++) != ')') return 0;
  const char separator = in.At(i);
  if (separator != '-' && separator != '.' && !(parenthesis && separator == ' ')) {
    if (!parenthesis) return 0;
  } else {
    ++i;
  }
  if (in.At(at) < '2' || DigitsAt(in, i) != 3) return 0;
  const char second = in.At(i + 3);
  if ((second != '-' && second != '.') || (!parenthesis && second != separator)) return 0;
  return DigitsAt(in, i + 4) == 4 ? i + 8 : 0;
}

// A decimal with at least 3 places at `at`, sign included; 0 for none.
size_t DecimalEnd(const PrivateText& in, size_t at, int max_whole) {
  if (in.At(at) == '-' || in.At(at) == '+') ++at;
  const size_t whole = DigitsAt(in, at);
  if (whole == 0 || whole > 3 || in.At(at + whole) != '.') return 0;
  int value = 0;
  std::from_chars(in.text.data() + at, in.text.data() + at + whole, value);
  const size_t places = DigitsAt(in, at + whole + 1);
  const size_t end = at + whole + 1 + places;
  if (value > max_whole || places < 3 || places > 15) return 0;
  return IsAlpha(in.At(end)) || (in.At(end) == '.' && IsDigit(in.At(end + 1))) ? 0 : end;
}

// Skips a degree sign, a blank, and a letter of `letters`.
size_t SkipDegrees(const PrivateText& in, size_t at, std::string_view letters) {
  size_t i = at;
  if (in.At(i) == '\xC2' && in.At(i + 1) == '\xB0') i += 2;
  size_t letter = i;
  while (in.At(letter) == ' ') ++letter;
  const bool found = letters.find(in.At(letter)) != std::string_view::npos && !IsAlnum(in.At(letter + 1));
  return in.At(letter) != '\0' && found ? letter + 1 : i;
}

// Whether a number and a comma stand before `at`.
bool FollowsNumber(const PrivateText& in, size_t at) {
  while (at > in.floor && in.text[at - 1] == ' ') --at;
  return in.Before(at) == ',' && at > in.floor + 1 && IsDigit(in.text[at - 2]);
}

bool NamesCoordinate(std::string_view name) {
  for (const std::string_view word : {"lat", "latitude", "lon", "lng", "long", "longitude", "geo"}) {
    if (NameEndsWith(name, word)) return true;
  }
  return false;
}

}  // namespace

PrivateSpan FindInternationalPhone(const PrivateText& in, size_t at) {
  const bool encoded = in.At(at) == '%';
  if (encoded && (in.At(at + 1) != '2' || Lower(in.At(at + 2)) != 'b')) return {};
  size_t i = at + (encoded ? 3 : 1);
  if (in.At(i) < '1' || in.At(i) > '9') return {};
  size_t count = DigitsAt(in, i);
  if (count > kMaxPhoneDigits) return {};
  // Behind a word only where it can be nothing else, as in a URL.
  const bool glued = IsAlnum(in.Before(at)) && !encoded;
  if (glued && count < kFullPhoneDigits) return {};
  size_t end = i + count;
  while (count < kMaxPhoneDigits && !glued) {
    const size_t separator = SeparatorAt(in, end);
    const size_t more = separator == 0 ? 0 : DigitsAt(in, end + separator);
    if (more == 0 || count + more > kMaxPhoneDigits) break;
    if (count >= kFullPhoneDigits && in.At(end) != '-') break;
    count += more;
    end += separator + more;
  }
  if (count < kMinPhoneDigits || (IsAlpha(in.At(end)) && count < kFullPhoneDigits)) return {};
  return {at, end, "<phone>"};
}

PrivateSpan FindNationalPhone(const PrivateText& in, size_t at, size_t digits) {
  if (digits == 3) {
    const bool parenthesis = in.Before(at) == '(';
    if (!parenthesis && (ComesFrom(in, at) || in.Before(at) == '/')) return {};
    const size_t end = NorthAmericanEnd(in, at, parenthesis);
    if (end == 0 || GoesOn(in, end)) return {};
    return {at - (parenthesis ? 1 : 0), end, "<phone>"};
  }
  const char separator = in.At(at + digits);
  if (digits >= 3 && digits <= 5 && in.At(at) == '0' && in.At(at + 1) != '0' &&
      (separator == '-' || separator == '/')) {
    const size_t rest = DigitsAt(in, at + digits + 1);
    const size_t end = at + digits + 1 + rest;
    if (rest < 6 || rest > 8 || ComesFrom(in, at) || GoesOn(in, end)) return {};
    return {at, end, "<phone>"};
  }
  if (digits < 7 || digits > kMaxPhoneDigits || !NamesPhone(NameBefore(in, at))) return {};
  if (ComesFrom(in, at) || GoesOn(in, at + digits)) return {};
  return {at, at + digits, "<phone>"};
}

PrivateSpan FindCard(const PrivateText& in, size_t at, size_t digits) {
  const char separator = in.At(at + digits);
  const bool printed = digits == 4 && (separator == ' ' || separator == '-');
  if (!printed && (digits < 13 || digits > 19)) return {};
  if (ComesFrom(in, at)) return {};
  if (!printed) {
    const std::string_view number = in.text.substr(at, digits);
    if (GoesOn(in, at + digits) || !HasIssuer(number) || !PassesLuhn(number)) return {};
    return {at, at + digits, "<card>"};
  }
  Grouped read = ReadGroups(in, at);
  if (read.groups == 5 && read.sizes[4] != 3) {  // the next number of the sentence
    read.end -= read.sizes[4] + 1;
    read.count -= read.sizes[4];
    read.groups = 4;
  }
  const std::string_view number(read.digits.data(), read.count);
  if (!IsPrintedCard(read) || GoesOn(in, read.end) || !HasIssuer(number) || !PassesLuhn(number)) return {};
  return {at, read.end, "<card>"};
}

PrivateSpan FindImei(const PrivateText& in, size_t at, size_t digits) {
  if (digits != 15 || ComesFrom(in, at) || GoesOn(in, at + digits)) return {};
  if (!PassesLuhn(in.text.substr(at, digits))) return {};
  // Not beyond a mark, whose length would matter and which may say IMEI itself.
  size_t from = at;
  while (from > in.floor && at - from < kNearBytes && in.text[from - 1] != '>') --from;
  const size_t end = at + digits;
  for (size_t i = from; i < end + kNearBytes && in.At(i) != '<'; ++i) {
    if (WordAt(in, i, "imei")) return {at, end, "<imei>"};
  }
  return {};
}

PrivateSpan FindCoordinates(const PrivateText& in, size_t at, size_t digits) {
  if (digits > 3 || in.At(at + digits) != '.') return {};
  const char sign = in.Before(at);
  const size_t begin = sign == '-' || sign == '+' ? at - 1 : at;
  const char before = in.Before(begin);
  if (IsAlnum(before) || before == '_' || before == '.' || begin < in.floor) return {};
  const size_t first = DecimalEnd(in, at, 180);
  if (first == 0) return {};
  size_t i = SkipDegrees(in, first, "NS");
  const bool named = NamesCoordinate(NameBefore(in, begin));
  if (in.At(i) == ',' && DecimalEnd(in, at, 90) != 0) {
    ++i;
    while (in.At(i) == ' ') ++i;
    size_t end = DecimalEnd(in, i, 180);
    size_t third = end;
    while (end != 0 && (in.At(third) == ',' || in.At(third) == ' ')) ++third;
    const bool series = !named && ((in.At(end) == ',' && IsDigit(in.At(third))) || FollowsNumber(in, begin));
    if (end != 0 && !series) return {begin, SkipDegrees(in, end, "EW"), "<coordinates>"};
  }
  if (named) return {begin, first, "<coordinates>"};
  return {};
}

}  // namespace faultline::ingest
