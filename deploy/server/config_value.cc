#include "deploy/server/config_value.h"

#include <array>
#include <optional>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "base/status_macros.h"
#include "base/timestamp.h"
#include "fmt/format.h"

namespace faultline::deploy {
namespace {

absl::Status Bad(const std::string& what) { return absl::InvalidArgumentError(what); }

using Unit = std::pair<std::string_view, int64_t>;
constexpr std::array<Unit, 4> kBinarySizes = {
    {{"TiB", int64_t{1} << 40}, {"GiB", int64_t{1} << 30}, {"MiB", int64_t{1} << 20}, {"KiB", int64_t{1} << 10}}};
// "B" last: the others end in it too.
constexpr std::array<Unit, 4> kDecimalSizes = {{{"GB", 1'000'000'000}, {"MB", 1'000'000}, {"kB", 1'000}, {"B", 1}}};
constexpr std::array<Unit, 5> kDurations = {
    {{"h", 3'600'000'000}, {"m", 60'000'000}, {"s", 1'000'000}, {"ms", 1'000}, {"us", 1}}};

// Takes a unit off the end of `number`; 1 where there is none.
int64_t TakeUnit(absl::string_view& number) {
  for (const auto* units : {&kBinarySizes, &kDecimalSizes}) {
    for (const auto& [unit, bytes] : *units) {
      if (absl::ConsumeSuffix(&number, absl::string_view(unit.data(), unit.size()))) return bytes;
    }
  }
  return 1;
}

}  // namespace

absl::StatusOr<std::string> ReadText(const YAML::Node& node) {
  if (node.IsNull()) return std::string();
  if (!node.IsScalar()) return Bad("write one text");
  return node.Scalar();
}

absl::StatusOr<bool> ReadBool(const YAML::Node& node) {
  ASSIGN_OR_RETURN(const std::string text, ReadText(node));
  if (text == "true") return true;
  if (text == "false") return false;
  return Bad("\"" + text + "\" is neither true nor false");
}

absl::StatusOr<int64_t> ReadInteger(const YAML::Node& node, IntegerRange range) {
  ASSIGN_OR_RETURN(const std::string text, ReadText(node));
  int64_t value = 0;
  if (!absl::SimpleAtoi(text, &value)) return Bad("\"" + text + "\" is not a whole number");
  if (value < range.low || value > range.high) {
    return Bad(fmt::format("{} is out of range ({} .. {})", value, range.low, range.high));
  }
  return value;
}

absl::StatusOr<int64_t> ReadDuration(const YAML::Node& node, IntegerRange range) {
  ASSIGN_OR_RETURN(const std::string text, ReadText(node));
  const std::optional<int64_t> value = text == "0" ? 0 : ParseDuration(text);
  if (!value) return Bad("\"" + text + "\" is no duration; write a number and a unit: 500ms, 10s, 1h30m");
  if (*value < range.low || *value > range.high) {
    return Bad(fmt::format("{} is out of range ({} .. {})", text, ShowDuration(range.low), ShowDuration(range.high)));
  }
  return *value;
}

absl::StatusOr<int64_t> ReadSize(const YAML::Node& node, IntegerRange range) {
  ASSIGN_OR_RETURN(const std::string text, ReadText(node));
  absl::string_view number = text;
  const int64_t factor = TakeUnit(number);
  int64_t value = 0;
  int64_t size = 0;
  if (!absl::SimpleAtoi(number, &value) || value < 0 || __builtin_mul_overflow(value, factor, &size)) {
    return Bad("\"" + text + "\" is no size; write bytes, or a number and a unit: 512KiB, 64MiB, 8GB");
  }
  if (size < range.low || size > range.high) {
    return Bad(fmt::format("{} is out of range ({} .. {})", text, ShowSize(range.low), ShowSize(range.high)));
  }
  return size;
}

absl::StatusOr<std::string> ReadChoice(const YAML::Node& node, std::span<const std::string_view> choices) {
  ASSIGN_OR_RETURN(std::string text, ReadText(node));
  for (const std::string_view choice : choices) {
    if (text == choice) return text;
  }
  return Bad(fmt::format("\"{}\" is not one of {}", text, fmt::join(choices, ", ")));
}

absl::StatusOr<std::vector<std::string>> ReadList(const YAML::Node& node) {
  std::vector<std::string> list;
  if (node.IsNull()) return list;
  if (node.IsScalar()) {
    for (const absl::string_view part : absl::StrSplit(node.Scalar(), ',', absl::SkipWhitespace())) {
      list.emplace_back(absl::StripAsciiWhitespace(part));
    }
    return list;
  }
  if (!node.IsSequence()) return Bad("write a list: [one, two]");
  for (const YAML::Node& element : node) {
    if (!element.IsScalar()) return Bad("the elements of the list must be texts");
    list.push_back(element.Scalar());
  }
  return list;
}

absl::StatusOr<std::map<std::string, std::string>> ReadMap(const YAML::Node& node) {
  std::map<std::string, std::string> map;
  if (node.IsNull()) return map;
  if (!node.IsMap()) return Bad("write names and values: {name: value}");
  for (const auto& entry : node) {
    if (!entry.first.IsScalar() || !entry.second.IsScalar()) return Bad("names and values must be texts");
    map[entry.first.Scalar()] = entry.second.Scalar();
  }
  return map;
}

std::string ShowDuration(int64_t micros) {
  if (micros == 0) return "0";
  for (const auto& [unit, size] : kDurations) {
    if (micros % size == 0) return fmt::format("{}{}", micros / size, unit);
  }
  return fmt::format("{}us", micros);
}

std::string ShowSize(int64_t bytes) {
  if (bytes == 0) return "0";
  for (const auto& [unit, size] : kBinarySizes) {
    if (bytes % size == 0) return fmt::format("{}{}", bytes / size, unit);
  }
  return std::to_string(bytes);
}

std::string ShowList(const std::vector<std::string>& list) { return "[" + absl::StrJoin(list, ", ") + "]"; }

}  // namespace faultline::deploy
