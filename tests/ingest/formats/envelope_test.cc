// What clouds, buses and devices wrap around records.
#include <absl/strings/escaping.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/timestamp.h"
#include "tests/ingest/formats/decoding.h"

namespace faultline::ingest {
namespace {

using ::faultline::testing::AttributeOf;
using ::faultline::testing::Decoding;
using ::faultline::testing::HeaderList;
using ::faultline::testing::OnlyReason;
using store::Dimension;
using store::IdKind;
using ::testing::HasSubstr;
using ::testing::SizeIs;
using ::testing::StartsWith;

TEST(CloudEventTest, ReadsStructuredMode) {
  Decoding decode;
  const LogRecord& record =
      decode(
          R"({"specversion":"1.0","id":"e-1","source":"/services/chat","type":"chat.send.failed","time":"2026-11-24T15:00:00Z","datacontenttype":"application/json","traceparent":"00-946e1ce9f2e316fbfb83faa6519c271a-c28f4a52a1710c8a-01","data":{"level":"error","message":"gone","message_id":"01J9X"}})",
          {{"content-type", "application/cloudevents+json; charset=UTF-8"}})
          .records.at(0);
  EXPECT_EQ(record.message, "gone");
  EXPECT_EQ(record.severity, 17);
  EXPECT_EQ(FormatTime(record.time_us), "2026-11-24T15:00:00Z");
  EXPECT_EQ(record.id(IdKind::kTrace), "946e1ce9f2e316fbfb83faa6519c271a");
  EXPECT_EQ(record.id(IdKind::kMessage), "01J9X");
  EXPECT_EQ(AttributeOf(record, "cloudevents.type"), "chat.send.failed");
}

TEST(CloudEventTest, ReadsTextBase64AndMissingData) {
  Decoding decode;
  const std::string start = R"({"specversion":"1.0","id":"e","source":"s","type":"chat.failed",)";
  EXPECT_EQ(decode(start + R"("data":"ERROR: gone"})").records.at(0).severity, 17);
  EXPECT_EQ(decode(start + R"("data_base64":"eyJtZXNzYWdlIjoibSJ9"})").records.at(0).message, "m");
  EXPECT_EQ(decode(start + R"("data":{"order":7}})").records.at(0).message, "chat.failed");
  EXPECT_EQ(decode(start + R"("subject":"x"})").records.at(0).message, "chat.failed");
  EXPECT_THAT(decode("[" + start + R"("data":{"message":"a"}},)" + start + R"("data":{"message":"b"}}])").records,
              SizeIs(2));
}

TEST(CloudEventTest, ReadsBinaryMode) {
  Decoding decode;
  const HeaderList headers = {{"ce_specversion", "1.0"},
                              {"ce_type", "chat.send.failed"},
                              {"ce_source", "/chat"},
                              {"ce_id", "e-1"},
                              {"ce_time", "2026-11-24T15:00:00Z"},
                              {"ce_traceparent", "00-946e1ce9f2e316fbfb83faa6519c271a-c28f4a52a1710c8a-01"},
                              {"content-type", "application/json"}};
  const LogRecord& record = decode(R"({"level":"error","message":"gone"})", headers).records.at(0);
  EXPECT_EQ(FormatTime(record.time_us), "2026-11-24T15:00:00Z");
  EXPECT_EQ(record.id(IdKind::kTrace), "946e1ce9f2e316fbfb83faa6519c271a");
  EXPECT_EQ(AttributeOf(record, "cloudevents.id"), "e-1");
  EXPECT_EQ(record.message, "gone");
}

TEST(SchemaFramingTest, UnwrapsJsonAndNamesTheSchemaOfTheRest) {
  Decoding decode;
  const LogRecord& record = decode(std::string("\0\0\0\0\7", 5) + R"({"message":"gone"})").records.at(0);
  EXPECT_EQ(record.message, "gone");
  EXPECT_EQ(AttributeOf(record, "kafka.schema_id"), "7");
  const Decoded& avro = decode(std::string("\0\0\0\0\7\x02\x08gone", 11));
  EXPECT_EQ(OnlyReason(avro), "format_unsupported: confluent schema registry");
  EXPECT_THAT(avro.failures[0].detail, HasSubstr("schema id 7:"));
  const std::string guid("\1\x01\x23\x45\x67\x89\xab\xcd\xef\x01\x23\x45\x67\x89\xab\xcd\xef", 17);
  const Decoded& newer = decode(std::string("\2\4\6\1\2\3\4", 7), {{"__value_schema_id", guid}});
  EXPECT_THAT(newer.failures.at(0).detail, HasSubstr("01234567-89ab-cdef-0123-456789abcdef"));
  EXPECT_EQ(decode(R"({"message":"m"})", {{"__value_schema_id", guid}}).records.at(0).message, "m");
  const std::string glue = std::string("\3\0", 2) + guid.substr(1);
  EXPECT_EQ(decode(glue + R"({"message":"m"})").records.at(0).message, "m");
}

constexpr const char* kCloudWatch =
    R"({"messageType":"DATA_MESSAGE","owner":"123456789012","logGroup":"/aws/lambda/chat-gateway","logStream":"2026/11/24/[$LATEST]ab","subscriptionFilters":["all"],"logEvents":[{"id":"1","timestamp":1795558518000,"message":"{\"level\":\"error\",\"message\":\"gone\",\"requestId\":\"r-7\"}"},{"id":"2","timestamp":1795558519000,"message":"[ERROR]\tsend failed\n"}]})";

TEST(CloudWatchTest, MakesAnEventOfEachLogEvent) {
  Decoding decode;
  const Decoded& decoded = decode(kCloudWatch);
  ASSERT_THAT(decoded.records, SizeIs(2));
  EXPECT_EQ(decoded.records[0].message, "gone");
  EXPECT_EQ(decoded.records[0].severity, 17);
  EXPECT_EQ(decoded.records[0].id(IdKind::kRequest), "r-7");
  EXPECT_EQ(decoded.records[0].dimension(Dimension::kService), "chat-gateway");
  EXPECT_EQ(FormatTime(decoded.records[1].time_us), "2026-11-24T22:15:19Z");
  EXPECT_EQ(decoded.records[1].severity, 17);
  EXPECT_EQ(AttributeOf(decoded.records[1], "aws.log.stream.name"), "2026/11/24/[$LATEST]ab");
}

TEST(CloudWatchTest, UndoesTheFormThatFunctionsGet) {
  Decoding decode;
  const std::string outer = R"({"awslogs":{"data":")" + absl::Base64Escape(kCloudWatch) + R"("}})";
  EXPECT_THAT(decode(outer).records, SizeIs(2));
  EXPECT_EQ(OnlyReason(decode(R"({"awslogs":{"data":"?"}})")), "envelope_malformed");
}

TEST(CloudWatchTest, SaysThatAControlMessageHoldsNothing) {
  Decoding decode;
  EXPECT_EQ(
      OnlyReason(decode(
          R"({"messageType":"CONTROL_MESSAGE","owner":"CloudwatchLogs","logGroup":"g","logStream":"","logEvents":[{"id":"","timestamp":1,"message":"CWL CONTROL MESSAGE"}]})")),
      "cloudwatch_control");
}

TEST(CloudWatchTest, TakesABatchAboveTheLimitOfADocument) {
  Decoding decode;
  std::string batch = R"({"messageType":"DATA_MESSAGE","logGroup":"g","logStream":"s","logEvents":[)";
  for (int i = 0; i < 4'000; ++i) {
    batch += std::string(i == 0 ? "" : ",") + R"({"id":"1","timestamp":1795558518000,"message":"ERROR: )" +
             std::string(60, 'x') + R"("})";
  }
  EXPECT_THAT(decode(batch + "]}").records, SizeIs(4'000));
}

TEST(AzureTest, MakesAnEventOfEachRecord) {
  Decoding decode;
  const Decoded& decoded = decode(
      R"({"records":[{"time":"2026-11-24T04:48:27.6767145Z","resourceId":"/SUB/KV","operationName":"SecretGet","category":"AuditEvent","level":"Error","correlationId":"c-1","resultDescription":"no such secret"},{"time":"2026-11-24T04:48:28Z","resourceId":"/AKS","category":"kube","operationName":"log","properties":{"log":"{\"level\":\"warn\",\"message\":\"slow\"}\n","pod":"chat-7f","containerName":"chat"}}]})");
  ASSERT_THAT(decoded.records, SizeIs(2));
  EXPECT_EQ(decoded.records[0].message, "no such secret");
  EXPECT_EQ(decoded.records[0].severity, 17);
  EXPECT_EQ(decoded.records[0].id(IdKind::kRequest), "c-1");
  EXPECT_EQ(FormatTime(decoded.records[0].time_us), "2026-11-24T04:48:27.676714Z");
  EXPECT_EQ(decoded.records[1].message, "slow");
  EXPECT_EQ(decoded.records[1].severity, 13);
  EXPECT_EQ(decoded.records[1].dimension(Dimension::kService), "chat");
}

TEST(AzureTest, LeavesARecordWithAFieldOfThatNameAlone) {
  Decoding decode;
  const LogRecord& record = decode(R"({"message":"stored","records":[1,2],"level":"info"})").records.at(0);
  EXPECT_EQ(record.message, "stored");
  EXPECT_EQ(AttributeOf(record, "records"), "[1,2]");
}

TEST(GoogleTest, ReadsALogEntryWithAPayload) {
  Decoding decode;
  const LogRecord& record =
      decode(
          R"({"insertId":"i","jsonPayload":{"message":"gone","message_id":"01J9X","serviceContext":{"service":"chat","version":"4.7"}},"resource":{"type":"k8s_container","labels":{"container_name":"chat-c","pod_name":"chat-7f","location":"europe-west1"}},"timestamp":"2026-11-24T15:00:00.123456789Z","severity":"ERROR","logName":"projects/p/logs/stderr","trace":"projects/p/traces/946e1ce9f2e316fbfb83faa6519c271a","spanId":"c28f4a52a1710c8a"})")
          .records.at(0);
  EXPECT_EQ(record.message, "gone");
  EXPECT_EQ(record.dimension(Dimension::kHost), "chat-7f");
  EXPECT_EQ(record.id(IdKind::kTrace), "946e1ce9f2e316fbfb83faa6519c271a");
  EXPECT_EQ(record.severity, 17);
  EXPECT_FALSE(record.dimension(Dimension::kService).empty());
}

TEST(LokiTest, MakesAnEventOfEachLineWithTheLabelsOfItsStream) {
  Decoding decode;
  const Decoded& decoded = decode(
      R"({"streams":[{"stream":{"app":"chat","level":"error"},"values":[["1732462699137474000","send failed"],["1732462700000000000","level=warn msg=slow",{"trace_id":"ab12"}]]}]})");
  ASSERT_THAT(decoded.records, SizeIs(2));
  EXPECT_EQ(decoded.records[0].time_us, 1732462699137474);
  EXPECT_EQ(decoded.records[0].dimension(Dimension::kService), "chat");
  EXPECT_EQ(decoded.records[0].severity, 17);
  EXPECT_EQ(decoded.records[1].severity, 13);
  EXPECT_EQ(decoded.records[1].id(IdKind::kTrace), "ab12");
}

TEST(MetricKitTest, ReadsTheFramesOfTheBlamedThread) {
  Decoding decode;
  const Decoded& decoded = decode(
      R"j({"timeStampBegin":"2026-11-24 14:00:00","timeStampEnd":"2026-11-24 15:00:00","crashDiagnostics":[{"version":"1.0.0","callStackTree":{"callStacks":[{"threadAttributed":false,"callStackRootFrames":[{"binaryName":"libdyld","offsetIntoBinaryTextSegment":1}]},{"threadAttributed":true,"callStackRootFrames":[{"binaryName":"UIKit","binaryUUID":"U1","offsetIntoBinaryTextSegment":10,"subFrames":[{"binaryName":"Chat","binaryUUID":"U2","offsetIntoBinaryTextSegment":20}]}]}]},"diagnosticMetaData":{"appVersion":"4.7.1","bundleIdentifier":"com.example.chat","osVersion":"iPhone OS 17.4 (21E219)","deviceType":"iPhone15,3","signal":11,"exceptionType":1,"terminationReason":"Namespace SIGNAL, Code 0xb"}}]})j");
  ASSERT_THAT(decoded.records, SizeIs(1));
  const LogRecord& record = decoded.records[0];
  EXPECT_EQ(record.severity, 21);
  EXPECT_EQ(record.side, store::Side::kClient);
  EXPECT_EQ(record.dimension(Dimension::kExceptionType), "SIGSEGV");
  EXPECT_EQ(record.exception_message, "Namespace SIGNAL, Code 0xb");
  EXPECT_EQ(record.dimension(Dimension::kAppVersion), "4.7.1");
  EXPECT_EQ(record.message, "SIGSEGV: Namespace SIGNAL, Code 0xb");
  EXPECT_THAT(record.stacktrace, HasSubstr("\n\tat Chat+20 (Chat)\n\tat UIKit+10 (UIKit)"));
  EXPECT_EQ(FormatTime(record.time_us), "2026-11-24T15:00:00Z");
}

}  // namespace
}  // namespace faultline::ingest
