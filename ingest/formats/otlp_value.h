// OTLP's AnyValue -> fields of a record.
#pragma once

#include <string>
#include <string_view>

#include "ingest/record_builder.h"
#include "opentelemetry/v1/logs.pb.h"

namespace faultline::ingest {

// Sets `path` and, for a map, the paths below it. Arrays become compact JSON,
// bytes hexadecimal. Deeper than `max_depth` is dropped and flagged. `path` is
// as it was when the call returns. Texts are copied.
void SetOtlpValue(const opentelemetry::v1::AnyValue& value, std::string& path, int max_depth, RecordBuilder& builder);

// Bytes -> lower-case hexadecimal in `arena`.
std::string_view HexText(std::string_view bytes, Arena& arena);

}  // namespace faultline::ingest
