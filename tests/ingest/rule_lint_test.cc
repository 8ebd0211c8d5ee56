#include "ingest/rule_lint.h"

#include <gmock/gmock.h>

namespace faultline::ingest {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::shared_ptr<const RuleSet> Parse(std::string_view yaml) {
  std::vector<RuleError> errors;
  auto rules = RuleSet::Parse(yaml, "pack.yaml", errors);
  EXPECT_THAT(errors, IsEmpty());
  return rules;
}

TEST(RuleLintTest, ARuleWhoseLinesAnotherTakesIsShadowed) {
  const auto rules = Parse(R"(
rules:
  - {name: wide, match: 'failed', tests: [{line: it failed}]}
  - name: narrow
    match: 'upload failed'
    tests:
      - {line: upload failed}
)");
  EXPECT_THAT(
      FindShadows(*rules),
      ElementsAre(AllOf(Field(&RuleFinding::rule, "narrow"), Field(&RuleFinding::line, 7),
                        Field(&RuleFinding::text, AllOf(HasSubstr("is shadowed"), HasSubstr("rule wide (pack.yaml:3)"),
                                                        HasSubstr("Line: upload failed"))))));
}

TEST(RuleLintTest, ARuleThatLosesSomeLinesIsNamedToo) {
  const auto rules = Parse(R"(
rules:
  - {name: first, match: 'disk full', tests: [{line: disk full}]}
  - {name: second, match: 'full', tests: [{line: inbox full}, {line: disk full}]}
)");
  EXPECT_THAT(FindShadows(*rules), ElementsAre(Field(&RuleFinding::text, HasSubstr("some test lines are taken"))));
}

TEST(RuleLintTest, OrderAndConditionsCount) {
  const auto rules = Parse(R"(
rules:
  - {name: wide, match: 'failed', order: 2000, tests: [{line: it failed}]}
  - {name: narrow, match: 'upload failed', tests: [{line: upload failed}]}
  - {name: other, match: 'failed', when: {service: media}, tests: [{line: it failed, with: {service: media}}]}
)");
  EXPECT_THAT(FindShadows(*rules), IsEmpty());
}

TEST(RuleLintTest, ARuleNeedsATestThatMatches) {
  const auto rules = Parse("rules: [{name: a, match: abc}, {name: b, match: abd, tests: [{line: x, no_match: true}]}]");
  EXPECT_THAT(FindShadows(*rules), ElementsAre(Field(&RuleFinding::rule, "a"), Field(&RuleFinding::rule, "b")));
}

TEST(RuleLintTest, RecordsAreDecoded) {
  const auto rules = Parse(R"(
rules:
  - {name: a, when: {fields: {conn_state: '?*'}}, tests: [{record: '{"conn_state":"S0"}'}]}
  - {name: b, when: {fields: {conn_state: S0}}, tests: [{record: '{"conn_state":"S0"}'}]}
)");
  EXPECT_THAT(FindShadows(*rules), ElementsAre(Field(&RuleFinding::rule, "b")));
}

TEST(RuleLintTest, CostsAreMeasuredAndAtomsCounted) {
  const auto rules = Parse(R"(
rules:
  - {name: words, match: '^upload (?P<n>\d+) failed', tests: [{line: upload 7 failed}]}
  - {name: none, match: '^\d+ \w+$', tests: [{line: 7 x}]}
  - {name: many, match: '^many (\d) (\d) (\d) (\d) (?P<n>\d)', tests: [{line: many 1 2 3 4 5}]}
  - {name: field, when: {fields: {x: y}}}
)");
  const std::vector<RuleCost> costs = MeasureRules(*rules);
  ASSERT_EQ(costs.size(), 3u);
  EXPECT_GT(costs[0].atoms, 0u);
  EXPECT_EQ(costs[1].atoms, 0u);
  EXPECT_EQ(costs[2].groups, 5);
  EXPECT_FALSE(costs[2].one_pass);
  EXPECT_GT(costs[0].set_ns, 0);
  EXPECT_GT(costs[0].capture_ns, 0);
  EXPECT_GT(MeasureSetNs(*rules), 0);
  const std::vector<RuleFinding> slow = FindSlowRules(costs);
  EXPECT_THAT(
      slow, Contains(AllOf(Field(&RuleFinding::rule, "none"), Field(&RuleFinding::text, HasSubstr("no fixed text")))));
  EXPECT_THAT(slow,
              Contains(AllOf(Field(&RuleFinding::rule, "many"), Field(&RuleFinding::text, HasSubstr("5 groups")))));
}

TEST(RuleLintTest, NothingCostsNothing) {
  const auto rules = Parse("");
  EXPECT_EQ(MeasureSetNs(*rules), 0);
  EXPECT_THAT(MeasureRules(*rules), IsEmpty());
  EXPECT_THAT(FindSlowRules({}), IsEmpty());
}

// No rule of the shipped packs takes the lines of another.
TEST(RuleLintTest, ShippedRulesDoNotHideEachOther) {
  std::vector<RuleError> errors;
  const auto rules = RuleSet::Load({FAULTLINE_SOURCE_DIR "/deploy/rules"}, errors);
  ASSERT_TRUE(rules.ok());
  for (const RuleFinding& finding : FindShadows(**rules)) {
    ADD_FAILURE() << finding.file << ":" << finding.line << ": " << finding.rule << " " << finding.text;
  }
}

}  // namespace
}  // namespace faultline::ingest
