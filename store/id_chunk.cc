#include "store/id_chunk.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "base/varint.h"
#include "store/id_codec.h"
#include "store/keys.h"

namespace faultline::store {
namespace {

constexpr size_t kMaxShared = 127;
constexpr uint8_t kOtherSize = 0x80;
constexpr uint8_t kHalvesVersion = 2;
constexpr uint8_t kHasHead = 15;

size_t SharedPrefix(std::string_view a, std::string_view b) {
  const size_t limit = std::min({a.size(), b.size(), kMaxShared});
  size_t shared = 0;
  while (shared < limit && a[shared] == b[shared]) ++shared;
  return shared;
}

}  // namespace

std::string IdChunkBuilder::Finish(BlockPacker& packer) {
  std::optional<std::string> flat = FlatIdChunk::Encode(ids_);
  std::string value = flat ? *std::move(flat) : WithoutPrefixes(packer);
  ids_.clear();
  return value;
}

std::string IdChunkBuilder::WithoutPrefixes(BlockPacker& packer) const {
  std::string bytes, heads((ids_.size() + 1) / 2, '\0');
  std::string_view last;
  bool text = false;  // some id is not packed hex: compression may pay
  for (size_t i = 0; i < ids_.size(); ++i) {
    const std::string_view id = ids_[i];
    const size_t shared = SharedPrefix(last, id);
    const bool other_size = id.size() != last.size();
    const auto half = other_size || shared >= kHasHead ? kHasHead : static_cast<uint8_t>(shared);
    heads[i / 2] = static_cast<char>(static_cast<uint8_t>(heads[i / 2]) | half << i % 2 * 4);
    if (half == kHasHead) {
      bytes.push_back(static_cast<char>(shared | (other_size ? kOtherSize : 0)));
      if (other_size) AppendVarint(bytes, id.size());
    }
    bytes.append(id.substr(shared));
    text |= id.front() == 0;
    last = id;
  }
  std::string value(1, static_cast<char>(kHalvesVersion));
  AppendVarint(value, ids_.size());
  value.append(heads);
  if (text) {
    packer.Append(bytes, value);
  } else {
    BlockPacker::AppendStored(bytes, value);
  }
  return value;
}

absl::Status IdChunkReader::Open(std::string_view value) {
  size_ = 0;
  next_ = left_ = 0;
  is_flat_ = !value.empty() && value.front() == FlatIdChunk::kVersion;
  if (is_flat_) return status_ = flat_.Open(value);
  halved_ = !value.empty() && static_cast<uint8_t>(value.front()) == kHalvesVersion;
  if (value.empty() || (!halved_ && static_cast<uint8_t>(value.front()) != kPartVersion)) return Malformed();
  value.remove_prefix(1);
  if (halved_) {
    uint64_t ids = 0;
    if (!ReadVarint(value, ids) || ids > kIdsPerChunk || (ids + 1) / 2 > value.size()) return Malformed();
    left_ = static_cast<uint32_t>(ids);
    halves_ = value.substr(0, (ids + 1) / 2);
    value.remove_prefix(halves_.size());
  }
  return status_ = ReadBlock(value, buffer_, bytes_);
}

absl::Status IdChunkReader::Malformed() { return status_ = absl::DataLossError("malformed id chunk"); }

bool IdChunkReader::Fail() {
  Malformed().IgnoreError();
  return false;
}

uint8_t IdChunkReader::NextHalf() {
  if (!halved_) return kHasHead;
  --left_;
  const auto both = static_cast<uint8_t>(halves_[next_ / 2]);
  return next_++ % 2 == 0 ? both & 15 : both >> 4;
}

std::optional<uint32_t> IdChunkReader::Find(std::string_view encoded_id) {
  if (is_flat_ && status_.ok()) return flat_.Find(encoded_id);
  for (uint32_t index = 0; Next(); ++index) {
    const int order = this->encoded_id().compare(encoded_id);
    if (order == 0) return index;
    if (order > 0) break;
  }
  return std::nullopt;
}

bool IdChunkReader::Next() {
  if (is_flat_) return status_.ok() && flat_.Next();
  if (!status_.ok() || (halved_ ? left_ == 0 : bytes_.empty())) return false;
  size_t shared = NextHalf();
  uint64_t size = size_;
  if (shared == kHasHead) {
    if (bytes_.empty()) return Fail();
    const auto head = static_cast<uint8_t>(bytes_.front());
    bytes_.remove_prefix(1);
    shared = head & kMaxShared;
    if ((head & kOtherSize) != 0 && !ReadVarint(bytes_, size)) return Fail();
  }
  if (size > kMaxEncodedIdBytes || size < 2 || shared > size_ || shared > size || size - shared > bytes_.size()) {
    return Fail();
  }
  std::memcpy(id_ + shared, bytes_.data(), size - shared);
  bytes_.remove_prefix(size - shared);
  size_ = size;
  return true;
}

}  // namespace faultline::store
