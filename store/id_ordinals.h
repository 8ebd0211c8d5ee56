// Which events carry which id: the ordinals of all events with an id of the
// kind, grouped by id in the ids' order, ascending within an id.
//   version, varint entries, varint ids, u16 little-endian each,
//   then, unless every id has one event, one bit per entry: the first of its id
//
// Reads in place: the bytes must outlive the reader. From an id's index among
// all ids to its events, and from an event back to its id's index.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"

namespace faultline::store {

class IdOrdinals {
 public:
  // `firsts` has 1 for each entry that begins an id, else 0. Same size.
  static std::string Encode(std::span<const uint16_t> ordinals, std::span<const uint8_t> firsts);

  // Errors: DataLoss.
  absl::Status Open(std::string_view value);
  uint32_t ids() const { return ids_; }
  uint32_t entries() const { return entries_; }

  // Events of the id with `index` < ids().
  std::vector<uint16_t> Events(uint32_t index) const;
  // Calls `visit(index, ordinals)` for every id in order.
  template <typename Visit>
  void ForEach(Visit visit) const {
    std::vector<uint16_t> ordinals;
    uint32_t index = 0;
    for (uint32_t entry = 0; entry < entries_; ++index) {
      ordinals.clear();
      do {
        ordinals.push_back(Ordinal(entry++));
      } while (entry < entries_ && !IsFirst(entry));
      visit(index, std::span<const uint16_t>(ordinals));
    }
  }
  // Index of the id that each of `ordinals` (ascending) carries; -1 for none.
  std::vector<int32_t> IdsOf(std::span<const uint32_t> ordinals) const;

 private:
  struct Wanted {
    uint16_t ordinal = 0;
    uint32_t place = 0;  // in `ids`
  };
  // Sets each one's `ids` to the index of the id that it carries, if it has one.
  void FindFew(std::vector<Wanted>& wanted, std::span<int32_t> ids) const;
  uint16_t Ordinal(uint32_t entry) const;
  bool IsFirst(uint32_t entry) const;
  // Entry at which the id with `index` starts; entries() for index ids().
  uint32_t Start(uint32_t index) const;
  // Ids that start at or before `entry`, minus one.
  uint32_t Rank(uint32_t entry) const;
  // 64 of the bits in firsts_; those beyond its end are 0.
  uint64_t Word(uint32_t word) const;
  // The same for one that ends before it.
  uint64_t WholeWord(uint32_t word) const;

  uint32_t entries_ = 0;
  uint32_t ids_ = 0;
  std::string_view ordinals_;  // 2 bytes each
  std::string_view firsts_;    // bits; empty when every id has one event
};

}  // namespace faultline::store
