// Sorts the ids of one kind, with the events that carry them, by encoded bytes.
//
// Most ids are random: a radix sort of the first 32 bits leaves few ties.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/arena.h"

namespace faultline::store {

class IdSorter {
 public:
  struct Entry {
    uint64_t prefix;  // tag in the top two bits, then the first bytes, big-endian
    const char* bytes;
    uint16_t size;
    uint16_t ordinal;
    std::string_view encoded() const { return {bytes, size}; }
  };

  // `id` has 1..255 bytes. Ordinals must ascend.
  void Add(std::string_view id, uint16_t ordinal);
  // By encoded bytes, then by ordinal. Once.
  const std::vector<Entry>& Sort();

 private:
  Arena arena_;
  std::vector<Entry> entries_;
};

}  // namespace faultline::store
