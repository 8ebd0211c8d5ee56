// Texts without what stands around them.
#pragma once

#include <string_view>

namespace faultline::ingest {

// Without any of `around` at both ends.
inline std::string_view TrimOf(std::string_view text, std::string_view around) {
  const size_t start = text.find_first_not_of(around);
  if (start == std::string_view::npos) return {};
  return text.substr(start, text.find_last_not_of(around) - start + 1);
}
// Blanks, line ends and closing NULs.
inline std::string_view Trim(std::string_view text) { return TrimOf(text, std::string_view(" \t\r\n\0", 5)); }
// Blanks may mean something (a frame's indent), line ends do not.
inline std::string_view TrimLineEnds(std::string_view text) { return TrimOf(text, std::string_view("\r\n\0", 3)); }
// Blanks and line ends behind it.
inline std::string_view TrimRight(std::string_view text) {
  return text.substr(0, text.find_last_not_of(" \t\r\n") + 1);
}
// The indent of a line.
inline std::string_view TrimIndent(std::string_view line) {
  const size_t start = line.find_first_not_of(" \t");
  return start == std::string_view::npos ? std::string_view() : line.substr(start);
}

}  // namespace faultline::ingest
