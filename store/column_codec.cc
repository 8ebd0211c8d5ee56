#include "store/column_codec.h"

#include <algorithm>
#include <cstring>
#include <limits>

#include "base/status_macros.h"
#include "base/varint.h"
#include "store/column_encoding.h"

namespace faultline::store {
namespace {

size_t VarintSize(uint64_t value) {
  return value == 0 ? 1 : static_cast<size_t>((63 - __builtin_clzll(value)) / 7 + 1);
}

// The largest known tick that divides all of `differences`.
int64_t CommonScale(std::span<const int64_t> differences) {
  for (const int64_t scale : {int64_t{1'000'000}, int64_t{1'000}}) {
    if (std::all_of(differences.begin(), differences.end(), [scale](int64_t d) { return d % scale == 0; }))
      return scale;
  }
  return 1;
}

// Divides by a scale that the compiler knows: several times as fast.
template <typename Use>
void WithScale(int64_t scale, Use use) {
  if (scale == 1'000'000) return use([](int64_t d) { return d / 1'000'000; });
  if (scale == 1'000) return use([](int64_t d) { return d / 1'000; });
  use([](int64_t d) { return d; });
}

// One way to write a column, and what it would take before compression.
struct Candidate {
  int64_t scale = 1;
  std::vector<uint64_t> codes;
  size_t bytes = 0;
  bool possible = true;
};

void Measure(Candidate& candidate) {
  for (const uint64_t code : candidate.codes) candidate.bytes += VarintSize(code);
}

Candidate AsDeltas(std::span<const int64_t> values) {
  std::vector<int64_t> differences(values.size() - 1);
  for (size_t i = 1; i < values.size(); ++i) differences[i - 1] = WrappingMinus(values[i], values[i - 1]);
  Candidate result;
  result.scale = CommonScale(differences);
  result.codes.resize(differences.size());
  WithScale(result.scale, [&](auto divide) {
    for (size_t i = 0; i < differences.size(); ++i) result.codes[i] = ZigZag(divide(differences[i]));
  });
  Measure(result);
  return result;
}

Candidate AsBeside(std::span<const int64_t> values, std::span<const int64_t> base) {
  Candidate result;
  if (base.empty()) {
    result.possible = false;
    return result;
  }
  std::vector<int64_t> differences(values.size());
  for (size_t i = 0; i < values.size(); ++i) differences[i] = values[i] == 0 ? 0 : WrappingMinus(values[i], base[i]);
  result.scale = CommonScale(differences);
  result.codes.resize(values.size());
  WithScale(result.scale, [&](auto divide) {
    for (size_t i = 0; i < values.size(); ++i) {
      const uint64_t code = ZigZag(divide(differences[i]));
      if (code == std::numeric_limits<uint64_t>::max()) result.possible = false;
      result.codes[i] = values[i] == 0 ? 0 : code + 1;
    }
  });
  Measure(result);
  return result;
}

void AppendCodes(const Candidate& candidate, BlockPacker& packer, std::string& to) {
  AppendVarint(to, static_cast<uint64_t>(candidate.scale));
  std::string bytes;
  bytes.resize(candidate.codes.size() * 10);
  char* end = bytes.data();
  for (const uint64_t code : candidate.codes) end = WriteVarint(end, code);
  packer.Append({bytes.data(), static_cast<size_t>(end - bytes.data())}, to);
}

void AppendConstant(int64_t value, std::string& to) {
  to.push_back(kConstantColumn);
  AppendVarint(to, ZigZag(value));
}

template <typename T>
bool IsConstant(std::span<const T> values) {
  return std::all_of(values.begin(), values.end(), [&](T v) { return v == values.front(); });
}

absl::Status DecodeDeltas(std::string_view column, size_t count, std::vector<int64_t>& values) {
  uint64_t first = 0;
  uint64_t scale = 0;
  if (!ReadVarint(column, first) || !ReadVarint(column, scale)) return MalformedColumn();
  ByteBuffer buffer;
  std::string_view codes;
  RETURN_IF_ERROR(ReadBlock(column, buffer, codes));
  if (codes.size() + 1 < count) return MalformedColumn();
  values.resize(count);
  int64_t value = values[0] = UnZigZag(first);
  for (size_t i = 1; i < count; ++i) {
    uint64_t code = 0;
    if (!ReadVarint(codes, code)) return MalformedColumn();
    values[i] = value = WrappingPlus(value, WrappingTimes(UnZigZag(code), scale));
  }
  return codes.empty() ? absl::OkStatus() : MalformedColumn();
}

absl::Status DecodeBeside(std::string_view column, size_t count, std::span<const int64_t> base,
                          std::vector<int64_t>& values) {
  uint64_t scale = 0;
  if (!ReadVarint(column, scale) || base.size() != count) return MalformedColumn();
  ByteBuffer buffer;
  std::string_view codes;
  RETURN_IF_ERROR(ReadBlock(column, buffer, codes));
  values.resize(count);
  for (size_t i = 0; i < count; ++i) {
    uint64_t code = 0;
    if (!ReadVarint(codes, code)) return MalformedColumn();
    values[i] = code == 0 ? 0 : WrappingPlus(base[i], WrappingTimes(UnZigZag(code - 1), scale));
  }
  return codes.empty() ? absl::OkStatus() : MalformedColumn();
}

}  // namespace

void EncodeTimes(std::span<const int64_t> values, std::span<const int64_t> base, BlockPacker& packer, std::string& to) {
  if (IsConstant(values)) return AppendConstant(values.front(), to);
  const Candidate deltas = AsDeltas(values);
  const Candidate beside = AsBeside(values, base);
  const size_t plain = values.size() * sizeof(int64_t);
  if (beside.possible && beside.bytes <= deltas.bytes && beside.bytes <= plain) {
    to.push_back(kBesideColumn);
    return AppendCodes(beside, packer, to);
  }
  if (deltas.bytes <= plain) {
    to.push_back(kDeltaColumn);
    AppendVarint(to, ZigZag(values.front()));
    return AppendCodes(deltas, packer, to);
  }
  to.push_back(kPlainColumn);
  packer.Append({reinterpret_cast<const char*>(values.data()), plain}, to);
}

absl::Status DecodeTimes(std::string_view column, size_t count, std::span<const int64_t> base,
                         std::vector<int64_t>& values) {
  uint8_t encoding = 0;
  if (!TakeEncoding(column, encoding) || count == 0) return MalformedColumn();
  switch (encoding) {
    case kConstantColumn:
      return DecodeConstant(column, count, values);
    case kDeltaColumn:
      return DecodeDeltas(column, count, values);
    case kBesideColumn:
      return DecodeBeside(column, count, base, values);
    case kPlainColumn: {
      ByteBuffer buffer;
      std::string_view bytes;
      RETURN_IF_ERROR(ReadBlock(column, buffer, bytes));
      if (bytes.size() != count * sizeof(int64_t)) return MalformedColumn();
      values.resize(count);
      std::memcpy(values.data(), bytes.data(), bytes.size());
      return absl::OkStatus();
    }
    default:
      return MalformedColumn();
  }
}

void EncodeBytes(std::span<const uint8_t> values, BlockPacker& packer, std::string& to) {
  if (IsConstant(values)) return AppendConstant(values.front(), to);
  to.push_back(kByteColumn);
  packer.Append({reinterpret_cast<const char*>(values.data()), values.size()}, to);
}

absl::Status DecodeBytes(std::string_view column, size_t count, std::vector<uint8_t>& values) {
  uint8_t encoding = 0;
  if (!TakeEncoding(column, encoding)) return MalformedColumn();
  if (encoding == kConstantColumn) return DecodeConstant(column, count, values);
  if (encoding != kByteColumn) return MalformedColumn();
  ByteBuffer buffer;
  std::string_view bytes;
  RETURN_IF_ERROR(ReadBlock(column, buffer, bytes));
  if (bytes.size() != count) return MalformedColumn();
  values.assign(bytes.begin(), bytes.end());
  return absl::OkStatus();
}

void EncodeCodes(std::span<const uint16_t> values, BlockPacker& packer, std::string& to) {
  if (IsConstant(values)) return AppendConstant(values.front(), to);
  std::string low(values.size(), '\0');
  std::string high(values.size(), '\0');
  bool wide = false;
  for (size_t i = 0; i < values.size(); ++i) {
    low[i] = static_cast<char>(values[i] & 0xff);
    high[i] = static_cast<char>(values[i] >> 8);
    wide |= values[i] > 0xff;
  }
  to.push_back(wide ? kBytePlaneColumn : kByteColumn);
  packer.Append(low, to);
  if (wide) packer.Append(high, to);
}

absl::Status DecodeCodes(std::string_view column, size_t count, std::vector<uint16_t>& values) {
  uint8_t encoding = 0;
  if (!TakeEncoding(column, encoding)) return MalformedColumn();
  if (encoding == kConstantColumn) return DecodeConstant(column, count, values);
  if (encoding != kByteColumn && encoding != kBytePlaneColumn) return MalformedColumn();
  ByteBuffer low_buffer;
  ByteBuffer high_buffer;
  std::string_view low;
  std::string_view high;
  RETURN_IF_ERROR(ReadBlock(column, low_buffer, low));
  if (encoding == kBytePlaneColumn) RETURN_IF_ERROR(ReadBlock(column, high_buffer, high));
  if (low.size() != count || (encoding == kBytePlaneColumn && high.size() != count)) return MalformedColumn();
  values.resize(count);
  for (size_t i = 0; i < count; ++i) values[i] = static_cast<uint8_t>(low[i]);
  if (encoding == kBytePlaneColumn) {
    for (size_t i = 0; i < count; ++i) values[i] |= static_cast<uint16_t>(static_cast<uint8_t>(high[i]) << 8);
  }
  return absl::OkStatus();
}

}  // namespace faultline::store
