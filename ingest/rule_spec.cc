#include "ingest/rule_spec.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "ingest/rule_spec_fields.h"
#include "ingest/rule_yaml.h"

namespace faultline::ingest {
namespace {

constexpr std::string_view kKnownKeys =
    "name, order, match, then, when, move, set, cases, fingerprint, redact, overwrite, tests";

int ReadOrder(const YAML::Node& node) {
  const std::string text = YamlScalar(node, "order");
  const bool digits = !text.empty() && text.size() <= 6 &&
                      std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
  if (!digits) throw YamlProblem{LineOf(node), absl::StrCat("`order` must be a number 0..999999, got `", text, "`")};
  return std::stoi(text);
}

// A pattern, or a list of alternatives.
void ReadStep(const YAML::Node& node, const std::optional<RuleField>& field, std::vector<RuleStep>& steps) {
  if (node.IsScalar()) {
    steps.push_back({node.Scalar(), LineOf(node), false, field});
    return;
  }
  if (!node.IsSequence()) throw YamlProblem{LineOf(node), "a step of `then` must be a pattern or a list of them"};
  for (size_t i = 0; i < node.size(); ++i) {
    steps.push_back({YamlScalar(node[i], "then"), LineOf(node[i]), /*is_alternative=*/i > 0, field});
  }
}

// `{in: field, match: pattern}`.
void ReadFieldStep(const YAML::Node& node, std::vector<RuleStep>& steps) {
  std::optional<RuleField> field;
  YAML::Node match;
  ForEachYamlKey(node, "a step", [&](const std::string& name, const YAML::Node& key, const YAML::Node& value) {
    if (name == "in") {
      field = ReadRecordField(value);
    } else if (name == "match") {
      match = value;
    } else {
      UnknownYamlKey(key, "a step", "in, match");
    }
  });
  if (!field || !match.IsDefined()) throw YamlProblem{LineOf(node), "a step needs `in` and `match`"};
  ReadStep(match, field, steps);
}

std::vector<RuleStep> ReadSteps(const YAML::Node& node) {
  if (!node.IsSequence()) throw YamlProblem{LineOf(node), "`then` must be a list"};
  std::vector<RuleStep> steps;
  for (const YAML::Node& item : node) {
    if (item.IsMap()) {
      ReadFieldStep(item, steps);
    } else {
      ReadStep(item, std::nullopt, steps);
    }
  }
  if (steps.size() > kMaxRuleSteps) {
    throw YamlProblem{LineOf(node), absl::StrCat("more than ", kMaxRuleSteps, " patterns in `then`")};
  }
  return steps;
}

void ReadKey(const std::string& name, const YAML::Node& key, const YAML::Node& value, RuleSpec& rule) {
  if (name == "name") {
    rule.name = YamlScalar(value, name);
  } else if (name == "order") {
    rule.order = ReadOrder(value);
  } else if (name == "match") {
    rule.match = YamlScalar(value, name);
    rule.match_line = LineOf(value);
  } else if (name == "then") {
    rule.then = ReadSteps(value);
  } else if (name == "when") {
    rule.when = ReadRuleConditions(value, UnknownNames::kRefused);
  } else if (name == "move") {
    rule.move = ReadRuleMoves(value);
  } else if (name == "set") {
    rule.set = ReadRuleValues(value, name, UnknownNames::kRefused);
  } else if (name == "cases") {
    rule.cases = ReadRuleCases(value);
  } else if (name == "fingerprint") {
    rule.fingerprint = YamlStrings(value, name);
  } else if (name == "redact") {
    rule.redact = YamlStrings(value, name);
  } else if (name == "overwrite") {
    rule.overwrite = YamlBoolean(value, name);
  } else if (name == "tests") {
    rule.tests = ReadRuleTests(value);
  } else {
    UnknownYamlKey(key, "a rule", kKnownKeys);
  }
}

bool IsRuleName(std::string_view name) {
  return !name.empty() && name.size() <= 100 && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' ||
           c == '.';
  });
}

// The name of a rule that may be broken in any other way.
std::string NameOf(const YAML::Node& node) {
  if (!node.IsMap()) return "";
  for (const auto& entry : node) {
    if (entry.first.IsScalar() && entry.first.Scalar() == "name" && entry.second.IsScalar()) {
      return IsRuleName(entry.second.Scalar()) ? entry.second.Scalar() : "";
    }
  }
  return "";
}

// A rule is found by its pattern, or by the name of an attribute.
void CheckWhatFindsIt(const RuleSpec& rule) {
  if (!rule.match.empty()) return;
  const bool by_field = std::any_of(rule.when.begin(), rule.when.end(), [](const RuleCondition& c) {
    return c.decoded && std::all_of(c.globs.begin(), c.globs.end(), [](const std::string& glob) {
             return glob.find_first_not_of('*') != std::string::npos;
           });
  });
  if (!by_field) {
    throw YamlProblem{
        rule.line, "a rule needs a `match` pattern, or a condition on an attribute (`when: {fields: {name: '?*'}}`)"};
  }
}

void ReadRule(const YAML::Node& node, std::string_view file_name, RuleFile& file) {
  RuleSpec rule;
  rule.file = std::string(file_name);
  rule.line = LineOf(node);
  try {
    ForEachYamlKey(node, "a rule", [&rule](const std::string& name, const YAML::Node& key, const YAML::Node& value) {
      ReadKey(name, key, value, rule);
    });
    if (!IsRuleName(rule.name)) {
      throw YamlProblem{rule.line, "a rule needs a `name` of at most 100 letters, digits, '_', '-' and '.'"};
    }
    CheckWhatFindsIt(rule);
    file.rules.push_back(std::move(rule));
  } catch (const YamlProblem& problem) {
    file.errors.push_back({std::string(file_name), problem.line, NameOf(node), problem.reason});
  }
}

void ReadRoot(const std::string& yaml, std::string_view file_name, RuleFile& file) {
  const YAML::Node root = YAML::Load(yaml);
  if (root.IsNull()) return;  // an empty file has no rules
  ForEachYamlKey(root, "a rule file", [&](const std::string& name, const YAML::Node& key, const YAML::Node& value) {
    if (name != "rules") UnknownYamlKey(key, "a rule file", "rules");
    if (value.IsNull()) return;
    if (!value.IsSequence()) throw YamlProblem{LineOf(value), "`rules` must be a list"};
    if (value.size() > kMaxRules) throw YamlProblem{LineOf(value), absl::StrCat("more than ", kMaxRules, " rules")};
    for (const YAML::Node& rule : value) ReadRule(rule, file_name, file);
  });
}

}  // namespace

RuleFile ReadRuleFile(std::string_view yaml, std::string_view file_name) {
  RuleFile file;
  const auto refuse = [&](int line, std::string reason) {
    file.readable = false;
    file.rules.clear();
    file.errors.push_back({std::string(file_name), line, "", std::move(reason)});
  };
  if (yaml.size() > kMaxRuleFileBytes) {
    refuse(0, absl::StrCat("larger than ", kMaxRuleFileBytes, " bytes"));
    return file;
  }
  try {
    ReadRoot(std::string(yaml), file_name, file);
  } catch (const YamlProblem& problem) {
    refuse(problem.line, problem.reason);
  } catch (const YAML::Exception& error) {
    refuse(error.mark.is_null() ? 0 : error.mark.line + 1, absl::StrCat("not valid YAML: ", error.msg));
  }
  return file;
}

}  // namespace faultline::ingest
