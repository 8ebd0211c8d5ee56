// logfmt and LTSV: what is told apart from text, and what becomes of the fields.
#include "ingest/formats/logfmt.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/timestamp.h"
#include "ingest/formats/key_values.h"
#include "tests/ingest/formats/decoding.h"

namespace faultline::ingest {
namespace {

using ::faultline::testing::AttributeOf;
using ::faultline::testing::Decoding;
using ::faultline::testing::OnlyReason;
using store::Dimension;
using store::IdKind;
using ::testing::SizeIs;

TEST(LogfmtTest, ReadsSlogsText) {
  Decoding decode;
  const Decoded& decoded = decode(
      "time=2026-11-24T22:15:18.684Z level=ERROR source=/srv/main.go:91 msg=\"send failed: \\\"gone\\\"\" "
      "service=chat-gateway req.id=r-77 err=\"deliver: no shard\"\n");
  ASSERT_THAT(decoded.records, SizeIs(1));
  EXPECT_EQ(decoded.format, Format::kLogfmt);
  const LogRecord& record = decoded.records[0];
  EXPECT_EQ(FormatTime(record.time_us), "2026-11-24T22:15:18.684Z");
  EXPECT_EQ(record.severity, 17);
  EXPECT_EQ(record.message, "send failed: \"gone\"");
  EXPECT_EQ(record.dimension(Dimension::kService), "chat-gateway");
  EXPECT_EQ(record.id(IdKind::kRequest), "r-77");
  EXPECT_EQ(record.exception_message, "deliver: no shard");
  EXPECT_EQ(AttributeOf(record, "source"), "/srv/main.go:91");
  EXPECT_FALSE(record.line.is_line);
}

TEST(LogfmtTest, ReadsPythonsQuotesAndLists) {
  Decoding decode;
  const LogRecord& record =
      decode("timestamp='2026-11-24T15:00:00Z' level='critical' event='can\\'t send' shards=[1, 2] ids={'a': 1}")
          .records.at(0);
  EXPECT_EQ(record.message, "can't send");
  EXPECT_EQ(record.severity, 21);
  EXPECT_EQ(AttributeOf(record, "shards"), "[1, 2]");
  EXPECT_EQ(AttributeOf(record, "ids"), "{'a': 1}");
}

TEST(LogfmtTest, TakesTheStackTraceOutOfAField) {
  Decoding decode;
  const LogRecord& record =
      decode(
          R"(at=ERROR msg="delivery failed" exc_info="Traceback (most recent call last):\n  File \"a.py\", line 7, in f\n    g()\nKeyError: 'x'")")
          .records.at(0);
  EXPECT_EQ(record.severity, 17);
  EXPECT_EQ(record.dimension(Dimension::kExceptionType), "KeyError");
  EXPECT_EQ(record.message, "delivery failed");
}

TEST(LogfmtTest, ReadsStacksAsJsonAndWithEscapedLineEnds) {
  Decoding decode;
  const LogRecord& frames =
      decode(
          R"(level=error msg=gone error="no shard" stack="[{\"func\": \"find\",\"source\":\"a.go\",\"line\":\"9\"}]")")
          .records.at(0);
  EXPECT_THAT(frames.stacktrace, ::testing::HasSubstr("find (a.go:9)"));
  const LogRecord& ltsv =
      decode("level:error\tmessage:gone\tstack_trace:a.LostException: x\\n\\tat a.B.c(B.java:1)").records.at(0);
  EXPECT_EQ(ltsv.dimension(Dimension::kExceptionType), "a.LostException");
  EXPECT_THAT(ltsv.stacktrace, ::testing::HasSubstr("\n\tat a.B.c"));
  EXPECT_EQ(decode("level='info' event='\\x1b[33mslow\\x1b[0m'").records.at(0).message, "\033[33mslow\033[0m");
}

TEST(LogfmtTest, KeepsTheLineWhereNoFieldIsAMessage) {
  Decoding decode;
  const std::string line =
      R"(at=error code=H12 desc="Request timeout" method=GET path="/" request_id=8601b555-6a83-4c12-8269-97c8e32cdb22 status=503)";
  const LogRecord& record = decode(line).records.at(0);
  EXPECT_EQ(record.message, line);
  EXPECT_EQ(record.severity, 17);
  EXPECT_EQ(record.id(IdKind::kRequest), "8601b555-6a83-4c12-8269-97c8e32cdb22");
}

TEST(LogfmtTest, TakesAMessageWithoutQuotesUpToTheNextPair) {
  Decoding decode;
  const LogRecord& record = decode("level=error msg=send to shard failed attempt=2").records.at(0);
  EXPECT_EQ(record.message, "send to shard failed");
  EXPECT_EQ(AttributeOf(record, "attempt"), "2");
}

TEST(LogfmtTest, PutsADateAndATimeTogether) {
  Decoding decode;
  const LogRecord& record = decode("date=2026-11-24 time=15:00:00 level=notice msg=\"link down\"").records.at(0);
  EXPECT_EQ(FormatTime(record.time_us), "2026-11-24T15:00:00Z");
}

TEST(LogfmtTest, LeavesTextThatOnlyHoldsPairsAlone) {
  Decoding decode;
  for (const char* line :
       {"x=1 failed to send a message to y=2", "user=ann host=web-1", "msg=\"not closed", "a=b",
        "type=SYSCALL msg=audit(1364481363.243:24287): arch=c000003e syscall=2 success=no exit=-13",
        "send failed level=error msg=x", "level=error msg=\"a\nb\"", "=x level=error", "level= msg"}) {
    EXPECT_EQ(decode(line).format, Format::kText) << line;
  }
}

TEST(LogfmtTest, SaysWhyAConfiguredLineIsNone) {
  EXPECT_EQ(OnlyReason(Decoding(Format::kLogfmt)("level=error msg=\"not closed")), "logfmt_malformed");
  EXPECT_EQ(OnlyReason(Decoding(Format::kLtsv)("no label")), "ltsv_malformed");
  EXPECT_EQ(OnlyReason(Decoding(Format::kLogfmt)("  \n")), "empty");
}

TEST(LtsvTest, ReadsLabelsApartByTabs) {
  Decoding decode;
  const Decoded& decoded =
      decode("time:2026-11-24T15:00:00Z\thost:edge-7\tlevel:error\tmessage:send failed: gone\ttrace_id:ab12");
  ASSERT_THAT(decoded.records, SizeIs(1));
  EXPECT_EQ(decoded.format, Format::kLtsv);
  EXPECT_EQ(decoded.records[0].message, "send failed: gone");
  EXPECT_EQ(decoded.records[0].severity, 17);
  EXPECT_EQ(decoded.records[0].dimension(Dimension::kHost), "edge-7");
  EXPECT_EQ(decoded.records[0].id(IdKind::kTrace), "ab12");
}

TEST(LtsvTest, LeavesColumnsWithoutLabelsAlone) {
  Decoding decode;
  EXPECT_EQ(decode("2026-11-24T15:00:00Z\tERROR\tmain.go:12\tsend failed").format, Format::kText);
  EXPECT_EQ(decode("note: a\tb").format, Format::kText);
}

TEST(KeyValuesTest, FindsThePairsALineEndsWith) {
  Arena arena;
  std::vector<KeyValue> pairs;
  size_t start = 0;
  TrailingPairs("took a=1 and failed  code=503 reason='no route' list=[1, 2]", arena, pairs, start);
  ASSERT_THAT(pairs, SizeIs(3));
  EXPECT_EQ(start, 21u);
  EXPECT_EQ(pairs[1].value, "no route");
  TrailingPairs("a=1 failed", arena, pairs, start);
  EXPECT_THAT(pairs, SizeIs(0));
}

}  // namespace
}  // namespace faultline::ingest
