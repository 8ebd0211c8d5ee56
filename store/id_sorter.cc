#include "store/id_sorter.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

#include "store/id_codec.h"

namespace faultline::store {
namespace {

using Entry = IdSorter::Entry;

// Bits of the prefix that are sorted by counting, in two passes.
constexpr int kPassBits = 11;
constexpr int kLowestBit = 64 - 2 * kPassBits;

// `encoded` has room for eight bytes behind the tag.
uint64_t PrefixOf(const char* encoded, size_t size) {
  uint64_t prefix = 0;
  std::memcpy(&prefix, encoded + 1, sizeof(prefix));
  prefix = __builtin_bswap64(prefix);
  const size_t bytes = size - 1;
  if (bytes < sizeof(prefix)) prefix &= ~uint64_t{0} << (64 - 8 * bytes);
  return static_cast<uint64_t>(encoded[0]) << 62 | prefix >> 2;
}

// One stable pass.
void RadixPass(const std::vector<Entry>& from, int shift, std::vector<Entry>& to) {
  constexpr size_t kBuckets = 1 << kPassBits;
  std::array<uint32_t, kBuckets> next{};
  for (const Entry& entry : from) ++next[(entry.prefix >> shift) % kBuckets];
  uint32_t sum = 0;
  for (uint32_t& bucket : next) sum += std::exchange(bucket, sum);
  for (const Entry& entry : from) to[next[(entry.prefix >> shift) % kBuckets]++] = entry;
}

}  // namespace

bool IdSorter::Before(const Entry& a, const Entry& b) const {
  if (a.prefix != b.prefix) return a.prefix < b.prefix;
  const int order = EncodedOf(a).compare(EncodedOf(b));
  return order != 0 ? order < 0 : a.ordinal < b.ordinal;
}

void IdSorter::Grow() {
  constexpr size_t kFirst = 64 << 10;
  const size_t capacity = std::max(kFirst, 2 * capacity_);
  std::unique_ptr<char[]> larger(new char[capacity]);
  if (used_ > 0) std::memcpy(larger.get(), bytes_.get(), used_);
  bytes_ = std::move(larger);
  capacity_ = capacity;
}

void IdSorter::Add(std::string_view id, uint16_t ordinal, size_t expected) {
  if (entries_.empty()) entries_.reserve(expected);
  if (capacity_ - used_ < kMaxEncodedIdBytes + sizeof(uint64_t)) Grow();
  char* const encoded = bytes_.get() + used_;
  const size_t size = EncodeId(id, encoded);
  entries_.push_back({PrefixOf(encoded, size), static_cast<uint32_t>(used_), ordinal, static_cast<uint8_t>(size - 1)});
  used_ += size;
}

const std::vector<IdSorter::Entry>& IdSorter::Sort() {
  constexpr size_t kFew = 1'000;
  const auto before = [this](const Entry& a, const Entry& b) { return Before(a, b); };
  if (entries_.size() < kFew) {
    std::sort(entries_.begin(), entries_.end(), before);
    return entries_;
  }
  std::vector<Entry> other(entries_.size());
  RadixPass(entries_, kLowestBit, other);
  RadixPass(other, kLowestBit + kPassBits, entries_);
  // What the first bits leave equal is one id's events, already in order, or
  // needs a closer look.
  for (auto first = entries_.begin(); first != entries_.end();) {
    auto last = first + 1;
    while (last != entries_.end() && last->prefix >> kLowestBit == first->prefix >> kLowestBit) ++last;
    if (last - first > 1 && !std::is_sorted(first, last, before)) std::sort(first, last, before);
    first = last;
  }
  return entries_;
}

}  // namespace faultline::store
