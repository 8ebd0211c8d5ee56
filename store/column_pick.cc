#include "store/column_pick.h"

#include <bit>
#include <cstring>

#include "base/status_macros.h"
#include "base/varint.h"
#include "store/column_encoding.h"
#include "store/packed_block.h"

namespace faultline::store {
namespace {

// Takes `count` varints off the front of `from` unread; false when it has fewer.
bool SkipVarints(std::string_view& from, size_t count) {
  constexpr uint64_t kContinues = 0x8080808080808080u;
  // A varint ends with a byte without its highest bit.
  while (from.size() >= sizeof(uint64_t)) {
    uint64_t word = 0;
    std::memcpy(&word, from.data(), sizeof(word));
    const auto ends = static_cast<size_t>(std::popcount(~word & kContinues));
    const bool begins_next = (word >> 63) != 0;
    if (ends > count || (ends == count && begins_next)) break;
    count -= ends;
    from.remove_prefix(sizeof(word));
  }
  uint64_t skipped = 0;
  for (; count > 0; --count) {
    if (!ReadVarint(from, skipped)) return false;
  }
  return true;
}

// Puts bytes of the next block of `column`, a plane, into `values`, which have 0 there.
template <typename T>
absl::Status PickPlane(std::string_view& column, size_t count, Picks picks, int shift, std::vector<T>& values) {
  ByteBuffer buffer;
  std::string_view bytes;
  RETURN_IF_ERROR(ReadBlock(column, buffer, bytes));
  if (bytes.size() != count) return MalformedColumn();
  for (const Pick& pick : picks) values[pick.row] |= static_cast<T>(static_cast<uint8_t>(bytes[pick.place]) << shift);
  return absl::OkStatus();
}

absl::Status PickDeltas(std::string_view column, Picks picks, std::vector<int64_t>& values) {
  uint64_t first = 0;
  uint64_t scale = 0;
  if (!ReadVarint(column, first) || !ReadVarint(column, scale)) return MalformedColumn();
  ByteBuffer buffer;
  std::string_view codes;
  RETURN_IF_ERROR(ReadBlock(column, buffer, codes));
  int64_t steps = 0;
  uint32_t place = 0;
  for (const Pick& pick : picks) {
    for (; place < pick.place; ++place) {
      uint64_t code = 0;
      if (!ReadVarint(codes, code)) return MalformedColumn();
      steps = WrappingPlus(steps, UnZigZag(code));
    }
    values[pick.row] = WrappingPlus(UnZigZag(first), WrappingTimes(steps, scale));
  }
  return absl::OkStatus();
}

absl::Status PickBeside(std::string_view column, Picks picks, std::span<const int64_t> base,
                        std::vector<int64_t>& values) {
  uint64_t scale = 0;
  if (!ReadVarint(column, scale) || base.size() != values.size()) return MalformedColumn();
  ByteBuffer buffer;
  std::string_view codes;
  RETURN_IF_ERROR(ReadBlock(column, buffer, codes));
  uint32_t place = 0;
  for (const Pick& pick : picks) {
    uint64_t code = 0;
    if (!SkipVarints(codes, pick.place - place) || !ReadVarint(codes, code)) return MalformedColumn();
    place = pick.place + 1u;
    values[pick.row] = code == 0 ? 0 : WrappingPlus(base[pick.row], WrappingTimes(UnZigZag(code - 1), scale));
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status PickTimes(std::string_view column, size_t count, Picks picks, std::span<const int64_t> base,
                       std::vector<int64_t>& values) {
  uint8_t encoding = 0;
  values.resize(picks.size());
  if (!TakeEncoding(column, encoding)) return MalformedColumn();
  if (encoding == kConstantColumn) return DecodeConstant(column, picks.size(), values);
  if (encoding == kDeltaColumn) return PickDeltas(column, picks, values);
  if (encoding == kBesideColumn) return PickBeside(column, picks, base, values);
  if (encoding != kPlainColumn) return MalformedColumn();
  ByteBuffer buffer;
  std::string_view bytes;
  RETURN_IF_ERROR(ReadBlock(column, buffer, bytes));
  if (bytes.size() != count * sizeof(int64_t)) return MalformedColumn();
  for (const Pick& pick : picks) {
    std::memcpy(&values[pick.row], bytes.data() + pick.place * sizeof(int64_t), sizeof(int64_t));
  }
  return absl::OkStatus();
}

absl::Status PickBytes(std::string_view column, size_t count, Picks picks, std::vector<uint8_t>& values) {
  uint8_t encoding = 0;
  if (!TakeEncoding(column, encoding)) return MalformedColumn();
  if (encoding == kConstantColumn) return DecodeConstant(column, picks.size(), values);
  if (encoding != kByteColumn) return MalformedColumn();
  values.assign(picks.size(), 0);
  return PickPlane(column, count, picks, 0, values);
}

absl::Status PickCodes(std::string_view column, size_t count, Picks picks, std::vector<uint16_t>& values) {
  uint8_t encoding = 0;
  if (!TakeEncoding(column, encoding)) return MalformedColumn();
  if (encoding == kConstantColumn) return DecodeConstant(column, picks.size(), values);
  if (encoding != kByteColumn && encoding != kBytePlaneColumn) return MalformedColumn();
  values.assign(picks.size(), 0);
  RETURN_IF_ERROR(PickPlane(column, count, picks, 0, values));
  return encoding == kByteColumn ? absl::OkStatus() : PickPlane(column, count, picks, 8, values);
}

}  // namespace faultline::store
