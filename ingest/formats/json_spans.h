// The spans that Rust's tracing writes beside an event: an array of objects, from the outermost to the current one.
#pragma once

#include <string_view>

#include "ingest/record_builder.h"

namespace faultline::ingest {

// Sets the ids and dimensions of the spans in `compact_json`, an array, the innermost first; the array itself becomes
// the attribute `path`. What is no array of objects is that attribute alone.
void SetSpans(std::string_view compact_json, std::string_view path, RecordBuilder& builder);

}  // namespace faultline::ingest
