#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/timestamp.h"
#include "opentelemetry/v1/logs.pb.h"
#include "tests/ingest/formats/decoding.h"

namespace faultline::ingest {
namespace {

using ::faultline::testing::AttributeOf;
using ::faultline::testing::Decoding;
using ::faultline::testing::OnlyReason;
using store::Dimension;
using store::IdKind;
using ::testing::IsEmpty;
using ::testing::SizeIs;
namespace otlp = opentelemetry::v1;

void Add(google::protobuf::RepeatedPtrField<otlp::KeyValue>* attributes, const std::string& key,
         const std::string& value) {
  otlp::KeyValue* pair = attributes->Add();
  pair->set_key(key);
  pair->mutable_value()->set_string_value(value);
}

void AddResource(const std::string& service, int records, otlp::ExportLogsServiceRequest& request) {
  otlp::ResourceLogs* logs = request.add_resource_logs();
  Add(logs->mutable_resource()->mutable_attributes(), "service.name", service);
  otlp::ScopeLogs* scope = logs->add_scope_logs();
  scope->mutable_scope()->set_name("chat.gateway");
  for (int i = 0; i < records; ++i) {
    otlp::LogRecord* record = scope->add_log_records();
    record->set_time_unix_nano(1544712660300000000);
    record->set_severity_number(17);
    record->set_severity_text("Error");
    record->mutable_body()->set_string_value("message " + std::to_string(i));
    record->set_trace_id(std::string("\x5b\x8e\xff\xf7\x98\x03\x81\x03\xd2\x69\xb6\x33\x81\x3f\xc6\x0c", 16));
    record->set_span_id(std::string("\xee\xe1\x9b\x7e\xc3\xc1\xb1\x74", 8));
    Add(record->mutable_attributes(), "messaging.message.id", "m" + std::to_string(i));
    Add(record->mutable_attributes(), "exception.type", "a.Lost");
    record->mutable_attributes()->Add()->set_key("unset");
  }
}

TEST(OtlpProtoTest, ReadsRecordsWithTheirResource) {
  otlp::ExportLogsServiceRequest request;
  AddResource("chat", 2, request);
  Decoding decode;
  const Decoded& decoded = decode(request.SerializeAsString());
  ASSERT_THAT(decoded.records, SizeIs(2));
  ASSERT_THAT(decoded.failures, IsEmpty());
  EXPECT_EQ(decoded.format, Format::kOtlpProto);
  const LogRecord& record = decoded.records[1];
  EXPECT_EQ(record.time_us, 1544712660300000);
  EXPECT_EQ(record.severity, 17);
  EXPECT_EQ(record.message, "message 1");
  EXPECT_EQ(record.id(IdKind::kTrace), "5b8efff798038103d269b633813fc60c");
  EXPECT_EQ(record.id(IdKind::kSpan), "eee19b7ec3c1b174");
  EXPECT_EQ(record.id(IdKind::kMessage), "m1");
  EXPECT_EQ(record.dimension(Dimension::kService), "chat");
  EXPECT_EQ(record.dimension(Dimension::kLogger), "chat.gateway");
  EXPECT_EQ(record.dimension(Dimension::kExceptionType), "a.Lost");
  EXPECT_THAT(record.attributes, IsEmpty());
}

TEST(OtlpProtoTest, FlattensMapsAndWritesArraysAsJson) {
  otlp::ExportLogsServiceRequest request;
  otlp::LogRecord* record = request.add_resource_logs()->add_scope_logs()->add_log_records();
  auto* body = record->mutable_body()->mutable_kvlist_value()->add_values();
  body->set_key("message");
  body->mutable_value()->set_string_value("from a map");
  otlp::KeyValue* list = record->add_attributes();
  list->set_key("list");
  list->mutable_value()->mutable_array_value()->add_values()->set_int_value(-7);
  list->mutable_value()->mutable_array_value()->add_values()->set_string_value("a\"b\n");
  list->mutable_value()->mutable_array_value()->add_values()->set_bool_value(true);
  otlp::KeyValue* map = record->add_attributes();
  map->set_key("http");
  otlp::KeyValue* inner = map->mutable_value()->mutable_kvlist_value()->add_values();
  inner->set_key("size");
  inner->mutable_value()->set_double_value(1.5);
  Decoding decode;
  const Decoded& decoded = decode(request.SerializeAsString());
  ASSERT_THAT(decoded.records, SizeIs(1));
  EXPECT_EQ(decoded.records[0].message, "from a map");
  EXPECT_EQ(AttributeOf(decoded.records[0], "list"), R"([-7,"a\"b\u000a",true])");
  EXPECT_EQ(AttributeOf(decoded.records[0], "http.size"), "1.5");
}

TEST(OtlpProtoTest, KeepsWholeRecordsOfATruncatedMessage) {
  otlp::ExportLogsServiceRequest request;
  AddResource("a", 1, request);
  const size_t first = request.ByteSizeLong();
  AddResource("b", 2, request);
  const std::string bytes = request.SerializeAsString();
  Decoding decode;
  const Decoded& decoded = decode(bytes.substr(0, first + 20));
  EXPECT_THAT(decoded.records, SizeIs(1));
  ASSERT_THAT(decoded.failures, SizeIs(1));
  EXPECT_EQ(decoded.failures[0].reason, "otlp_truncated");
}

TEST(OtlpProtoTest, GivesAnOutcomeForEveryPrefix) {
  otlp::ExportLogsServiceRequest request;
  AddResource("a", 2, request);
  const std::string bytes = request.SerializeAsString();
  Decoding decode(Format::kOtlpProto);
  for (size_t size = 1; size < bytes.size(); ++size) {
    const Decoded& decoded = decode(bytes.substr(0, size));
    EXPECT_THAT(decoded.failures, SizeIs(1)) << size;
    EXPECT_LE(decoded.records.size(), 2u);
  }
}

TEST(OtlpProtoTest, DropsValuesThatAreNestedTooDeep) {
  otlp::ExportLogsServiceRequest request;
  otlp::LogRecord* record = request.add_resource_logs()->add_scope_logs()->add_log_records();
  record->mutable_body()->set_string_value("top");
  otlp::KeyValue* deep = record->add_attributes();
  deep->set_key("deep");
  otlp::AnyValue* value = deep->mutable_value();
  for (int i = 0; i < 300; ++i) value = value->mutable_array_value()->add_values();
  value->set_int_value(1);
  Decoding decode;
  const Decoded& decoded = decode(request.SerializeAsString());
  ASSERT_THAT(decoded.records, SizeIs(1));
  EXPECT_EQ(decoded.records[0].message, "top");
  EXPECT_NE(decoded.records[0].flags & store::kDepthExceeded, 0);
}

TEST(OtlpProtoTest, TakesNoTextForOtlp) {
  Decoding decode;
  EXPECT_EQ(decode("\nthread 'main' panicked at src/main.rs:35:29:\n").format, Format::kText);
  EXPECT_EQ(decode("\n\n\n   text behind empty lines").format, Format::kText);
  EXPECT_EQ(decode("\n\x12 a").format, Format::kText);
}

TEST(OtlpJsonTest, ReadsTheExampleOfTheSpecification) {
  Decoding decode;
  const Decoded& decoded = decode(
      R"({"resourceLogs":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"my.service"}}]},
 "scopeLogs":[{"scope":{"name":"my.library","version":"1.0.0"},"logRecords":[{"timeUnixNano":"1544712660300000000",
 "severityNumber":10,"severityText":"Information","traceId":"5B8EFFF798038103D269B633813FC60C","spanId":"EEE19B7EC3C1B174",
 "body":{"stringValue":"Example log record"},"attributes":[{"key":"int.attribute","value":{"intValue":"10"}},{"key":"list","value":{"arrayValue":{"values":[{"intValue":1},{"doubleValue":2.5}]}}},{"key":"map","value":{"kvlistValue":{"values":[{"key":"a","value":{"boolValue":true}}]}}}]}]}]}]})");
  ASSERT_THAT(decoded.records, SizeIs(1));
  ASSERT_THAT(decoded.failures, IsEmpty());
  EXPECT_EQ(decoded.format, Format::kOtlpJson);
  const LogRecord& record = decoded.records[0];
  EXPECT_EQ(record.time_us, 1544712660300000);
  EXPECT_EQ(record.message, "Example log record");
  EXPECT_EQ(record.dimension(Dimension::kSeverityText), "Information");
  EXPECT_EQ(record.dimension(Dimension::kService), "my.service");
  EXPECT_EQ(record.dimension(Dimension::kLogger), "my.library");
  EXPECT_EQ(record.id(IdKind::kTrace), "5b8efff798038103d269b633813fc60c");
  EXPECT_EQ(record.id(IdKind::kSpan), "eee19b7ec3c1b174");
  EXPECT_EQ(AttributeOf(record, "int.attribute"), "10");
  EXPECT_EQ(AttributeOf(record, "list"), "[1,2.5]");
  EXPECT_EQ(AttributeOf(record, "map.a"), "true");
}

TEST(OtlpJsonTest, ReadsAResourceThatStandsBehindItsRecords) {
  Decoding decode;
  const Decoded& decoded = decode(
      R"({"resourceLogs":[{"scopeLogs":[{"logRecords":[{"body":{"stringValue":"m"}}],"scope":{"name":"s"}}],"resource":{"attributes":[{"value":{"stringValue":"late"},"key":"service.name"}]}}]})");
  ASSERT_THAT(decoded.records, SizeIs(1));
  EXPECT_EQ(decoded.records[0].dimension(Dimension::kService), "late");
  EXPECT_EQ(decoded.records[0].dimension(Dimension::kLogger), "s");
}

TEST(OtlpJsonTest, LeavesAnIdThatIsNoHexadecimalOut) {
  Decoding decode;
  const Decoded& decoded = decode(
      R"({"resourceLogs":[{"scopeLogs":[{"logRecords":[{"traceId":"W47/95gDgQPSabYzgT/GDA==","body":{"stringValue":"m"}}]}]}]})");
  ASSERT_THAT(decoded.records, SizeIs(1));
  EXPECT_EQ(decoded.records[0].id(IdKind::kTrace), "");
}

TEST(OtlpJsonTest, TellsBrokenAndEmptyMessages) {
  Decoding decode;
  EXPECT_EQ(OnlyReason(decode(R"({"resourceLogs":[{"scopeLogs":[{"logRecords":[{"body":)")), "json_malformed");
  EXPECT_EQ(OnlyReason(decode(R"({"resourceLogs":[]})")), "empty");
  EXPECT_EQ(OnlyReason(decode(R"({"resourceLogs":7})")), "empty");
}

TEST(OtlpJsonTest, LeavesOutARecordAboveTheDocumentLimit) {
  Decoding decode;
  const std::string large(300 * 1024, 'x');
  const Decoded& decoded = decode(
      R"({"resourceLogs":[{"scopeLogs":[{"logRecords":[{"body":{"stringValue":"small"}},{"body":{"stringValue":")" +
      large + R"("}}]}]}]})");
  ASSERT_THAT(decoded.records, SizeIs(1));
  ASSERT_THAT(decoded.failures, SizeIs(1));
  EXPECT_EQ(decoded.failures[0].reason, "document_too_large");
}

}  // namespace
}  // namespace faultline::ingest
