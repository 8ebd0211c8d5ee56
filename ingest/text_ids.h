// Ids that people write into messages.
#pragma once

#include <string_view>

#include "ingest/log_record.h"

namespace faultline::ingest {

// Fills the trace, request and message ids that `record` lacks from `text`:
// "trace_id=<32 hex digits>", "traceId: …", "msg_id=…", "message_id=…",
// "request_id=…", "requestId: …". The first of a kind wins. Other values than
// a trace id need 4 characters and a digit.
void FindTextIds(std::string_view text, LogRecord& record);

}  // namespace faultline::ingest
