// Input as it should not be: other encodings and line ends, traces without an end or without a middle. Each piece has
// an outcome, and what is cut is said to be.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ingest/text_stream.h"
#include "ingest/utf16.h"
#include "tests/ingest/assembling.h"
#include "tests/ingest/formats/decoding.h"

namespace faultline::ingest {
namespace {

using ::faultline::testing::Assembling;
using ::faultline::testing::Decoding;
using ::faultline::testing::OnlyReason;
using store::Dimension;
using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::SizeIs;

std::string Utf16(std::u16string_view text, bool little) {
  std::string bytes;
  for (const char16_t unit : std::u16string(1, 0xfeff) + std::u16string(text)) {
    const char low = static_cast<char>(unit & 0xff), high = static_cast<char>(unit >> 8);
    bytes += little ? std::string({low, high}) : std::string({high, low});
  }
  return bytes;
}

TEST(Utf16Test, DecodesBothByteOrdersInPiecesOfAnySize) {
  const std::string wanted = "ERROR send failed: \u00fc\u20ac\U0001F600";
  for (const bool little : {true, false}) {
    const std::string bytes = Utf16(u"ERROR send failed: \u00fc\u20ac\U0001F600", little);
    for (size_t piece = 1; piece < 7; ++piece) {
      Utf16Decoder decoder;
      std::string text;
      for (size_t at = 0; at < bytes.size(); at += piece)
        decoder.Decode(std::string_view(bytes).substr(at, piece), text);
      EXPECT_EQ(text, wanted);
      EXPECT_FALSE(decoder.InsideCharacter());
    }
  }
}

TEST(Utf16Test, ReplacesHalvesOfPairs) {
  Utf16Decoder decoder;
  std::string text;
  decoder.Decode(Utf16(std::u16string{u'a', 0xd83d, u'b', 0xde00, 0xd83d}, true), text);
  EXPECT_EQ(text, "a\ufffdb\ufffd");
  EXPECT_TRUE(decoder.InsideCharacter());
}

TEST(BadInputTest, ReadsRecordsInUtf16) {
  Decoding decode;
  EXPECT_EQ(decode(Utf16(u"{\"level\":\"error\",\"message\":\"gone \u20ac\"}", true)).records.at(0).message,
            "gone \u20ac");
  EXPECT_EQ(decode(Utf16(u"ERROR: gone", false)).records.at(0).severity, 17);
  EXPECT_EQ(OnlyReason(decode("\xff\xfe")), "empty");
}

TEST(BadInputTest, RepairsLatin1AndSaysSo) {
  Assembling lines;
  lines.Feed("2026-11-24 15:00:00 ERROR Schl\xfcssel fehlt").Flush();
  ASSERT_THAT(lines.events, SizeIs(1));
  EXPECT_THAT(lines.events[0].message, EndsWith("Schl\ufffdssel fehlt"));
  EXPECT_NE(lines.events[0].flags & store::kTextRepaired, 0);
}

TEST(BadInputTest, ReadsAMessageWhoseLinesEndWithCarriageReturns) {
  Decoding decode;
  const LogRecord& record =
      decode("ERROR: send failed\rjava.io.IOException: gone\r\tat a.B.c(B.java:1)\r").records.at(0);
  EXPECT_EQ(record.message, "ERROR: send failed");
  EXPECT_EQ(record.dimension(Dimension::kExceptionType), "java.io.IOException");
  const LogRecord& crlf =
      decode("ERROR: send failed\r\njava.io.IOException: gone\r\n\tat a.B.c(B.java:1)\r\n").records.at(0);
  EXPECT_EQ(crlf.dimension(Dimension::kExceptionType), "java.io.IOException");
}

TEST(BadInputTest, BoundsATraceOfTwentyThousandLines) {
  Assembling lines;
  lines.Feed("2026-11-24 15:00:00,123 ERROR [mail] send failed").Feed("net.chat.DeepException: too deep");
  for (int i = 0; i < 20'000; ++i) lines.Feed("\tat net.chat.Tree.walk(Tree.java:" + std::to_string(i) + ")");
  lines.Feed("2026-11-24 15:00:01,000 INFO [mail] next").Flush();
  ASSERT_THAT(lines.events, SizeIs(2));
  EXPECT_EQ(lines.events[0].type, "net.chat.DeepException");
  EXPECT_EQ(lines.events[0].last_offset, 20'001);
  EXPECT_NE(lines.events[0].flags & store::kTextTruncated, 0);
  EXPECT_LE(lines.events[0].text.size(), 600u * 1024);
  EXPECT_EQ(lines.position[0], 20'003);
  EXPECT_THAT(lines.reasons, SizeIs(0));
}

TEST(BadInputTest, KeepsBothPartsOfATraceThatIsCutInTheMiddle) {
  Assembling lines;
  // The rest of another trace in front, and one whose end never comes.
  lines.Feed("\tat net.chat.A.a(A.java:1)")
      .Feed("\tat net.chat.A.b(A.java:2)")
      .Feed("2026-11-24 15:00:00,123 ERROR [mail] send failed")
      .Feed("net.chat.GoneException: no route")
      .Feed("\tat net.chat.B.")
      .Flush();
  ASSERT_THAT(lines.events, SizeIs(2));
  EXPECT_THAT(lines.events[0].text, HasSubstr("A.java:2"));
  EXPECT_EQ(lines.events[1].type, "net.chat.GoneException");
  EXPECT_EQ(lines.position[0], 5);
}

TEST(BadInputTest, GivesEveryRecordOfAMixtureAnOutcome) {
  Assembling lines;
  const std::vector<std::string> values = {
      R"({"level":"error","message":"one")",          // cut
      std::string("\x82\xa3log\xa4gone\xa5lev", 13),  // cut
      std::string("\x1f\x8b\x08\0\0\0\0\0\0\3", 10),  // cut
      Utf16(u"ERROR: two", true),
      "level=error msg=\"three",
      "ERROR: f\xfcnf",
      std::string("\0\0\0\0\7\2\4", 7),
      R"({"messageType":"CONTROL_MESSAGE","logGroup":"g","logEvents":[]})",
      "",
  };
  for (const std::string& value : values) lines.Feed(value);
  lines.Flush();
  EXPECT_EQ(lines.parts, values.size());
  EXPECT_EQ(lines.position[0], static_cast<int64_t>(values.size()));
  EXPECT_THAT(lines.reasons,
              ElementsAre("json_malformed", "msgpack_truncated", "inflate_failed",
                          "format_unsupported: confluent schema registry", "cloudwatch_control", "empty"));
}

}  // namespace
}  // namespace faultline::ingest
