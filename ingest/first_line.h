// A text taken apart line by line, from its front.
//
// Pure and thread-safe.
#pragma once

#include <string_view>

namespace faultline::ingest {

// Without its line break.
inline std::string_view FirstLine(std::string_view text) {
  std::string_view line = text.substr(0, text.find('\n'));
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

// What stands behind the first line break; empty when there is none.
inline std::string_view AfterFirstLine(std::string_view text) {
  const size_t newline = text.find('\n');
  return newline == std::string_view::npos ? std::string_view() : text.substr(newline + 1);
}

}  // namespace faultline::ingest
