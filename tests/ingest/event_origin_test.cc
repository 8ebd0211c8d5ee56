#include "ingest/event_origin.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "ingest/event_parser.h"
#include "ingest/signature.h"

namespace faultline::ingest {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr std::string_view kTrace =
    "java.lang.IllegalStateException: shard 7 is closed\n"
    "\tat net.chat.Store.write(Store.java:41)\n"
    "\tat java.base/java.lang.Thread.run(Thread.java:829)\n"
    "Caused by: java.io.IOException: no space\n"
    "\tat net.chat.Disk.append(Disk.java:12)\n"
    "\t... 1 more";

class EventOriginTest : public ::testing::Test {
 protected:
  static std::shared_ptr<const RuleSet> Rules(std::string_view yaml) {
    std::vector<RuleError> errors;
    auto rules = RuleSet::Parse(yaml, "test.yaml", errors);
    for (const RuleError& error : errors) ADD_FAILURE() << error.reason;
    return rules;
  }

  // What is told with `now` of what was stored with `then`.
  v1::ExplainEventResponse Tell(LogRecord record, std::string_view then, std::string_view now, bool defined = true) {
    if (record.severity == 0) record.severity = store::kErrorSeverity;
    const auto rules = Rules(then);
    SignatureInput input;
    context_.now_us = 1'795'532'400'000'000;
    parser_.Parse(record, *rules, context_, arena_, event_, input);
    std::optional<store::SignatureDefinition> definition;
    if (event_.signature != 0) definition = DefineSignature(input);
    v1::ExplainEventResponse response;
    response.mutable_event()->set_rule(std::string(event_.dimension(store::Dimension::kRule)));
    if (event_.signature != 0) response.mutable_event()->set_signature(store::FormatSignature(event_.signature));
    TellOrigin(*Rules(now), event_, definition && defined ? &*definition : nullptr, response);
    TellInWords(response);
    return response;
  }
  v1::ExplainEventResponse TellMessage(std::string_view message, std::string_view then = "",
                                       std::string_view now = "") {
    LogRecord record;
    record.message = message;
    return Tell(record, then, now.empty() ? then : now);
  }
  std::string_view TextOf(const v1::ByteRange& bytes) const {
    const std::string_view text = bytes.field() == "message" ? event_.message : event_.stacktrace;
    return text.substr(static_cast<size_t>(bytes.start()), static_cast<size_t>(bytes.end() - bytes.start()));
  }
  static std::string Words(const v1::ExplainEventResponse& response) {
    std::string all;
    for (const std::string& sentence : response.words()) all += sentence + "\n";
    return all;
  }

  const Pseudonyms pseudonyms_ = Pseudonyms::Ephemeral();
  EventParser parser_{{}, pseudonyms_};
  RecordContext context_;
  Arena arena_;
  store::Event event_;
};

TEST_F(EventOriginTest, EveryMaskHasItsBytesAndItsKind) {
  const auto told = TellMessage(
      "write of 12ms to shard-7 by a@b.example.org at 2026-11-24T15:00:00Z failed, id "
      "8d8e7ed4-8079-7c74-c1cc-e49fe816328f "
      "\"quota\"");
  std::vector<std::string> kinds;
  for (const v1::MaskedRun& mask : told.masks()) {
    EXPECT_EQ(TextOf(mask.bytes()), mask.text());
    kinds.push_back(mask.kind());
  }
  EXPECT_THAT(kinds, ElementsAre("a number", "digits in a name", "a mark of redaction", "a date or time", "a UUID",
                                 "a quoted text"));
  EXPECT_EQ(told.template_(), "write of <*> to shard-<*> by <*> at <*> failed, id <*> \"<*>\"");
  EXPECT_EQ(told.origin(), "message");
  EXPECT_EQ(told.parts(3).text(), told.template_());
  EXPECT_EQ(TextOf(told.parts(3).bytes()), event_.message);
  EXPECT_EQ(told.signature_now(), told.event().signature());
  EXPECT_THAT(Words(told), HasSubstr("No rule matched."));
}

constexpr std::string_view kShardRule = R"yaml(
rules:
  - name: shard_write
    match: 'write to shard (?P<shard>\d+) failed: (?P<error_code>\w+)'
    fingerprint: ['write failed', '${error_code}']
)yaml";

TEST_F(EventOriginTest, CapturesAndFingerprintSayWhereTheyStand) {
  const auto told = TellMessage("write to shard 17 failed: EIO", kShardRule);
  EXPECT_EQ(told.rule_state(), v1::RULE_STATE_MATCHES);
  EXPECT_EQ(told.rule_place(), "test.yaml:3");
  ASSERT_EQ(told.captures_size(), 2);
  EXPECT_EQ(told.captures(0).field(), "shard");
  EXPECT_EQ(TextOf(told.captures(0).bytes()), "17");
  EXPECT_EQ(TextOf(told.captures(1).bytes()), "EIO");
  ASSERT_EQ(told.parts_size(), 6);
  EXPECT_EQ(told.parts(4).text(), "write failed");
  EXPECT_FALSE(told.parts(4).has_bytes()) << "the rule says it, not the message";
  EXPECT_EQ(TextOf(told.parts(5).bytes()), "EIO");
  EXPECT_EQ(told.signature_now(), told.event().signature());
}

TEST_F(EventOriginTest, WhatARuleReplacedIsShownAsItIsKept) {
  const auto told = TellMessage("E17 [disk] write of shard 9 failed", R"yaml(
rules:
  - name: bracketed
    match: '^E(?P<error_code>\d+) \[(?P<service>\w+)\] (?P<message>.*)'
)yaml");
  EXPECT_EQ(event_.message, "write of shard 9 failed");
  EXPECT_EQ(told.rule_state(), v1::RULE_STATE_TEXT_NOT_KEPT);
  ASSERT_EQ(told.captures_size(), 2);
  EXPECT_EQ(told.captures(0).value(), "17");
  EXPECT_FALSE(told.captures(0).has_bytes());
  EXPECT_EQ(told.captures(1).value(), "disk");
  EXPECT_EQ(told.signature_now(), told.event().signature()) << "the rule has no fingerprint";
  EXPECT_THAT(Words(told), HasSubstr("not kept"));
}

TEST_F(EventOriginTest, SaysWhenTheRuleIsGone) {
  const auto told = TellMessage("write to shard 17 failed: EIO", kShardRule, "rules: []");
  EXPECT_EQ(told.rule_state(), v1::RULE_STATE_CHANGED);
  EXPECT_EQ(told.parts(3).text(), "shard_write") << "the parts are those that were stored";
  EXPECT_TRUE(told.signature_now().empty());
  EXPECT_THAT(Words(told), HasSubstr("there is none of that name now"));
}

TEST_F(EventOriginTest, SaysWhenTheRuleGivesAnotherSignatureNow) {
  const auto told = TellMessage("write to shard 17 failed: EIO", kShardRule, R"yaml(
rules:
  - name: shard_write
    match: 'write to shard (?P<shard>\d+) failed'
    fingerprint: ['write failed']
)yaml");
  EXPECT_EQ(told.rule_state(), v1::RULE_STATE_MATCHES);
  EXPECT_NE(told.signature_now(), told.event().signature());
  EXPECT_THAT(Words(told), HasSubstr("the rules have changed since"));
}

TEST_F(EventOriginTest, SaysWhenARuleThatWasNotThereMatchesNow) {
  const auto told = TellMessage("write to shard 17 failed: EIO", "rules: []", kShardRule);
  EXPECT_EQ(told.rule_state(), v1::RULE_STATE_CHANGED);
  EXPECT_THAT(Words(told), HasSubstr("one matches now"));
}

TEST_F(EventOriginTest, FramesAndCausesHaveTheirLines) {
  LogRecord record;
  record.message = "cannot store message 12";
  record.set_dimension(store::Dimension::kExceptionType, "java.lang.IllegalStateException");
  record.stacktrace = kTrace;
  const auto told = Tell(record, "", "");
  EXPECT_EQ(told.origin(), "exception");
  std::vector<std::string> texts;
  for (const v1::SignaturePart& part : told.parts()) {
    texts.push_back(part.what() + ": " + (part.has_bytes() ? std::string(TextOf(part.bytes())) : ""));
  }
  EXPECT_THAT(texts, ElementsAre("the version: ", "the side: ", "what it was made from: ",
                                 "the exception's type: java.lang.IllegalStateException",
                                 "a frame: \tat net.chat.Store.write(Store.java:41)",
                                 "a frame: \tat net.chat.Disk.append(Disk.java:12)", "a cause: java.io.IOException",
                                 "the masked first line of the message: cannot store message 12"));
}

TEST_F(EventOriginTest, WhatIsNotSealedYetIsWorkedOutAnew) {
  LogRecord record;
  record.message = "queue full, 12 waiting";
  const auto told = Tell(record, "", "", /*defined=*/false);
  EXPECT_EQ(told.parts(3).text(), "queue full, <*> waiting");
}

TEST_F(EventOriginTest, WhatIsNoErrorHasNoSignature) {
  LogRecord record;
  record.message = "12 waiting";
  record.severity = 9;
  const auto told = Tell(record, "", "");
  EXPECT_EQ(told.parts_size(), 0);
  EXPECT_EQ(told.masks_size(), 1);
  EXPECT_THAT(Words(told), HasSubstr("no signature"));
}

}  // namespace
}  // namespace faultline::ingest
