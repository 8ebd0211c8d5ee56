// What a stack trace says about the exception it belongs to, and where in a
// message it starts.
#pragma once

#include <string_view>

namespace faultline::ingest {

struct ExceptionHead {
  std::string_view type;     // "java.net.SocketException", empty where none is stated
  std::string_view message;  // what stands behind the type, with the lines that go on with it
  std::string_view line;     // both, as written
};
// Reads "TYPE: MESSAGE" from the first lines of a stack trace, or from the last
// ones of a Python traceback.
ExceptionHead ExceptionOf(std::string_view stacktrace);
// The same for one line. The type must look like one: "java.net.Socket",
// "KeyError", not "failed".
ExceptionHead ParseExceptionLine(std::string_view line);
// The same for a line that can be nothing but the end of a traceback, where any
// name in capitals is a type: "Empty", "StoreTimeout: no answer".
ExceptionHead ParseRaisedLine(std::string_view line);
// Finds "TYPE: MESSAGE" inside a line of a logger: "… ERROR - send failed TypeError: no shard". The type must end as
// those of exceptions do.
ExceptionHead FindExceptionIn(std::string_view line);

// Where in `text` a stack trace starts: at the line in front of the first
// frame, at "Traceback (most recent call last)" and so on. npos where there is
// none. Looks at lines only, so a text without "\n" costs one search.
size_t FindStacktrace(std::string_view text);

}  // namespace faultline::ingest
