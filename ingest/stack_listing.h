// Every frame of a stack trace, for people and scripts that look at one event.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace faultline::ingest {

// The frames of `stacktrace` as written, without blanks around them, at most
// `limit`: those of the outermost exception first and its causes behind it, in
// each the frame that failed first, whichever way round the language writes
// them. Empty when `stacktrace` has no frame that ParseStackLine knows.
std::vector<std::string> ListFrames(std::string_view stacktrace, size_t limit = 256);

}  // namespace faultline::ingest
