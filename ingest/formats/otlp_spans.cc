#include "ingest/formats/otlp_spans.h"

#include <optional>
#include <string>

#include "base/varint.h"

namespace faultline::ingest {
namespace {

namespace otlp = opentelemetry::v1;

constexpr uint64_t kNestedTag = 0x12;  // of scope_logs and log_records, of scope_spans and spans
constexpr char kTraceIdTag = 0x0a;     // of a span; a LogRecord's field 1 is a fixed64
constexpr int32_t kStatusOk = 1, kStatusError = 2;
constexpr int32_t kWarn = 13, kError = 17;

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

void AddSpanAttributes(const otlp::Span& span, otlp::LogRecord& record) {
  record.mutable_attributes()->MergeFrom(span.attributes());
  if (span.name().empty()) return;
  otlp::KeyValue& name = *record.add_attributes();
  name.set_key("operation");
  name.mutable_value()->set_string_value(span.name());
}

void AddSpan(const otlp::Span& span, otlp::ScopeLogs& logs) {
  bool has_exception = false;
  const std::string failed = "span " + span.name() + " failed";
  for (const otlp::SpanEvent& event : span.events()) {
    if (event.name() != "exception") continue;
    has_exception = true;
    otlp::LogRecord& record = AddRecord(span, event.time_unix_nano(), logs);
    const std::string message = AttributeOf(event.attributes(), "exception.message");
    const std::string type = AttributeOf(event.attributes(), "exception.type");
    record.mutable_body()->set_string_value(!message.empty() ? message : !type.empty() ? type : failed);
    *record.mutable_attributes() = event.attributes();
    AddSpanAttributes(span, record);
  }
  if (has_exception || span.status().code() != kStatusError) return;
  otlp::LogRecord& record = AddRecord(span, 0, logs);
  record.mutable_body()->set_string_value(span.status().message().empty() ? failed : span.status().message());
  AddSpanAttributes(span, record);
}

}  // namespace

bool HoldsSpans(std::string_view resource) {
  const std::optional<std::string_view> scope = FirstNested(resource);
  const std::optional<std::string_view> record = scope.has_value() ? FirstNested(*scope) : std::nullopt;
  return record.has_value() && !record->empty() && record->front() == kTraceIdTag;
}

int64_t AddSpanFailures(const otlp::ResourceSpans& spans, otlp::ResourceLogs& logs) {
  int64_t count = 0;
  *logs.mutable_resource() = spans.resource();
  for (const otlp::ScopeSpans& scope : spans.scope_spans()) {
    otlp::ScopeLogs& scope_logs = *logs.add_scope_logs();
    *scope_logs.mutable_scope() = scope.scope();
    for (const otlp::Span& span : scope.spans()) AddSpan(span, scope_logs);
    count += scope.spans_size();
  }
  return count;
}

}  // namespace faultline::ingest
