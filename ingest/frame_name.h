// How a frame is called in a signature, and whose code it is.
#pragma once

#include <string>
#include <string_view>

namespace faultline::ingest {

// The name without what differs between two builds or runs of the same code:
// numbers of lambdas, anonymous classes and proxies, hashes of generated
// classes, addresses, closure counters. At most 200 bytes.
std::string NormaliseFrameName(std::string_view function, std::string_view file);

// Whether a function or a source file belongs to a language's runtime or
// standard library, or to installed packages.
bool IsLibraryFunction(std::string_view function);
bool IsLibraryFile(std::string_view file);

}  // namespace faultline::ingest
