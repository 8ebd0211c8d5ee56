// GELF, journald, ECS and the JSON of syslog daemons: other names, and a few
// meanings that depend on the dialect.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/timestamp.h"
#include "tests/ingest/formats/decoding.h"

namespace faultline::ingest {
namespace {

using ::faultline::testing::AttributeOf;
using ::faultline::testing::Decoding;
using store::Dimension;
using store::IdKind;
using ::testing::IsEmpty;
using ::testing::SizeIs;

TEST(GelfTest, ReadsLevelsAsSyslogsAndExtraFieldsBehindAnUnderscore) {
  Decoding decode;
  const std::string json =
      R"({"version":"1.1","host":"edge-7","short_message":"gone","timestamp":1385053862.3072,"level":3,"_trace_id":"ab12","_unix":{"uid":"0"}})";
  const Decoded& decoded = decode(json + std::string(1, '\0'));
  ASSERT_THAT(decoded.records, SizeIs(1));
  EXPECT_EQ(decoded.format, Format::kGelf);
  const LogRecord& record = decoded.records[0];
  EXPECT_EQ(record.severity, 17);
  EXPECT_EQ(record.message, "gone");
  EXPECT_EQ(record.dimension(Dimension::kHost), "edge-7");
  EXPECT_EQ(record.dimension(Dimension::kServiceVersion), "");
  EXPECT_EQ(record.id(IdKind::kTrace), "ab12");
  EXPECT_EQ(record.id(IdKind::kUser), "");
  EXPECT_EQ(AttributeOf(record, "_unix.uid"), "0");
  EXPECT_EQ(FormatTime(record.time_us), "2013-11-21T17:11:02.307200Z");
}

TEST(GelfTest, TakesTheStackTraceFromTheFullMessage) {
  Decoding decode;
  const Decoded& decoded = decode(
      R"j({"version":"1.1","host":"h","short_message":"gone","full_message":"gone\njava.io.IOException: x\n\tat a.B.c(B.java:1)"})j");
  ASSERT_THAT(decoded.records, SizeIs(1));
  EXPECT_EQ(decoded.records[0].stacktrace, "java.io.IOException: x\n\tat a.B.c(B.java:1)");
  EXPECT_EQ(decoded.records[0].dimension(Dimension::kExceptionType), "java.io.IOException");
}

TEST(JournaldTest, ReadsTheExportOfJournalctl) {
  Decoding decode;
  const Decoded& decoded = decode(
      R"({"__CURSOR":"s=1","MESSAGE_ID":"fc2e22bc6ee647b6b90729ab34a250b1","_UID":"1000","_COMM":"python","__REALTIME_TIMESTAMP":"1732462699137474","_HOSTNAME":"edge-7","PRIORITY":"3","SYSLOG_IDENTIFIER":"chatd","MESSAGE":"gone","_BOOT_ID":"b","_SOURCE_REALTIME_TIMESTAMP":"1732462699137000"})");
  ASSERT_THAT(decoded.records, SizeIs(1));
  EXPECT_EQ(decoded.format, Format::kJournald);
  const LogRecord& record = decoded.records[0];
  EXPECT_EQ(record.severity, 17);
  EXPECT_EQ(record.message, "gone");
  EXPECT_EQ(record.time_us, 1732462699137000);
  EXPECT_EQ(record.dimension(Dimension::kHost), "edge-7");
  EXPECT_EQ(record.dimension(Dimension::kService), "chatd");
  EXPECT_EQ(record.id(IdKind::kMessage), "");
  EXPECT_EQ(record.id(IdKind::kUser), "");
  EXPECT_EQ(AttributeOf(record, "__CURSOR"), "");
}

TEST(JournaldTest, ReadsBytesForTextAndTheFirstOfRepeatedFields) {
  Decoding decode;
  const Decoded& decoded = decode(
      R"({"__REALTIME_TIMESTAMP":"1732462699137474","MESSAGE":[72,105,255],"SYSLOG_IDENTIFIER":["a","b"],"SYSLOG_RAW":[1,2]})");
  ASSERT_THAT(decoded.records, SizeIs(1));
  EXPECT_EQ(decoded.records[0].message, "Hi\xff");
  EXPECT_EQ(decoded.records[0].dimension(Dimension::kService), "a");
  EXPECT_EQ(AttributeOf(decoded.records[0], "SYSLOG_RAW"), "");
}

TEST(EcsTest, ReadsDottedNamesBesideNestedOnes) {
  Decoding decode;
  const Decoded& decoded = decode(
      R"j({"@timestamp":"2026-11-24T22:15:08.462Z","log.level": "ERROR ","message":"gone","ecs.version":"1.2.0","service.name":"chat","service":{"version":"4.7"},"log":{"logger":"a.B"},"trace.id":"ab12","error":{"type":"a.Lost","message":"no shard","code":"E7","stack_trace":"a.Lost: no shard\n\tat a.B.c(B.java:1)"}})j");
  ASSERT_THAT(decoded.records, SizeIs(1));
  EXPECT_EQ(decoded.format, Format::kEcs);
  const LogRecord& record = decoded.records[0];
  EXPECT_EQ(record.severity, 17);
  EXPECT_EQ(record.dimension(Dimension::kService), "chat");
  EXPECT_EQ(record.dimension(Dimension::kServiceVersion), "4.7");
  EXPECT_EQ(record.dimension(Dimension::kLogger), "a.B");
  EXPECT_EQ(record.dimension(Dimension::kExceptionType), "a.Lost");
  EXPECT_EQ(record.dimension(Dimension::kErrorCode), "E7");
  EXPECT_EQ(record.exception_message, "no shard");
  EXPECT_EQ(record.id(IdKind::kTrace), "ab12");
  EXPECT_THAT(record.attributes, IsEmpty());
}

TEST(EcsTest, ReadsFilebeat) {
  Decoding decode;
  const Decoded& decoded = decode(
      R"({"@timestamp":"2026-11-24T15:00:00.000Z","@metadata":{"beat":"filebeat","type":"_doc","version":"8.15.0"},
 "message":"ERROR send failed","log":{"offset":123,"file":{"path":"/var/log/chat.log"}},"host":{"name":"edge-7"},"ecs":{"version":"8.0.0"}})");
  ASSERT_THAT(decoded.records, SizeIs(1));
  EXPECT_EQ(decoded.format, Format::kEcs);
  EXPECT_EQ(decoded.records[0].dimension(Dimension::kHost), "edge-7");
  EXPECT_EQ(AttributeOf(decoded.records[0], "log.file.path"), "/var/log/chat.log");
}

TEST(EcsTest, ReadsAStackTraceThatIsAnArrayOverSeveralLines) {
  Decoding decode;
  const Decoded& decoded = decode(
      "{\"ecs.version\":\"1.2.0\",\"message\":\"gone\",\"error.stack_trace\":[\n\"a.Lost: "
      "x\",\n\"\\tat a.B.c(B.java:1)\"]}");
  ASSERT_THAT(decoded.records, SizeIs(1));
  EXPECT_EQ(decoded.records[0].stacktrace, "a.Lost: x\n\tat a.B.c(B.java:1)");
  EXPECT_EQ(decoded.records[0].dimension(Dimension::kExceptionType), "a.Lost");
}

TEST(ShipperJsonTest, ReadsFluentBit) {
  Decoding decode;
  const Decoded& decoded = decode(
      R"({"@timestamp":1732462699.137474,"log":"ERROR send failed msg_id=01J9","stream":"stderr","kubernetes":{"pod_name":"chat-7f","labels":{"app":"chat"}}})");
  ASSERT_THAT(decoded.records, SizeIs(1));
  const LogRecord& record = decoded.records[0];
  EXPECT_EQ(record.time_us, 1732462699137474);
  EXPECT_EQ(record.message, "ERROR send failed msg_id=01J9");
  EXPECT_EQ(record.id(IdKind::kMessage), "01J9");
  EXPECT_EQ(record.dimension(Dimension::kService), "chat");
  EXPECT_EQ(record.dimension(Dimension::kHost), "chat-7f");
}

TEST(ShipperJsonTest, ReadsRsyslogsAndSyslogNgs) {
  Decoding decode;
  const Decoded& rsyslog = decode(
      R"({"@timestamp":"2026-11-24T15:38:19.137474+00:00", "host":"vm", "severity":3, "programname":"chatd", "message":" send \"quoted\" failed#012  twice"})");
  ASSERT_THAT(rsyslog.records, SizeIs(1));
  EXPECT_EQ(rsyslog.records[0].severity, 17);
  EXPECT_EQ(rsyslog.records[0].dimension(Dimension::kService), "chatd");
  EXPECT_EQ(rsyslog.records[0].message, "send \"quoted\" failed\n  twice");
  const Decoded& syslog_ng = decode(
      R"({"SOURCE":"s","PROGRAM":"chatd","PRIORITY":"err","PID":"4242","MESSAGE":"gone","LEGACY_MSGHDR":"chatd[4242]: ","HOST_FROM":"vm","HOST":"vm","FACILITY":"local0","DATE":"Nov 24 15:00:00"})");
  ASSERT_THAT(syslog_ng.records, SizeIs(1));
  EXPECT_EQ(syslog_ng.records[0].severity, 17);
  EXPECT_EQ(syslog_ng.records[0].time_us, 0);
  EXPECT_EQ(syslog_ng.records[0].dimension(Dimension::kService), "chatd");
  EXPECT_EQ(AttributeOf(syslog_ng.records[0], "DATE"), "Nov 24 15:00:00");
}

TEST(ShipperJsonTest, ReadsGoogleCloud) {
  Decoding decode;
  const Decoded& decoded = decode(
      R"({"logName":"projects/p/logs/l","severity":"ERROR","textPayload":"gone","timestamp":"2026-11-24T15:00:00Z","receiveTimestamp":"2026-11-24T15:00:01Z","trace":"projects/p/traces/946e1ce9f2e316fbfb83faa6519c271a","spanId":"c28f4a52a1710c8a"})");
  ASSERT_THAT(decoded.records, SizeIs(1));
  EXPECT_EQ(decoded.records[0].id(IdKind::kTrace), "946e1ce9f2e316fbfb83faa6519c271a");
  EXPECT_EQ(decoded.records[0].message, "gone");
  EXPECT_EQ(decoded.records[0].received_us - decoded.records[0].time_us, 1'000'000);
}

}  // namespace
}  // namespace faultline::ingest
