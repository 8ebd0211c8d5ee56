#include "ingest/rules.h"

#include <gmock/gmock.h>

#include <fstream>

#include "tests/testing/status_matchers.h"
#include "tests/testing/temp_dir.h"

namespace faultline::ingest {
namespace {

using ::faultline::testing::HasCode;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;

// A set of one file, its errors, and a record to try it on.
struct Pack {
  explicit Pack(std::string_view yaml) { set = RuleSet::Parse(yaml, "pack.yaml", errors); }
  bool Apply(std::string_view message) {
    record.message = message;
    return set->Apply(record, arena, match);
  }
  std::vector<RuleError> errors;
  std::shared_ptr<const RuleSet> set;
  Arena arena;
  LogRecord record;
  RuleMatch match;
};

std::string_view Service(const LogRecord& record) { return record.dimension(store::Dimension::kService); }

TEST(RulesTest, CapturesBecomeFields) {
  Pack pack(R"(
rules:
  - name: upload
    match: '^(?P<service>\w+) upload (?P<message_id>\w+) failed with (?P<error_code>\d+) in (?P<bucket>\w+)'
    set: {side: server, severity: error, exception_type: UploadError}
)");
  ASSERT_THAT(pack.errors, IsEmpty());
  ASSERT_TRUE(pack.Apply("media upload 01J9 failed with 507 in cold"));
  EXPECT_EQ(pack.match.rule, "upload");
  EXPECT_EQ(Service(pack.record), "media");
  EXPECT_EQ(pack.record.id(store::IdKind::kMessage), "01J9");
  EXPECT_EQ(pack.record.dimension(store::Dimension::kErrorCode), "507");
  EXPECT_EQ(pack.record.dimension(store::Dimension::kExceptionType), "UploadError");
  EXPECT_EQ(pack.record.side, store::Side::kServer);
  EXPECT_EQ(pack.record.severity, 17);
  EXPECT_THAT(pack.record.attributes, ElementsAre(Pair("bucket", "cold")));
  EXPECT_EQ(pack.record.message, "media upload 01J9 failed with 507 in cold");
}

TEST(RulesTest, NoRulesMatchNothing) {
  Pack pack("");
  EXPECT_THAT(pack.errors, IsEmpty());
  EXPECT_EQ(pack.set->size(), 0u);
  EXPECT_FALSE(pack.Apply("anything"));
}

TEST(RulesTest, TheSmallestOrderWinsAndThenThePlace) {
  Pack pack(R"(
rules:
  - {name: last, order: 20, match: fail}
  - {name: first, order: 10, match: failed}
  - {name: second, order: 10, match: send failed}
)");
  ASSERT_TRUE(pack.Apply("send failed"));
  EXPECT_EQ(pack.match.rule, "first");
  EXPECT_THAT(pack.set->Matching(pack.record), ElementsAre("first", "second", "last"));
}

TEST(RulesTest, WhatWasDecodedStaysUnlessTheRuleOverwrites) {
  Pack keep("rules: [{name: a, match: 'from (?P<service>\\w+)'}]");
  keep.record.set_dimension(store::Dimension::kService, "gateway");
  ASSERT_TRUE(keep.Apply("from push"));
  EXPECT_EQ(Service(keep.record), "gateway");

  Pack replace("rules: [{name: a, match: 'from (?P<service>\\w+)', overwrite: true}]");
  replace.record.set_dimension(store::Dimension::kService, "gateway");
  ASSERT_TRUE(replace.Apply("from push"));
  EXPECT_EQ(Service(replace.record), "push");
}

TEST(RulesTest, ACapturedMessageReplacesTheMessage) {
  Pack pack("rules: [{name: a, match: '^\\[(?P<level>\\w+)\\] (?P<message>.+)$'}]");
  ASSERT_TRUE(pack.Apply("[CRIT] disk is full"));
  EXPECT_EQ(pack.record.message, "disk is full");
  EXPECT_EQ(pack.record.severity, 18);
  EXPECT_EQ(pack.record.dimension(store::Dimension::kSeverityText), "CRIT");
}

TEST(RulesTest, ARuleMayMarkSuccess) {
  Pack pack("rules: [{name: a, match: '^accepted$', set: {outcome: success}}, {name: b, match: refused}]");
  ASSERT_TRUE(pack.Apply("accepted"));
  EXPECT_EQ(pack.match.outcome, store::Outcome::kSuccess);
  ASSERT_TRUE(pack.Apply("refused"));
  EXPECT_EQ(pack.match.outcome, store::Outcome::kFailure);
}

TEST(RulesTest, FingerprintsMixLiteralsAndCaptures) {
  Pack pack(
      "rules: [{name: a, match: '(?P<verb>\\w+) on (?P<host>\\w+)', fingerprint: [io, '${verb}', 'v=${verb}!']}]");
  ASSERT_TRUE(pack.Apply("write on db7"));
  EXPECT_THAT(pack.match.fingerprint, ElementsAre("io", "write", "v=write!"));
}

TEST(RulesTest, RedactedCapturesLeaveEveryFieldThatHoldsThem) {
  Pack pack(R"(
rules:
  - name: login
    match: 'login of (?P<who>(?P<first>\w+) \w+) failed: (?P<message>.+ for (?P<again>\w+))'
    redact: [who, again]
    fingerprint: ['${who}']
)");
  ASSERT_THAT(pack.errors, IsEmpty());
  ASSERT_TRUE(pack.Apply("login of Ada Lovelace failed: bad password for Ada"));
  EXPECT_EQ(pack.record.message, "bad password for <redacted>");
  EXPECT_THAT(pack.match.fingerprint, ElementsAre("<redacted>"));
  EXPECT_THAT(pack.record.attributes,
              ElementsAre(Pair("who", "<redacted>"), Pair("first", "<redacted>"), Pair("again", "<redacted>")));
}

TEST(RulesTest, ConditionsLookAtTheRecord) {
  Pack pack(R"(
rules:
  - name: nginx
    match: timed out
    when: {source: ['logs.nginx*', edge], side: server, fields: {kind: 'a?c'}}
)");
  ASSERT_THAT(pack.errors, IsEmpty());
  pack.record.set_dimension(store::Dimension::kSource, "logs.nginx.eu");
  pack.record.side = store::Side::kServer;
  pack.record.attributes = {{"kind", "abc"}};
  EXPECT_TRUE(pack.Apply("timed out"));
  pack.record.set_dimension(store::Dimension::kSource, "logs.apache");
  EXPECT_FALSE(pack.Apply("timed out"));
  EXPECT_THAT(pack.set->Matching(pack.record), IsEmpty());
}

TEST(RulesTest, ARuleWhoseConditionFailsLeavesTheNextToWin) {
  Pack pack("rules: [{name: a, match: x, when: {service: other}}, {name: b, match: x}]");
  ASSERT_TRUE(pack.Apply("x"));
  EXPECT_EQ(pack.match.rule, "b");
}

TEST(RulesTest, TimesOfTheCommonLogFormatAreRead) {
  Pack pack("rules: [{name: a, match: '^\\[(?P<time>[^]]+)\\]'}]");
  ASSERT_TRUE(pack.Apply("[24/Nov/2026:15:00:00 +0100] x"));
  EXPECT_EQ(pack.record.time_us, 1'795'528'800'000'000);
}

TEST(RulesTest, MultiLineMessagesMatchWithFlags) {
  Pack pack("rules: [{name: a, match: '(?s)^panic: (?P<message>[^\\n]+)\\n(?P<stacktrace>.+)'}]");
  ASSERT_TRUE(pack.Apply("panic: boom\n\ngoroutine 1 [running]:"));
  EXPECT_EQ(pack.record.message, "boom");
  EXPECT_EQ(pack.record.stacktrace, "\ngoroutine 1 [running]:");
}

TEST(RulesTest, FoldersAreReadByNameAndOtherFilesLeftAlone) {
  testing::TempDir dir;
  std::ofstream(dir / "b.yaml") << "rules: [{name: b, match: x}]";
  std::ofstream(dir / "a.yaml") << "rules: [{name: a, match: x}]";
  std::ofstream(dir / "README.md") << "not YAML: [";
  std::vector<RuleError> errors;
  const auto set = RuleSet::Load({dir.path()}, errors);
  ASSERT_THAT(set, testing::IsOk());
  EXPECT_THAT(errors, IsEmpty());
  LogRecord record;
  record.message = "x";
  EXPECT_THAT((*set)->Matching(record), ElementsAre("a", "b"));
}

TEST(RulesTest, AMissingPathIsNotFound) {
  std::vector<RuleError> errors;
  EXPECT_THAT(RuleSet::Load({"/nonexistent/rules"}, errors), HasCode(absl::StatusCode::kNotFound));
}

TEST(RulesTest, TestsAreCounted) {
  Pack pack("rules: [{name: a, match: x, tests: [{line: x}, {line: y, no_match: true}]}, {name: b, match: x}]");
  EXPECT_THAT(pack.errors, IsEmpty());
  EXPECT_EQ(pack.set->test_count(), 2u);
}

TEST(RulesTest, ATestMayExpectThatNothingWasSet) {
  Pack pack(R"(
rules:
  - name: a
    match: x
    tests: [{line: x, expect: {time: '', side: '', level: '', service: '', trace_id: '', colour: ''}}]
)");
  EXPECT_THAT(pack.errors, IsEmpty());
}

TEST(RulesTest, ManyRulesThatMatchAtOnceStillHaveOneWinner) {
  std::string yaml = "rules:\n";
  for (int i = 0; i < 500; ++i)
    yaml += "  - {name: r" + std::to_string(i) + ", match: 'a.*b.*" + std::to_string(i) + "'}\n";
  Pack pack(yaml);
  ASSERT_EQ(pack.set->size(), 500u);
  ASSERT_TRUE(pack.Apply("a b 123"));
  EXPECT_EQ(pack.match.rule, "r1");
  EXPECT_EQ(pack.set->Matching(pack.record).size(), 6u);  // 1 2 3 12 23 123
}

}  // namespace
}  // namespace faultline::ingest
