// Filter over the ids of one kind in one segment: says "no" for most ids that are not there, and never for one that is.
// Since format 3 a binary fuse filter (store/fuse_filter.h). Before, and should that have no solution, a split-block
// Bloom filter: one cache line a question, 10 bits an id, one stranger in a hundred gets a "maybe":
//   version 1, {8 x u32 little-endian} per block
// Immutable; thread-safe.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "store/fuse_filter.h"

namespace faultline::store {

class IdFilter {
  // Eight lanes, one bit set in each.
  struct alignas(32) Block {
    uint32_t lanes[8];
  };

 public:
  // Asks a filter, which must outlive it.
  class Reader {
   public:
    bool MayContain(uint64_t hash) const { return fuse_ ? fuse_.MayContain(hash) : MayContainInBlock(hash); }
    // Fetches what MayContain will look at.
    void Prefetch(uint64_t hash) const {
      if (fuse_) return fuse_.Prefetch(hash);
      __builtin_prefetch(&BlockOf(hash));
    }

   private:
    friend class IdFilter;
    const Block& BlockOf(uint64_t hash) const { return blocks_[((hash >> 32) * count_) >> 32]; }
    bool MayContainInBlock(uint64_t hash) const;
    FuseFilter::Reader fuse_;
    const Block* blocks_ = nullptr;
    size_t count_ = 0;
  };

  // `hashes` are OpenSegment::HashId() of the distinct ids.
  static IdFilter Build(std::span<const uint64_t> hashes);
  // The Bloom filter of them.
  static IdFilter BuildBlocks(std::span<const uint64_t> hashes);
  static absl::StatusOr<IdFilter> Decode(std::string_view value);

  bool MayContain(uint64_t hash) const { return reader().MayContain(hash); }
  Reader reader() const;
  std::string Encode() const;
  size_t bytes() const { return fuse_ ? fuse_->bytes() : blocks_.size() * sizeof(Block); }

 private:
  IdFilter() = default;

  std::optional<FuseFilter> fuse_;  // or
  std::vector<Block> blocks_;
};

}  // namespace faultline::store
