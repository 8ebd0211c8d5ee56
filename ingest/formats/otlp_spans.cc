#include "ingest/formats/otlp_spans.h"

#include <optional>
#include <string>

#include "absl/strings/escaping.h"
#include "base/varint.h"
#include "ingest/span_keys.h"

namespace faultline::ingest {
namespace {

namespace otlp = opentelemetry::v1;

constexpr uint64_t kNestedTag = 0x12;  // of scope_logs and log_records, of scope_spans and spans
constexpr char kTraceIdTag = 0x0a;     // of a span; a LogRecord's field 1 is a fixed64
constexpr int32_t kStatusOk = 1, kStatusError = 2;
constexpr int32_t kInfo = 9, kWarn = 13, kError = 17;

// The first field of `bytes` that is nested; nullopt where none is whole.
std::optional<std::string_view> FirstNested(std::string_view bytes) {
  uint64_t tag = 0, size = 0;
  while (ReadVarint(bytes, tag) && (tag & 7) == 2 && ReadVarint(bytes, size) && size <= bytes.size()) {
    if (tag == kNestedTag) return bytes.substr(0, size);
    bytes.remove_prefix(size);
  }
  return std::nullopt;
}

std::string AttributeOf(const google::protobuf::RepeatedPtrField<otlp::KeyValue>& attributes, std::string_view key) {
  for (const otlp::KeyValue& attribute : attributes) {
    if (attribute.key() == key) return attribute.value().string_value();
  }
  return {};
}

otlp::LogRecord& AddRecord(const otlp::Span& span, uint64_t time_ns, otlp::ScopeLogs& logs) {
  otlp::LogRecord& record = *logs.add_log_records();
  record.set_time_unix_nano(time_ns != 0 ? time_ns : span.end_time_unix_nano());
  record.set_trace_id(span.trace_id());
  record.set_span_id(span.span_id());
  record.set_severity_number(span.status().code() == kStatusOk ? kWarn : kError);
  return record;
}

void AddAttribute(const std::string& key, const std::string& value, otlp::LogRecord& record) {
  if (value.empty()) return;
  otlp::KeyValue& attribute = *record.add_attributes();
  attribute.set_key(key);
  attribute.mutable_value()->set_string_value(value);
}

void AddSpanAttributes(const otlp::Span& span, otlp::LogRecord& record) {
  record.mutable_attributes()->MergeFrom(span.attributes());
  AddAttribute("operation", span.name(), record);
}

// How long it took, and where it belongs: what is compared when services are ranked.
void AddTiming(const otlp::Span& span, otlp::LogRecord& record) {
  const uint64_t start = span.start_time_unix_nano(), end = span.end_time_unix_nano();
  const auto add = [&record](std::string_view key, const std::string& value) {
    AddAttribute(kSpanKeyMark + std::string(key), value, record);
  };
  add(kSpanTraceKey, absl::BytesToHexString(span.trace_id()));
  add(kSpanIdKey, absl::BytesToHexString(span.span_id()));
  add(kSpanParentKey, absl::BytesToHexString(span.parent_span_id()));
  add(kSpanDurationKey, std::to_string(start != 0 && end >= start ? (end - start) / 1'000 : 0));
}

void AddHealthySpan(const otlp::Span& span, otlp::ScopeLogs& logs) {
  otlp::LogRecord& record = *logs.add_log_records();
  record.set_time_unix_nano(span.start_time_unix_nano() != 0 ? span.start_time_unix_nano() : span.end_time_unix_nano());
  record.set_severity_number(kInfo);
  record.mutable_body()->set_string_value("span " + span.name());
  AddSpanAttributes(span, record);
  AddTiming(span, record);
}

void AddSpan(const otlp::Span& span, SpansTaken taken, otlp::ScopeLogs& logs) {
  bool has_exception = false;
  const std::string text = "span " + span.name() + " failed";
  for (const otlp::SpanEvent& event : span.events()) {
    if (event.name() != "exception") continue;
    has_exception = true;
    otlp::LogRecord& record = AddRecord(span, event.time_unix_nano(), logs);
    const std::string message = AttributeOf(event.attributes(), "exception.message");
    const std::string type = AttributeOf(event.attributes(), "exception.type");
    record.mutable_body()->set_string_value(!message.empty() ? message : !type.empty() ? type : text);
    *record.mutable_attributes() = event.attributes();
    AddSpanAttributes(span, record);
  }
  const bool failed = span.status().code() == kStatusError;
  if (failed && !has_exception) {
    otlp::LogRecord& record = AddRecord(span, 0, logs);
    record.mutable_body()->set_string_value(span.status().message().empty() ? text : span.status().message());
    AddSpanAttributes(span, record);
  }
  if (taken == SpansTaken::kFailures) return;
  // A failed span has a record by now: its last exception, or the failure itself.
  failed ? AddTiming(span, *logs.mutable_log_records()->rbegin()) : AddHealthySpan(span, logs);
}

}  // namespace

bool HoldsSpans(std::string_view resource) {
  const std::optional<std::string_view> scope = FirstNested(resource);
  const std::optional<std::string_view> record = scope.has_value() ? FirstNested(*scope) : std::nullopt;
  return record.has_value() && !record->empty() && record->front() == kTraceIdTag;
}

int64_t AddSpans(const otlp::ResourceSpans& spans, SpansTaken taken, otlp::ResourceLogs& logs) {
  int64_t count = 0;
  *logs.mutable_resource() = spans.resource();
  for (const otlp::ScopeSpans& scope : spans.scope_spans()) {
    otlp::ScopeLogs& scope_logs = *logs.add_scope_logs();
    *scope_logs.mutable_scope() = scope.scope();
    for (const otlp::Span& span : scope.spans()) AddSpan(span, taken, scope_logs);
    count += scope.spans_size();
  }
  return count;
}

}  // namespace faultline::ingest
