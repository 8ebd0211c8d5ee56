#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/timestamp.h"
#include "tests/ingest/formats/decoding.h"

namespace faultline::ingest {
namespace {

using ::faultline::testing::AttributeOf;
using ::faultline::testing::Decoding;
using ::faultline::testing::OnlyReason;
using store::Dimension;
using store::IdKind;
using store::Side;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;
using ::testing::SizeIs;

TEST(JsonTest, ReadsEveryFieldOfAClientRecord) {
  Decoding decode;
  const Decoded& decoded = decode(
      R"({"timestamp":"2026-11-18T11:06:02.840Z","side":"client","level":"error","service":"app-ios","app_version":"4.24.0","os":"ios","region":"ap-south","carrier":"metro","device_id":"d-49","session_id":"9459","message_id":"a3f7","trace_id":"63d9","conversation_id":"c-1","user_id":"u-3","sent_at":"2026-11-18T11:06:06.532Z","received_at":"2026-11-18T11:06:06.210Z","message":"login failed"})");
  ASSERT_THAT(decoded.records, SizeIs(1));
  ASSERT_THAT(decoded.failures, IsEmpty());
  EXPECT_EQ(decoded.format, Format::kJson);
  const LogRecord& record = decoded.records[0];
  EXPECT_EQ(FormatTime(record.time_us), "2026-11-18T11:06:02.840Z");
  EXPECT_EQ(FormatTime(record.sent_us), "2026-11-18T11:06:06.532Z");
  EXPECT_EQ(FormatTime(record.received_us), "2026-11-18T11:06:06.210Z");
  EXPECT_EQ(record.side, Side::kClient);
  EXPECT_EQ(record.severity, 17);
  EXPECT_EQ(record.dimension(Dimension::kSeverityText), "error");
  EXPECT_EQ(record.dimension(Dimension::kService), "app-ios");
  EXPECT_EQ(record.dimension(Dimension::kAppVersion), "4.24.0");
  EXPECT_EQ(record.dimension(Dimension::kOs), "ios");
  EXPECT_EQ(record.dimension(Dimension::kRegion), "ap-south");
  EXPECT_EQ(record.dimension(Dimension::kCarrier), "metro");
  EXPECT_EQ(record.id(IdKind::kDevice), "d-49");
  EXPECT_EQ(record.id(IdKind::kSession), "9459");
  EXPECT_EQ(record.id(IdKind::kMessage), "a3f7");
  EXPECT_EQ(record.id(IdKind::kTrace), "63d9");
  EXPECT_EQ(record.id(IdKind::kConversation), "c-1");
  EXPECT_EQ(record.id(IdKind::kUser), "u-3");
  EXPECT_EQ(record.message, "login failed");
  EXPECT_THAT(record.attributes, IsEmpty());
}

TEST(JsonTest, ReadsNestedExceptionsAndKeepsUnknownFieldsByPath) {
  Decoding decode;
  const Decoded& decoded = decode(
      R"j({"side":"server","version":"7.2","host":"h-6","message":"read failed","exception":{"type":"net.chat.Lost","stacktrace":"net.chat.Lost\n\tat a.B.c(B.java:7)"},"request":{"size":12,"parts":[1, 2, {"a": "b c"}]},"ok":true,"none":null})j");
  ASSERT_THAT(decoded.records, SizeIs(1));
  const LogRecord& record = decoded.records[0];
  EXPECT_EQ(record.dimension(Dimension::kServiceVersion), "7.2");
  EXPECT_EQ(record.dimension(Dimension::kHost), "h-6");
  EXPECT_EQ(record.dimension(Dimension::kExceptionType), "net.chat.Lost");
  EXPECT_EQ(record.stacktrace, "net.chat.Lost\n\tat a.B.c(B.java:7)");
  EXPECT_THAT(record.attributes, ElementsAre(Pair("request.size", "12"), Pair("request.parts", R"([1,2,{"a":"b c"}])"),
                                             Pair("ok", "true")));
}

TEST(JsonTest, CountsAttemptsAndTellsMalformedOnes) {
  Decoding decode;
  const Decoded& decoded = decode(
      R"({"timestamp":"2026-11-18T11:06:00.000Z","kind":"attempts","operation":"send","region":"eu-west","os":"android","window_seconds":60,"count":42539})");
  ASSERT_THAT(decoded.records, SizeIs(1));
  ASSERT_TRUE(decoded.records[0].attempts.has_value());
  EXPECT_EQ(decoded.records[0].attempts->operation, "send");
  EXPECT_EQ(decoded.records[0].attempts->count, 42539);
  EXPECT_EQ(decoded.records[0].attempts->window_seconds, 60);
  for (const char* count : {"-1", "1e300", "\"many\"", "1.5", "null"}) {
    const std::string json = std::string(R"({"kind":"attempts","operation":"send","count":)") + count + "}";
    EXPECT_EQ(OnlyReason(decode(json)), "attempts_malformed") << count;
  }
}

TEST(JsonTest, KnowsManySpellingsOfAnId) {
  Decoding decode;
  const std::pair<const char*, IdKind> spellings[] = {
      {"traceId", IdKind::kTrace},         {"trace.id", IdKind::kTrace},
      {"dd.trace_id", IdKind::kTrace},     {"TraceID", IdKind::kTrace},
      {"spanId", IdKind::kSpan},           {"x-request-id", IdKind::kRequest},
      {"requestId", IdKind::kRequest},     {"http.request.id", IdKind::kRequest},
      {"correlationId", IdKind::kRequest}, {"messageId", IdKind::kMessage},
      {"msg_id", IdKind::kMessage},        {"messaging.message.id", IdKind::kMessage},
      {"chat_id", IdKind::kConversation},  {"messaging.message.conversation_id", IdKind::kConversation},
      {"sessionId", IdKind::kSession},     {"uid", IdKind::kUser},
      {"user.id", IdKind::kUser},          {"device.id", IdKind::kDevice},
      {"_trace_id", IdKind::kTrace},       {"app.installation.id", IdKind::kDevice},
      {"mdc.trace_id", IdKind::kTrace},    {"record.extra.message_id", IdKind::kMessage},
  };
  for (const auto& [name, kind] : spellings) {
    const Decoded& decoded = decode(std::string("{\"") + name + "\":\"abc1\",\"message\":\"m\"}");
    ASSERT_THAT(decoded.records, SizeIs(1));
    EXPECT_EQ(decoded.records[0].id(kind), "abc1") << name;
  }
}

TEST(JsonTest, TakesNestedObjectsForDottedNames) {
  Decoding decode;
  const Decoded& decoded = decode(
      R"({"log":{"level":"warn"},"log.logger":"x","trace":{"id":"t1"},"user":{"id":77},"service":{"name":"s"}})");
  ASSERT_THAT(decoded.records, SizeIs(1));
  const LogRecord& record = decoded.records[0];
  EXPECT_EQ(record.severity, 13);
  EXPECT_EQ(record.dimension(Dimension::kLogger), "x");
  EXPECT_EQ(record.id(IdKind::kTrace), "t1");
  EXPECT_EQ(record.id(IdKind::kUser), "77");
  EXPECT_EQ(record.dimension(Dimension::kService), "s");
}

TEST(JsonTest, KeepsTheFirstNonEmptyOfDuplicatesAndTheOthersAsAttributes) {
  Decoding decode;
  const Decoded& decoded = decode(R"({"message":"","message":"one","message":"two","trace_id":null,"traceId":"t"})");
  ASSERT_THAT(decoded.records, SizeIs(1));
  EXPECT_EQ(decoded.records[0].message, "one");
  EXPECT_EQ(decoded.records[0].id(IdKind::kTrace), "t");
  EXPECT_EQ(AttributeOf(decoded.records[0], "message"), "two");
}

TEST(JsonTest, KeepsASideThatALaterWordDoesNotName) {
  Decoding decode;
  const Decoded& decoded = decode(R"({"side":"client","event":{"side":"elsewhere"},"message":"m"})");
  ASSERT_THAT(decoded.records, SizeIs(1));
  EXPECT_EQ(decoded.records[0].side, Side::kClient);
  EXPECT_EQ(AttributeOf(decoded.records[0], "event.side"), "elsewhere");
}

TEST(JsonTest, UndoesEscapesAndReplacesLoneSurrogates) {
  Decoding decode;
  const Decoded& decoded = decode(R"({"message":"a\"\\\/\n\u00fc\ud83d\ude00\ud800x\udc00\u0000","k\u0065y":"v"})");
  ASSERT_THAT(decoded.records, SizeIs(1));
  EXPECT_EQ(decoded.records[0].message, "a\"\\/\nü😀\xef\xbf\xbdx\xef\xbf\xbd");
  EXPECT_EQ(AttributeOf(decoded.records[0], "key"), "v");
}

TEST(JsonTest, RepairsInvalidUtf8AndRawControlCharacters) {
  Decoding decode;
  const std::string json("{\"message\":\"a\xff\x01 b\nc\0d\",\"msg_id\":\"x\"}", 36);
  const Decoded& decoded = decode(json);
  ASSERT_THAT(decoded.records, SizeIs(1)) << decoded.failures[0].detail;
  EXPECT_EQ(decoded.records[0].message, std::string("a\xef\xbf\xbd\x01 b\nc\0d", 11));
  EXPECT_EQ(decoded.records[0].id(IdKind::kMessage), "x");
  EXPECT_NE(decoded.records[0].flags & store::kTextRepaired, 0);
}

TEST(JsonTest, MakesARecordOfEachElementOfAnArray) {
  Decoding decode;
  const Decoded& decoded = decode(R"([{"message":"a"},{"message":"b"},7,{}])");
  ASSERT_THAT(decoded.records, SizeIs(2));
  EXPECT_EQ(decoded.records[1].message, "b");
  ASSERT_THAT(decoded.failures, SizeIs(2));
  EXPECT_EQ(decoded.failures[0].reason, "json_not_an_object");
  EXPECT_EQ(decoded.failures[1].reason, "empty");
}

TEST(JsonTest, MakesARecordOfEachLine) {
  Decoding decode;
  const Decoded& decoded = decode("{\"message\":\"a\"}\n\n{\"message\":\"b\"}\r\n{\"message\":\n");
  ASSERT_THAT(decoded.records, SizeIs(2));
  EXPECT_EQ(decoded.records[0].message, "a");
  EXPECT_EQ(decoded.records[1].message, "b");
  ASSERT_THAT(decoded.failures, SizeIs(1));
  EXPECT_EQ(decoded.failures[0].reason, "json_malformed");
}

TEST(JsonTest, DropsWhatIsNestedTooDeepAndKeepsTheRest) {
  std::string deep = "{\"message\":\"top\",\"a\":";
  for (int i = 0; i < 300; ++i) deep += "{\"a\":";
  deep += "1" + std::string(301, '}');
  Decoding decode;
  const Decoded& decoded = decode(deep);
  ASSERT_THAT(decoded.records, SizeIs(1));
  EXPECT_EQ(decoded.records[0].message, "top");
  EXPECT_NE(decoded.records[0].flags & store::kDepthExceeded, 0);
  const std::string arrays = "{\"a\":" + std::string(300, '[') + std::string(300, ']') + "}";
  EXPECT_EQ(OnlyReason(decode(arrays)), "depth_exceeded");
  EXPECT_THAT(decode(std::string(300, '[') + std::string(300, ']')).records, SizeIs(1));  // as text
}

TEST(JsonTest, NoticesThatNotAllRecordsWereSent) {
  Decoding decode;
  const auto is_sampled = [&](const std::string& field) {
    const Decoded& decoded = decode("{\"message\":\"failed\"," + field + "}");
    return decoded.records.size() == 1 && (decoded.records[0].flags & store::kSampled) != 0;
  };
  for (const char* field :
       {R"("sample_rate":10)", R"("sampling":{"probability":0.25})", R"("samplingRate":"unknown")"}) {
    EXPECT_TRUE(is_sampled(field)) << field;
  }
  for (const char* field : {R"("sample_rate":1)", R"("sampling.rate":"1.00")", R"("sample_rate":"100%")", R"("a":1)"}) {
    EXPECT_FALSE(is_sampled(field)) << field;
  }
}

TEST(JsonTest, RefusesDocumentsAboveTheLimit) {
  Decoding decode;
  const std::string large = "{\"message\":\"" + std::string(256 * 1024, 'x') + "\"}";
  EXPECT_EQ(OnlyReason(decode(large)), "document_too_large");
  const Decoded& decoded = decode("[{\"message\":\"a\"}," + large + "]");
  EXPECT_THAT(decoded.records, SizeIs(1));
  ASSERT_THAT(decoded.failures, SizeIs(1));
  EXPECT_EQ(decoded.failures[0].reason, "document_too_large");
}

TEST(JsonTest, CallsBrokenDocumentsMalformed) {
  Decoding decode;
  for (const char* json : {R"({"a":)", R"({"a":nope})", R"({"a")", R"({"a":1} x)", R"({"a":"b)", R"({"a":1,})",
                           R"([{"a":1})", R"({"a":1}})", R"({"a":{"b":1})"}) {
    EXPECT_EQ(OnlyReason(decode(json)), "json_malformed") << json;
  }
}

TEST(JsonTest, ReadsNumericLevelsOfPinoAndPython) {
  Decoding decode;
  EXPECT_EQ(decode(R"({"level":50,"msg":"m"})").records.at(0).severity, 17);
  EXPECT_EQ(decode(R"({"level":60,"msg":"m"})").records.at(0).severity, 21);
  EXPECT_EQ(decode(R"({"levelno":30,"msg":"m"})").records.at(0).severity, 13);
  EXPECT_EQ(decode(R"({"severity":3,"msg":"m"})").records.at(0).severity, 17);
  EXPECT_EQ(decode(R"({"severity_number":18,"msg":"m"})").records.at(0).severity, 18);
  EXPECT_EQ(decode(R"({"level":30,"severity":"FATAL","msg":"m"})").records.at(0).severity, 21);
}

TEST(JsonTest, FindsTheTypeInAStackTrace) {
  Decoding decode;
  const Decoded& decoded = decode(R"j({"message":"m","exception":"java.io.IOException: gone\n\tat a.B.c(B.java:1)"})j");
  ASSERT_THAT(decoded.records, SizeIs(1));
  EXPECT_EQ(decoded.records[0].dimension(Dimension::kExceptionType), "java.io.IOException");
  EXPECT_EQ(decoded.records[0].exception_message, "gone");
}

TEST(JsonTest, ReadsStacksThatAreArrays) {
  Decoding decode;
  const Decoded& decoded = decode(
      R"({"message":"m","stack":[{"func":"store","line":"27","source":"store.go"},{"func":"main","line":3,"source":"main.go"}]})");
  ASSERT_THAT(decoded.records, SizeIs(1));
  EXPECT_EQ(decoded.records[0].stacktrace, "\tat store (store.go:27)\n\tat main (main.go:3)");
}

TEST(JsonTest, NeverShowsASecondUserInTheClear) {
  Decoding decode;
  const Decoded& decoded =
      decode(R"({"message":"m","user_id":"u1","uid":"u2","username":"Ann","device_id":["d1","d2"]})");
  ASSERT_THAT(decoded.records, SizeIs(1));
  EXPECT_EQ(decoded.records[0].id(IdKind::kUser), "u1");
  EXPECT_EQ(decoded.records[0].id(IdKind::kDevice), "d1");
  EXPECT_THAT(decoded.records[0].attributes, IsEmpty());
}

TEST(JsonTest, ReusesARecordWithoutTracesOfTheLast) {
  Decoding decode;
  decode(R"({"message":"m","trace_id":"t","a":"b","kind":"attempts","count":1,"operation":"x"})");
  const Decoded& decoded = decode(R"({"message":"n"})");
  ASSERT_THAT(decoded.records, SizeIs(1));
  EXPECT_EQ(decoded.records[0].id(IdKind::kTrace), "");
  EXPECT_THAT(decoded.records[0].attributes, IsEmpty());
  EXPECT_FALSE(decoded.records[0].attempts.has_value());
}

}  // namespace
}  // namespace faultline::ingest
