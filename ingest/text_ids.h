// Ids that people write into messages.
#pragma once

#include <string_view>

#include "ingest/log_record.h"

namespace faultline::ingest {

// Fills the ids that `record` lacks (those of work, sessions and conversations,
// never of people) from `text`: "trace_id=<32 hex digits>", "traceId: …",
// "msg_id=…", "\"requestId\":\"…\"" and the like, by how the name in front of
// "=" or ":" ends. The first of a kind wins. A trace id has 32 hexadecimal
// digits, a span id 16; others have 4 characters and a digit. Where the trace,
// message and request are known nothing is looked for.
void FindTextIds(std::string_view text, LogRecord& record);

}  // namespace faultline::ingest
