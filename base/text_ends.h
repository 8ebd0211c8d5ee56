// The first and the last eight bytes of a short text. Of up to 16 bytes they
// are all of it, so that names of fields and values compare in two registers.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace faultline {

struct TextEnds {
  static constexpr size_t kWhole = 16;  // texts of up to so many bytes are equal when size and ends are

  uint64_t first = 0, last = 0;

  static TextEnds Of(std::string_view text) {
    TextEnds ends;
    const size_t size = text.size();
    if (size >= 8) {
      std::memcpy(&ends.first, text.data(), 8);
      std::memcpy(&ends.last, text.data() + size - 8, 8);
    } else if (size >= 4) {
      uint32_t first = 0;
      uint32_t last = 0;
      std::memcpy(&first, text.data(), 4);
      std::memcpy(&last, text.data() + size - 4, 4);
      ends = {first, last};
    } else {
      for (const char c : text) ends.first = ends.first << 8 | static_cast<unsigned char>(c);
    }
    return ends;
  }

  bool operator==(const TextEnds&) const = default;

  // For tables of texts; `size` is that of the text. The high bits are the best ones.
  uint64_t Hash(size_t size) const { return ((first ^ (last * 0x9e3779b97f4a7c15)) + size) * 0xff51afd7ed558ccd; }
};

}  // namespace faultline
