#include "query/id_table.h"

#include <xxhash.h>

#include <algorithm>
#include <bit>

namespace faultline::query {
namespace {

constexpr size_t kMinSlots = 1024;
// A probe misses every cache, so the next ones are fetched meanwhile.
constexpr size_t kPrefetchAhead = 12;
// Any odd constant; keeps the kinds apart.
constexpr uint64_t kKindSalt = 0x9e3779b97f4a7c15;

}  // namespace

uint64_t IdTable::Hash(store::IdKind kind, std::string_view id) {
  return XXH3_64bits_withSeed(id.data(), id.size(), kKindSalt * (static_cast<uint64_t>(kind) + 1));
}

void IdTable::Add(std::span<const uint64_t> hashes, std::span<const uint32_t> events, std::span<uint32_t> numbers) {
  if ((ids_.size() + hashes.size()) * 3 > slots_.size() * 2) Reserve(ids_.size() + hashes.size());
  for (size_t i = 0; i < hashes.size(); ++i) {
    if (i + kPrefetchAhead < hashes.size()) __builtin_prefetch(&slots_[hashes[i + kPrefetchAhead] >> shift_]);
    numbers[i] = FindOrAdd(hashes[i]);
    Id& id = ids_[numbers[i]];
    const bool was_crowded = id.events > max_events_;
    id.events += events[i];
    if (!was_crowded && id.events > max_events_) crowded_.push_back(numbers[i]);
  }
}

uint32_t IdTable::FindOrAdd(uint64_t hash) {
  const auto tag = static_cast<uint32_t>(hash);
  for (size_t at = hash >> shift_;; at = (at + 1) & (slots_.size() - 1)) {
    Slot& slot = slots_[at];
    if (slot.number == kNone) {
      slot = {static_cast<uint32_t>(ids_.size()), tag};
      ids_.push_back({hash, 0, kNone});
      return slot.number;
    }
    if (slot.tag == tag && ids_[slot.number].hash == hash) return slot.number;
  }
}

void IdTable::Find(std::span<const uint64_t> hashes, std::span<uint32_t> numbers) const {
  std::fill(numbers.begin(), numbers.end(), kNone);
  if (slots_.empty()) return;
  for (size_t i = 0; i < hashes.size(); ++i) {
    if (i + kPrefetchAhead < hashes.size()) __builtin_prefetch(&slots_[hashes[i + kPrefetchAhead] >> shift_]);
    const auto tag = static_cast<uint32_t>(hashes[i]);
    for (size_t at = hashes[i] >> shift_; slots_[at].number != kNone; at = (at + 1) & (slots_.size() - 1)) {
      if (slots_[at].tag != tag || ids_[slots_[at].number].hash != hashes[i]) continue;
      numbers[i] = slots_[at].number;
      break;
    }
  }
}

void IdTable::Reserve(size_t ids) {
  const size_t slots = std::bit_ceil(std::max(kMinSlots, ids + ids / 2 + 1));
  if (slots > slots_.size()) Grow(slots);
}

void IdTable::Grow(size_t slots) {
  slots_.assign(slots, Slot{});
  shift_ = 64 - static_cast<unsigned>(std::countr_zero(slots));
  for (uint32_t number = 0; number < ids_.size(); ++number) {
    size_t at = ids_[number].hash >> shift_;
    while (slots_[at].number != kNone) at = (at + 1) & (slots - 1);
    slots_[at] = {number, static_cast<uint32_t>(ids_[number].hash)};
  }
}

}  // namespace faultline::query
