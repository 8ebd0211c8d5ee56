// Events of a segment counted by minute, state, signature and service, for
// questions that ask for no more: a day is then counted without a look at its events.
//   version, varint rows, zig-zag varint first minute, column of minutes since it,
//   columns of signature codes, service codes, sides, outcomes, severities, block of varint counts
// Rows ascend by signature, service, state and minute. A column is behind its varint length
// (store/column_codec.h).
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "store/packed_block.h"
#include "store/segment.h"

namespace faultline::store {

// Counts the events of a segment as it is encoded.
class RollupBuilder {
 public:
  // `columns` must have the time, the states, the signature and the service.
  void Add(const Columns& columns);
  // Nullopt when there are so many rows that reading the events costs no more.
  std::optional<std::string> Encode(BlockPacker& packer);

 private:
  struct Slot {
    uint64_t key = 0;    // packed row
    uint32_t count = 0;  // 0: free
  };
  Slot& Find(uint64_t key);
  void Grow();

  bool possible_ = true;
  int64_t first_minute_ = INT64_MIN;
  uint64_t events_ = 0;
  size_t rows_ = 0;
  std::vector<Slot> slots_ = std::vector<Slot>(1'024);
};

// `events` is the segment's size. Errors: DataLoss, also unless the counts add up to it.
absl::StatusOr<std::shared_ptr<const Rollup>> DecodeRollup(std::string_view value, uint64_t events);

// Rows that differ in the signature alone taken together; ascending by minute, service and state.
Rollup WithoutSignatures(const Rollup& rollup);
// Rows that differ in the minute alone taken together, where they are neighbours; all have the earliest minute.
Rollup WithoutMinutes(const Rollup& rollup);

}  // namespace faultline::store
