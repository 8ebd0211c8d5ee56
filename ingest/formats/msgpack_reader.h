// MessagePack taken apart, one value after another.
//
// Follows https://github.com/msgpack/msgpack/blob/master/spec.md.
#pragma once

#include <cstdint>
#include <string_view>

#include "absl/status/status.h"

namespace faultline::ingest {

enum class MsgpackKind : uint8_t { kNil, kBool, kUint, kInt, kFloat, kText, kArray, kMap, kExtension };

// One value, or the head of an array or a map.
struct MsgpackToken {
  MsgpackKind kind = MsgpackKind::kNil;
  uint64_t number = 0;  // of kUint and kBool; the bits of kInt; how many elements or pairs
  double real = 0;
  std::string_view bytes{};  // of a text or an extension
  int8_t type = 0;           // of an extension
};

class MsgpackReader {
 public:
  explicit MsgpackReader(std::string_view bytes) : bytes_(bytes) {}

  bool AtEnd() const { return at_ == bytes_.size(); }
  // Takes the next value, or the head of an array or a map, whose elements follow. Errors: OutOfRange where the bytes
  // end inside it; InvalidArgument for a byte that no value starts with.
  absl::Status Take(MsgpackToken& token);
  // Takes the next value with all that is in it. Errors: as above, and where it nests deeper than 32.
  absl::Status Skip(int depth = 1);
  // InvalidArgument that says `what` is wrong, and where.
  absl::Status Damaged(std::string_view what) const;

 private:
  absl::Status TakeBytes(uint64_t size, std::string_view& bytes);
  absl::Status TakeNumber(int size, uint64_t& number);
  absl::Status TakeSized(int size_bytes, MsgpackToken& token);
  absl::Status TakeFixed(uint8_t first, MsgpackToken& token);
  absl::Status TakeScalar(uint8_t first, MsgpackToken& token);

  const std::string_view bytes_;
  size_t at_ = 0;
};

inline constexpr int kMaxMsgpackDepth = 32;

}  // namespace faultline::ingest
