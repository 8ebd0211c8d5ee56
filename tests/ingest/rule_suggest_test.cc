#include "ingest/rule_suggest.h"

#include <gmock/gmock.h>

#include <random>

#include "ingest/line_pieces.h"
#include "ingest/rules.h"

namespace faultline::ingest {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

std::shared_ptr<const RuleSet> Load(const Suggestion& suggestion) {
  std::vector<RuleError> errors;
  auto rules = RuleSet::Parse(suggestion.yaml, "suggested.yaml", errors);
  for (const RuleError& error : errors) ADD_FAILURE() << error.line << ": " << error.reason << "\n" << suggestion.yaml;
  return rules;
}

TEST(RuleSuggestTest, CapturesAreNamedByWhatTheyLookLike) {
  const Suggestion suggestion = SuggestRules({"2026-11-24 15:00:00,123 ERROR [edge] upload /inbox/7 for user alice "
                                              "from <ip> port 4022 failed after 7524 ms id=4bf92f35",
                                              "2026-11-24 15:00:01,400 WARN [edge] upload /inbox/8 for user bob from "
                                              "<ip> port 4023 failed after 12 ms id=99c7187a"},
                                             {});
  EXPECT_EQ(suggestion.rules, 1u);
  EXPECT_EQ(suggestion.covered, 2u);
  for (const char* name :
       {"<time>", "<level>", "<path>", "<user_name>", "<client_address>", "<client_port>", "<number>", "<id>"}) {
    EXPECT_THAT(suggestion.yaml, HasSubstr(name));
  }
  EXPECT_THAT(suggestion.yaml, HasSubstr("'client.port': '4022'"));
  const auto rules = Load(suggestion);
  EXPECT_EQ(rules->size(), 1u);
  EXPECT_EQ(rules->test_count(), 2u);
}

TEST(RuleSuggestTest, LinesOfOtherFormsMakeOtherRules) {
  const Suggestion suggestion = SuggestRules({"queue 7 is full", "queue 9 is full", "no leader for shard 12"}, {});
  EXPECT_EQ(suggestion.rules, 2u);
  EXPECT_THAT(suggestion.yaml, HasSubstr("suggested_queue_full"));
  const auto rules = Load(suggestion);
  Arena arena;
  LogRecord record;
  RuleMatch match;
  record.message = "queue 123 is full";
  EXPECT_TRUE(rules->Apply(record, arena, match));
  record = {};
  record.message = "the queue 123 is full";
  EXPECT_FALSE(rules->Apply(record, arena, match));
}

TEST(RuleSuggestTest, KeysNameTheirValues) {
  const Suggestion suggestion =
      SuggestRules({"op=send shard=12 took=0.25 message=hello", "op=read shard=9 took=3 message=bye"}, {});
  EXPECT_THAT(suggestion.yaml, HasSubstr("shard=(?P<shard>"));
  EXPECT_THAT(suggestion.yaml, HasSubstr("field_message"));  // would replace the message
  Load(suggestion);
}

TEST(RuleSuggestTest, NothingFromNothing) {
  EXPECT_THAT(SuggestRules({}, {}).yaml, IsEmpty());
  EXPECT_THAT(SuggestRules({"", ""}, {}).yaml, IsEmpty());
}

TEST(RuleSuggestTest, TheMostFrequentFormsComeFirstAndAreLimited) {
  SuggestOptions options;
  options.max_rules = 1;
  const Suggestion suggestion = SuggestRules({"a rare one", "disk 1 full", "disk 2 full"}, options);
  EXPECT_EQ(suggestion.rules, 1u);
  EXPECT_THAT(suggestion.yaml, HasSubstr("disk_full"));
  EXPECT_THAT(suggestion.yaml, Not(HasSubstr("rare")));
}

TEST(RuleSuggestTest, PiecesGiveTheLineBack) {
  for (const std::string line :
       {"a=\"b c\" [x] 10.0.0.1:80 /p/q?r=1", "\"", "\"\"", "0x1f 12ab34cd56 -7 7.5.", "grüße 7 ü"}) {
    std::string whole;
    for (const LinePiece& piece : CutLine(line)) whole += piece.text;
    EXPECT_EQ(whole, line);
  }
}

TEST(RuleSuggestTest, WhatIsProposedLoadsWhateverTheLines) {
  std::mt19937 random(11);
  const std::string alphabet = "ab AB 019 .:/\"'[](){}<>=-_#*\\\t,;|$^+?%@";
  std::vector<std::string> lines;
  for (int i = 0; i < 300; ++i) {
    std::string line(1 + random() % 60, ' ');
    for (char& c : line) c = alphabet[random() % alphabet.size()];
    lines.push_back(line);
  }
  SuggestOptions options;
  options.max_rules = 1'000;
  const Suggestion suggestion = SuggestRules(lines, options);
  EXPECT_GT(suggestion.rules, 200u);
  EXPECT_EQ(Load(suggestion)->size(), suggestion.rules);
}

}  // namespace
}  // namespace faultline::ingest
