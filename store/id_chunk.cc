#include "store/id_chunk.h"

#include <algorithm>
#include <cstring>

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

void IdChunkBuilder::Add(std::string_view encoded_id) {
  const size_t shared = SharedPrefix(last_, encoded_id);
  const bool other_size = encoded_id.size() != last_.size();
  heads_[size_] = other_size || shared >= kHasHead ? kHasHead : static_cast<uint8_t>(shared);
  if (heads_[size_] == kHasHead) {
    *end_++ = static_cast<char>(shared | (other_size ? kOtherSize : 0));
    if (other_size) end_ = WriteVarint(end_, encoded_id.size());
  }
  std::memcpy(end_, encoded_id.data() + shared, encoded_id.size() - shared);
  end_ += encoded_id.size() - shared;
  last_ = encoded_id;
  text_ |= encoded_id.front() == 0;
  ++size_;
}

std::string IdChunkBuilder::Finish(BlockPacker& packer) {
  const std::string_view bytes(bytes_.get(), static_cast<size_t>(end_ - bytes_.get()));
  std::string value;
  value.reserve(bytes.size() + size_ / 2 + 16);
  value.push_back(static_cast<char>(kHalvesVersion));
  AppendVarint(value, size_);
  for (uint32_t i = 0; i < size_; i += 2) {
    value.push_back(static_cast<char>(heads_[i] | (i + 1 < size_ ? heads_[i + 1] << 4 : 0)));
  }
  if (text_) {
    packer.Append(bytes, value);
  } else {
    BlockPacker::AppendStored(bytes, value);
  }
  end_ = bytes_.get();
  last_ = {};
  size_ = 0;
  text_ = false;
  return value;
}

absl::Status IdChunkReader::Open(std::string_view value) {
  size_ = 0;
  next_ = left_ = 0;
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

bool IdChunkReader::Next() {
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
