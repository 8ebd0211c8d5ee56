// A run of bytes, zstd-compressed where that makes it smaller:
//   varint (size << 1 | compressed) [varint compressed size] bytes
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "store/byte_buffer.h"

namespace faultline::store {

// No decoded block is larger; a larger size is taken for corruption.
inline constexpr size_t kMaxBlockBytes = 256 << 20;

// Not thread-safe; keep one per thread and reuse it.
class BlockPacker {
 public:
  explicit BlockPacker(int level);
  ~BlockPacker();
  BlockPacker(const BlockPacker&) = delete;
  BlockPacker& operator=(const BlockPacker&) = delete;

  // Appends `bytes` as a block.
  void Append(std::string_view bytes, std::string& to);
  // The same, not compressed.
  static void AppendStored(std::string_view bytes, std::string& to);

 private:
  struct Context;
  const std::unique_ptr<Context> context_;
  ByteBuffer compressed_;
};

// Takes a block off the front of `from`. `bytes` views `buffer`, or `from`'s
// memory when the block is stored. Errors: DataLoss. Thread-safe.
absl::Status ReadBlock(std::string_view& from, ByteBuffer& buffer, std::string_view& bytes);
// The same without its bytes.
absl::Status SkipBlock(std::string_view& from);

}  // namespace faultline::store
