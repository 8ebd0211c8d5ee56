// The frames of a stack trace as ComputeSignature hashes them, from a cache:
// a fleet repeats few traces, so the usual cost is one hash and one compare.
//
// Each thread has its own cache of 256 traces of up to 8 KB; longer ones are
// read every time. The answer never depends on what is cached.
#pragma once

#include <string_view>

namespace faultline::ingest {

// TopFrames(stacktrace), then "caused by TYPE" for each of CauseTypes(stacktrace), each behind its length as a varint;
// empty when it has no frames. The view is valid until the next call in the same thread.
std::string_view StackParts(std::string_view stacktrace);

}  // namespace faultline::ingest
