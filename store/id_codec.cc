#include "store/id_codec.h"

#include <array>
#include <cstdint>
#include <cstring>

namespace faultline::store {
namespace {

enum Tag : char { kAsIs = 0, kEvenHex = 1, kOddHex = 2 };
constexpr uint8_t kNoDigit = 0xff;
constexpr char kDigits[] = "0123456789abcdef";

constexpr std::array<uint8_t, 256> MakeDigitValues() {
  std::array<uint8_t, 256> values{};
  for (uint8_t& value : values) value = kNoDigit;
  for (uint8_t i = 0; i < 16; ++i) values[static_cast<uint8_t>(kDigits[i])] = i;
  return values;
}
constexpr std::array<uint8_t, 256> kDigitValues = MakeDigitValues();

uint8_t DigitValue(char c) { return kDigitValues[static_cast<uint8_t>(c)]; }

}  // namespace

size_t EncodeId(std::string_view id, char* to) {
  uint8_t seen = 0;
  for (const char c : id) seen |= DigitValue(c);
  if (seen > 15) {
    to[0] = kAsIs;
    std::memcpy(to + 1, id.data(), id.size());
    return 1 + id.size();
  }
  to[0] = id.size() % 2 == 0 ? kEvenHex : kOddHex;
  char* end = to + 1;
  size_t i = 0;
  for (; i + 1 < id.size(); i += 2) *end++ = static_cast<char>(DigitValue(id[i]) << 4 | DigitValue(id[i + 1]));
  if (i < id.size()) *end++ = static_cast<char>(DigitValue(id[i]) << 4);
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
