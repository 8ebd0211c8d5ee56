// Escapes that shippers add to text.
#pragma once

#include <string_view>

#include "base/arena.h"

namespace faultline::ingest {

// rsyslog: control characters written as "#012" (octal). Only those; "#123"
// stays. Returns `text` itself when it holds none.
std::string_view UndoOctalEscapes(std::string_view text, Arena& arena);
// Line breaks and tabs written as two characters ("\" and "n"), as rsyslog's
// imfile does in JSON; only in texts that then read like a stack trace.
std::string_view UndoNewlineEscapes(std::string_view text, Arena& arena);

}  // namespace faultline::ingest
