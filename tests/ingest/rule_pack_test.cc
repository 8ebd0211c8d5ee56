// The packs that are shipped in deploy/rules.
#include <gmock/gmock.h>

#include <random>

#include "ingest/rules.h"
#include "tests/testing/status_matchers.h"

namespace faultline::ingest {
namespace {

std::shared_ptr<const RuleSet> Load(std::vector<RuleError>& errors) {
  const auto rules = RuleSet::Load({FAULTLINE_SOURCE_DIR "/deploy/rules"}, errors);
  EXPECT_THAT(rules, testing::IsOk());
  return rules.ok() ? *rules : nullptr;
}

class ShippedRulesTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::vector<RuleError> errors;
    rules_ = Load(errors);
    ASSERT_NE(rules_, nullptr);
    for (const RuleError& error : errors) {
      ADD_FAILURE() << error.file << ":" << error.line << ": " << error.rule << ": " << error.reason;
    }
  }
  bool Apply(std::string_view message) {
    record_ = {};
    record_.message = message;
    return rules_->Apply(record_, arena_, match_);
  }
  std::shared_ptr<const RuleSet> rules_;
  Arena arena_;
  LogRecord record_;
  RuleMatch match_;
};

TEST_F(ShippedRulesTest, AllLoadAndHaveTests) {
  EXPECT_GE(rules_->size(), 30u);
  EXPECT_GE(rules_->test_count(), rules_->size());
}

TEST_F(ShippedRulesTest, AcceptedMessagesAreSuccesses) {
  for (const std::string_view line : {"message accepted", "message accepted after retry"}) {
    ASSERT_TRUE(Apply(line));
    EXPECT_EQ(match_.outcome, store::Outcome::kSuccess);
  }
}

TEST_F(ShippedRulesTest, OrdinaryFailuresAreLeftToTheirOwnSignature) {
  for (const std::string_view line :
       {"write inbox cursor failed: queue full object 99c7187a7a3611c9 size 3195234",
        "QuorumLostException: read group member list failed: no route to shard [queue=53 depth=76284]",
        "login failed: http 503 from edge", "key fetch failed: ack timeout for <phone>",
        "messages arrive late after update"}) {
    EXPECT_FALSE(Apply(line)) << line << " is taken by " << match_.rule;
  }
}

TEST_F(ShippedRulesTest, TheStackTraceInATextBecomesAnException) {
  ASSERT_TRUE(Apply("net.chat.QuorumLost: no leader\n\tat net.chat.Log.append(Log.java:73)"));
  EXPECT_EQ(match_.rule, "java_stack_trace");
  EXPECT_TRUE(match_.fingerprint.empty());
  EXPECT_EQ(record_.dimension(store::Dimension::kExceptionType), "net.chat.QuorumLost");
}

TEST_F(ShippedRulesTest, RandomLinesDoNoHarm) {
  std::mt19937 random(7);
  const std::string alphabet = "abcABC019 .:/\"'[](){}<>=-_#*\n\t\x80\xc3\xa9\xff";
  for (int i = 0; i < 1'000; ++i) {
    std::string line(random() % 300, ' ');
    for (char& c : line) c = alphabet[random() % alphabet.size()];
    Apply(line);
    arena_.Reset();
  }
}

}  // namespace
}  // namespace faultline::ingest
