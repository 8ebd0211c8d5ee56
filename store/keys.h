// Keys of the store (docs/store_format.md). Numbers in keys are big-endian, so
// that RocksDB's order is theirs.
#pragma once

#include <bit>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "store/event.h"

namespace faultline::store {

// Numbers inside values are copied as they are.
static_assert(std::endian::native == std::endian::little);

// Format of the whole store, in the family "meta". A store of a newer format is
// refused.
inline constexpr uint32_t kFormatVersion = 3;
// First byte of every value that is no protobuf.
inline constexpr uint8_t kPartVersion = 1;

// Parts of a segment. Stored: append only.
enum class Part : uint8_t {
  kDictionaries = 1,
  kSignatures = 2,
  kTexts = 3,
  kColumnChunk = 4,
  kTextChunk = 5,
  kPostings = 6,  // format 1 only
  kIdChunk = 7,
  kIdOrdinals = 8,
  kIdFilter = 9,
  kSignatureChunks = 10,
  kRollup = 11,
};
inline constexpr Part kLastPart = Part::kRollup;

inline constexpr size_t kPartKeyBytes = 12;

// segment u64, part u8, id kind u8 (else 0), index u16.
std::string PartKey(uint64_t segment, Part part, uint8_t kind = 0, uint16_t index = 0);
// u64: manifests by segment, signatures, dead letters by number.
std::string NumberKey(uint64_t number);
// Nullopt unless `key` is 8 bytes long.
std::optional<uint64_t> ParseNumberKey(std::string_view key);

// minute u32, then operation and all dimensions, each behind its varint length.
struct AttemptsKey {
  int64_t minute = 0;
  std::string_view operation;
  std::array<std::string_view, kDimensions> dimensions;
};
// First key of `minute`, which is clamped to what u32 holds.
std::string AttemptsMinuteKey(int64_t minute);
// Leaves out the rule, the format and the source.
std::string MakeAttemptsKey(const AttemptsKey& key);
// Views point into `key`. Nullopt when malformed.
std::optional<AttemptsKey> ParseAttemptsKey(std::string_view key);

// Values that are one number: version byte and u64.
std::string NumberValue(uint64_t number);
std::optional<uint64_t> ParseNumberValue(std::string_view value);

}  // namespace faultline::store
