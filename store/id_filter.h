// Split-block Bloom filter over the ids of one kind in one segment: says "no" for
// most ids that are not there, and never for one that is. One cache line per
// question; about 1 % of the strangers get a "maybe" at 10 bits an id.
//   version, {8 x u32 little-endian} per block
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace faultline::store {

class IdFilter {
  // Eight lanes, one bit set in each.
  struct alignas(32) Block {
    uint32_t lanes[8];
  };

 public:
  // Asks a filter, which must outlive it and not change.
  class Reader {
   public:
    bool MayContain(uint64_t hash) const;
    // Fetches what MayContain will look at.
    void Prefetch(uint64_t hash) const { __builtin_prefetch(&BlockOf(hash)); }

   private:
    friend class IdFilter;
    explicit Reader(const std::vector<Block>& blocks) : blocks_(blocks.data()), count_(blocks.size()) {}
    const Block& BlockOf(uint64_t hash) const { return blocks_[((hash >> 32) * count_) >> 32]; }
    const Block* blocks_;
    size_t count_;
  };

  // For `ids` distinct ids.
  explicit IdFilter(size_t ids);
  static absl::StatusOr<IdFilter> Decode(std::string_view value);

  // `hash` is OpenSegment::HashId() of the id.
  void Add(uint64_t hash);
  bool MayContain(uint64_t hash) const { return reader().MayContain(hash); }
  Reader reader() const { return Reader(blocks_); }
  std::string Encode() const;
  size_t bytes() const { return blocks_.size() * sizeof(Block); }

 private:
  IdFilter() = default;

  std::vector<Block> blocks_;
};

}  // namespace faultline::store
