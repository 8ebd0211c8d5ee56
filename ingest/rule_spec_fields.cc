#include "ingest/rule_spec_fields.h"

#include "ingest/rule_value.h"

namespace faultline::ingest {
namespace {

RuleField KnownField(const std::string& name, const YAML::Node& key, std::string_view where) {
  auto field = FindRuleField(name);
  if (!field) {
    throw YamlProblem{LineOf(key), absl::StrCat("unknown field `", name, "` in ", std::string(where),
                                                "; docs/rules.md lists the fields")};
  }
  return *std::move(field);
}

void CheckValue(const RuleField& field, const std::string& text, const YAML::Node& value) {
  std::string reason;
  if (!CaptureReference(text).empty() || IsValidFor(field, text, reason)) return;
  throw YamlProblem{LineOf(value), absl::StrCat("`", text, "` is no value for ", field.name, ": ", reason)};
}

void CanonicalSides(RuleCondition& condition, const YAML::Node& value) {
  for (std::string& glob : condition.globs) {
    const auto known = SideOfName(glob);
    if (!known) throw YamlProblem{LineOf(value), absl::StrCat("`", glob, "` is no side")};
    glob = store::SideName(*known);
  }
}

RuleCondition ReadCondition(RuleField field, const YAML::Node& value) {
  RuleCondition condition{std::move(field), YamlStrings(value, "when"), LineOf(value), false};
  if (condition.globs.empty()) throw YamlProblem{LineOf(value), "a condition needs at least one value"};
  if (condition.field.kind == RuleField::Kind::kSide) CanonicalSides(condition, value);
  return condition;
}

bool MayBeCondition(const RuleField& field) {
  using Kind = RuleField::Kind;
  return field.kind == Kind::kDimension || field.kind == Kind::kId || field.kind == Kind::kSide ||
         field.kind == Kind::kAttribute;
}

RuleTest ReadTest(const YAML::Node& node) {
  RuleTest test;
  test.line = LineOf(node);
  int texts = 0;
  ForEachYamlKey(node, "tests", [&](const std::string& name, const YAML::Node& key, const YAML::Node& value) {
    if (name == "line" || name == "record") {
      test.text = YamlScalar(value, name);
      test.is_record = name == "record";
      ++texts;
    } else if (name == "with") {
      test.with = ReadRuleValues(value, name, UnknownNames::kAttributes);
    } else if (name == "expect") {
      test.expect = ReadRuleValues(value, name, UnknownNames::kAttributes);
    } else if (name == "no_match") {
      test.no_match = YamlBoolean(value, name);
    } else {
      UnknownYamlKey(key, "a test", "line, record, with, expect, no_match");
    }
  });
  if (texts == 0) throw YamlProblem{test.line, "a test needs a `line`, or a `record`"};
  if (texts == 2) throw YamlProblem{test.line, "a test has a `line` or a `record`, not both"};
  if (test.no_match && !test.expect.empty()) {
    throw YamlProblem{test.line, "a test has `expect` or `no_match`, not both"};
  }
  return test;
}

RuleCase ReadCase(const YAML::Node& node) {
  RuleCase one;
  one.line = LineOf(node);
  ForEachYamlKey(node, "cases", [&](const std::string& name, const YAML::Node& key, const YAML::Node& value) {
    if (name == "when") {
      one.when = ReadRuleConditions(value, UnknownNames::kAttributes);
    } else if (name == "set") {
      one.set = ReadRuleValues(value, name, UnknownNames::kRefused);
    } else {
      UnknownYamlKey(key, "a case", "when, set");
    }
  });
  if (one.when.empty() || one.set.empty()) throw YamlProblem{one.line, "a case needs `when` and `set`"};
  return one;
}

}  // namespace

std::string_view CaptureReference(std::string_view value) {
  if (value.size() < 4 || value.substr(0, 2) != "${" || value.find('}') != value.size() - 1) return {};
  return value.substr(2, value.size() - 3);
}

std::vector<std::pair<RuleField, std::string>> ReadRuleValues(const YAML::Node& node, std::string_view where,
                                                              UnknownNames unknown) {
  std::vector<std::pair<RuleField, std::string>> fields;
  const bool attributes = unknown == UnknownNames::kAttributes;
  ForEachYamlKey(node, where, [&](const std::string& name, const YAML::Node& key, const YAML::Node& value) {
    if (name == "fields" && !attributes) {
      ForEachYamlKey(value, name, [&](const std::string& attribute, const YAML::Node&, const YAML::Node& text) {
        fields.emplace_back(AttributeField(attribute), YamlScalar(text, attribute));
      });
      return;
    }
    auto known = FindRuleField(name);
    if (!known && attributes) known = AttributeField(name);
    RuleField field = known ? *std::move(known) : KnownField(name, key, where);
    std::string text = YamlScalar(value, name);
    // A test may expect that nothing was set.
    if (!attributes || !text.empty()) CheckValue(field, text, value);
    fields.emplace_back(std::move(field), std::move(text));
  });
  return fields;
}

std::vector<RuleCondition> ReadRuleConditions(const YAML::Node& node, UnknownNames unknown) {
  std::vector<RuleCondition> conditions;
  ForEachYamlKey(node, "when", [&](const std::string& name, const YAML::Node& key, const YAML::Node& value) {
    if (name == "fields") {
      ForEachYamlKey(value, name, [&](const std::string& attribute, const YAML::Node&, const YAML::Node& globs) {
        conditions.push_back(ReadCondition({RuleField::Kind::kAttribute, 0, attribute}, globs));
        conditions.back().decoded = true;
      });
      return;
    }
    auto known = FindRuleField(name);
    if (!known && unknown == UnknownNames::kAttributes) known = AttributeField(name);
    RuleField field = known ? *std::move(known) : KnownField(name, key, "when");
    const bool late = unknown == UnknownNames::kAttributes && field.kind == RuleField::Kind::kMessage;
    if (!late && !MayBeCondition(field))
      throw YamlProblem{LineOf(key), absl::StrCat("`", name, "` cannot be a condition")};
    conditions.push_back(ReadCondition(std::move(field), value));
  });
  return conditions;
}

RuleField ReadRecordField(const YAML::Node& node) {
  const std::string name = YamlScalar(node, "field");
  auto field = FindRuleField(name);
  // The record's own name for it, which is taken as it is.
  if (!field) field = RuleField{RuleField::Kind::kAttribute, 0, name};
  if (field->kind == RuleField::Kind::kMessage || MayBeCondition(*field)) return *std::move(field);
  throw YamlProblem{LineOf(node), absl::StrCat("`", name, "` cannot be taken from the record")};
}

std::vector<RuleMove> ReadRuleMoves(const YAML::Node& node) {
  std::vector<RuleMove> moves;
  ForEachYamlKey(node, "move", [&](const std::string& name, const YAML::Node&, const YAML::Node& value) {
    auto to = FindRuleField(name);
    if (!to) to = AttributeField(name);
    moves.push_back({*std::move(to), ReadRecordField(value)});
  });
  return moves;
}

std::vector<RuleCase> ReadRuleCases(const YAML::Node& node) {
  if (!node.IsSequence()) throw YamlProblem{LineOf(node), "`cases` must be a list"};
  std::vector<RuleCase> cases;
  for (const YAML::Node& item : node) cases.push_back(ReadCase(item));
  return cases;
}

std::vector<RuleTest> ReadRuleTests(const YAML::Node& node) {
  if (!node.IsSequence()) throw YamlProblem{LineOf(node), "`tests` must be a list"};
  if (node.size() > kMaxTestsPerRule) {
    throw YamlProblem{LineOf(node), absl::StrCat("more than ", kMaxTestsPerRule, " tests in one rule")};
  }
  std::vector<RuleTest> tests;
  for (const YAML::Node& item : node) tests.push_back(ReadTest(item));
  return tests;
}

}  // namespace faultline::ingest
