// Up to kIdsPerChunk encoded ids in ascending order. Hex ids of one size as in store/flat_id_chunk.h, others without
// what each shares with the one before:
//   version 2, varint ids, half a byte for each (the first of a byte is its low
//   half): the shared bytes, or 15 when the block has a head; then a block of
//   heads and the bytes not shared, id by id.
// A head is: u8 shared bytes, with 0x80 set when the size differs from the one
// before (then varint size). A shared prefix counts up to 127 bytes. In version 1
// every id has a head, and nothing stands before the block.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "store/byte_buffer.h"
#include "store/flat_id_chunk.h"
#include "store/id_codec.h"
#include "store/packed_block.h"

namespace faultline::store {

inline constexpr uint32_t kIdsPerChunk = 512;

class IdChunkBuilder {
 public:
  // At most kIdsPerChunk between two calls of Finish. `encoded_id` must live until Finish.
  void Add(std::string_view encoded_id) { ids_.push_back(encoded_id); }
  uint32_t size() const { return static_cast<uint32_t>(ids_.size()); }
  // Ends the chunk and starts the next.
  std::string Finish(BlockPacker& packer);

 private:
  std::string WithoutPrefixes(BlockPacker& packer) const;

  std::vector<std::string_view> ids_;
};

// Reads the ids of a chunk one by one.
class IdChunkReader {
 public:
  // `value` must outlive the reader.
  absl::Status Open(std::string_view value);
  // False at the end, or with status() not OK.
  bool Next();
  std::string_view encoded_id() const { return is_flat_ ? flat_.encoded_id() : std::string_view(id_, size_); }
  // Where among the ids this one is; nullopt when it is not there, or with status() not OK. Before the first Next().
  std::optional<uint32_t> Find(std::string_view encoded_id);
  const absl::Status& status() const { return status_; }

 private:
  absl::Status Malformed();
  bool Fail();

  // Half a byte before the next id; kHasHead in version 1.
  uint8_t NextHalf();

  FlatIdChunk flat_;
  bool is_flat_ = false;
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
