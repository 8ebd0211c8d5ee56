// Failures that traces tell of, as protobuf and as JSON.
#include "ingest/formats/otlp_spans.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/timestamp.h"
#include "tests/ingest/formats/decoding.h"

namespace faultline::ingest {
namespace {

using ::faultline::testing::Decoding;
using ::faultline::testing::OnlyReason;
using store::Dimension;
using store::IdKind;
using ::testing::HasSubstr;
using ::testing::SizeIs;
namespace otlp = opentelemetry::v1;

void Add(google::protobuf::RepeatedPtrField<otlp::KeyValue>& attributes, const char* key, const char* value) {
  otlp::KeyValue& attribute = *attributes.Add();
  attribute.set_key(key);
  attribute.mutable_value()->set_string_value(value);
}

// A span that failed with an exception, one that failed without, and one that did not fail.
std::string Request(bool with_failures) {
  otlp::ResourceSpans spans;
  Add(*spans.mutable_resource()->mutable_attributes(), "service.name", "chat-gateway");
  otlp::ScopeSpans& scope = *spans.add_scope_spans();
  scope.mutable_scope()->set_name("chat.store");
  otlp::Span& fine = *scope.add_spans();
  fine.set_trace_id(std::string(16, '\x11'));
  fine.set_name("fine");
  if (with_failures) {
    otlp::Span& thrown = *scope.add_spans();
    thrown.set_trace_id(std::string(16, '\x22'));
    thrown.set_span_id(std::string(8, '\x33'));
    thrown.set_name("SELECT messages");
    thrown.mutable_status()->set_code(2);
    Add(*thrown.mutable_attributes(), "messaging.message.id", "01J9X");
    otlp::SpanEvent& event = *thrown.add_events();
    event.set_time_unix_nano(1'795'558'518'000'000'000);
    event.set_name("exception");
    Add(*event.mutable_attributes(), "exception.type", "net.chat.StoreTimeout");
    Add(*event.mutable_attributes(), "exception.message", "no answer");
    Add(*event.mutable_attributes(), "exception.stacktrace", "net.chat.StoreTimeout: no answer\n\tat a.B.c(B.java:1)");
    otlp::Span& failed = *scope.add_spans();
    failed.set_trace_id(std::string(16, '\x44'));
    failed.set_name("send");
    failed.set_end_time_unix_nano(1'795'558'519'000'000'000);
    failed.mutable_status()->set_code(2);
  }
  const std::string bytes = spans.SerializeAsString();
  std::string request = "\x0a";
  for (size_t size = bytes.size();; size >>= 7) {
    request.push_back(static_cast<char>(size < 128 ? size : (size & 127) | 128));
    if (size < 128) break;
  }
  return request + bytes;
}

TEST(OtlpSpansTest, ReadsExceptionsAndFailedSpansOfProtobuf) {
  Decoding decode;
  const Decoded& decoded = decode(Request(/*with_failures=*/true));
  ASSERT_THAT(decoded.records, SizeIs(2));
  EXPECT_EQ(decoded.format, Format::kOtlpProto);
  const LogRecord& thrown = decoded.records[0];
  EXPECT_EQ(FormatTime(thrown.time_us), "2026-11-24T22:15:18Z");
  EXPECT_EQ(thrown.severity, 17);
  EXPECT_EQ(thrown.message, "no answer");
  EXPECT_EQ(thrown.dimension(Dimension::kService), "chat-gateway");
  EXPECT_EQ(thrown.dimension(Dimension::kExceptionType), "net.chat.StoreTimeout");
  EXPECT_EQ(thrown.dimension(Dimension::kEndpoint), "SELECT messages");
  EXPECT_THAT(thrown.stacktrace, HasSubstr("B.java:1"));
  EXPECT_EQ(thrown.id(IdKind::kTrace), "22222222222222222222222222222222");
  EXPECT_EQ(thrown.id(IdKind::kMessage), "01J9X");
  EXPECT_EQ(decoded.records[1].message, "span send failed");
  EXPECT_EQ(FormatTime(decoded.records[1].time_us), "2026-11-24T22:15:19Z");
}

TEST(OtlpSpansTest, SaysThatNoSpanFailed) {
  Decoding decode;
  EXPECT_EQ(OnlyReason(decode(Request(/*with_failures=*/false))), "otlp_spans_passed_over");
  EXPECT_EQ(OnlyReason(decode(R"({"resourceSpans":[{"scopeSpans":[{"spans":[{"name":"fine"}]}]}]})")),
            "otlp_spans_passed_over");
}

TEST(OtlpSpansTest, ReadsJson) {
  Decoding decode;
  const Decoded& decoded = decode(
      R"({"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"chat"}}]},"scopeSpans":[{"scope":{"name":"s"},"spans":[{"traceId":"5B8EFFF798038103D269B633813FC60C","spanId":"EEE19B7EC3C1B174","name":"send","endTimeUnixNano":"1795558519000000000","events":[{"timeUnixNano":"1795558518000000000","name":"exception","attributes":[{"key":"exception.type","value":{"stringValue":"KeyError"}},{"key":"exception.message","value":{"stringValue":"'x'"}}]},{"name":"retry"}],"status":{"code":1}}]}]}]})");
  ASSERT_THAT(decoded.records, SizeIs(1));
  EXPECT_EQ(decoded.format, Format::kOtlpJson);
  EXPECT_EQ(decoded.records[0].dimension(Dimension::kExceptionType), "KeyError");
  EXPECT_EQ(decoded.records[0].severity, 13);  // the span ended well
  EXPECT_EQ(decoded.records[0].id(IdKind::kTrace), "5b8efff798038103d269b633813fc60c");
  EXPECT_EQ(decoded.records[0].dimension(Dimension::kService), "chat");
}

DecoderOptions AllSpans() {
  DecoderOptions options;
  options.all_spans = true;
  return options;
}

// What `suspects` compares: the ids of a span that did not fail are no ids of its event.
TEST(OtlpSpansTest, TakesSpansThatDidNotFailWhenAsked) {
  Decoding decode(AllSpans());
  const Decoded& decoded = decode(Request(/*with_failures=*/true));
  ASSERT_THAT(decoded.records, SizeIs(3));
  const LogRecord& fine = decoded.records[0];
  EXPECT_EQ(fine.message, "span fine");
  EXPECT_EQ(fine.severity, 9);
  EXPECT_EQ(fine.id(IdKind::kTrace), "");
  EXPECT_EQ(testing::AttributeOf(fine, "span.trace_id"), std::string(32, '1'));
  EXPECT_EQ(testing::AttributeOf(fine, "span.duration_us"), "0");
  EXPECT_EQ(decoded.records[1].id(IdKind::kTrace), std::string(32, '2'));
  EXPECT_EQ(testing::AttributeOf(decoded.records[1], "span.id"), std::string(16, '3'));
  EXPECT_EQ(decoded.records[2].severity, 17);
  EXPECT_EQ(testing::AttributeOf(decoded.records[2], "span.trace_id"), std::string(32, '4'));
}

TEST(OtlpSpansTest, ReadsTheTimesOfJsonSpans) {
  Decoding decode(AllSpans());
  const Decoded& decoded = decode(
      R"({"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"chat"}}]},"scopeSpans":[{"spans":[{"traceId":"5B8EFFF798038103D269B633813FC60C","spanId":"EEE19B7EC3C1B174","parentSpanId":"EEE19B7EC3C1B173","name":"send","startTimeUnixNano":"1795558518000000000","endTimeUnixNano":"1795558518250000000"}]}]}]})");
  ASSERT_THAT(decoded.records, SizeIs(1));
  const LogRecord& span = decoded.records[0];
  EXPECT_EQ(FormatTime(span.time_us), "2026-11-24T22:15:18Z");
  EXPECT_EQ(span.dimension(Dimension::kEndpoint), "send");
  EXPECT_EQ(testing::AttributeOf(span, "span.id"), "eee19b7ec3c1b174");
  EXPECT_EQ(testing::AttributeOf(span, "span.parent_id"), "eee19b7ec3c1b173");
  EXPECT_EQ(testing::AttributeOf(span, "span.duration_us"), "250000");
}

TEST(OtlpSpansTest, TellsSpansFromLogs) {
  otlp::ResourceLogs logs;
  logs.add_scope_logs()->add_log_records()->set_time_unix_nano(1);
  EXPECT_FALSE(HoldsSpans(logs.SerializeAsString()));
  EXPECT_FALSE(HoldsSpans(""));
  EXPECT_FALSE(HoldsSpans("\x12\x7f"));
}

}  // namespace
}  // namespace faultline::ingest
