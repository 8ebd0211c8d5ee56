// Apple's crash reports (.ips): a line of JSON that says which app and what kind of report, and the report as a second
// JSON document behind it.
#pragma once

#include <string_view>

#include "base/arena.h"
#include "ingest/formats/envelope.h"

namespace faultline::ingest {

// Whether `value` is such a header and something that starts like a document behind it. Looks at the first line alone.
bool FitsIps(std::string_view value);

// One part for the report, whose fields are all there is: the exception's type, what the system and the app say of it,
// the frames of the exception or of the thread that failed, nearest first, the app's and the system's version. Where
// the body is cut or damaged, what the header says, with "report.damaged" set. False where the header is no JSON.
bool ReadIps(std::string_view value, Arena& arena, Envelope& envelope);

}  // namespace faultline::ingest
