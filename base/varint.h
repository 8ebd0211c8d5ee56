// LEB128 variable-length integers, and strings behind their length.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace faultline {

inline void AppendVarint(std::string& to, uint64_t value) {
  while (value >= 0x80) {
    to.push_back(static_cast<char>(value | 0x80));
    value >>= 7;
  }
  to.push_back(static_cast<char>(value));
}

// Writes at `to` (room for 10 bytes) and returns the end.
inline char* WriteVarint(char* to, uint64_t value) {
  while (value >= 0x80) {
    *to++ = static_cast<char>(value | 0x80);
    value >>= 7;
  }
  *to++ = static_cast<char>(value);
  return to;
}

// Takes a varint off the front of `from`. False when it is cut short or longer
// than 10 bytes; `from` is then unspecified.
inline bool ReadVarint(std::string_view& from, uint64_t& value) {
  value = 0;
  for (int shift = 0; shift < 64 && !from.empty(); shift += 7) {
    const auto byte = static_cast<unsigned char>(from.front());
    from.remove_prefix(1);
    value |= static_cast<uint64_t>(byte & 0x7f) << shift;
    if (byte < 0x80) return true;
  }
  return false;
}

inline void AppendString(std::string& to, std::string_view text) {
  AppendVarint(to, text.size());
  to.append(text);
}

// Takes a length-prefixed string off the front of `from`.
inline bool ReadString(std::string_view& from, std::string_view& text) {
  uint64_t size = 0;
  if (!ReadVarint(from, size) || size > from.size()) return false;
  text = from.substr(0, size);
  from.remove_prefix(size);
  return true;
}

inline uint64_t ZigZag(int64_t value) {
  return (static_cast<uint64_t>(value) << 1) ^ static_cast<uint64_t>(value >> 63);
}
inline int64_t UnZigZag(uint64_t value) { return static_cast<int64_t>(value >> 1) ^ -static_cast<int64_t>(value & 1); }

}  // namespace faultline
