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

}  // namespace

void IdChunkBuilder::Add(std::string_view encoded_id) {
  const size_t limit = std::min({last_.size(), encoded_id.size(), kMaxShared});
  size_t shared = 0;
  while (shared < limit && last_[shared] == encoded_id[shared]) ++shared;
  const bool other_size = encoded_id.size() != last_.size();
  bytes_.push_back(static_cast<char>(shared | (other_size ? kOtherSize : 0)));
  if (other_size) AppendVarint(bytes_, encoded_id.size());
  bytes_.append(encoded_id.substr(shared));
  last_ = encoded_id;
  text_ |= encoded_id.front() == 0;
  ++size_;
}

std::string IdChunkBuilder::Finish(BlockPacker& packer) {
  std::string value(1, static_cast<char>(kPartVersion));
  if (text_) {
    packer.Append(bytes_, value);
  } else {
    BlockPacker::AppendStored(bytes_, value);
  }
  bytes_.clear();
  last_.clear();
  size_ = 0;
  text_ = false;
  return value;
}

absl::Status IdChunkReader::Open(std::string_view value) {
  size_ = 0;
  if (value.empty() || static_cast<uint8_t>(value.front()) != kPartVersion) {
    return status_ = absl::DataLossError("malformed id chunk");
  }
  value.remove_prefix(1);
  return status_ = ReadBlock(value, buffer_, bytes_);
}

bool IdChunkReader::Fail() {
  status_ = absl::DataLossError("malformed id chunk");
  return false;
}

bool IdChunkReader::Next() {
  if (bytes_.empty() || !status_.ok()) return false;
  const auto head = static_cast<uint8_t>(bytes_.front());
  bytes_.remove_prefix(1);
  const size_t shared = head & kMaxShared;
  uint64_t size = size_;
  if ((head & kOtherSize) != 0 && !ReadVarint(bytes_, size)) return Fail();
  if (size > kMaxEncodedIdBytes || size < 2 || shared > size_ || shared > size || size - shared > bytes_.size()) {
    return Fail();
  }
  std::memcpy(id_ + shared, bytes_.data(), size - shared);
  bytes_.remove_prefix(size - shared);
  size_ = size;
  return true;
}

}  // namespace faultline::store
