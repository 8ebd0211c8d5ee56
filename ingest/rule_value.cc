#include "ingest/rule_value.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/timestamp.h"

namespace faultline::ingest {
namespace {

struct Level {
  std::string_view name;
  uint8_t severity;
};
constexpr std::array<Level, 28> kLevels = {
    {{"trace", 1},       {"verbose", 1}, {"debug", 5},      {"dbg", 5},    {"d", 5},       {"info", 9},
     {"information", 9}, {"i", 9},       {"notice", 10},    {"n", 10},     {"warn", 13},   {"warning", 13},
     {"w", 13},          {"error", 17},  {"err", 17},       {"e", 17},     {"severe", 17}, {"crit", 18},
     {"critical", 18},   {"c", 18},      {"alert", 19},     {"a", 19},     {"fatal", 21},  {"f", 21},
     {"panic", 21},      {"emerg", 21},  {"emergency", 21}, {"dpanic", 21}}};

bool SameWord(std::string_view a, std::string_view b) {
  return absl::EqualsIgnoreCase(absl::string_view(a.data(), a.size()), absl::string_view(b.data(), b.size()));
}

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
  for (const Level& known : kLevels) {
    if (SameWord(known.name, level)) return known.severity;
  }
  int number = 0;
  const auto [end, error] = std::from_chars(level.data(), level.data() + level.size(), number);
  const bool whole = error == std::errc() && end == level.data() + level.size();
  return whole && number >= 1 && number <= 24 ? static_cast<uint8_t>(number) : 0;
}

std::string_view LevelOfSeverity(uint8_t severity) {
  static constexpr std::array<std::string_view, 6> kNames = {"trace", "debug", "info", "warn", "error", "fatal"};
  return severity == 0 || severity > 24 ? std::string_view() : kNames[(severity - 1) / 4];
}

std::optional<store::Side> SideOfName(std::string_view name) {
  for (int side = 1; side < store::kSides; ++side) {
    if (SameWord(store::SideName(static_cast<store::Side>(side)), name)) return static_cast<store::Side>(side);
  }
  return std::nullopt;
}

std::optional<int64_t> ParseRuleTime(std::string_view text) {
  if (const auto time = ParseCommonLogTime(text)) return time;
  return ParseTime(text);
}

}  // namespace faultline::ingest
