// The JSON of one ResourceLogs -> the protobuf message.
#pragma once

#include <simdjson.h>

#include "base/arena.h"
#include "ingest/record_sink.h"
#include "opentelemetry/v1/logs.pb.h"
#include "opentelemetry/v1/trace.pb.h"

namespace faultline::ingest {

class OtlpJsonReader {
 public:
  // Values nested deeper than `max_depth` are read as unset and make the record
  // drop them. A LogRecord larger than `max_record_bytes` is left out and told
  // to `sink`.
  OtlpJsonReader(int max_depth, size_t max_record_bytes, Arena& arena, RecordSink& sink)
      : max_depth_(max_depth), max_record_bytes_(max_record_bytes), arena_(arena), sink_(sink) {}

  // Errors: simdjson's. `logs` then has what was read before.
  simdjson::error_code Read(simdjson::ondemand::value value, opentelemetry::v1::ResourceLogs& logs);
  // The same of one ResourceSpans.
  simdjson::error_code ReadSpans(simdjson::ondemand::value value, opentelemetry::v1::ResourceSpans& spans);

 private:
  simdjson::error_code ReadScopeLogs(simdjson::ondemand::value value, opentelemetry::v1::ScopeLogs& scope_logs);
  simdjson::error_code ReadRecord(simdjson::ondemand::value value, opentelemetry::v1::LogRecord& record);
  simdjson::error_code ReadResource(simdjson::ondemand::value value, opentelemetry::v1::Resource& resource);
  simdjson::error_code ReadScope(simdjson::ondemand::value value, opentelemetry::v1::InstrumentationScope& scope);
  simdjson::error_code ReadSpan(simdjson::ondemand::value value, opentelemetry::v1::Span& span);
  simdjson::error_code ReadEvent(simdjson::ondemand::value value, opentelemetry::v1::SpanEvent& event);
  simdjson::error_code ReadStatus(simdjson::ondemand::value value, opentelemetry::v1::SpanStatus& status);
  simdjson::error_code ReadKeyValue(simdjson::ondemand::value value, int depth, opentelemetry::v1::KeyValue& pair);
  simdjson::error_code ReadAnyValue(simdjson::ondemand::value value, int depth, opentelemetry::v1::AnyValue& any);
  simdjson::error_code ReadScalar(simdjson::ondemand::value value, std::string_view key,
                                  opentelemetry::v1::AnyValue& any);
  simdjson::error_code ReadText(simdjson::ondemand::value value, std::string_view& text);

  // Calls `visit` with each field of an object, or each element of an array;
  // null and values of another type count as empty.
  template <typename Visit>
  simdjson::error_code ForEachField(simdjson::ondemand::value value, const Visit& visit);
  template <typename Visit>
  simdjson::error_code ForEachElement(simdjson::ondemand::value value, const Visit& visit);

  const int max_depth_;
  const size_t max_record_bytes_;
  Arena& arena_;
  RecordSink& sink_;
};

}  // namespace faultline::ingest
