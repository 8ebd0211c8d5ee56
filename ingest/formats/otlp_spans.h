// What OTLP spans tell of failures, as log records: each exception that a span recorded as an event, and each failed
// span without one. If wanted, how long every span took, too.
#pragma once

#include <cstdint>
#include <string_view>

#include "opentelemetry/v1/logs.pb.h"
#include "opentelemetry/v1/trace.pb.h"

namespace faultline::ingest {

// Whether the bytes of a ResourceLogs are those of a ResourceSpans, which nests alike: told by the first record inside.
bool HoldsSpans(std::string_view resource);

enum class SpansTaken { kFailures, kAll };

// Adds the failures of `spans` to `logs`, with the resource, the scope, the ids and the attributes of the span; the
// span's name becomes "operation". An exception in a span whose status is ok was handled: a warning; any other is an
// error. With kAll, a failure has the attributes of ingest/span_keys.h as well, and a span without one is a record of
// severity INFO with these in the place of ids, as rows of CSV become. Returns how many spans there were.
int64_t AddSpans(const opentelemetry::v1::ResourceSpans& spans, SpansTaken taken,
                 opentelemetry::v1::ResourceLogs& logs);

}  // namespace faultline::ingest
