#include "ingest/event_parser.h"

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/varint.h"

namespace faultline::ingest {
namespace {

using store::Dimension;
using store::IdKind;

constexpr int64_t kNow = 1'795'532'400'000'000;  // 2026-11-24T15:00:00Z
constexpr int64_t kMinute = 60'000'000;
constexpr int64_t kDay = 24 * 60 * kMinute;

class EventParserTest : public ::testing::Test {
 protected:
  EventParserTest() : EventParserTest("") {}
  explicit EventParserTest(std::string_view rules) {
    std::vector<RuleError> errors;
    rules_ = RuleSet::Parse(rules, "test.yaml", errors);
    for (const RuleError& error : errors) ADD_FAILURE() << error.reason;
    context_.now_us = kNow;
    context_.source = "logs.server";
    context_.format = "json";
  }

  store::Event Parse(LogRecord& record) {
    store::Event event;
    parser_.Parse(record, *rules_, context_, arena_, event, input_);
    return event;
  }
  store::Event ParseMessage(std::string_view message) {
    LogRecord record;
    record.message = message;
    return Parse(record);
  }

  const Pseudonyms pseudonyms_ = Pseudonyms::Ephemeral();
  EventParserOptions options_;
  EventParser parser_{options_, pseudonyms_};
  std::shared_ptr<const RuleSet> rules_;
  RecordContext context_;
  Arena arena_;
  SignatureInput input_;
};

std::map<std::string, std::string> AttributesOf(const store::Event& event) {
  std::map<std::string, std::string> result;
  std::string_view from = event.attributes, key, value, last;
  while (!from.empty()) {
    if (!ReadString(from, key) || !ReadString(from, value)) {
      ADD_FAILURE() << "malformed attributes";
      break;
    }
    EXPECT_TRUE(result.empty() || last < key) << "not sorted: " << key;
    last = key;
    result.emplace(key, value);
  }
  return result;
}

TEST_F(EventParserTest, TakesPrivateDataOutOfEveryText) {
  constexpr std::string_view kMail = "user17@canary.example";
  LogRecord record;
  record.message = "failed for +15550108579 token tok_canary_fa33cd863be8";
  record.exception_message = kMail;
  record.stacktrace = "X: user17@canary.example\n\tat a.b(C.java:1)";
  for (auto& dimension : record.dimensions) dimension = kMail;
  record.attributes = {{"note", kMail}, {kMail, "key"}, {"password", "hunter"}};
  const store::Event event = Parse(record);
  EXPECT_EQ(event.message, "failed for <phone> token <token>");
  EXPECT_EQ(event.exception_message, "<email>");
  EXPECT_EQ(event.stacktrace, "X: <email>\n\tat a.b(C.java:1)");
  for (const std::string_view dimension : event.dimensions) EXPECT_NE(dimension, kMail);
  EXPECT_EQ(AttributesOf(event),
            (std::map<std::string, std::string>{{"note", "<email>"}, {"<email>", "key"}, {"password", "<removed>"}}));
  EXPECT_TRUE(event.flags & store::kTextRedacted);
}

TEST_F(EventParserTest, LeavesAnOrdinaryRecordAsItIs) {
  LogRecord record;
  record.time_us = kNow - kMinute;
  record.severity = 17;
  record.message = "deliver prekey bundle failed: deadline exceeded object 99c7187a7a3611c9 size 3195234";
  record.set_dimension(Dimension::kServiceVersion, "7.2.1.4");
  const std::string_view message = record.message;
  const store::Event event = Parse(record);
  EXPECT_EQ(event.flags, 0);
  EXPECT_EQ(event.message.data(), message.data());
  EXPECT_EQ(event.dimension(Dimension::kServiceVersion), "7.2.1.4");
  EXPECT_EQ(event.dimension(Dimension::kSource), "logs.server");
  EXPECT_EQ(event.dimension(Dimension::kFormat), "json");
}

TEST_F(EventParserTest, RepairsAndSanitisesText) {
  const store::Event event = ParseMessage(
      "a\xFF"
      "b\x01"
      "c\r\n");
  EXPECT_EQ(event.message,
            "a\xEF\xBF\xBD"
            "b\xEF\xBF\xBD"
            "c\n");
  EXPECT_EQ(event.flags & store::kTextRepaired, store::kTextRepaired);
}

TEST_F(EventParserTest, CutsLongTextAndSaysSo) {
  const std::string text = std::string(options_.max_message_bytes - 1, 'a') + "\xC3\xBC" + std::string(2000, 'a');
  const store::Event event = ParseMessage(text);
  EXPECT_EQ(event.message.size(), options_.max_message_bytes - 1);
  EXPECT_TRUE(event.flags & store::kTextTruncated);
}

TEST_F(EventParserTest, CutsNoPhoneNumberInTwo) {
  for (size_t lead = options_.max_message_bytes - 20; lead <= options_.max_message_bytes; ++lead) {
    for (const size_t tail : {0, 100, 600}) {
      const std::string text = std::string(lead - 1, 'a') + " +15550108579 " + std::string(tail, 'b');
      EXPECT_EQ(ParseMessage(text).message.find("+1555"), std::string_view::npos) << lead << " " << tail;
    }
  }
}

TEST_F(EventParserTest, KeepsAtMostSoManyAttributes) {
  LogRecord record;
  std::vector<std::string> keys;
  for (int i = 0; i < 100; ++i) keys.push_back("key" + std::to_string(i));
  for (const std::string& key : keys) record.attributes.emplace_back(key, "value");
  const store::Event event = Parse(record);
  EXPECT_EQ(AttributesOf(event).size(), options_.max_attributes);
  EXPECT_TRUE(event.flags & store::kTextTruncated);
}

TEST_F(EventParserTest, HashesPeopleAndNormalisesTheRest) {
  LogRecord record;
  record.set_id(IdKind::kTrace, "F797B4911E9A4CAC16B77AFADD48BFCC");
  record.set_id(IdKind::kMessage, "01234567-89ab-4def-8123-456789abcdef");
  record.set_id(IdKind::kSession, " s-1 ");
  record.set_id(IdKind::kUser, "u-98fe3bfda0bc");
  record.set_id(IdKind::kDevice, "d-0ed814eafed4");
  const store::Event event = Parse(record);
  EXPECT_EQ(event.id(IdKind::kTrace), "f797b4911e9a4cac16b77afadd48bfcc");
  EXPECT_EQ(event.id(IdKind::kMessage), "0123456789ab4def8123456789abcdef");
  EXPECT_EQ(event.id(IdKind::kSession), "s-1");
  EXPECT_EQ(event.id(IdKind::kUser), pseudonyms_.Of("u-98fe3bfda0bc"));
  EXPECT_EQ(event.id(IdKind::kDevice), pseudonyms_.Of("d-0ed814eafed4"));
  EXPECT_EQ(event.flags & store::kIdRejected, 0);
}

TEST_F(EventParserTest, StoresIdsInTheFormTheyAreLookedUpBy) {
  for (const std::string& raw : {std::string("7"),
                                 std::string("ABCDEF01"),
                                 std::string("abcdef01"),
                                 std::string("01J9ZQ3K"),
                                 std::string("none"),
                                 std::string("null1"),
                                 std::string("N/A"),
                                 std::string("0000"),
                                 std::string("00-00"),
                                 std::string("0-1"),
                                 std::string("01234567-89AB-4def-8123-456789abcdef"),
                                 std::string("x1234567-89ab-4def-8123-456789abcdef"),
                                 std::string("{abc1}"),
                                 std::string(128, '1'),
                                 std::string(129, '1'),
                                 std::string("a b1"),
                                 std::string("-1"),
                                 std::string("abcdef"),
                                 std::string("Request-A1"),
                                 std::string("1.0"),
                                 std::string(" 12 ")}) {
    LogRecord record;
    record.set_id(IdKind::kMessage, raw);
    EXPECT_EQ(Parse(record).id(IdKind::kMessage), store::NormaliseId(IdKind::kMessage, raw)) << raw;
  }
}

TEST_F(EventParserTest, HashesAnIdThatHoldsPrivateData) {
  LogRecord record;
  record.set_id(IdKind::kConversation, "chat:+15550108579");
  const store::Event event = Parse(record);
  EXPECT_EQ(event.id(IdKind::kConversation), pseudonyms_.Of("chat:+15550108579"));
  EXPECT_TRUE(event.flags & store::kTextRedacted);
}

TEST_F(EventParserTest, KeepsAnUnusableIdAsAnAttributeUnlessItIsAPersons) {
  LogRecord record;
  record.set_id(IdKind::kTrace, "not an id");
  record.set_id(IdKind::kMessage, "mail user1@canary.example");
  record.set_id(IdKind::kUser, "Jane Doe");
  const store::Event event = Parse(record);
  EXPECT_EQ(AttributesOf(event), (std::map<std::string, std::string>{{"rejected.trace_id", "not an id"},
                                                                     {"rejected.message_id", "mail <email>"}}));
  EXPECT_TRUE(event.flags & store::kIdRejected);
  EXPECT_EQ(event.id(IdKind::kUser), "");
}

TEST_F(EventParserTest, CorrectsTheClockByTheUpload) {
  LogRecord record;
  record.time_us = kNow - 5 * kMinute;
  record.sent_us = kNow - 4 * kMinute;
  record.received_us = kNow - kMinute;  // the writer's clock is 3 minutes slow
  const store::Event event = Parse(record);
  EXPECT_EQ(event.time_us, kNow - 2 * kMinute);
  EXPECT_EQ(event.claimed_time_us, kNow - 5 * kMinute);
  EXPECT_EQ(event.received_time_us, kNow - kMinute);
  EXPECT_EQ(event.ingested_time_us, kNow);
}

TEST_F(EventParserTest, ClampsImpossibleTimesToTheReceipt) {
  context_.kafka_time_us = kNow - kMinute;
  struct Case {
    int64_t claimed, stored;
  };
  for (const Case& c : {Case{kNow - kDay, kNow - kDay}, Case{kNow - 31 * kDay, kNow - kMinute},
                        Case{kNow + 8 * kMinute, kNow + 8 * kMinute}, Case{kNow + 11 * kMinute, kNow - kMinute},
                        Case{1, kNow - kMinute}, Case{std::numeric_limits<int64_t>::max(), kNow - kMinute},
                        Case{std::numeric_limits<int64_t>::min(), kNow - kMinute}}) {
    LogRecord record;
    record.time_us = c.claimed;
    const store::Event event = Parse(record);
    EXPECT_EQ(event.time_us, c.stored) << c.claimed;
    EXPECT_EQ((event.flags & store::kTimeSkewed) != 0, c.claimed != c.stored) << c.claimed;
  }
}

TEST_F(EventParserTest, SurvivesHostileUploadTimes) {
  LogRecord record;
  record.time_us = std::numeric_limits<int64_t>::max();
  record.sent_us = std::numeric_limits<int64_t>::min();
  record.received_us = kNow;
  EXPECT_EQ(Parse(record).time_us, kNow);
  record.received_us = std::numeric_limits<int64_t>::max();  // no collector lives then
  EXPECT_EQ(Parse(record).time_us, kNow);
}

TEST_F(EventParserTest, TakesOldTimesFromFiles) {
  LogRecord record;
  record.time_us = kNow - 3000 * kDay;
  EXPECT_EQ(Parse(record).time_us, kNow - 3000 * kDay);
  record.time_us = 1'000'000;  // 1970
  EXPECT_EQ(Parse(record).time_us, kNow);
  record.time_us = kNow + kDay;
  EXPECT_EQ(Parse(record).time_us, kNow);
}

TEST_F(EventParserTest, UsesTheReceiptWhereNoTimeIsClaimed) {
  context_.kafka_time_us = kNow - kMinute;
  const store::Event event = ParseMessage("x");
  EXPECT_EQ(event.time_us, kNow - kMinute);
  EXPECT_EQ(event.claimed_time_us, 0);
  EXPECT_TRUE(event.flags & store::kTimeMissing);
}

TEST_F(EventParserTest, FindsTheLevelWhereNoneIsStated) {
  struct Case {
    const char* text;
    int severity;
  };
  for (const Case& c : {Case{"ERROR send failed", 17}, Case{"[error] send failed", 17},
                        Case{"2026-11-24 15:00:00,123 [main] WARN c.x.Y - slow", 13}, Case{"INFO: started", 9},
                        Case{"level=error msg=x", 17}, Case{"E1124 15:00:00.841747 16347 file.cc:34] x", 17},
                        Case{"send failed with an error", 0}, Case{"Error while sending", 0}, Case{"", 0}}) {
    EXPECT_EQ(ParseMessage(c.text).severity, c.severity) << c.text;
  }
}

TEST_F(EventParserTest, CountsAnExceptionAsAnError) {
  LogRecord record;
  record.message = "INFO it broke";
  record.set_dimension(Dimension::kExceptionType, "java.lang.X");
  EXPECT_EQ(Parse(record).severity, 17);
}

TEST_F(EventParserTest, GivesErrorsASignatureAndOthersNone) {
  LogRecord error;
  error.severity = 17;
  error.message = "shard 12 unavailable";
  EXPECT_NE(Parse(error).signature, 0U);
  LogRecord info;
  info.severity = 9;
  info.message = "shard 12 unavailable";
  EXPECT_EQ(Parse(info).signature, 0U);
}

TEST_F(EventParserTest, GivesTheStoreWhatTheSignatureWasMadeFrom) {
  const uint64_t first = ParseMessage("shard 12 unavailable").signature;
  EXPECT_EQ(DefineSignature(input_).signature, first);
  EXPECT_EQ(ParseMessage("shard 4711 unavailable").signature, first);
  EXPECT_NE(ParseMessage("shard 12 available").signature, first);
}

TEST_F(EventParserTest, TakesTheSideOfTheTopicWhereTheRecordHasNone) {
  context_.default_side = store::Side::kServer;
  LogRecord record;
  EXPECT_EQ(Parse(record).side, store::Side::kServer);
  record.side = store::Side::kClient;
  EXPECT_EQ(Parse(record).side, store::Side::kClient);
}

TEST_F(EventParserTest, ShowsTheExceptionsMessageWhereThereIsNoOther) {
  LogRecord record;
  record.exception_message = "it broke";
  EXPECT_EQ(Parse(record).message, "it broke");
}

class EventParserRuleTest : public EventParserTest {
 protected:
  EventParserRuleTest()
      : EventParserTest(R"(
rules:
  - name: chat.send
    match: 'send to (?P<peer>\S+) failed for message (?P<message_id>\S+): (?P<error_code>\w+)'
    set:
      service: chat
      side: server
    tests:
      - line: 'send to bob failed for message m-1: E42'
        expect: {message_id: m-1, error_code: E42}
)") {}
};

TEST_F(EventParserRuleTest, LetsRulesSeeOnlyRedactedText) {
  const store::Event event = ParseMessage("send to user1@canary.example failed for message m-77: E42");
  EXPECT_EQ(event.dimension(Dimension::kRule), "chat.send");
  EXPECT_EQ(event.dimension(Dimension::kService), "chat");
  EXPECT_EQ(event.dimension(Dimension::kErrorCode), "E42");
  EXPECT_EQ(event.id(IdKind::kMessage), "m-77");
  EXPECT_EQ(event.side, store::Side::kServer);
  EXPECT_EQ(AttributesOf(event), (std::map<std::string, std::string>{{"peer", "<email>"}}));
}

TEST_F(EventParserRuleTest, ForgetsTheRuleOfTheRecordBefore) {
  ParseMessage("send to bob failed for message m-1: E42");
  EXPECT_EQ(ParseMessage("something else").dimension(Dimension::kRule), "");
}

class EventParserSuccessTest : public EventParserTest {
 protected:
  EventParserSuccessTest()
      : EventParserTest("rules: [{name: accepted, match: '^message accepted', set: {outcome: success}}]") {}
};

TEST_F(EventParserSuccessTest, KeepsASuccessAsAMarker) {
  const std::string message = "message accepted " + std::string(200, 'x');
  LogRecord record;
  record.message = message;
  record.severity = 9;
  record.exception_message = "none";
  record.stacktrace = "at a.b(C.java:1)";
  record.attributes = {{"bytes", "4711"}};
  record.set_dimension(Dimension::kRegion, "eu-west");
  record.set_id(IdKind::kMessage, "m-12345678");
  record.set_id(IdKind::kSession, "s-12345678");
  const store::Event event = Parse(record);
  EXPECT_EQ(event.outcome, store::Outcome::kSuccess);
  EXPECT_EQ(event.message.size(), 128u);
  EXPECT_EQ(event.dimension(Dimension::kRegion), "eu-west");
  EXPECT_EQ(event.id(IdKind::kMessage), "m-12345678");
  EXPECT_EQ(event.id(IdKind::kSession), "");
  EXPECT_EQ(event.stacktrace, "");
  EXPECT_EQ(event.exception_message, "");
  EXPECT_EQ(event.attributes, "");
}

TEST_F(EventParserTest, ShowsNoSecretsOfADeadLetter) {
  const std::string safe = parser_.SafeBytes(
      "{\"user_id\":\"u-77\",\"device\":{\"id\":\"d-77\"},\"user.id\": 4711,\"password\":\"a b\",\"message\":\"to "
      "+15550108579 \xFF\x1B\",\"deviceId\":\"d-78\", \"body\":\"hi \\\"there\\\" x\", cut: \"token\":\"abc");
  for (const char* secret : {"u-77", "d-77", "d-78", "4711", "a b", "+1555", "there", "\x1B", "abc"}) {
    EXPECT_EQ(safe.find(secret), std::string::npos) << secret << " in " << safe;
  }
  EXPECT_NE(safe.find("\"message\":\"to <phone>"), std::string::npos) << safe;
}

TEST_F(EventParserTest, CapsADeadLetter) { EXPECT_LE(parser_.SafeBytes(std::string(100'000, '\xFF')).size(), 4096U); }

}  // namespace
}  // namespace faultline::ingest
