#include "store/id_filter.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "store/keys.h"

namespace faultline::store {
namespace {

constexpr size_t kBitsPerId = 10;

// Odd constants spread the low half of the hash over the lanes.
constexpr uint32_t kSpread[8] = {0x47b6137bu, 0x44974d91u, 0x8824ad5bu, 0xa2b7289du,
                                 0x705495c7u, 0x2df1424bu, 0x9efc4947u, 0x5c6bfb31u};

uint32_t LaneBit(uint64_t hash, int lane) { return 1u << ((static_cast<uint32_t>(hash) * kSpread[lane]) >> 27); }

}  // namespace

IdFilter IdFilter::Build(std::span<const uint64_t> hashes) {
  IdFilter filter;
  filter.fuse_ = FuseFilter::Build(hashes);
  return filter.fuse_ ? filter : BuildBlocks(hashes);
}

IdFilter IdFilter::BuildBlocks(std::span<const uint64_t> hashes) {
  IdFilter filter;
  filter.blocks_.resize(std::max<size_t>(1, (hashes.size() * kBitsPerId + 255) / 256));
  const Reader reader = filter.reader();
  for (const uint64_t hash : hashes) {
    Block& block = filter.blocks_[static_cast<size_t>(&reader.BlockOf(hash) - reader.blocks_)];
    for (int lane = 0; lane < 8; ++lane) block.lanes[lane] |= LaneBit(hash, lane);
  }
  return filter;
}

IdFilter::Reader IdFilter::reader() const {
  Reader reader;
  if (fuse_) reader.fuse_ = fuse_->reader();
  reader.blocks_ = blocks_.data();
  reader.count_ = blocks_.size();
  return reader;
}

bool IdFilter::Reader::MayContainInBlock(uint64_t hash) const {
  const Block& block = BlockOf(hash);
  // Without a way out of the loop, so that it becomes vector instructions.
  uint32_t missing = 0;
  for (int lane = 0; lane < 8; ++lane) missing |= LaneBit(hash, lane) & ~block.lanes[lane];
  return missing == 0;
}

std::string IdFilter::Encode() const {
  if (fuse_) return fuse_->Encode();
  std::string value(1, static_cast<char>(kPartVersion));
  return value.append(reinterpret_cast<const char*>(blocks_.data()), blocks_.size() * sizeof(Block));
}

absl::StatusOr<IdFilter> IdFilter::Decode(std::string_view value) {
  IdFilter filter;
  if (!value.empty() && value.front() == FuseFilter::kVersion) {
    absl::StatusOr<FuseFilter> fuse = FuseFilter::Decode(value);
    if (!fuse.ok()) return fuse.status();
    filter.fuse_ = *std::move(fuse);
    return filter;
  }
  if (value.size() <= 1 || static_cast<uint8_t>(value.front()) != kPartVersion ||
      (value.size() - 1) % sizeof(Block) != 0) {
    return absl::DataLossError("malformed id filter");
  }
  filter.blocks_.resize((value.size() - 1) / sizeof(Block));
  std::memcpy(filter.blocks_.data(), value.data() + 1, value.size() - 1);
  return filter;
}

}  // namespace faultline::store
