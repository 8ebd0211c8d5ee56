// Ids that a producer put into Kafka headers: W3C traceparent, Zipkin's b3 in
// one header or several, x-request-id, x-correlation-id.
#pragma once

#include <span>
#include <string_view>
#include <utility>

#include "ingest/log_record.h"

namespace faultline::ingest {

struct TraceContext {
  std::string_view trace_id, span_id, request_id;
};

// Names are compared without case. Malformed and all-zero values, and version
// "ff" of traceparent, say nothing.
TraceContext ReadTraceContext(std::span<const std::pair<std::string_view, std::string_view>> headers);
// Fills what `record` lacks. A span id is taken only with its trace id.
void FillFrom(const TraceContext& context, LogRecord& record);

}  // namespace faultline::ingest
