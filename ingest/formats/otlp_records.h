// OTLP log records, read from protobuf or JSON, -> LogRecords.
#pragma once

#include "base/arena.h"
#include "ingest/record_builder.h"
#include "ingest/record_sink.h"
#include "opentelemetry/v1/logs.pb.h"

namespace faultline::ingest {

// One record for each LogRecord of `logs`. What a record says of itself comes
// before what its scope and resource say. Texts are copied into `arena`.
// Failures: "empty", "attempts_malformed", "depth_exceeded".
void AddOtlpRecords(const opentelemetry::v1::ResourceLogs& logs, int max_depth, RecordBuilder& builder, Arena& arena,
                    RecordSink& sink);

}  // namespace faultline::ingest
