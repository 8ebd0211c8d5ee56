// Binary fuse filter with 12-bit fingerprints over a set of 64-bit hashes: never says "no" to one of them, and "maybe"
// to one stranger in 4,096, at 14 bits a hash. Source: Graf and Lemire, "Binary Fuse Filters: Fast and Smaller Than Xor
// Filters", ACM Journal of Experimental Algorithmics 27 (2022): three places a hash, the exclusive or of which is its
// fingerprint.
//   version 2, seed u8, log2 of the places of a block u8, blocks u32 little-endian, fingerprints by place: two in three
//   bytes, the first in the low bits
// Immutable; thread-safe.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace faultline::store {

class FuseFilter {
 public:
  static constexpr char kVersion = 2;

  // Asks a filter, which must outlive it.
  class Reader {
   public:
    Reader() = default;
    explicit operator bool() const { return bytes_ != nullptr; }
    bool MayContain(uint64_t hash) const;
    // Fetches what MayContain will look at.
    void Prefetch(uint64_t hash) const;

   private:
    friend class FuseFilter;
    const uint8_t* bytes_ = nullptr;
    uint64_t seed_ = 0;
    uint32_t block_ = 0;   // places of a block, a power of two
    uint32_t starts_ = 0;  // places that may be the first of three
  };

  // Nullopt when no seed gives a solution, as when `hashes` holds one of them twice. At most 2^20.
  static std::optional<FuseFilter> Build(std::span<const uint64_t> hashes);
  static absl::StatusOr<FuseFilter> Decode(std::string_view value);

  Reader reader() const;
  std::string Encode() const;
  size_t bytes() const { return bytes_.size(); }

 private:
  FuseFilter() = default;
  size_t places() const { return (size_t{blocks_} + 2) << block_bits_; }
  bool Solve(std::span<const uint64_t> hashes);
  void Set(uint32_t place, uint32_t fingerprint);

  uint8_t seed_ = 0;
  uint8_t block_bits_ = 0;
  uint32_t blocks_ = 0;  // in which a hash may begin; two more follow
  std::vector<uint8_t> bytes_;
};

}  // namespace faultline::store
