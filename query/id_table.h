// Numbers the exact ids of a unit graph and counts the events that carry each.
//
// An id is known by a 64-bit hash that its kind is part of: a trace id and a
// message id of the same text are two ids. Two of n ids share a hash with
// probability n^2 / 2^65, which is 2e-6 for eight million.
//
// About 26 bytes an id. Belongs to one thread.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "store/event.h"

namespace faultline::query {

class IdTable {
 public:
  static constexpr uint32_t kNone = UINT32_MAX;

  // An id with more than `max_events` is crowded: it identifies nothing.
  explicit IdTable(uint32_t max_events) : max_events_(max_events) {}

  static uint64_t Hash(store::IdKind kind, std::string_view id);

  // Adds `events[i]` events to the id with hash `hashes[i]`, which is new or not,
  // and writes its number to `numbers[i]`. Numbers count up from 0. The spans are of one size.
  void Add(std::span<const uint64_t> hashes, std::span<const uint32_t> events, std::span<uint32_t> numbers);
  // Writes to `numbers[i]` the number of the id with hash `hashes[i]`, kNone when it is not in the table.
  void Find(std::span<const uint64_t> hashes, std::span<uint32_t> numbers) const;
  // Makes room for this many ids in all, so that no growth comes later.
  void Reserve(size_t ids);

  uint64_t hash(uint32_t number) const { return ids_[number].hash; }
  uint32_t events(uint32_t number) const { return ids_[number].events; }
  bool IsCrowded(uint32_t number) const { return ids_[number].events > max_events_; }
  bool WouldBeCrowded(uint32_t number, uint32_t more) const {
    return uint64_t{ids_[number].events} + more > max_events_;
  }
  // All crowded ids, in the order in which they became so.
  const std::vector<uint32_t>& crowded() const { return crowded_; }
  // One event that carries it; kNone until set.
  uint32_t first_event(uint32_t number) const { return ids_[number].first_event; }
  void set_first_event(uint32_t number, uint32_t event) { ids_[number].first_event = event; }
  size_t size() const { return ids_.size(); }
  size_t bytes() const { return ids_.capacity() * sizeof(Id) + slots_.capacity() * sizeof(Slot); }

 private:
  struct Id {
    uint64_t hash;
    uint32_t events;
    uint32_t first_event;
  };
  struct Slot {
    uint32_t number = kNone;
    uint32_t tag = 0;  // low half of the hash: saves a look at the id
  };

  uint32_t FindOrAdd(uint64_t hash);
  void Grow(size_t slots);

  const uint32_t max_events_;
  std::vector<Id> ids_;
  std::vector<uint32_t> crowded_;
  std::vector<Slot> slots_;  // a power of two; open addressing, linear probing
  unsigned shift_ = 64;      // 64 - log2(slots): the high bits choose the slot
};

}  // namespace faultline::query
