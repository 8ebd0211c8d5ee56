// Stack traces that are written as JSON arrays: of lines (ECS), or of objects
// with a function, a file and a line (zerolog, log4j2, logback, structlog).
#pragma once

#include <string_view>

#include "ingest/record_builder.h"

namespace faultline::ingest {

// Sets the stack trace of the record, as text that reads like the language's
// own; objects that name an exception ("exc_type") set that too. What is no
// stack is kept as an attribute.
void SetStackArray(std::string_view compact_json, Field field, std::string_view path, RecordBuilder& builder);

}  // namespace faultline::ingest
