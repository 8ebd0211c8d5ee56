// Ids that a message carries as text: "send failed message_id=01J9 trace_id=…".
#pragma once

#include "ingest/field_aliases.h"
#include "ingest/log_record.h"

namespace faultline::ingest {

// Fills the ids that `record` lacks (those of work and conversations, not of
// people) from "name=value" in its message. Linear in the message's length.
void FindInlineIds(FieldCache& fields, LogRecord& record);

}  // namespace faultline::ingest
