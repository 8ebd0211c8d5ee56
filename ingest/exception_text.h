// What a stack trace says about the exception it belongs to, and where in a
// message it starts.
#pragma once

#include <string_view>

namespace faultline::ingest {

struct ExceptionHead {
  std::string_view type;     // "java.net.SocketException", empty where none is stated
  std::string_view message;  // what stands behind the type, on its line
};
// Reads "TYPE: MESSAGE" from the first line of a stack trace, or from the last
// one of a Python traceback.
ExceptionHead ExceptionOf(std::string_view stacktrace);
// The same for one line.
ExceptionHead ParseExceptionLine(std::string_view line);

// Where in `text` a stack trace starts: at the line in front of the first
// frame, at "Traceback (most recent call last)" and so on. npos where there is
// none. Looks at lines only, so a text without "\n" costs one search.
size_t FindStacktrace(std::string_view text);

}  // namespace faultline::ingest
