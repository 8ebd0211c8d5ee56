#include "ingest/rule_yaml.h"

namespace faultline::ingest {

int LineOf(const YAML::Node& node) { return node.Mark().line + 1; }

std::string YamlScalar(const YAML::Node& node, std::string_view what) {
  if (!node.IsScalar()) {
    throw YamlProblem{LineOf(node), absl::StrCat("`", std::string(what), "` must be a single value")};
  }
  return node.Scalar();
}

bool YamlBoolean(const YAML::Node& node, std::string_view what) {
  const std::string text = YamlScalar(node, what);
  if (text != "true" && text != "false") {
    throw YamlProblem{LineOf(node), absl::StrCat("`", std::string(what), "` must be true or false, got `", text, "`")};
  }
  return text == "true";
}

std::vector<std::string> YamlStrings(const YAML::Node& node, std::string_view what) {
  if (node.IsScalar()) return {node.Scalar()};
  if (!node.IsSequence()) throw YamlProblem{LineOf(node), absl::StrCat("`", std::string(what), "` must be a list")};
  std::vector<std::string> values;
  for (const YAML::Node& item : node) values.push_back(YamlScalar(item, what));
  return values;
}

void UnknownYamlKey(const YAML::Node& key, std::string_view where, std::string_view known) {
  throw YamlProblem{LineOf(key), absl::StrCat("unknown key `", key.Scalar(), "` in ", std::string(where),
                                              "; known are ", std::string(known))};
}

}  // namespace faultline::ingest
