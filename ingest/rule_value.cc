#include "ingest/rule_value.h"

#include <array>
#include <charconv>

#include "ingest/severity.h"
#include "ingest/side_names.h"

namespace faultline::ingest {
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

}  // namespace faultline::ingest
