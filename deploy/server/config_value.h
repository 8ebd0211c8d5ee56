// Values of the configuration: from YAML, checked, and back to text.
//
// All readers return InvalidArgument with what may be written; the caller adds
// where it was.
#pragma once

#include <yaml-cpp/yaml.h>

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace faultline::deploy {

struct IntegerRange {
  int64_t low = 0;
  int64_t high = 0;  // included
};

absl::StatusOr<std::string> ReadText(const YAML::Node& node);
absl::StatusOr<bool> ReadBool(const YAML::Node& node);
absl::StatusOr<int64_t> ReadInteger(const YAML::Node& node, IntegerRange range);
// A duration such as 500ms, 1h30m or 0, in microseconds; `range` too.
absl::StatusOr<int64_t> ReadDuration(const YAML::Node& node, IntegerRange range);
// Bytes, such as 64MiB, 8MB or 4096.
absl::StatusOr<int64_t> ReadSize(const YAML::Node& node, IntegerRange range);
absl::StatusOr<std::string> ReadChoice(const YAML::Node& node, std::span<const std::string_view> choices);
// A list, or one text with commas.
absl::StatusOr<std::vector<std::string>> ReadList(const YAML::Node& node);
absl::StatusOr<std::map<std::string, std::string>> ReadMap(const YAML::Node& node);

std::string ShowDuration(int64_t micros);  // "1h", "90s", "500ms", "0"
std::string ShowSize(int64_t bytes);       // "64MiB", "1000", "0"
std::string ShowList(const std::vector<std::string>& list);

}  // namespace faultline::deploy
