// Records inside the messages of others, as runtimes and shippers of containers write them.
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
using ::testing::SizeIs;

TEST(InnerRecordTest, ReadsJsonInDockersFile) {
  Decoding decode;
  const Decoded& decoded = decode(
      R"({"log":"{\"level\":\"error\",\"ts\":1795558518.5,\"msg\":\"send failed\",\"trace_id\":\"ab12\"}\n","stream":"stderr","time":"2026-11-24T23:00:00.1Z"})");
  ASSERT_THAT(decoded.records, SizeIs(1));
  const LogRecord& record = decoded.records[0];
  EXPECT_EQ(decoded.format, Format::kJson);
  EXPECT_EQ(record.message, "send failed");
  EXPECT_EQ(record.severity, 17);
  EXPECT_EQ(FormatTime(record.time_us), "2026-11-24T22:15:18.500Z");
  EXPECT_EQ(record.id(IdKind::kTrace), "ab12");
  EXPECT_EQ(AttributeOf(record, "stream"), "stderr");
  EXPECT_FALSE(record.line.is_line);
}

TEST(InnerRecordTest, ReadsLogfmtAndJsonOfKubernetes) {
  Decoding decode;
  const LogRecord& logfmt =
      decode(R"(2026-11-24T15:00:00.1Z stdout F time=2026-11-24T14:59:59Z level=warn msg="retrying" message_id=01J9X)")
          .records.at(0);
  EXPECT_EQ(logfmt.message, "retrying");
  EXPECT_EQ(logfmt.severity, 13);
  EXPECT_EQ(FormatTime(logfmt.time_us), "2026-11-24T14:59:59Z");
  EXPECT_EQ(logfmt.id(IdKind::kMessage), "01J9X");
  const LogRecord& json = decode(R"(2026-11-24T15:00:00.1Z stderr F {"level":"error","message":"gone"})").records.at(0);
  EXPECT_EQ(json.message, "gone");
  EXPECT_EQ(FormatTime(json.time_us), "2026-11-24T15:00:00.100Z");
}

TEST(InnerRecordTest, KeepsWhatTheShipperSaysElse) {
  Decoding decode;
  const LogRecord& record =
      decode(
          R"({"@timestamp":"2026-11-24T15:00:00Z","log":"{\"level\":50,\"hostname\":\"pod-1\",\"msg\":\"gone\"}","kubernetes":{"pod_name":"chat-7f","host":"node-2","labels":{"app":"chat"}}})")
          .records.at(0);
  EXPECT_EQ(record.severity, 17);
  EXPECT_EQ(record.dimension(Dimension::kService), "chat");
  EXPECT_EQ(record.dimension(Dimension::kHost), "pod-1");
  EXPECT_EQ(AttributeOf(record, "outer.host.name"), "chat-7f");
}

TEST(InnerRecordTest, PutsTheApplicationsLevelBeforeTheTransports) {
  Decoding decode;
  const LogRecord& record =
      decode(R"(<14>1 2026-11-24T15:00:00Z h chatd 42 - - {"severity":"ERROR","message":"gone"})").records.at(0);
  EXPECT_EQ(record.severity, 17);
  EXPECT_EQ(record.message, "gone");
  EXPECT_EQ(record.dimension(Dimension::kService), "chatd");
  const LogRecord& journald =
      decode(
          R"({"__REALTIME_TIMESTAMP":"1732462699137474","PRIORITY":"6","SYSLOG_IDENTIFIER":"chatd","MESSAGE":"level=error msg=\"no shard\""})")
          .records.at(0);
  EXPECT_EQ(journald.severity, 17);
  EXPECT_EQ(journald.message, "no shard");
}

TEST(InnerRecordTest, TakesAnEmptyMessageWithALevelForARecord) {
  Decoding decode;
  const LogRecord& record =
      decode(
          R"({"log":"{\"level\":\"info\",\"service\":\"chat\",\"msg\":\"\"}\n","stream":"stdout","time":"2026-11-24T15:00:00Z"})")
          .records.at(0);
  EXPECT_EQ(record.severity, 9);
  EXPECT_EQ(record.dimension(Dimension::kService), "chat");
  EXPECT_EQ(record.message, "");
}

TEST(InnerRecordTest, LeavesMessagesThatAreNoRecords) {
  Decoding decode;
  for (const char* message :
       {R"({\"code\":5})", "{not json}", R"({\"a\":)", "{}", "a=b c=d", R"([{\"message\":\"m\"}])"}) {
    const std::string json = std::string(R"({"level":"error","message":")") + message + R"("})";
    const LogRecord& record = decode(json).records.at(0);
    EXPECT_EQ(record.severity, 17) << message;
    EXPECT_FALSE(record.message.empty()) << message;
    EXPECT_NE(record.message, "m");
  }
}

}  // namespace
}  // namespace faultline::ingest
