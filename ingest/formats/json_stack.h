// Stack traces that are written as JSON arrays: of lines (ECS), of frames with
// a function, a file and a line (zerolog, log4j2, logback), or of exceptions
// with their frames (structlog, Sentry).
#pragma once

#include <string_view>

#include "ingest/record_builder.h"

namespace faultline::ingest {

// Sets the stack trace of the record as text that reads like Java's, the
// outermost exception first and the nearest frame first; exceptions set the
// type and the message too. What is no stack is kept as an attribute.
void SetStackArray(std::string_view compact_json, Field field, std::string_view path, RecordBuilder& builder);

}  // namespace faultline::ingest
