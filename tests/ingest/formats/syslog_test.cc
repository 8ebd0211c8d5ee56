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
using ::testing::SizeIs;

TEST(SyslogTest, ReadsRsyslogsFileFormat) {
  Decoding decode;
  const Decoded& decoded = decode(
      "2026-11-24T15:38:19.137474+00:00 vm chatd: ERROR send failed msg_id=01J9 \"quoted\" \xc3\xbcn\xc3\xaf"
      "code\n");
  ASSERT_THAT(decoded.records, SizeIs(1));
  EXPECT_EQ(decoded.format, Format::kSyslogFile);
  const LogRecord& record = decoded.records[0];
  EXPECT_EQ(FormatTime(record.time_us), "2026-11-24T15:38:19.137474Z");
  EXPECT_EQ(record.dimension(Dimension::kHost), "vm");
  EXPECT_EQ(record.dimension(Dimension::kService), "chatd");
  EXPECT_EQ(record.message, "ERROR send failed msg_id=01J9 \"quoted\" ünïcode");
  EXPECT_EQ(record.severity, 17);
  EXPECT_EQ(record.id(IdKind::kMessage), "01J9");
}

TEST(SyslogTest, ReadsSyslogNgsFileFormatWithAPid) {
  Decoding decode;
  const Decoded& decoded = decode("2026-11-24T15:00:00+00:00 vm chatd[4242]: ERROR send failed msg_id=01J9");
  ASSERT_THAT(decoded.records, SizeIs(1));
  EXPECT_EQ(decoded.format, Format::kSyslogFile);
  EXPECT_EQ(decoded.records[0].dimension(Dimension::kService), "chatd");
  EXPECT_EQ(AttributeOf(decoded.records[0], "process.pid"), "4242");
}

TEST(SyslogTest, ReadsRfc5424WithNilValues) {
  Decoding decode;
  const Decoded& decoded =
      decode("<131>1 2026-11-24T15:38:19.137474+00:00 vm chatd - - - ERROR send failed msg_id=01J9 \"quoted\"\n");
  ASSERT_THAT(decoded.records, SizeIs(1));
  EXPECT_EQ(decoded.format, Format::kRfc5424);
  const LogRecord& record = decoded.records[0];
  EXPECT_EQ(record.severity, 17);
  EXPECT_EQ(record.dimension(Dimension::kSeverityText), "err");
  EXPECT_EQ(record.dimension(Dimension::kHost), "vm");
  EXPECT_EQ(record.dimension(Dimension::kService), "chatd");
  EXPECT_EQ(record.message, "ERROR send failed msg_id=01J9 \"quoted\"");
  EXPECT_TRUE(record.attributes.empty());
}

TEST(SyslogTest, ToleratesRunsOfBlanksInRfc5424) {
  Decoding decode;
  const Decoded& decoded =
      decode("<131>1 2026-11-24T15:00:00+00:00 vm chatd 4242  [meta sequenceId=\"1\"] ERROR send failed msg_id=01J9");
  ASSERT_THAT(decoded.records, SizeIs(1));
  EXPECT_EQ(decoded.records[0].message, "ERROR send failed msg_id=01J9");
  EXPECT_EQ(AttributeOf(decoded.records[0], "process.pid"), "4242");
}

TEST(SyslogTest, TakesIdsAndAttributesFromStructuredData) {
  Decoding decode;
  const Decoded& decoded = decode(
      R"(<131>1 2026-11-24T22:14:22Z h chatd 1 SEND [opentelemetry trace_id="946e1ce9f2e316fbfb83faa6519c271a" span_id="c28f4a52a1710c8a"][chat@32473 message_id="01JD" note="a \"quoted\" \] bracket"] )"
      "\xef\xbb\xbfgone");
  ASSERT_THAT(decoded.records, SizeIs(1));
  const LogRecord& record = decoded.records[0];
  EXPECT_EQ(record.id(IdKind::kTrace), "946e1ce9f2e316fbfb83faa6519c271a");
  EXPECT_EQ(record.id(IdKind::kSpan), "c28f4a52a1710c8a");
  EXPECT_EQ(record.id(IdKind::kMessage), "01JD");
  EXPECT_EQ(AttributeOf(record, "chat@32473.note"), "a \"quoted\" ] bracket");
  EXPECT_EQ(AttributeOf(record, "syslog.msgid"), "SEND");
  EXPECT_EQ(record.message, "gone");
}

TEST(SyslogTest, KeepsBrokenStructuredDataAsText) {
  Decoding decode;
  EXPECT_EQ(decode(R"(<131>1 2026-11-24T22:14:22Z h d 1 M [x a="1)").records.at(0).message, R"([x a="1)");
  EXPECT_EQ(decode(R"(<131>1 2026-11-24T22:14:22Z h d 1 M [not data] m)").records.at(0).message, "[not data] m");
}

TEST(SyslogTest, LeavesTheTimeOfAYearlessDateToTheReceipt) {
  Decoding decode;
  for (const char* line : {"<131>Nov 24 15:00:00 vm chatd[1]: gone", "Nov  4 15:00:00 vm chatd[1]: gone",
                           "Nov 4 15:00:00 vm chatd[1]: gone"}) {
    const Decoded& decoded = decode(line);
    ASSERT_THAT(decoded.records, SizeIs(1)) << line;
    EXPECT_EQ(decoded.format, Format::kRfc3164);
    EXPECT_EQ(decoded.records[0].time_us, 0);
    EXPECT_EQ(decoded.records[0].message, "gone");
    EXPECT_EQ(decoded.records[0].dimension(Dimension::kHost), "vm");
  }
}

TEST(SyslogTest, ReadsPriorityAloneAndPriorityWithAnIsoDate) {
  Decoding decode;
  EXPECT_EQ(decode("<11>su: failed for ann").records.at(0).message, "failed for ann");
  const Decoded& decoded = decode("<134>2026-11-24T22:14:21.809168+00:00 edge-7 chatd[4242]: starting");
  EXPECT_EQ(decoded.records.at(0).severity, 9);
  EXPECT_EQ(decoded.records[0].message, "starting");
  EXPECT_NE(decoded.records[0].time_us, 0);
}

TEST(SyslogTest, UndoesOctalEscapesAndSplitsTheStackTraceOff) {
  Decoding decode;
  const Decoded& decoded = decode(
      "<131>2026-11-24T22:14:21Z e d[1]: failed #7 #033[33mx#012Traceback (most recent call last):#012  File "
      "\"a.py\"#012"
      "chatd.LostError: gone");
  ASSERT_THAT(decoded.records, SizeIs(1));
  EXPECT_EQ(decoded.records[0].message, "failed #7 \033[33mx");
  EXPECT_EQ(decoded.records[0].dimension(Dimension::kExceptionType), "chatd.LostError");
  EXPECT_EQ(decoded.records[0].exception_message, "gone");
}

TEST(SyslogTest, TakesALevelInTheHostsPlaceForALevel) {
  Decoding decode;
  const Decoded& decoded = decode("2026-11-24T22:14:34+00:00 ERROR chatd[chat.delivery]: gone");
  EXPECT_EQ(decoded.records.at(0).severity, 17);
  EXPECT_EQ(decoded.records[0].dimension(Dimension::kHost), "");
}

TEST(SyslogTest, TellsWhenAConfiguredFormatDoesNotFit) {
  EXPECT_EQ(OnlyReason(Decoding(Format::kRfc5424)("no syslog")), "syslog_malformed");
  EXPECT_EQ(OnlyReason(Decoding(Format::kRfc3164)("no syslog")), "syslog_malformed");
  EXPECT_EQ(OnlyReason(Decoding(Format::kSyslogFile)("")), "empty");
}

TEST(SyslogTest, SurvivesEveryPrefixOfALine) {
  const std::string line =
      "<131>1 2026-11-24T22:14:22Z h chatd 1 SEND [a@1 b=\"c\\\"\" d=\"e\"][f g=\"h\"] text #012 trace_id=\"x";
  for (const Format format : {Format::kAuto, Format::kRfc5424, Format::kRfc3164, Format::kSyslogFile}) {
    Decoding decode(format);
    for (size_t size = 0; size <= line.size(); ++size) {
      const Decoded& decoded = decode(line.substr(0, size));
      EXPECT_EQ(decoded.records.size() + decoded.failures.size(), 1u) << size;
    }
  }
}

}  // namespace
}  // namespace faultline::ingest
