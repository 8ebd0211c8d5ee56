// One line of a stack trace, in any of the languages TopFrames knows.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace faultline::ingest {

enum class FrameOrder : uint8_t {
  kTopFirst,  // Java, Go, Node, .NET, Ruby, C++, Rust, PHP, Dart, the JVM's error file
  kTopLast,   // Python
};

struct StackFrame {
  std::string_view function;  // as written, without arguments; may be empty
  std::string_view file;      // without line numbers; empty where the language needs none
  FrameOrder order = FrameOrder::kTopFirst;
  bool in_app = true;  // not of the language's runtime, library or packages
};

// Reads the frame in `line`, which has no newline. `next_line` is the one
// behind it (Go writes a frame on two). Nullopt when `line` is no frame.
// Views point into `line` and `next_line`.
std::optional<StackFrame> ParseStackLine(std::string_view line, std::string_view next_line);

}  // namespace faultline::ingest
