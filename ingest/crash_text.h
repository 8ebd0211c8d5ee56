// The texts that programs and their runtimes leave when they die: which kind a
// text is, what went wrong in it, and where it starts.
#pragma once

#include <optional>
#include <string_view>

namespace faultline::ingest {

struct CrashText {
  size_t start = 0;           // of the crash text in what was looked at
  std::string_view type;      // the exception's class, the signal, the sanitizer, or "panic"; may be empty
  std::string_view message;   // what it says is wrong, in all its lines; may be empty
  std::string_view headline;  // what people should read first, as written; never empty
};

// Finds the first of these in `text`, at the start of a line: C++'s
// "terminate called", the sanitizers' reports, Android's tombstones and fatal signals, Rust's and Go's panics, Python's
// "Fatal Python error" and exception groups, the JVM's error file, an uncaught
// error of Node and its heap giving out, Dart's, PHP's and Ruby's uncaught
// exceptions. Nullopt where there is none. Views point into `text`, or are literals (a type). Linear, and
// looks at the first 256 lines alone.
std::optional<CrashText> FindCrash(std::string_view text);

}  // namespace faultline::ingest
