// Up to kIdsPerChunk encoded ids in ascending order, each without what it shares
// with the one before:
//   version 2, varint ids, half a byte for each (the first of a byte is its low
//   half): the shared bytes, or 15 when the block has a head; then a block of
//   heads and the bytes not shared, id by id.
// A head is: u8 shared bytes, with 0x80 set when the size differs from the one
// before (then varint size). A shared prefix counts up to 127 bytes. In version 1
// every id has a head, and nothing stands before the block.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "store/byte_buffer.h"
#include "store/id_codec.h"
#include "store/packed_block.h"

namespace faultline::store {

inline constexpr uint32_t kIdsPerChunk = 512;

class IdChunkBuilder {
 public:
  // At most kIdsPerChunk between two calls of Finish. `encoded_id` must live until Finish.
  void Add(std::string_view encoded_id);
  uint32_t size() const { return size_; }
  // Ends the chunk and starts the next.
  std::string Finish(BlockPacker& packer);

 private:
  static constexpr size_t kMaxHeadBytes = 3;

  std::unique_ptr<char[]> bytes_{new char[kIdsPerChunk * (kMaxEncodedIdBytes + kMaxHeadBytes)]};
  char* end_ = bytes_.get();
  std::array<uint8_t, kIdsPerChunk> heads_;  // half a byte of each
  std::string_view last_;
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
  absl::Status Malformed();
  bool Fail();

  // Half a byte before the next id; kHasHead in version 1.
  uint8_t NextHalf();

  ByteBuffer buffer_;
  std::string_view bytes_;
  std::string_view halves_;
  uint32_t left_ = 0, next_ = 0;  // ids to come; only in version 2
  bool halved_ = false;           // version 2
  char id_[256];
  size_t size_ = 0;
  absl::Status status_;
};

}  // namespace faultline::store
