// Tells records that are one line of a producer's text from those that are
// complete in themselves.
#pragma once

#include <string_view>

#include "ingest/log_record.h"

namespace faultline::ingest {

// Whether `line` begins with a time of day, with or without a date, as loggers
// write them: "2026-11-24 15:00:00,123", "[24/Nov/2026:15:00:00 +0000]",
// "Jul 09, 2015 3:23:29 PM", "E1124 22:06:43". Looks at the first 40 bytes.
bool BeginsWithTime(std::string_view line);

// Of a text or syslog record: a line unless it has several. `framed`: its frame
// states a level or a process.
void MarkTextLine(LogRecord& record, bool framed);

// Of a record that a shipper made of fields: a line where it says where the
// line is from (a file, a stream, a container) and has no level, stack trace or
// id of a unit of work of its own. `from_log`: the message is the field "log";
// `raw_message` is that field before its line end was cut; `framed` as above.
void MarkFieldLine(LogRecord& record, bool from_log, std::string_view raw_message, bool framed);

}  // namespace faultline::ingest
