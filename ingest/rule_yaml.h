// Reading YAML where every key is known or an error, as a misspelt one would
// otherwise change what a rule does without a word.
#pragma once

#include <yaml-cpp/yaml.h>

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "absl/strings/str_cat.h"

namespace faultline::ingest {

// Ends the reading of one rule or one file; thrown here and caught in
// rule_spec.cc, never seen by others.
struct YamlProblem {
  int line;  // 1-based
  std::string reason;
};

int LineOf(const YAML::Node& node);
// The text of a scalar. Throws YamlProblem, as all below, when `node` is none;
// `what` is its name in the message.
std::string YamlScalar(const YAML::Node& node, std::string_view what);
bool YamlBoolean(const YAML::Node& node, std::string_view what);
// One value, or a list of them.
std::vector<std::string> YamlStrings(const YAML::Node& node, std::string_view what);
[[noreturn]] void UnknownYamlKey(const YAML::Node& key, std::string_view where, std::string_view known);

// Calls `visit(name, key, value)` for each entry of a mapping. Throws also when
// a key is given twice.
template <typename Visit>
void ForEachYamlKey(const YAML::Node& map, std::string_view what, const Visit& visit) {
  if (!map.IsMap()) throw YamlProblem{LineOf(map), absl::StrCat("`", std::string(what), "` must be a mapping")};
  std::set<std::string> seen;
  for (const auto& entry : map) {
    const std::string key = YamlScalar(entry.first, "key");
    if (!seen.insert(key).second) throw YamlProblem{LineOf(entry.first), absl::StrCat("`", key, "` is given twice")};
    visit(key, entry.first, entry.second);
  }
}

}  // namespace faultline::ingest
