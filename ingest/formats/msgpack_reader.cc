#include "ingest/formats/msgpack_reader.h"

#include <bit>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"

namespace faultline::ingest {

absl::Status MsgpackReader::Damaged(std::string_view what) const {
  return absl::InvalidArgumentError(
      absl::StrCat("msgpack: ", absl::string_view(what.data(), what.size()), " at byte ", at_));
}

absl::Status MsgpackReader::TakeBytes(uint64_t size, std::string_view& bytes) {
  if (size > bytes_.size() - at_) {
    return absl::OutOfRangeError(
        absl::StrCat("msgpack: ends at byte ", bytes_.size(), ", inside a value that starts at ", at_));
  }
  bytes = bytes_.substr(at_, size);
  at_ += size;
  return absl::OkStatus();
}

absl::Status MsgpackReader::TakeNumber(int size, uint64_t& number) {
  std::string_view bytes;
  RETURN_IF_ERROR(TakeBytes(static_cast<uint64_t>(size), bytes));
  number = 0;
  for (const char c : bytes) number = number << 8 | static_cast<uint8_t>(c);
  return absl::OkStatus();
}

// A text or an extension with its length in front.
absl::Status MsgpackReader::TakeSized(int size_bytes, MsgpackToken& token) {
  uint64_t size = 0;
  RETURN_IF_ERROR(TakeNumber(size_bytes, size));
  if (token.kind == MsgpackKind::kExtension) {
    std::string_view type;
    RETURN_IF_ERROR(TakeBytes(1, type));
    token.type = static_cast<int8_t>(type[0]);
  }
  return TakeBytes(size, token.bytes);
}

// The kinds whose first byte holds a small number too.
absl::Status MsgpackReader::TakeFixed(uint8_t first, MsgpackToken& token) {
  if (first < 0x80) {
    token = {.kind = MsgpackKind::kUint, .number = first};
  } else if (first < 0x90) {
    token = {.kind = MsgpackKind::kMap, .number = first & 0x0fU};
  } else if (first < 0xa0) {
    token = {.kind = MsgpackKind::kArray, .number = first & 0x0fU};
  } else if (first < 0xc0) {
    token.kind = MsgpackKind::kText;
    return TakeBytes(first & 0x1fU, token.bytes);
  } else {
    token = {.kind = MsgpackKind::kInt,
             .number = static_cast<uint64_t>(static_cast<int64_t>(static_cast<int8_t>(first)))};
  }
  return absl::OkStatus();
}

absl::Status MsgpackReader::TakeScalar(uint8_t first, MsgpackToken& token) {
  uint64_t number = 0;
  if (first == 0xca || first == 0xcb) {
    RETURN_IF_ERROR(TakeNumber(first == 0xca ? 4 : 8, number));
    token.kind = MsgpackKind::kFloat;
    token.real = first == 0xca ? static_cast<double>(std::bit_cast<float>(static_cast<uint32_t>(number)))
                               : std::bit_cast<double>(number);
    return absl::OkStatus();
  }
  const bool is_signed = first >= 0xd0;
  const int size = 1 << (is_signed ? first - 0xd0 : first - 0xcc);
  RETURN_IF_ERROR(TakeNumber(size, number));
  const int shift = 64 - 8 * size;
  token.kind = is_signed ? MsgpackKind::kInt : MsgpackKind::kUint;
  token.number = is_signed ? static_cast<uint64_t>(static_cast<int64_t>(number << shift) >> shift) : number;
  return absl::OkStatus();
}

absl::Status MsgpackReader::Take(MsgpackToken& token) {
  token = {};
  std::string_view byte;
  RETURN_IF_ERROR(TakeBytes(1, byte));
  const auto first = static_cast<uint8_t>(byte[0]);
  if (first < 0xc0 || first >= 0xe0) return TakeFixed(first, token);
  if (first == 0xc0) return absl::OkStatus();
  if (first == 0xc1) return Damaged("a byte that no value starts with");
  if (first <= 0xc3) {
    token = {.kind = MsgpackKind::kBool, .number = first == 0xc3 ? 1U : 0U};
    return absl::OkStatus();
  }
  if (first <= 0xc6 || (first >= 0xd9 && first <= 0xdb)) {
    token.kind = MsgpackKind::kText;
    return TakeSized(1 << (first <= 0xc6 ? first - 0xc4 : first - 0xd9), token);
  }
  if (first <= 0xc9) {
    token.kind = MsgpackKind::kExtension;
    return TakeSized(1 << (first - 0xc7), token);
  }
  if (first <= 0xd3) return TakeScalar(first, token);
  if (first <= 0xd8) {
    token.kind = MsgpackKind::kExtension;
    std::string_view type;
    RETURN_IF_ERROR(TakeBytes(1, type));
    token.type = static_cast<int8_t>(type[0]);
    return TakeBytes(1U << (first - 0xd4), token.bytes);
  }
  token.kind = first >= 0xde ? MsgpackKind::kMap : MsgpackKind::kArray;
  return TakeNumber(first == 0xdc || first == 0xde ? 2 : 4, token.number);
}

absl::Status MsgpackReader::Skip(int depth) {
  MsgpackToken token;
  RETURN_IF_ERROR(Take(token));
  if (token.kind != MsgpackKind::kArray && token.kind != MsgpackKind::kMap) return absl::OkStatus();
  if (depth >= kMaxMsgpackDepth) return Damaged("nested too deep");
  const uint64_t values = token.kind == MsgpackKind::kMap ? token.number * 2 : token.number;
  for (uint64_t i = 0; i < values; ++i) RETURN_IF_ERROR(Skip(depth + 1));
  return absl::OkStatus();
}

}  // namespace faultline::ingest
