// A record inside the message of another: what a container's runtime, a log shipper or syslog wrote around the JSON or
// logfmt of an application.
#pragma once

#include "base/arena.h"
#include "ingest/log_record.h"

namespace faultline::ingest {

// Whether `inner` is worth more than the text it was read from: it has a message, an exception or a level.
bool SaysWhatHappened(const LogRecord& inner);

// Fills `inner` with what only `outer` says: time, level, side, ids, dimensions and attributes. A dimension of `outer`
// that differs becomes the attribute "outer.NAME". `arena` must outlive `inner`.
void FillFromOuter(const LogRecord& outer, LogRecord& inner, Arena& arena);

}  // namespace faultline::ingest
