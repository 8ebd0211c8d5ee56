// MessagePack as Fluent Bit and Fluentd write it.
#include "ingest/formats/msgpack.h"

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
using ::testing::HasSubstr;
using ::testing::SizeIs;

std::string Text(std::string_view text) {
  return std::string(1, static_cast<char>(0xa0 + text.size())) + std::string(text);
}

// {"log": "ERROR send failed", "level": "error"}
std::string Record() { return "\x82" + Text("log") + Text("ERROR send failed") + Text("level") + Text("error"); }
// Fluentd's EventTime of 1732462699.137473616.
std::string EventTime() { return std::string("\xd7\x00\x67\x43\x48\x6b\x08\x31\xae\x50", 10); }

std::string Json(std::string_view msgpack) {
  std::string json;
  EXPECT_TRUE(MsgpackToJson(msgpack, 1 << 20, json).ok());
  return json;
}

TEST(MsgpackTest, ReadsFluentBitsMap) {
  Decoding decode;
  const Decoded& decoded = decode("\x82" + Text("@timestamp") + std::string("\xcb\x41\xd9\xd0\xd2\x1a\xc8\xcc\x61", 9) +
                                  Text("log") + Text("ERROR gone"));
  ASSERT_THAT(decoded.records, SizeIs(1));
  EXPECT_EQ(decoded.format, Format::kMsgpack);
  EXPECT_EQ(decoded.records[0].message, "ERROR gone");
  EXPECT_EQ(FormatTime(decoded.records[0].time_us).substr(0, 19), "2024-11-24T15:38:19");
}

TEST(MsgpackTest, ReadsAnEntryWithItsTime) {
  Decoding decode;
  const Decoded& decoded = decode("\x92" + EventTime() + Record());
  ASSERT_THAT(decoded.records, SizeIs(1));
  EXPECT_EQ(FormatTime(decoded.records[0].time_us), "2024-11-24T15:38:19.137473Z");
  EXPECT_EQ(decoded.records[0].severity, 17);
}

TEST(MsgpackTest, ReadsTheForwardProtocol) {
  Decoding decode;
  const Decoded& message = decode("\x93" + Text("app.chat") + std::string("\xce\x67\x43\x48\x6b", 5) + Record());
  ASSERT_THAT(message.records, SizeIs(1));
  EXPECT_EQ(AttributeOf(message.records[0], "fluent.tag"), "app.chat");
  EXPECT_EQ(FormatTime(message.records[0].time_us), "2024-11-24T15:38:19Z");
  const std::string entry = "\x92" + EventTime() + Record();
  EXPECT_THAT(decode("\x92" + Text("app.chat") + "\x92" + entry + entry).records, SizeIs(2));
  const std::string packed = entry + entry;
  const std::string size(1, static_cast<char>(packed.size()));
  EXPECT_THAT(decode("\x93" + Text("app.chat") + "\xc4" + size + packed + "\x80").records, SizeIs(2));
}

TEST(MsgpackTest, ReadsMetadataAndSeveralRecords) {
  Decoding decode;
  EXPECT_THAT(decode("\x92\x92" + EventTime() + "\x80" + Record()).records, SizeIs(1));
  EXPECT_THAT(decode(Record() + Record()).records, SizeIs(2));
}

TEST(MsgpackTest, WritesEveryKindOfValueAsJson) {
  EXPECT_EQ(Json("\x81" + Text("a") + std::string("\x95\xc0\xc3\xff\xd1\xff\x00\xcd\x01\x00", 10)),
            "{\"a\":[null,true,-1,-256,256]}\n");
  EXPECT_EQ(Json("\x81" + Text("a") + std::string("\xcb\x7f\xf0\x00\x00\x00\x00\x00\x00", 9)), "{\"a\":null}\n");
  EXPECT_EQ(Json("\x81\x07" + Text("q\"\n")), "{\"7\":\"q\\\"\\u000a\"}\n");
  EXPECT_EQ(Json("\x81" + Text("t") + std::string("\xd6\xff\x67\x43\x48\x6b", 6)), "{\"t\":1732462699.000000000}\n");
}

TEST(MsgpackTest, SaysWhereItEndsTooEarlyAndKeepsWhatIsInFront) {
  Decoding decode;
  const Decoded& cut = decode(Record() + Record().substr(0, 9));
  EXPECT_THAT(cut.records, SizeIs(1));
  ASSERT_THAT(cut.failures, SizeIs(1));
  EXPECT_EQ(cut.failures[0].reason, "msgpack_truncated");
  EXPECT_THAT(cut.failures[0].detail, HasSubstr("ends at byte"));
  EXPECT_EQ(OnlyReason(decode(Record().substr(0, 7))), "msgpack_truncated");
  EXPECT_EQ(OnlyReason(decode("\x82" + Text("a") + "\xc1" + Text("b"))), "msgpack_malformed");
}

TEST(MsgpackTest, RefusesDeepNesting) {
  std::string deep = "\x81" + Text("a");
  for (int i = 0; i < 100; ++i) deep += "\x91";
  std::string json;
  EXPECT_FALSE(MsgpackToJson(deep + "\xc0", 1 << 20, json).ok());
  EXPECT_EQ(json, "");
}

TEST(MsgpackTest, LeavesTextAlone) {
  for (const char* text : {"", "a", "\xc3\x9f is a letter", "\xdf\xbf", "plain text"})
    EXPECT_FALSE(FitsMsgpack(text)) << text;
}

}  // namespace
}  // namespace faultline::ingest
