// Finds the exception in a record's text and gives it its own fields.
#pragma once

#include "ingest/log_record.h"

namespace faultline::ingest {

// Takes the stack trace or crash text off a message of several lines, and reads
// the exception's type and message from the stack trace where they are not
// known yet. Of a record that is nothing but a trace, the message becomes what
// people should read first: "KeyError: 'recipient'". Costs one search for a
// line end where there is no trace.
void SplitException(LogRecord& record);

}  // namespace faultline::ingest
