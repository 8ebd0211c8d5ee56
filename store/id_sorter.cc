#include "store/id_sorter.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

#include "store/id_codec.h"

namespace faultline::store {
namespace {

using Entry = IdSorter::Entry;

uint64_t PrefixOf(std::string_view encoded) {
  char first[sizeof(uint64_t)] = {};
  encoded.copy(first, sizeof(first), 1);
  uint64_t prefix = 0;
  std::memcpy(&prefix, first, sizeof(prefix));
  return static_cast<uint64_t>(encoded.front()) << 62 | __builtin_bswap64(prefix) >> 2;
}

bool Before(const Entry& a, const Entry& b) {
  if (a.prefix != b.prefix) return a.prefix < b.prefix;
  const int order = a.encoded().compare(b.encoded());
  return order != 0 ? order < 0 : a.ordinal < b.ordinal;
}

// One stable pass over eleven bits of the prefix.
void RadixPass(const std::vector<Entry>& from, int shift, std::vector<Entry>& to) {
  constexpr size_t kBuckets = 2'048;
  std::array<uint32_t, kBuckets> next{};
  for (const Entry& entry : from) ++next[(entry.prefix >> shift) % kBuckets];
  uint32_t sum = 0;
  for (uint32_t& bucket : next) sum += std::exchange(bucket, sum);
  for (const Entry& entry : from) to[next[(entry.prefix >> shift) % kBuckets]++] = entry;
}

}  // namespace

void IdSorter::Add(std::string_view id, uint16_t ordinal) {
  char encoded[kMaxEncodedIdBytes];
  const size_t size = EncodeId(id, encoded);
  const std::string_view copy = arena_.Copy({encoded, size});
  entries_.push_back({PrefixOf(copy), copy.data(), static_cast<uint16_t>(size), ordinal});
}

const std::vector<IdSorter::Entry>& IdSorter::Sort() {
  constexpr size_t kFew = 1'000;
  if (entries_.size() < kFew) {
    std::sort(entries_.begin(), entries_.end(), Before);
    return entries_;
  }
  constexpr int kLowestBit = 31;
  std::vector<Entry> other(entries_.size());
  for (const int shift : {kLowestBit, kLowestBit + 11, kLowestBit + 22}) {
    RadixPass(entries_, shift, other);
    entries_.swap(other);
  }
  // What the first bits leave equal is one id's events, already in order, or
  // needs a closer look.
  for (auto first = entries_.begin(); first != entries_.end();) {
    auto last = first + 1;
    while (last != entries_.end() && last->prefix >> kLowestBit == first->prefix >> kLowestBit) ++last;
    if (last - first > 1 && !std::is_sorted(first, last, Before)) std::sort(first, last, Before);
    first = last;
  }
  return entries_;
}

}  // namespace faultline::store
