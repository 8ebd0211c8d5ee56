#include "ingest/formats/text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/timestamp.h"
#include "ingest/formats/text_head.h"
#include "tests/ingest/formats/decoding.h"

namespace faultline::ingest {
namespace {

using ::faultline::testing::Decoding;
using store::Dimension;
using store::IdKind;
using ::testing::SizeIs;

struct HeadCase {
  const char* line;
  const char* time;  // "" for none
  int severity;
};

class TextHeadTest : public ::testing::TestWithParam<HeadCase> {};

TEST_P(TextHeadTest, ReadsTimeAndLevel) {
  const TextHead head = ParseTextHead(GetParam().line);
  EXPECT_EQ(head.time_us == 0 ? "" : FormatTime(head.time_us), GetParam().time);
  EXPECT_EQ(head.severity, GetParam().severity);
}

INSTANTIATE_TEST_SUITE_P(
    Lines, TextHeadTest,
    ::testing::Values(HeadCase{"2026-11-24 15:00:00,123 ERROR logger - msg", "2026-11-24T15:00:00.123Z", 17},
                      HeadCase{"[2026-11-24 15:00:00.123] [error] msg", "2026-11-24T15:00:00.123Z", 17},
                      HeadCase{"2026/11/24 15:00:00 [warn] 123#0: *1 open() failed", "2026-11-24T15:00:00Z", 13},
                      HeadCase{"2026-11-24T15:00:00Z  INFO 1234 --- [main] c.e.X : started", "2026-11-24T15:00:00Z", 9},
                      HeadCase{"2026-11-24 15:00:00.123 | WARNING  | a:b:1 - msg", "2026-11-24T15:00:00.123Z", 13},
                      HeadCase{"15:00:00.123 [main] ERROR c.e.X - msg", "", 17},
                      HeadCase{"E1124 22:06:43.841747 16347 file.cc:34] msg", "", 17},
                      HeadCase{"W20261124 22:06:43.841747 16347 file.cc:34] msg", "2026-11-24T22:06:43.841747Z", 13},
                      HeadCase{"ERROR: out of memory", "", 17}, HeadCase{"CRITICAL out of memory", "", 21},
                      HeadCase{"error: not found", "", 17}, HeadCase{"error handling is good", "", 0},
                      HeadCase{"2026-11-24 15:00:00.1234|ERROR|Chat.Gateway|failed", "2026-11-24T15:00:00.123400Z", 17},
                      HeadCase{"1795558518.6844397\twarn\tgo/main.go:87\tagain", "2026-11-24T22:15:18.684440Z", 13},
                      HeadCase{"10:52PM ERR send failed", "", 17}, HeadCase{"[15:00:00 WRN] retrying", "", 13},
                      HeadCase{"[2026-11-24T15:00:00.123456+00:00] app.ERROR: no", "2026-11-24T15:00:00.123456Z", 17},
                      HeadCase{"fail: Chat.Gateway[0]", "", 17}, HeadCase{"ERROR:chat.gateway:send failed", "", 17},
                      HeadCase{"ERRO[2026-11-24T15:00:00Z] send failed", "2026-11-24T15:00:00Z", 17},
                      HeadCase{"FATA[0042] out of shards", "", 21}, HeadCase{"ERRO[no time", "", 0},
                      HeadCase{"E, [2026-11-24T15:00:00.5 #42] ERROR -- chatd: no", "2026-11-24T15:00:00.500Z", 17},
                      HeadCase{"E, [2026-11-24T15:00:00.5 #42] no level at all", "", 0},
                      HeadCase{"I am no level", "", 0},
                      HeadCase{"2026-11-24 15:00:00 said no error", "2026-11-24T15:00:00Z", 0}, HeadCase{"", "", 0},
                      HeadCase{"[", "", 0}, HeadCase{"E1124 22:06", "", 0}, HeadCase{"2026/11/24 15:00:0", "", 0}));

TEST(TextTest, KeepsTheWholeLineAsTheMessage) {
  Decoding decode;
  const Decoded& decoded = decode(
      "2026-11-24 15:00:00,123 ERROR [chat.gateway]   send failed trace_id=946e1ce9f2e316fbfb83faa6519c271a \r\n");
  ASSERT_THAT(decoded.records, SizeIs(1));
  EXPECT_EQ(decoded.format, Format::kText);
  EXPECT_EQ(decoded.records[0].message,
            "2026-11-24 15:00:00,123 ERROR [chat.gateway]   send failed trace_id=946e1ce9f2e316fbfb83faa6519c271a ");
  EXPECT_EQ(decoded.records[0].dimension(Dimension::kLogger), "chat.gateway");
  EXPECT_EQ(decoded.records[0].id(IdKind::kTrace), "946e1ce9f2e316fbfb83faa6519c271a");
}

TEST(TextTest, SplitsAStackTraceOff) {
  Decoding decode;
  const Decoded& decoded = decode(
      "2026-11-24 15:00:00 ERROR x - gone\njava.net.SocketException: reset\n\tat a.B.c(B.java:1)\n\tat "
      "d.E.f(E.java:2)\n");
  ASSERT_THAT(decoded.records, SizeIs(1));
  EXPECT_EQ(decoded.records[0].message, "2026-11-24 15:00:00 ERROR x - gone");
  EXPECT_EQ(decoded.records[0].dimension(Dimension::kExceptionType), "java.net.SocketException");
  EXPECT_EQ(decoded.records[0].stacktrace,
            "java.net.SocketException: reset\n\tat a.B.c(B.java:1)\n\tat d.E.f(E.java:2)");
}

TEST(TextTest, TakesNoPersonFromText) {
  Decoding decode;
  const Decoded& decoded = decode("failed user_id=u1 device_id=d1 session_id=\"s-12\" request_id=r-12;");
  ASSERT_THAT(decoded.records, SizeIs(1));
  EXPECT_EQ(decoded.records[0].id(IdKind::kUser), "");
  EXPECT_EQ(decoded.records[0].id(IdKind::kDevice), "");
  EXPECT_EQ(decoded.records[0].id(IdKind::kSession), "s-12");
  EXPECT_EQ(decoded.records[0].id(IdKind::kRequest), "r-12");
}

}  // namespace
}  // namespace faultline::ingest
