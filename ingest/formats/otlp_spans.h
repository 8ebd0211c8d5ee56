// What OTLP spans tell of failures, as log records: each exception that a span recorded as an event, and each failed
// span without one.
#pragma once

#include <cstdint>
#include <string_view>

#include "opentelemetry/v1/logs.pb.h"
#include "opentelemetry/v1/trace.pb.h"

namespace faultline::ingest {

// Whether the bytes of a ResourceLogs are those of a ResourceSpans, which nests alike: told by the first record inside.
bool HoldsSpans(std::string_view resource);

// Adds the failures of `spans` to `logs`, with the resource, the scope, the ids and the attributes of the span; the
// span's name becomes "operation". An exception in a span whose status is ok was handled: a warning; any other is an
// error. Returns how many spans there were.
int64_t AddSpanFailures(const opentelemetry::v1::ResourceSpans& spans, opentelemetry::v1::ResourceLogs& logs);

}  // namespace faultline::ingest
