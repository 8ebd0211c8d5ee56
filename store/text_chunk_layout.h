// Where the parts of a text chunk lie (store/text_chunk.h has their order), blocks still packed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "absl/status/status.h"

namespace faultline::store {

inline constexpr uint32_t kEventsPerTextChunk = 1'024;

struct TextChunkLayout {
  // A string for each event: a block of lengths and one of bytes.
  struct Strings {
    std::string_view lengths, bytes;
  };
  std::string_view template_codes;  // a column
  std::string_view parameters;      // begins with four blocks
  Strings messages, exceptions;
  std::string_view stacktrace_codes;  // a column
  Strings stacktraces, attributes;
};

// Views are of `value`. Errors: DataLoss, also unless it is one of `events` events.
absl::Status FindTextChunkParts(std::string_view value, size_t events, TextChunkLayout& layout);

}  // namespace faultline::store
