// Sorts the ids of one kind, with the events that carry them, by encoded bytes.
//
// Most ids are random: a radix sort of the first bits leaves few ties.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

namespace faultline::store {

class IdSorter {
 public:
  struct Entry {
    uint64_t prefix;  // tag in the top two bits, then the first bytes, big-endian
    uint32_t offset;  // of the encoded bytes
    uint16_t ordinal;
    uint8_t size_less_one;  // of the encoded bytes: at least two
  };

  // `id` has 1..255 bytes. Ordinals must ascend. `expected` is how many will come, more or less.
  void Add(std::string_view id, uint16_t ordinal, size_t expected);
  // By encoded bytes, then by ordinal. Once.
  const std::vector<Entry>& Sort();

  // Until the next Add.
  std::string_view EncodedOf(const Entry& entry) const {
    return {bytes_.get() + entry.offset, size_t{entry.size_less_one} + 1};
  }

 private:
  bool Before(const Entry& a, const Entry& b) const;
  void Grow();

  std::unique_ptr<char[]> bytes_;
  size_t used_ = 0, capacity_ = 0;
  std::vector<Entry> entries_;
};

}  // namespace faultline::store
