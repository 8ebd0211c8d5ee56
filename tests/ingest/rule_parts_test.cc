// What a rule may do beside one pattern: steps, cases, moves, conditions on fields.
#include <gmock/gmock.h>
#include <re2/re2.h>

#include "ingest/rule_attribute_names.h"
#include "ingest/rules.h"

namespace faultline::ingest {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;
using ::testing::UnorderedElementsAre;

struct Pack {
  explicit Pack(std::string_view yaml) { set = RuleSet::Parse(yaml, "pack.yaml", errors); }
  bool Apply(std::string_view message) {
    record.message = message;
    return set->Apply(record, arena, match);
  }
  std::string FirstError() const { return errors.empty() ? "" : errors[0].reason; }
  std::vector<RuleError> errors;
  std::shared_ptr<const RuleSet> set;
  Arena arena;
  LogRecord record;
  RuleMatch match;
};

TEST(RulePartsTest, StepsGoOnWhereTheOneBeforeEnded) {
  Pack pack(R"yaml(
rules:
  - name: a
    match: '^GET (?P<url_path>\S+) '
    then: ['^(?P<http_response_status_code>\d+) ', '^(?P<bytes>\d+)', '^ "(?P<agent>[^"]*)"']
)yaml");
  ASSERT_THAT(pack.errors, IsEmpty());
  ASSERT_TRUE(pack.Apply("GET /x 503 17 \"curl\""));
  EXPECT_THAT(pack.record.attributes, ElementsAre(Pair("url.path", "/x"), Pair("http.response.status_code", "503"),
                                                  Pair("bytes", "17"), Pair("agent", "curl")));
}

TEST(RulePartsTest, AStepThatDoesNotMatchIsLeftOut) {
  Pack pack("rules: [{name: a, match: '^x ', then: ['^x ', '^y=(?P<y>\\w+) ?', '^z=(?P<z>\\w+)']}]");
  ASSERT_TRUE(pack.Apply("x z=1"));
  EXPECT_THAT(pack.record.attributes, ElementsAre(Pair("z", "1")));
}

TEST(RulePartsTest, AStepWithoutAnAnchorIsSearchedAndConsumesNothing) {
  Pack pack("rules: [{name: a, match: '^x ', then: ['^x ', 'b=(?P<b>\\w+)', 'a=(?P<a>\\w+)', '^(?P<first>\\w)']}]");
  ASSERT_TRUE(pack.Apply("x a=1 b=2"));
  EXPECT_THAT(pack.record.attributes, UnorderedElementsAre(Pair("a", "1"), Pair("b", "2"), Pair("first", "a")));
}

// Steps that begin with plain text, and those that take the rest of the line, are matched by shortcuts: as RE2 does it.
TEST(RulePartsTest, ShortcutsSayWhatTheAutomatonSays) {
  for (const std::string pattern : {"blk_(?P<v>-?[0-9]+)", "(?P<v>blk_-?[0-9]+)", "(?P<v>blk_)?[0-9]", "(?P<v>blks?)",
                                    "blk_?(?P<v>[0-9]*)", "(?P<v>blk_|x)", "(?P<v>blk+)", "abc(?P<v>.*)x", "^(?P<v>.+)",
                                    "^(?P<v>[^\\n]+)", "^(?P<v>.*)", "(?i)BLK(?P<v>.)"}) {
    Pack pack("rules: [{name: a, match: '^h', then: ['^h', '" + pattern + "']}]");
    ASSERT_THAT(pack.errors, IsEmpty()) << pattern;
    const RE2 plain(pattern);
    for (const std::string rest :
         {"blk_ blk_-17 blk_4", "bl blk blkk", "blk_", "x", "", "abc abcx", "two\nlines", "\n", "BLKs 7"}) {
      pack.record = LogRecord();
      const std::string message = "h" + rest;
      ASSERT_TRUE(pack.Apply(message)) << pattern;
      std::string expected;
      const bool anchored = pattern[0] == '^';
      const re2::StringPiece text(rest);
      re2::StringPiece groups[2];
      if (plain.Match(text, 0, text.size(), anchored ? RE2::ANCHOR_START : RE2::UNANCHORED, groups, 2)) {
        expected.assign(groups[1].data(), groups[1].size());
      }
      const std::string got = pack.record.attributes.empty() ? "" : std::string(pack.record.attributes[0].second);
      EXPECT_EQ(got, expected) << pattern << " in " << rest;
    }
  }
}

TEST(RulePartsTest, AStepNeverLooksAtWhatTheMatchConsumed) {
  Pack pack("rules: [{name: a, match: '^a=(?P<first>1) x', then: ['a=(?P<a>\\w+)']}]");
  ASSERT_TRUE(pack.Apply("a=1 x a=2"));
  EXPECT_THAT(pack.record.attributes, ElementsAre(Pair("first", "1"), Pair("a", "2")));
}

TEST(RulePartsTest, AMatchWithoutCapturesOnlyFindsTheRule) {
  Pack pack("rules: [{name: a, match: '^a=1 x', then: ['^a=(?P<a>\\w+)']}]");
  ASSERT_TRUE(pack.Apply("a=1 x a=2"));
  EXPECT_THAT(pack.record.attributes, ElementsAre(Pair("a", "1")));
}

TEST(RulePartsTest, OfAlternativesTheFirstThatMatchesCounts) {
  Pack pack("rules: [{name: a, match: '^x', then: [['^x (?P<n>\\d+)', '^x\\w', '^(?P<all>.+)'], '^(?P<rest>.+)']}]");
  ASSERT_THAT(pack.errors, IsEmpty());
  ASSERT_TRUE(pack.Apply("x 12!"));
  EXPECT_THAT(pack.record.attributes, ElementsAre(Pair("n", "12"), Pair("rest", "!")));
  pack.record = {};
  ASSERT_TRUE(pack.Apply("xyz"));
  EXPECT_THAT(pack.record.attributes, ElementsAre(Pair("rest", "z")));
  pack.record = {};
  ASSERT_TRUE(pack.Apply("x-z"));
  EXPECT_THAT(pack.record.attributes, ElementsAre(Pair("all", "x-z")));
}

TEST(RulePartsTest, OneNameMayBeCapturedByAlternatives) {
  Pack pack("rules: [{name: a, match: '^x ', then: ['^x ', '^(?P<n>\\d+)', '^#(?P<n>\\w+)']}]");
  ASSERT_THAT(pack.errors, IsEmpty());
  ASSERT_TRUE(pack.Apply("x #one"));
  EXPECT_THAT(pack.record.attributes, ElementsAre(Pair("n", "one")));
}

TEST(RulePartsTest, AStepMayLookAtAFieldOfTheRecord) {
  Pack pack(R"yaml(
rules:
  - name: a
    when: {fields: {remote: '?*'}}
    then: [{in: remote, match: ['^\[(?P<client_address>[^\]]+)\]', '^(?P<client_address>[^:]+):(?P<client_port>\d+)']}, '^(?P<word>\w+)']
    move: {peer: remote}
)yaml");
  ASSERT_THAT(pack.errors, IsEmpty());
  pack.record.attributes = {{"remote", "h1:80"}};
  ASSERT_TRUE(pack.Apply("hello world"));
  EXPECT_THAT(pack.record.attributes, ElementsAre(Pair("peer", "h1:80"), Pair("client.address", "h1"),
                                                  Pair("client.port", "80"), Pair("word", "hello")));
}

TEST(RulePartsTest, CasesSetWhatTheCapturesSay) {
  Pack pack(R"(
rules:
  - name: a
    match: 'status (?P<status>\d+)'
    set: {severity: info}
    cases:
      - {when: {status: ['4??', '5??']}, set: {severity: warn, error_code: '${status}'}}
      - {when: {status: '5??'}, set: {severity: error}}
)");
  ASSERT_THAT(pack.errors, IsEmpty());
  ASSERT_TRUE(pack.Apply("status 502"));
  EXPECT_EQ(pack.record.severity, 17);
  EXPECT_EQ(pack.record.dimension(store::Dimension::kErrorCode), "502");
  pack.record = {};
  ASSERT_TRUE(pack.Apply("status 404"));
  EXPECT_EQ(pack.record.severity, 13);
  pack.record = {};
  ASSERT_TRUE(pack.Apply("status 200"));
  EXPECT_EQ(pack.record.severity, 9);
}

TEST(RulePartsTest, WhatACaseSetsWinsOverTheFormat) {
  Pack pack(R"(
rules:
  - {name: a, match: 's=(?P<s>\d+)', set: {service: mine}, cases: [{when: {s: '5*'}, set: {severity: error}}]}
)");
  pack.record.severity = 9;
  pack.record.set_dimension(store::Dimension::kService, "theirs");
  ASSERT_TRUE(pack.Apply("s=503"));
  EXPECT_EQ(pack.record.severity, 17);
  EXPECT_EQ(pack.record.dimension(store::Dimension::kService), "theirs");
}

TEST(RulePartsTest, ARuleWithoutAPatternIsFoundByAField) {
  Pack pack(R"(
rules:
  - name: conn
    when: {fields: {conn_state: '?*', proto: [tcp, udp]}}
    move: {source.address: id.orig_h, session_id: user_id, network.protocol.name: service}
    set: {service: zeek, side: network, fields: {log_type: conn}}
    cases: [{when: {fields: {conn_state: REJ}}, set: {severity: error, message: connection rejected}}]
)");
  ASSERT_THAT(pack.errors, IsEmpty());
  pack.record.attributes = {{"id.orig_h", "h1"}, {"conn_state", "REJ"}, {"proto", "tcp"}};
  pack.record.set_id(store::IdKind::kUser, "CAbc");
  pack.record.set_dimension(store::Dimension::kService, "http");
  ASSERT_TRUE(pack.Apply(""));
  EXPECT_THAT(pack.record.attributes,
              UnorderedElementsAre(Pair("source.address", "h1"), Pair("conn_state", "REJ"), Pair("proto", "tcp"),
                                   Pair("network.protocol.name", "http"), Pair("log_type", "conn")));
  EXPECT_EQ(pack.record.id(store::IdKind::kSession), "CAbc");
  EXPECT_EQ(pack.record.id(store::IdKind::kUser), "");
  EXPECT_EQ(pack.record.dimension(store::Dimension::kService), "zeek");
  EXPECT_EQ(pack.record.message, "connection rejected");
  EXPECT_EQ(pack.record.side, store::Side::kNetwork);
}

TEST(RulePartsTest, FieldsAndPatternsCompeteByOrder) {
  Pack pack(R"(
rules:
  - {name: by_pattern, order: 20, match: hello}
  - {name: by_field, order: 10, when: {fields: {kind: greeting}}}
  - {name: by_field_late, order: 30, when: {fields: {kind: '?*'}}}
)");
  pack.record.attributes = {{"kind", "greeting"}};
  ASSERT_TRUE(pack.Apply("hello"));
  EXPECT_EQ(pack.match.rule, "by_field");
  EXPECT_THAT(pack.set->Matching(pack.record), ElementsAre("by_field", "by_pattern", "by_field_late"));
  pack.record.attributes = {{"kind", "other"}};
  ASSERT_TRUE(pack.Apply("hello"));
  EXPECT_EQ(pack.match.rule, "by_pattern");
  ASSERT_TRUE(pack.Apply("bye"));
  EXPECT_EQ(pack.match.rule, "by_field_late");
  pack.record.attributes.clear();
  EXPECT_FALSE(pack.Apply("bye"));
}

TEST(RulePartsTest, PrivateCapturesAreShownOnlyWhenAsked) {
  Pack pack("rules: [{name: a, match: 'user (?P<user_name>\\S+)', redact: [user_name]}]");
  ASSERT_TRUE(pack.Apply("user alice"));
  EXPECT_THAT(pack.record.attributes, ElementsAre(Pair("user.name", "<redacted>")));
  EXPECT_EQ(pack.record.message, "user <redacted>");
  pack.record = {};
  pack.match.show_private = true;
  ASSERT_TRUE(pack.Apply("user alice"));
  EXPECT_THAT(pack.record.attributes, ElementsAre(Pair("user.name", "alice")));
  EXPECT_EQ(pack.record.message, "user alice");
}

TEST(RulePartsTest, ADashIsNobody) {
  Pack pack("rules: [{name: a, match: 'user (?P<user_name>\\S+)', redact: [user_name]}]");
  ASSERT_TRUE(pack.Apply("user -"));
  EXPECT_EQ(pack.record.message, "user -");
}

TEST(RulePartsTest, RecordsInTestsAreDecoded) {
  Pack pack(R"(
rules:
  - name: a
    when: {fields: {conn_state: '?*'}}
    tests:
      - {record: '{"conn_state":"S0","proto":"tcp"}', expect: {conn_state: S0, proto: tcp}}
      - {record: '{"proto":"tcp"}', no_match: true}
)");
  EXPECT_THAT(pack.errors, IsEmpty());
  EXPECT_EQ(pack.set->test_count(), 2u);
}

TEST(RulePartsTest, NamesOfAttributes) {
  EXPECT_EQ(StoredAttributeName("client_address"), "client.address");
  EXPECT_EQ(StoredAttributeName("http_response_status_code"), "http.response.status_code");
  EXPECT_EQ(StoredAttributeName("haproxy__backend_name"), "haproxy.backend_name");
  EXPECT_EQ(StoredAttributeName("shard_number"), "shard_number");
  EXPECT_EQ(StoredAttributeName("__x__"), "__x__");
}

struct Mistake {
  std::string yaml;
  std::string reason;
};

TEST(RulePartsTest, MistakesAreNamed) {
  const Mistake mistakes[] = {
      {"rules: [{name: a, when: {service: x}}]", "needs a `match` pattern"},
      {"rules: [{name: a, when: {fields: {x: '*'}}}]", "needs a `match` pattern"},
      {"rules: [{name: a, match: x, then: y}]", "`then` must be a list"},
      {"rules: [{name: a, match: x, then: ['(']}]", "missing )"},
      {"rules: [{name: a, match: x, then: [{match: y}]}]", "needs `in` and `match`"},
      {"rules: [{name: a, match: x, then: [{in: time, match: y}]}]", "cannot be taken"},
      {"rules: [{name: a, match: x, cases: [{set: {severity: error}}]}]", "needs `when` and `set`"},
      {"rules: [{name: a, match: x, cases: [{when: {y: z}, set: {severity: error}}]}]", "which the rule does not give"},
      {"rules: [{name: a, match: x, set: {service: '${y}'}}]", "is set from `y`"},
      {"rules: [{name: a, match: x, move: {y: time}}]", "cannot be taken"},
      {"rules: [{name: a, match: x, tests: [{line: x, record: x}]}]", "not both"},
      {"rules: [{name: a, match: x, tests: [{record: '{\"a\" 1}'}]}]", "cannot be decoded"},
  };
  for (const Mistake& mistake : mistakes) {
    EXPECT_THAT(Pack(mistake.yaml).FirstError(), HasSubstr(mistake.reason)) << mistake.yaml;
  }
}

}  // namespace
}  // namespace faultline::ingest
