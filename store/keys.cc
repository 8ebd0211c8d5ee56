#include "store/keys.h"

#include <algorithm>
#include <limits>

#include "base/varint.h"

namespace faultline::store {
namespace {

template <typename T>
void AppendBigEndian(std::string& to, T number) {
  for (int shift = static_cast<int>(sizeof(T) * 8) - 8; shift >= 0; shift -= 8) {
    to.push_back(static_cast<char>(number >> shift));
  }
}

uint64_t ReadBigEndian(std::string_view from) {
  uint64_t number = 0;
  for (const char c : from) number = number << 8 | static_cast<uint8_t>(c);
  return number;
}

bool IsKept(size_t dimension) {
  const auto d = static_cast<Dimension>(dimension);
  return d != Dimension::kRule && d != Dimension::kFormat && d != Dimension::kSource;
}

}  // namespace

std::string PartKey(uint64_t segment, Part part, uint8_t kind, uint16_t index) {
  std::string key;
  key.reserve(kPartKeyBytes);
  AppendBigEndian(key, segment);
  key.push_back(static_cast<char>(part));
  key.push_back(static_cast<char>(kind));
  AppendBigEndian(key, index);
  return key;
}

std::string NumberKey(uint64_t number) {
  std::string key;
  AppendBigEndian(key, number);
  return key;
}

std::optional<uint64_t> ParseNumberKey(std::string_view key) {
  if (key.size() != sizeof(uint64_t)) return std::nullopt;
  return ReadBigEndian(key);
}

std::string AttemptsMinuteKey(int64_t minute) {
  std::string key;
  AppendBigEndian(key, static_cast<uint32_t>(std::clamp<int64_t>(minute, 0, std::numeric_limits<uint32_t>::max())));
  return key;
}

std::string MakeAttemptsKey(const AttemptsKey& key) {
  std::string bytes = AttemptsMinuteKey(key.minute);
  AppendString(bytes, key.operation);
  for (size_t d = 0; d < kDimensions; ++d) AppendString(bytes, IsKept(d) ? key.dimensions[d] : std::string_view());
  return bytes;
}

std::optional<AttemptsKey> ParseAttemptsKey(std::string_view key) {
  if (key.size() < sizeof(uint32_t)) return std::nullopt;
  AttemptsKey result;
  result.minute = static_cast<int64_t>(ReadBigEndian(key.substr(0, sizeof(uint32_t))));
  key.remove_prefix(sizeof(uint32_t));
  if (!ReadString(key, result.operation)) return std::nullopt;
  for (std::string_view& value : result.dimensions) {
    if (!ReadString(key, value)) return std::nullopt;
  }
  if (!key.empty()) return std::nullopt;
  return result;
}

std::string NumberValue(uint64_t number) {
  std::string value(1, static_cast<char>(kPartVersion));
  AppendBigEndian(value, number);
  return value;
}

std::optional<uint64_t> ParseNumberValue(std::string_view value) {
  if (value.size() != 1 + sizeof(uint64_t) || static_cast<uint8_t>(value.front()) != kPartVersion) return std::nullopt;
  return ReadBigEndian(value.substr(1));
}

}  // namespace faultline::store
