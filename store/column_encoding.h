// What column_codec and column_pick share: the numbers of encodings, constants, and arithmetic on times.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "base/varint.h"

namespace faultline::store {

// Stored: append only. store/column_codec.h has their bytes.
enum ColumnEncoding : uint8_t {
  kConstantColumn = 0,
  kDeltaColumn = 1,
  kBesideColumn = 2,
  kPlainColumn = 3,
  kByteColumn = 4,
  kBytePlaneColumn = 5,
};

inline absl::Status MalformedColumn() { return absl::DataLossError("malformed column"); }

// Takes the encoding off the front of `column`; false when it is empty.
inline bool TakeEncoding(std::string_view& column, uint8_t& encoding) {
  if (column.empty()) return false;
  encoding = static_cast<uint8_t>(column.front());
  column.remove_prefix(1);
  return true;
}

// `column` is behind its encoding, kConstantColumn; its value must fit into T.
template <typename T>
absl::Status DecodeConstant(std::string_view column, size_t count, std::vector<T>& values) {
  uint64_t code = 0;
  if (!ReadVarint(column, code)) return MalformedColumn();
  const int64_t value = UnZigZag(code);
  if (static_cast<int64_t>(static_cast<T>(value)) != value) return MalformedColumn();
  values.assign(count, static_cast<T>(value));
  return absl::OkStatus();
}

// Differences wrap, so that any two values have one.
inline int64_t WrappingMinus(int64_t a, int64_t b) {
  return static_cast<int64_t>(static_cast<uint64_t>(a) - static_cast<uint64_t>(b));
}
inline int64_t WrappingPlus(int64_t a, int64_t b) {
  return static_cast<int64_t>(static_cast<uint64_t>(a) + static_cast<uint64_t>(b));
}
inline int64_t WrappingTimes(int64_t a, uint64_t b) { return static_cast<int64_t>(static_cast<uint64_t>(a) * b); }

}  // namespace faultline::store
