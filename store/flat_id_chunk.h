// Encoded ids of one size and tag (store/id_codec.h), in ascending order: their first bytes as gaps between
// neighbours, the rest one behind the other.
//   version 3, varint ids, u8 size of an encoded id, u8 tag, u8 head bytes, head of the first id, varint bytes of the
//   gaps, gaps, {tail} per id
// An id is its tag, a head of 1 to 3 bytes read as a big-endian number, and a tail. The gaps are, for each id, as many
// zero bits as its head is larger than the one before, and a one bit; the lowest bit of a byte comes first.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "store/id_codec.h"

namespace faultline::store {

class FlatIdChunk {
 public:
  static constexpr char kVersion = 3;

  // Nullopt unless all ids have the size and the tag of hex digits.
  static std::optional<std::string> Encode(std::span<const std::string_view> ids);

  // `value` must outlive the reader. Errors: DataLoss.
  absl::Status Open(std::string_view value);
  uint32_t size() const { return size_; }
  // Goes to the first id, then to the next; false behind the last.
  bool Next();
  std::string_view encoded_id() const { return {id_, id_bytes_}; }
  // Where the id is; nullopt when it is not there. Independent of Next().
  std::optional<uint32_t> Find(std::string_view encoded_id) const;

 private:
  uint64_t WordAt(size_t byte) const;
  std::string_view TailOf(uint32_t index) const { return tails_.substr(index * tail_bytes_, tail_bytes_); }
  // Index of the first id whose head is at least `gap` larger than the first one's, and the bit behind it in gaps_.
  struct Place {
    uint32_t index;
    size_t bit;
  };
  Place Skip(uint64_t gap) const;

  std::string_view gaps_, tails_;
  uint32_t size_ = 0;
  size_t id_bytes_ = 0, head_bytes_ = 0, tail_bytes_ = 0;
  uint64_t first_head_ = 0;
  // Of Next().
  uint32_t next_ = 0;
  size_t bit_ = 0;
  uint64_t head_ = 0;
  char id_[kMaxEncodedIdBytes];
};

}  // namespace faultline::store
