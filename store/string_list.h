// Lists of strings and of signatures as parts of a segment. Entry 0 of a string
// list is the empty string and is not stored.
//   version, block { per list: varint entries, {varint length, bytes} each }
//   version, u64 little-endian each
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "store/byte_buffer.h"
#include "store/packed_block.h"

namespace faultline::store {

// Strings that view memory of their own.
struct StringLists {
  std::string value;  // kept: a stored block is read in place
  ByteBuffer buffer;
  std::vector<std::vector<std::string_view>> lists;
};

std::string EncodeStringLists(const std::vector<std::vector<std::string_view>>& lists, BlockPacker& packer);
// Errors: DataLoss, also unless there are `count` lists.
absl::StatusOr<std::shared_ptr<const StringLists>> DecodeStringLists(std::string_view value, size_t count);

std::string EncodeSignatures(const std::vector<uint64_t>& signatures);
absl::StatusOr<std::shared_ptr<const std::vector<uint64_t>>> DecodeSignatures(std::string_view value);

}  // namespace faultline::store
