#include "store/flat_id_chunk.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "base/varint.h"

namespace faultline::store {
namespace {

constexpr size_t kMaxHeadBytes = 3;
constexpr size_t kMaxIds = 65'536;

absl::Status Malformed() { return absl::DataLossError("malformed id chunk"); }

uint64_t HeadOf(std::string_view id, size_t bytes) {
  uint64_t head = 0;
  for (size_t i = 0; i < bytes; ++i) head = head << 8 | static_cast<uint8_t>(id[1 + i]);
  return head;
}

// The size that makes the least of gaps and tails together.
size_t BestHeadBytes(std::span<const std::string_view> ids) {
  size_t best = 1;
  uint64_t best_bits = UINT64_MAX;
  for (size_t bytes = 1; bytes <= std::min(kMaxHeadBytes, ids.front().size() - 1); ++bytes) {
    const uint64_t range = HeadOf(ids.back(), bytes) - HeadOf(ids.front(), bytes);
    const uint64_t bits = range + 8 * ids.size() * (ids.front().size() - bytes);
    if (bits >= best_bits) continue;
    best = bytes;
    best_bits = bits;
  }
  return best;
}

}  // namespace

std::optional<std::string> FlatIdChunk::Encode(std::span<const std::string_view> ids) {
  if (ids.empty() || ids.front().size() < 2 || ids.front().front() == 0) return std::nullopt;
  for (const std::string_view id : ids) {
    if (id.size() != ids.front().size() || id.front() != ids.front().front()) return std::nullopt;
  }
  const size_t head_bytes = BestHeadBytes(ids);
  uint64_t head = HeadOf(ids.front(), head_bytes);
  std::string gaps((HeadOf(ids.back(), head_bytes) - head + ids.size() + 7) / 8, '\0');
  std::string tails;
  tails.reserve(ids.size() * ids.front().size());
  size_t bit = 0;
  for (const std::string_view id : ids) {
    const uint64_t next = HeadOf(id, head_bytes);
    bit += next - head;
    head = next;
    gaps[bit / 8] = static_cast<char>(static_cast<uint8_t>(gaps[bit / 8]) | 1u << bit % 8);
    ++bit;
    tails.append(id.substr(1 + head_bytes));
  }
  std::string value(1, kVersion);
  AppendVarint(value, ids.size());
  value.push_back(static_cast<char>(ids.front().size()));
  value.push_back(ids.front().front());
  value.push_back(static_cast<char>(head_bytes));
  value.append(ids.front().substr(1, head_bytes));
  AppendString(value, gaps);
  return value.append(tails);
}

absl::Status FlatIdChunk::Open(std::string_view value) {
  uint64_t ids = 0;
  *this = {};
  if (value.empty() || value.front() != kVersion) return Malformed();
  value.remove_prefix(1);
  if (!ReadVarint(value, ids) || ids == 0 || ids > kMaxIds || value.size() < 3) return Malformed();
  id_bytes_ = static_cast<uint8_t>(value[0]);
  id_[0] = value[1];
  head_bytes_ = static_cast<uint8_t>(value[2]);
  value.remove_prefix(3);
  if (head_bytes_ == 0 || head_bytes_ > kMaxHeadBytes || id_bytes_ < 1 + head_bytes_ || id_bytes_ > sizeof id_ ||
      value.size() < head_bytes_) {
    return Malformed();
  }
  std::memcpy(id_ + 1, value.data(), head_bytes_);
  first_head_ = head_ = HeadOf({id_, id_bytes_}, head_bytes_);
  value.remove_prefix(head_bytes_);
  if (!ReadString(value, gaps_)) return Malformed();
  uint64_t ones = 0, last = 0;
  for (size_t byte = 0; byte < gaps_.size(); byte += 8) {
    const uint64_t word = WordAt(byte);
    ones += static_cast<uint64_t>(std::popcount(word));
    if (word != 0) last = byte * 8 + 63 - static_cast<uint64_t>(std::countl_zero(word));
  }
  tail_bytes_ = id_bytes_ - 1 - head_bytes_;
  tails_ = value;
  size_ = static_cast<uint32_t>(ids);
  if (ones != ids || value.size() != ids * tail_bytes_) return Malformed();
  const uint64_t largest = first_head_ + last - (ids - 1);
  return largest >> (8 * head_bytes_) == 0 ? absl::OkStatus() : Malformed();
}

uint64_t FlatIdChunk::WordAt(size_t byte) const {
  uint64_t word = 0;
  std::memcpy(&word, gaps_.data() + byte, std::min(sizeof word, gaps_.size() - byte));
  return word;
}

bool FlatIdChunk::Next() {
  if (next_ == size_) return false;
  for (uint64_t ahead = 0; ahead == 0;) {
    const size_t shift = bit_ % 8;
    ahead = WordAt(bit_ / 8) >> shift;
    const auto zeros = ahead == 0 ? 64 - shift : static_cast<size_t>(std::countr_zero(ahead));
    bit_ += zeros;
    head_ += zeros;
  }
  ++bit_;
  for (size_t i = 0; i < head_bytes_; ++i) id_[1 + i] = static_cast<char>(head_ >> (8 * (head_bytes_ - 1 - i)));
  std::memcpy(id_ + 1 + head_bytes_, TailOf(next_).data(), tail_bytes_);
  ++next_;
  return true;
}

FlatIdChunk::Place FlatIdChunk::Skip(uint64_t gap) const {
  size_t byte = 0;
  uint32_t index = 0;
  while (byte + 8 <= gaps_.size()) {
    const auto ones = static_cast<uint32_t>(std::popcount(WordAt(byte)));
    if (64 - ones >= gap) break;  // the last of these zeros is in this word, or the next one's first bit is behind it
    gap -= 64 - ones;
    index += ones;
    byte += 8;
  }
  size_t bit = byte * 8;
  for (; gap > 0 && bit < gaps_.size() * 8; ++bit) {
    const bool one = (static_cast<uint8_t>(gaps_[bit / 8]) >> bit % 8 & 1) != 0;
    if (one) {
      ++index;
    } else {
      --gap;
    }
  }
  return {index, bit};
}

std::optional<uint32_t> FlatIdChunk::Find(std::string_view encoded_id) const {
  if (encoded_id.size() != id_bytes_ || encoded_id.front() != id_[0]) return std::nullopt;
  const uint64_t head = HeadOf(encoded_id, head_bytes_);
  if (head < first_head_) return std::nullopt;
  Place place = Skip(head - first_head_);
  const std::string_view tail = encoded_id.substr(1 + head_bytes_);
  // Those with the same head follow without a zero between them.
  for (; place.index < size_ && (static_cast<uint8_t>(gaps_[place.bit / 8]) >> place.bit % 8 & 1) != 0; ++place.bit) {
    const int order = TailOf(place.index).compare(tail);
    if (order == 0) return place.index;
    if (order > 0) return std::nullopt;
    ++place.index;
    if (place.bit + 1 == gaps_.size() * 8) break;
  }
  return std::nullopt;
}

}  // namespace faultline::store
