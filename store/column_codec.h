// Columns of one chunk as bytes. Each starts with its encoding:
//   0 constant     zig-zag varint: every value
//   1 deltas       zig-zag varint first value, varint scale, block of zig-zag
//                  varints: (value - value before) / scale
//   2 beside       varint scale, block of varints: 0 for the value 0, else
//                  zig-zag((value - base) / scale) + 1
//   3 plain        block of 8-byte little-endian values
//   4 bytes        block of bytes
//   5 byte planes  block of the low bytes, block of the high bytes
// Times use 0 to 3, bytes and codes 0, 4 and 5. The scale is 1, 1,000 or
// 1,000,000: most clocks tick in milliseconds.
//
// Decoders accept any bytes: DataLoss unless they make exactly `count` values.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "store/packed_block.h"

namespace faultline::store {

// `base` is another column of the same size that `values` may stay close to,
// or empty. At least one value.
void EncodeTimes(std::span<const int64_t> values, std::span<const int64_t> base, BlockPacker& packer, std::string& to);
absl::Status DecodeTimes(std::string_view column, size_t count, std::span<const int64_t> base,
                         std::vector<int64_t>& values);

void EncodeBytes(std::span<const uint8_t> values, BlockPacker& packer, std::string& to);
absl::Status DecodeBytes(std::string_view column, size_t count, std::vector<uint8_t>& values);

void EncodeCodes(std::span<const uint16_t> values, BlockPacker& packer, std::string& to);
absl::Status DecodeCodes(std::string_view column, size_t count, std::vector<uint16_t>& values);

}  // namespace faultline::store
