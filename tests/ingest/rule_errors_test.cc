// What a broken rule file is told, and that it costs only what is broken.
#include <gmock/gmock.h>

#include "ingest/rules.h"

namespace faultline::ingest {
namespace {

using ::testing::HasSubstr;

struct Case {
  std::string name;
  std::string yaml;
  int line;
  std::string rule;
  std::string reason;
};

class RuleErrorsTest : public ::testing::TestWithParam<Case> {};

TEST_P(RuleErrorsTest, IsReportedWithFileLineAndReason) {
  std::vector<RuleError> errors;
  RuleSet::Parse(GetParam().yaml, "pack.yaml", errors);
  ASSERT_EQ(errors.size(), 1u);
  EXPECT_EQ(errors[0].file, "pack.yaml");
  EXPECT_EQ(errors[0].line, GetParam().line);
  EXPECT_EQ(errors[0].rule, GetParam().rule);
  EXPECT_THAT(errors[0].reason, HasSubstr(GetParam().reason));
}

const Case kCases[] = {
    {"BadYaml", "rules:\n  - name: [a\n", 3, "", "not valid YAML"},
    {"NotAMapping", "- a\n", 1, "", "must be a mapping"},
    {"UnknownTopKey", "rulez: []\n", 1, "", "unknown key `rulez`"},
    {"RulesNoList", "rules: 7\n", 1, "", "must be a list"},
    {"RuleNoMapping", "rules:\n  - 7\n", 2, "", "must be a mapping"},
    {"UnknownKey", "rules:\n  - name: a\n    match: x\n    matsch: y\n", 4, "a", "unknown key `matsch`"},
    {"KeyTwice", "rules:\n  - name: a\n    match: x\n    match: y\n", 4, "a", "given twice"},
    {"NoName", "rules:\n  - match: x\n", 2, "", "needs a `name`"},
    {"NoMatch", "rules:\n  - name: a\n", 2, "a", "needs a `match`"},
    {"BadPattern", "rules:\n  - name: a\n    match: 'x(y'\n", 3, "a", "missing )"},
    {"Backreference", "rules:\n  - name: a\n    match: '(x)\\1'\n", 3, "a", "invalid escape"},
    {"MatchesNothing", "rules:\n  - name: a\n    match: 'x*'\n", 3, "a", "matches the empty string"},
    {"ExplosivePattern", "rules:\n  - name: a\n    match: '((((x{1,30}){1,30}){1,30}){1,30}y)'\n", 3, "a",
     "bad pattern"},
    {"HugeClassPattern", "rules:\n  - name: a\n    match: '(\\pL{900}\\d+){1}'\n", 3, "a", "pattern too large"},
    {"LongPattern", "rules:\n  - name: a\n    match: '" + std::string(5000, 'x') + "'\n", 3, "a", "longer than"},
    {"UnknownField", "rules:\n  - name: a\n    match: x\n    set: {colour: red}\n", 4, "a", "unknown field `colour`"},
    {"BadLevel", "rules:\n  - name: a\n    match: x\n    set: {severity: loud}\n", 4, "a", "no value for severity"},
    {"BadSide", "rules:\n  - name: a\n    match: x\n    when: {side: left}\n", 4, "a", "is no side"},
    {"BadOutcome", "rules:\n  - name: a\n    match: x\n    set: {outcome: maybe}\n", 4, "a", "success or failure"},
    {"BadOrder", "rules:\n  - name: a\n    match: x\n    order: -1\n", 4, "a", "`order` must be a number"},
    {"BadOverwrite", "rules:\n  - name: a\n    match: x\n    overwrite: yes\n", 4, "a", "must be true or false"},
    {"FingerprintOfNothing", "rules:\n  - name: a\n    match: x\n    fingerprint: ['${y}']\n", 2, "a",
     "does not capture"},
    {"FingerprintOpen", "rules:\n  - name: a\n    match: x\n    fingerprint: ['${y']\n", 2, "a", "without `}`"},
    {"RedactOfNothing", "rules:\n  - name: a\n    match: x\n    redact: [y]\n", 2, "a", "does not capture"},
    {"TestExpects", "rules:\n  - name: a\n    match: x\n    tests:\n      - {line: x, expect: {service: b}}\n", 5, "a",
     "expected service `b`, got ``"},
    {"TestMustMatch", "rules:\n  - name: a\n    match: x\n    tests:\n      - line: y\n", 5, "a",
     "does not match its line"},
    {"TestMustNot", "rules:\n  - name: a\n    match: x\n    tests:\n      - {line: x, no_match: true}\n", 5, "a",
     "must not match"},
    {"TestWithoutLine", "rules:\n  - name: a\n    match: x\n    tests:\n      - {no_match: true}\n", 5, "a",
     "needs a `line`"},
    {"DuplicateName", "rules:\n  - {name: a, match: x}\n  - {name: a, match: y}\n", 3, "a",
     "the first is at pack.yaml:2"},
    {"DeepNesting", "rules: " + std::string(100'000, '[') + std::string(100'000, ']') + "\n", 1, "", "not valid YAML"},
    {"TooLarge", "# " + std::string(1 << 20, ' '), 0, "", "larger than"},
};
INSTANTIATE_TEST_SUITE_P(All, RuleErrorsTest, ::testing::ValuesIn(kCases),
                         [](const auto& instance) { return instance.param.name; });

TEST(RuleErrorsTest, TheOtherRulesOfTheFileStay) {
  std::vector<RuleError> errors;
  const auto set = RuleSet::Parse("rules: [{name: a, match: '('}, {name: b, match: x}]", "pack.yaml", errors);
  EXPECT_EQ(errors.size(), 1u);
  EXPECT_EQ(set->size(), 1u);
}

TEST(RuleErrorsTest, ARuleTooManyIsRefused) {
  std::string yaml = "rules:\n";
  for (int i = 0; i < 5'001; ++i) yaml += "- {name: r" + std::to_string(i) + ", match: x}\n";
  std::vector<RuleError> errors;
  const auto set = RuleSet::Parse(yaml, "pack.yaml", errors);
  ASSERT_EQ(errors.size(), 1u);
  EXPECT_THAT(errors[0].reason, HasSubstr("more than 5000 rules"));
  EXPECT_EQ(set->size(), 0u);
}

}  // namespace
}  // namespace faultline::ingest
