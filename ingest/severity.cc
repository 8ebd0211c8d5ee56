#include "ingest/severity.h"

#include <algorithm>
#include <array>
#include <span>

namespace faultline::ingest {
namespace {

constexpr uint8_t kTrace = 1, kDebug = 5, kInfo = 9, kNotice = 10, kWarn = 13, kError = 17, kCritical = 18, kAlert = 19,
                  kFatal = 21;

struct Name {
  std::string_view text;
  uint8_t severity;
};

// syslog's "crit" is ERROR2, as OpenTelemetry maps it; "critical" is the word
// of Python and .NET for their highest level.
constexpr Name kNames[] = {
    {"error", kError},      {"info", kInfo},     {"warn", kWarn},        {"warning", kWarn},
    {"debug", kDebug},      {"err", kError},     {"fatal", kFatal},      {"critical", kFatal},
    {"trace", kTrace},      {"notice", kNotice}, {"information", kInfo}, {"informational", kInfo},
    {"crit", kCritical},    {"alert", kAlert},   {"emerg", kFatal},      {"emergency", kFatal},
    {"panic", kFatal},      {"severe", kError},  {"verbose", kTrace},    {"success", kNotice},
    {"dpanic", kCritical},  {"finest", kTrace},  {"finer", kTrace + 1},  {"fine", kDebug},
    {"config", kDebug + 3}, {"silly", kTrace},   {"http", kInfo},        {"fault", kFatal},
    {"assert", kFatal},     {"e", kError},       {"w", kWarn},           {"i", kInfo},
    {"d", kDebug},          {"f", kFatal},       {"t", kTrace},          {"v", kTrace},
    {"c", kFatal},          {"audit", kInfo},    {"debug2", kDebug + 1}, {"warning2", kWarn + 1},
};

constexpr size_t kLongestName = 13;

// How zerolog, Serilog, logrus, log15 and .NET shorten them.
constexpr Name kShortNames[] = {
    {"inf", kInfo},   {"wrn", kWarn},   {"dbg", kDebug},  {"trc", kTrace},  {"ftl", kFatal},  {"pnc", kFatal},
    {"vrb", kTrace},  {"erro", kError}, {"fata", kFatal}, {"debu", kDebug}, {"trac", kTrace}, {"pani", kFatal},
    {"eror", kError}, {"fail", kError}, {"dbug", kDebug}, {"trce", kTrace},
};

uint8_t FindName(std::string_view lower, std::span<const Name> names) {
  for (const Name& name : names) {
    if (name.text == lower) return name.severity;
  }
  return 0;
}

// Lower case, without blanks around; empty where it is too long for a name.
std::string_view LowerName(std::string_view text, char (&lower)[kLongestName]) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  if (text.size() > kLongestName) return {};
  for (size_t i = 0; i < text.size(); ++i) {
    lower[i] = text[i] >= 'A' && text[i] <= 'Z' ? static_cast<char>(text[i] - 'A' + 'a') : text[i];
  }
  return {lower, text.size()};
}

}  // namespace

uint8_t SeverityFromText(std::string_view text) {
  if (text.empty()) return 0;
  char lower[kLongestName];
  return FindName(LowerName(text, lower), kNames);
}

uint8_t SeverityFromLevelField(std::string_view text) {
  if (text.empty()) return 0;
  if (const uint8_t severity = SeverityFromText(text); severity != 0) return severity;
  char lower[kLongestName];
  const std::string_view name = LowerName(text, lower);
  if (const uint8_t severity = FindName(name, kShortNames); severity != 0) return severity;
  const size_t sign = name.find_first_of("+-");
  if (sign == std::string_view::npos || sign + 2 != name.size() || name[sign + 1] < '0' || name[sign + 1] > '9')
    return 0;
  const int base = FindName(name.substr(0, sign), kNames);
  const int offset = name[sign + 1] - '0';
  return base == 0 ? uint8_t{0}
                   : static_cast<uint8_t>(std::clamp(name[sign] == '+' ? base + offset : base - offset, 1, 24));
}

uint8_t SeverityFromSyslog(int64_t priority) {
  constexpr std::array<uint8_t, 8> kBySyslog = {kFatal, kAlert, kCritical, kError, kWarn, kNotice, kInfo, kDebug};
  return priority >= 0 && priority < 8 ? kBySyslog[static_cast<size_t>(priority)] : 0;
}

uint8_t SeverityFromOtel(int64_t number) { return number >= 1 && number <= 24 ? static_cast<uint8_t>(number) : 0; }

uint8_t SeverityFromPython(int64_t number) {
  if (number <= 0 || number > 1000) return 0;
  if (number < 10) return kTrace;
  if (number < 20) return kDebug;
  if (number < 30) return kInfo;
  if (number < 40) return kWarn;
  return number < 50 ? kError : kFatal;
}

uint8_t SeverityFromNumber(int64_t number) {
  if (number >= 0 && number < 8) return SeverityFromSyslog(number);
  if (number >= 10 && number < 70) {
    constexpr std::array<uint8_t, 7> kByPino = {0, kTrace, kDebug, kInfo, kWarn, kError, kFatal};
    return kByPino[static_cast<size_t>(number / 10)];
  }
  if (number >= 100 && number <= 600) {
    if (number < 200) return kDebug;
    if (number < 300) return number < 250 ? kInfo : kNotice;
    if (number < 400) return kWarn;
    if (number < 500) return kError;
    return number < 550 ? kCritical : number < 600 ? kAlert : kFatal;
  }
  if (number >= 700 && number <= 1000)
    return number < 800 ? kDebug + 3 : number < 900 ? kInfo : number < 1000 ? kWarn : kError;
  if (number >= 5000 && number <= 50'000) {
    if (number < 10'000) return kTrace;
    if (number < 20'000) return kDebug;
    if (number < 30'000) return kInfo;
    if (number < 40'000) return kWarn;
    return number < 50'000 ? kError : kFatal;
  }
  return 0;
}

}  // namespace faultline::ingest
