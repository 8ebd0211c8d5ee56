// Leaving out rules by template must give what asking all of them gives.
#include "ingest/rule_prefilter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <random>

#include "ingest/rules.h"
#include "ingest/template_rules.h"
#include "tests/testing/status_matchers.h"

namespace faultline::ingest {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// Applies rules with and without the template.
class BothWays {
 public:
  explicit BothWays(std::shared_ptr<const RuleSet> rules) : rules_(std::move(rules)) {}

  void ExpectSame(std::string_view message) { ASSERT_EQ(RuleOf(message, true), RuleOf(message, false)) << message; }

 private:
  std::string RuleOf(std::string_view message, bool by_template) {
    Arena arena;
    LogRecord record;
    record.message = message;
    RuleMatch match;
    const MaskedMessage masked = MaskMessage(message, arena);
    if (by_template) match.masked = &masked;
    if (!rules_->Apply(record, arena, match)) return "none";
    std::string text(match.rule);
    for (const auto& [name, value] : match.captures) text.append(" ").append(name).append("=").append(value);
    return text;
  }

  const std::shared_ptr<const RuleSet> rules_;
};

std::shared_ptr<const RuleSet> Parse(std::string_view yaml) {
  std::vector<RuleError> errors;
  auto rules = RuleSet::Parse(yaml, "test.yaml", errors);
  for (const RuleError& error : errors) ADD_FAILURE() << error.rule << ": " << error.reason;
  return rules;
}

constexpr std::string_view kRules = R"(rules:
  - {name: hex, match: 'dead[0-9a-f]+'}
  - {name: status, match: 'http (?P<code>5\d\d)'}
  - {name: unit, match: '(?i)took \d+MS\b'}
  - {name: either, match: 'no route|queue (?P<what>\w+) full'}
  - {name: glued, match: 'shard\d+x'}
  - {name: phone, match: 'for <phone>'}
  - {name: short, match: 'ok'}
  - {name: quoted, match: 'user "bob"'}
  - {name: kelvin, match: '(?i)kilo'}
)";

std::vector<int> PossibleFor(std::string_view form, RulePrefilter::Holes holes = RulePrefilter::Holes::kNumbers) {
  std::vector<std::shared_ptr<const Rule>> rules;
  for (const char* const match : {"dead[0-9a-f]+", "http 5\\d\\d", "no route|queue \\w+ full", "shard\\d+x"}) {
    RuleSpec spec;
    spec.name = match;
    spec.match = match;
    RuleError error;
    rules.push_back(Rule::Compile(std::move(spec), error));
    EXPECT_NE(rules.back(), nullptr) << error.reason;
  }
  const auto prefilter = RulePrefilter::Create(rules);
  return prefilter == nullptr ? std::vector<int>{-1} : prefilter->Possible(form, holes);
}

TEST(RulePrefilterTest, LeavesOutWhatATemplateCannotHold) {
  EXPECT_THAT(PossibleFor("nothing to see"), IsEmpty());
  EXPECT_THAT(PossibleFor("there is no route to it"), ElementsAre(2));
  EXPECT_THAT(PossibleFor("HTTP \x01 from edge"), ElementsAre(0, 1));  // "dead1" may be in any run
  EXPECT_THAT(PossibleFor("shard\x01"), ElementsAre(0, 3));
  EXPECT_THAT(PossibleFor("\x01hard"), ElementsAre(0, 3));  // "1s" and "hard"
  EXPECT_THAT(PossibleFor("\x01rd of it"), ElementsAre(0, 3));
  EXPECT_THAT(PossibleFor("\x01rt of it"), ElementsAre(0));
  EXPECT_THAT(PossibleFor("queue\x01"), ElementsAre(0)) << "a number holds no blank";
  EXPECT_THAT(PossibleFor("queue\x01ull", RulePrefilter::Holes::kAny), ElementsAre(0, 2));
}

TEST(RulePrefilterTest, HelpsOnlyWhereMostPatternsNeedAText) {
  std::vector<std::shared_ptr<const Rule>> rules;
  for (int i = 0; i < 5; ++i) {
    RuleSpec spec;
    spec.name = std::to_string(i);
    spec.match = "\\S{" + std::to_string(i + 1) + "}";
    RuleError error;
    rules.push_back(Rule::Compile(std::move(spec), error));
  }
  EXPECT_EQ(RulePrefilter::Create(rules), nullptr);
  EXPECT_EQ(RulePrefilter::Create({}), nullptr);
}

TEST(TemplateRulesTest, WorksATemplateOutTheSecondTime) {
  RuleSpec spec;
  spec.name = "status";
  spec.match = "http 5";
  RuleError error;
  const auto prefilter = RulePrefilter::Create({Rule::Compile(std::move(spec), error)});
  ASSERT_NE(prefilter, nullptr);
  TemplateRules known;
  Arena arena;
  const auto find = [&](std::string_view message) { return known.Find(*prefilter, MaskMessage(message, arena)); };
  EXPECT_EQ(find("write 17 failed"), nullptr);
  ASSERT_NE(find("write 4711 failed"), nullptr);
  EXPECT_THAT(*find("write 1 failed"), IsEmpty());
  EXPECT_EQ(find("write \"http 5\" failed"), nullptr) << "what is in quotes may be anything";
  EXPECT_EQ(find("write \"http 5\" failed"), nullptr);
  EXPECT_EQ(find("wr\xc3\xaate failed"), nullptr);
  EXPECT_EQ(find("wr\xc3\xaate failed"), nullptr);
}

TEST(TemplateRulesTest, GivesTheSameForRandomMessages) {
  static constexpr std::string_view kPieces[] = {
      "http ", "503",     "5",      "dead",  "beef12345",       "took ",  "7MS",  "12ms",
      "no ",   "route",   "queue ", "in",    " full",           "shard",  "9x",   "x",
      "for ",  "<phone>", "ok",     "user ", "\"bob\"",         "\"17\"", "'a1'", " ",
      "ho",    "ute",     "s",      "hard",  "\xe2\x84\xaailo", "kilo",   "<ip>", "4bf92f35",
      "rd1",   "ad"};
  BothWays both(Parse(kRules));
  std::mt19937 random(3);
  for (int i = 0; i < 30'000 && !HasFatalFailure(); ++i) {
    std::string message;
    for (size_t left = 1 + random() % 4; left > 0; --left) message.append(kPieces[random() % std::size(kPieces)]);
    both.ExpectSame(message);
    both.ExpectSame(message);
    for (char& c : message) c = c >= '0' && c <= '9' ? static_cast<char>('0' + random() % 10) : c;
    both.ExpectSame(message);
  }
}

// The lines that shipped rules are tested with, their numbers changed.
TEST(TemplateRulesTest, GivesTheSameForShippedRules) {
  std::vector<RuleError> errors;
  const auto rules = RuleSet::Load({FAULTLINE_SOURCE_DIR "/deploy/rules"}, errors);
  ASSERT_THAT(rules, testing::IsOk());
  BothWays both(*rules);
  std::mt19937 random(4);
  int lines = 0;
  for (const auto& entry : std::filesystem::directory_iterator(FAULTLINE_SOURCE_DIR "/deploy/rules")) {
    std::ifstream in(entry.path());
    for (std::string line; std::getline(in, line);) {
      const size_t at = line.find("line: ");
      if (at == std::string::npos || line.size() < at + 9) continue;
      std::string message = line.substr(at + 7, line.size() - at - 8);  // without its quotes
      ++lines;
      for (int round = 0; round < 4; ++round) {
        both.ExpectSame(message);
        for (char& c : message) c = c >= '0' && c <= '9' ? static_cast<char>('0' + random() % 10) : c;
      }
    }
  }
  EXPECT_GT(lines, 50);
}

}  // namespace
}  // namespace faultline::ingest
