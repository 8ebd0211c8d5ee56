#include "store/id_filter.h"

#include <algorithm>
#include <cstring>

#include "store/keys.h"

namespace faultline::store {
namespace {

constexpr size_t kBitsPerId = 10;

// Odd constants spread the low half of the hash over the lanes.
constexpr uint32_t kSpread[8] = {0x47b6137bu, 0x44974d91u, 0x8824ad5bu, 0xa2b7289du,
                                 0x705495c7u, 0x2df1424bu, 0x9efc4947u, 0x5c6bfb31u};

uint32_t LaneBit(uint64_t hash, int lane) { return 1u << ((static_cast<uint32_t>(hash) * kSpread[lane]) >> 27); }

}  // namespace

IdFilter::IdFilter(size_t ids) : blocks_(std::max<size_t>(1, (ids * kBitsPerId + 255) / 256)) {
  std::memset(blocks_.data(), 0, blocks_.size() * sizeof(Block));
}

void IdFilter::Add(uint64_t hash) {
  Block& block = const_cast<Block&>(reader().BlockOf(hash));
  for (int lane = 0; lane < 8; ++lane) block.lanes[lane] |= LaneBit(hash, lane);
}

bool IdFilter::Reader::MayContain(uint64_t hash) const {
  const Block& block = BlockOf(hash);
  // Without a way out of the loop, so that it becomes vector instructions.
  uint32_t missing = 0;
  for (int lane = 0; lane < 8; ++lane) missing |= LaneBit(hash, lane) & ~block.lanes[lane];
  return missing == 0;
}

std::string IdFilter::Encode() const {
  std::string value(1, static_cast<char>(kPartVersion));
  value.append(reinterpret_cast<const char*>(blocks_.data()), blocks_.size() * sizeof(Block));
  return value;
}

absl::StatusOr<IdFilter> IdFilter::Decode(std::string_view value) {
  if (value.size() <= 1 || static_cast<uint8_t>(value.front()) != kPartVersion ||
      (value.size() - 1) % sizeof(Block) != 0) {
    return absl::DataLossError("malformed id filter");
  }
  IdFilter filter;
  filter.blocks_.resize((value.size() - 1) / sizeof(Block));
  std::memcpy(filter.blocks_.data(), value.data() + 1, value.size() - 1);
  return filter;
}

}  // namespace faultline::store
