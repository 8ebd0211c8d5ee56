#include "ingest/rule_value.h"

#include <array>
#include <charconv>
#include <string>

#include "base/timestamp.h"
#include "ingest/severity.h"
#include "ingest/side_names.h"

namespace faultline::ingest {
namespace {

// "24/Nov/2026:15:00:00 +0000", the time of the common log format.
std::optional<int64_t> ParseCommonLogTime(std::string_view text) {
  constexpr std::string_view kMonths = "JanFebMarAprMayJunJulAugSepOctNovDec";
  if (text.size() < 20 || text[2] != '/' || text[6] != '/' || text[11] != ':') return std::nullopt;
  const size_t month = kMonths.find(text.substr(3, 3));
  if (month == std::string_view::npos || month % 3 != 0) return std::nullopt;
  const std::string number = std::to_string(month / 3 + 1);
  std::string iso(text.substr(7, 4));
  iso += (number.size() == 1 ? "-0" : "-") + number + "-";
  iso += text.substr(0, 2);
  iso += 'T';
  iso += text.substr(12);
  return ParseIso8601(iso);
}

}  // namespace

uint8_t SeverityOfLevel(std::string_view level) {
  const uint8_t severity = SeverityFromText(level);
  if (severity != 0) return severity;
  int number = 0;
  const auto [end, error] = std::from_chars(level.data(), level.data() + level.size(), number);
  return error == std::errc() && end == level.data() + level.size() ? SeverityFromOtel(number) : 0;
}

std::string_view LevelOfSeverity(uint8_t severity) {
  static constexpr std::array<std::string_view, 6> kNames = {"trace", "debug", "info", "warn", "error", "fatal"};
  return severity == 0 || severity > 24 ? std::string_view() : kNames[(severity - 1) / 4];
}

std::optional<store::Side> SideOfName(std::string_view name) {
  const store::Side side = SideFromText(name);
  return side == store::Side::kUnspecified ? std::nullopt : std::optional(side);
}

std::optional<int64_t> ParseRuleTime(std::string_view text) {
  if (const auto time = ParseCommonLogTime(text)) return time;
  return ParseTime(text);
}

}  // namespace faultline::ingest
