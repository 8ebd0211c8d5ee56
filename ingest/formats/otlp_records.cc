#include "ingest/formats/otlp_records.h"

#include <string>

#include "ingest/formats/otlp_value.h"
#include "ingest/span_keys.h"

namespace faultline::ingest {
namespace {

namespace otlp = opentelemetry::v1;

constexpr size_t kMaxPathBytes = 256;

void SetText(Field field, std::string_view path, const std::string& value, RecordBuilder& builder) {
  if (value.empty()) return;
  builder.SetField(field, path, builder.arena().Copy(value), ValueType::kString, /*path_is_stable=*/true);
}

void SetId(store::IdKind kind, std::string_view path, const std::string& bytes, RecordBuilder& builder) {
  if (bytes.empty()) return;
  builder.SetField(IdField(kind), path, HexText(bytes, builder.arena()), ValueType::kString, /*path_is_stable=*/true);
}

void SetAttributes(const google::protobuf::RepeatedPtrField<otlp::KeyValue>& attributes, int max_depth,
                   RecordBuilder& builder) {
  std::string path;
  for (const otlp::KeyValue& attribute : attributes) {
    if (attribute.key().starts_with(kSpanKeyMark)) {
      builder.AddAttribute(builder.arena().Copy(attribute.key().substr(1)),
                           builder.arena().Copy(attribute.value().string_value()), true);
      continue;
    }
    path.assign(attribute.key(), 0, kMaxPathBytes);
    SetOtlpValue(attribute.value(), path, max_depth, builder);
  }
}

// A text is the message; the fields of a map are those of the record.
void SetBody(const otlp::AnyValue& body, int max_depth, RecordBuilder& builder) {
  if (body.has_string_value()) return SetText(Field::kMessage, "body", body.string_value(), builder);
  std::string path = body.has_kvlist_value() ? "" : "body";
  SetOtlpValue(body, path, max_depth, builder);
}

void SetRecord(const otlp::LogRecord& log, int max_depth, RecordBuilder& builder) {
  // The observed time is the SDK's or the collector's clock: good enough where
  // the writer gave none.
  const uint64_t time_ns = log.time_unix_nano() != 0 ? log.time_unix_nano() : log.observed_time_unix_nano();
  builder.record().time_us = static_cast<int64_t>(time_ns / 1000);
  SetId(store::IdKind::kTrace, "trace_id", log.trace_id(), builder);
  SetId(store::IdKind::kSpan, "span_id", log.span_id(), builder);
  SetText(Field::kSeverity, "severity_text", log.severity_text(), builder);
  if (log.severity_number() > 0) {
    SetText(Field::kSeverityOtel, "severity_number", std::to_string(log.severity_number()), builder);
  }
  SetBody(log.body(), max_depth, builder);
  SetAttributes(log.attributes(), max_depth, builder);
  SetText(Field::kNone, "event_name", log.event_name(), builder);
}

}  // namespace

void AddOtlpRecords(const otlp::ResourceLogs& logs, int max_depth, RecordBuilder& builder, Arena& arena,
                    RecordSink& sink) {
  for (const otlp::ScopeLogs& scope_logs : logs.scope_logs()) {
    for (const otlp::LogRecord& log : scope_logs.log_records()) {
      LogRecord* const record = sink.Next();
      if (record == nullptr) return;
      builder.Begin(*record, arena);
      SetRecord(log, max_depth, builder);
      SetText(DimensionField(store::Dimension::kLogger), "scope.name", scope_logs.scope().name(), builder);
      SetAttributes(logs.resource().attributes(), max_depth, builder);
      const std::string_view reason = builder.Finish();
      if (reason.empty()) continue;
      sink.Discard();
      sink.Fail(reason, "no record could be made of a LogRecord's fields");
    }
  }
}

}  // namespace faultline::ingest
