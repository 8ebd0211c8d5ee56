#include "store/id_codec.h"

#include <algorithm>
#include <cstdint>
#include <cstring>

namespace faultline::store {
namespace {

enum Tag : char { kAsIs = 0, kEvenHex = 1, kOddHex = 2 };
constexpr char kDigits[] = "0123456789abcdef";
constexpr uint64_t kEachByte = 0x0101010101010101u;

// Eight characters at a time, in one register; the first is the lowest byte.
struct EightDigits {
  uint64_t values;  // 0..15 in each byte, when all are hex digits
  bool all_hex;
};

EightDigits ReadEight(uint64_t text) {
  const uint64_t letters = (text >> 6) & kEachByte;  // 'a' to 'f' have this bit, digits do not
  const uint64_t values = (text & kEachByte * 0x0f) + letters * 9;
  // The same character must come out again, from 0..9 without the bit and 10..15 with it.
  const uint64_t again = values + kEachByte * '0' + letters * ('a' - '0' - 10);
  const uint64_t above_nine = ((values + kEachByte * 6) >> 4) & kEachByte;
  return {values, again == text && above_nine == letters && (values & kEachByte * 0xf0) == 0};
}

// Two digits to a byte: four bytes.
uint32_t PackEight(uint64_t values) {
  uint64_t bytes = ((values << 4) | (values >> 8)) & 0x00ff00ff00ff00ffu;
  bytes = (bytes | (bytes >> 8)) & 0x0000ffff0000ffffu;
  return static_cast<uint32_t>(bytes | (bytes >> 16));
}

}  // namespace

size_t EncodeId(std::string_view id, char* to) {
  to[0] = id.size() % 2 == 0 ? kEvenHex : kOddHex;
  char* end = to + 1;
  size_t i = 0;
  while (i < id.size()) {
    // A short rest is padded with zeros, which are half a byte more at most.
    uint64_t text = kEachByte * '0';
    const size_t digits = std::min<size_t>(8, id.size() - i);
    std::memcpy(&text, id.data() + i, digits);
    const EightDigits eight = ReadEight(text);
    if (!eight.all_hex) {
      to[0] = kAsIs;
      std::memcpy(to + 1, id.data(), id.size());
      return 1 + id.size();
    }
    const uint32_t packed = PackEight(eight.values);
    std::memcpy(end, &packed, (digits + 1) / 2);
    end += (digits + 1) / 2;
    i += digits;
  }
  return static_cast<size_t>(end - to);
}

bool DecodeId(std::string_view encoded, std::string& to) {
  if (encoded.size() < 2 || encoded.size() > kMaxEncodedIdBytes) return false;
  const char tag = encoded.front();
  encoded.remove_prefix(1);
  if (tag == kAsIs) {
    to.append(encoded);
    return true;
  }
  if (tag != kEvenHex && tag != kOddHex) return false;
  for (const char c : encoded) {
    to.push_back(kDigits[static_cast<uint8_t>(c) >> 4]);
    to.push_back(kDigits[static_cast<uint8_t>(c) & 15]);
  }
  if (tag == kOddHex) to.pop_back();
  return true;
}

}  // namespace faultline::store
