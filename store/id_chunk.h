// Up to kIdsPerChunk encoded ids in ascending order, each without what it shares
// with the one before:
//   version, then a block of: u8 shared bytes, with 0x80 set when the size
//   differs from the one before (then varint size), and the bytes not shared.
// A shared prefix counts up to 127 bytes.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "store/byte_buffer.h"
#include "store/packed_block.h"

namespace faultline::store {

inline constexpr uint32_t kIdsPerChunk = 512;

class IdChunkBuilder {
 public:
  void Add(std::string_view encoded_id);
  uint32_t size() const { return size_; }
  // Ends the chunk and starts the next.
  std::string Finish(BlockPacker& packer);

 private:
  std::string bytes_;
  std::string last_;
  uint32_t size_ = 0;
  bool text_ = false;  // some id is not packed hex: compression may pay
};

// Reads the ids of a chunk one by one.
class IdChunkReader {
 public:
  // `value` must outlive the reader.
  absl::Status Open(std::string_view value);
  // False at the end, or with status() not OK.
  bool Next();
  std::string_view encoded_id() const { return {id_, size_}; }
  const absl::Status& status() const { return status_; }

 private:
  bool Fail();

  ByteBuffer buffer_;
  std::string_view bytes_;
  char id_[256];
  size_t size_ = 0;
  absl::Status status_;
};

}  // namespace faultline::store
