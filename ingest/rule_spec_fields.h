// The parts of a rule file that name fields: conditions, values, moves, tests.
// All throw YamlProblem (ingest/rule_yaml.h) for what is not so.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ingest/rule_spec.h"
#include "ingest/rule_yaml.h"

namespace faultline::ingest {

enum class UnknownNames : uint8_t {
  kRefused,     // a name that is no field is an error
  kAttributes,  // it is an attribute, and an empty value says that there is none
};

// `{field: value, …}`; with kRefused, attributes stand below `fields`. Values
// of the form "${capture}" are taken as they are.
std::vector<std::pair<RuleField, std::string>> ReadRuleValues(const YAML::Node& node, std::string_view where,
                                                              UnknownNames unknown);
// `{field: glob or list, fields: {attribute: glob or list}}`.
std::vector<RuleCondition> ReadRuleConditions(const YAML::Node& node, UnknownNames unknown);
// The name of a field or attribute that a record has before the rule.
RuleField ReadRecordField(const YAML::Node& node);
// `{to: from}`, both fields or attributes.
std::vector<RuleMove> ReadRuleMoves(const YAML::Node& node);
std::vector<RuleCase> ReadRuleCases(const YAML::Node& node);
std::vector<RuleTest> ReadRuleTests(const YAML::Node& node);
// The name in "${name}"; empty where `value` is nothing of that form.
std::string_view CaptureReference(std::string_view value);

}  // namespace faultline::ingest
