// What an exception was caused by, as its stack trace tells.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace faultline::ingest {

// The types of the causes in the order of the text, at most `limit`, the exception's own not among them. Reads Java's
// "Caused by: ", .NET's " ---> ", Node.js' "[cause]: ", and Python's tracebacks in front of the last one. Numbers that
// a compiler made up are left out of the names. Empty where there is none.
std::vector<std::string> CauseTypes(std::string_view stacktrace, size_t limit = 3);

}  // namespace faultline::ingest
