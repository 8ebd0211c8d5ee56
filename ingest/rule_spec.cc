// Reads rule files. Every key is known or an error, as a misspelt one would
// otherwise change what a rule does without a word.
#include "ingest/rule_spec.h"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <optional>
#include <set>

#include "absl/strings/str_cat.h"
#include "ingest/rule_value.h"

namespace faultline::ingest {
namespace {

// Ends the reading of one rule; never leaves this file.
struct Problem {
  int line;
  std::string reason;
};

int LineOf(const YAML::Node& node) { return node.Mark().line + 1; }

std::string Scalar(const YAML::Node& node, std::string_view what) {
  if (!node.IsScalar()) throw Problem{LineOf(node), absl::StrCat("`", std::string(what), "` must be a single value")};
  return node.Scalar();
}

// Calls `visit(key, value)` for each entry of a mapping.
template <typename Visit>
void ForEachKey(const YAML::Node& map, std::string_view what, const Visit& visit) {
  if (!map.IsMap()) throw Problem{LineOf(map), absl::StrCat("`", std::string(what), "` must be a mapping")};
  std::set<std::string> seen;
  for (const auto& entry : map) {
    const std::string key = Scalar(entry.first, "key");
    if (!seen.insert(key).second) throw Problem{LineOf(entry.first), absl::StrCat("`", key, "` is given twice")};
    visit(key, entry.first, entry.second);
  }
}

[[noreturn]] void UnknownKey(const YAML::Node& key, std::string_view where, std::string_view known) {
  throw Problem{LineOf(key), absl::StrCat("unknown key `", key.Scalar(), "` in ", std::string(where), "; known are ",
                                          std::string(known))};
}

bool Boolean(const YAML::Node& node, std::string_view what) {
  const std::string text = Scalar(node, what);
  if (text != "true" && text != "false") {
    throw Problem{LineOf(node), absl::StrCat("`", std::string(what), "` must be true or false, got `", text, "`")};
  }
  return text == "true";
}

// One value, or a list of them.
std::vector<std::string> Strings(const YAML::Node& node, std::string_view what) {
  if (node.IsScalar()) return {node.Scalar()};
  if (!node.IsSequence()) throw Problem{LineOf(node), absl::StrCat("`", std::string(what), "` must be a list")};
  std::vector<std::string> values;
  for (const YAML::Node& item : node) values.push_back(Scalar(item, what));
  return values;
}

RuleField KnownField(const std::string& name, const YAML::Node& key, std::string_view where) {
  auto field = FindRuleField(name);
  if (!field) {
    throw Problem{LineOf(key), absl::StrCat("unknown field `", name, "` in ", std::string(where),
                                            "; docs/rules.md lists the fields")};
  }
  return *std::move(field);
}

std::vector<std::pair<RuleField, std::string>> ReadFields(const YAML::Node& node, std::string_view where,
                                                          bool attributes) {
  std::vector<std::pair<RuleField, std::string>> fields;
  ForEachKey(node, where, [&](const std::string& name, const YAML::Node& key, const YAML::Node& value) {
    auto known = FindRuleField(name);
    if (!known && attributes) known = RuleField{RuleField::Kind::kAttribute, 0, name};
    RuleField field = known ? *std::move(known) : KnownField(name, key, where);
    std::string text = Scalar(value, name);
    std::string reason;
    const bool unset = attributes && text.empty();  // a test may expect that nothing was set
    if (!unset && !IsValidFor(field, text, reason)) {
      throw Problem{LineOf(value), absl::StrCat("`", text, "` is no value for ", name, ": ", reason)};
    }
    fields.emplace_back(std::move(field), std::move(text));
  });
  return fields;
}

std::vector<RuleCondition> ReadConditions(const YAML::Node& node) {
  std::vector<RuleCondition> conditions;
  const auto add = [&conditions](RuleField field, const YAML::Node& value) {
    conditions.push_back({std::move(field), Strings(value, "when")});
    if (conditions.back().globs.empty()) throw Problem{LineOf(value), "a condition needs at least one value"};
  };
  ForEachKey(node, "when", [&](const std::string& name, const YAML::Node& key, const YAML::Node& value) {
    if (name == "fields") {
      ForEachKey(value, "fields", [&](const std::string& attribute, const YAML::Node&, const YAML::Node& globs) {
        add(RuleField{RuleField::Kind::kAttribute, 0, attribute}, globs);
      });
      return;
    }
    RuleField field = KnownField(name, key, "when");
    using Kind = RuleField::Kind;
    if (field.kind != Kind::kDimension && field.kind != Kind::kId && field.kind != Kind::kSide) {
      throw Problem{LineOf(key), absl::StrCat("`", name, "` cannot be a condition")};
    }
    const bool side = field.kind == Kind::kSide;
    add(std::move(field), value);
    for (std::string& glob : conditions.back().globs) {
      if (!side) continue;
      const auto known = SideOfName(glob);
      if (!known) throw Problem{LineOf(value), absl::StrCat("`", glob, "` is no side")};
      glob = store::SideName(*known);
    }
  });
  return conditions;
}

RuleTest ReadTest(const YAML::Node& node) {
  RuleTest test;
  test.line = LineOf(node);
  bool has_line = false;
  ForEachKey(node, "tests", [&](const std::string& name, const YAML::Node& key, const YAML::Node& value) {
    if (name == "line") {
      test.text = Scalar(value, name);
      has_line = true;
    } else if (name == "with") {
      test.with = ReadFields(value, name, /*attributes=*/true);
    } else if (name == "expect") {
      test.expect = ReadFields(value, name, /*attributes=*/true);
    } else if (name == "no_match") {
      test.no_match = Boolean(value, name);
    } else {
      UnknownKey(key, "a test", "line, with, expect, no_match");
    }
  });
  if (!has_line) throw Problem{test.line, "a test needs a `line`"};
  if (test.no_match && !test.expect.empty()) throw Problem{test.line, "a test has `expect` or `no_match`, not both"};
  return test;
}

std::vector<RuleTest> ReadTests(const YAML::Node& node) {
  if (!node.IsSequence()) throw Problem{LineOf(node), "`tests` must be a list"};
  if (node.size() > kMaxTestsPerRule) {
    throw Problem{LineOf(node), absl::StrCat("more than ", kMaxTestsPerRule, " tests in one rule")};
  }
  std::vector<RuleTest> tests;
  for (const YAML::Node& item : node) tests.push_back(ReadTest(item));
  return tests;
}

int ReadOrder(const YAML::Node& node) {
  const std::string text = Scalar(node, "order");
  const bool digits = !text.empty() && text.size() <= 6 &&
                      std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
  if (!digits) throw Problem{LineOf(node), absl::StrCat("`order` must be a number 0..999999, got `", text, "`")};
  return std::stoi(text);
}

void ReadKey(const std::string& name, const YAML::Node& key, const YAML::Node& value, RuleSpec& rule) {
  if (name == "name") {
    rule.name = Scalar(value, name);
  } else if (name == "order") {
    rule.order = ReadOrder(value);
  } else if (name == "match") {
    rule.match = Scalar(value, name);
    rule.match_line = LineOf(value);
  } else if (name == "when") {
    rule.when = ReadConditions(value);
  } else if (name == "set") {
    rule.set = ReadFields(value, name, /*attributes=*/false);
  } else if (name == "fingerprint") {
    rule.fingerprint = Strings(value, name);
  } else if (name == "redact") {
    rule.redact = Strings(value, name);
  } else if (name == "overwrite") {
    rule.overwrite = Boolean(value, name);
  } else if (name == "tests") {
    rule.tests = ReadTests(value);
  } else {
    UnknownKey(key, "a rule", "name, order, match, when, set, fingerprint, redact, overwrite, tests");
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

void ReadRule(const YAML::Node& node, std::string_view file_name, RuleFile& file) {
  RuleSpec rule;
  rule.file = std::string(file_name);
  rule.line = LineOf(node);
  try {
    ForEachKey(node, "a rule", [&rule](const std::string& name, const YAML::Node& key, const YAML::Node& value) {
      ReadKey(name, key, value, rule);
    });
    if (!IsRuleName(rule.name)) {
      throw Problem{rule.line, "a rule needs a `name` of at most 100 letters, digits, '_', '-' and '.'"};
    }
    if (rule.match.empty()) throw Problem{rule.line, "a rule needs a `match` pattern"};
    file.rules.push_back(std::move(rule));
  } catch (const Problem& problem) {
    file.errors.push_back({std::string(file_name), problem.line, NameOf(node), problem.reason});
  }
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
    const YAML::Node root = YAML::Load(std::string(yaml));
    if (root.IsNull()) return file;  // an empty file has no rules
    ForEachKey(root, "a rule file", [&](const std::string& name, const YAML::Node& key, const YAML::Node& value) {
      if (name != "rules") UnknownKey(key, "a rule file", "rules");
      if (value.IsNull()) return;
      if (!value.IsSequence()) throw Problem{LineOf(value), "`rules` must be a list"};
      if (value.size() > kMaxRules) throw Problem{LineOf(value), absl::StrCat("more than ", kMaxRules, " rules")};
      for (const YAML::Node& rule : value) ReadRule(rule, file_name, file);
    });
  } catch (const Problem& problem) {
    refuse(problem.line, problem.reason);
  } catch (const YAML::Exception& error) {
    refuse(error.mark.is_null() ? 0 : error.mark.line + 1, absl::StrCat("not valid YAML: ", error.msg));
  }
  return file;
}

}  // namespace faultline::ingest
