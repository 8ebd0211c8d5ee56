// Finds repeated lines of failures that carry no exact id.
//
// A client that tries again logs the same failure once more. With an exact id the
// lines are one unit by that id; without one they are taken for one when they agree in
// everything that names a place (a session, device or user, the signature, service and
// region: the key) and follow one another within kRepeatGapMicros.
//
// What belongs together does not depend on the order of Add: it is the chains of
// neighbours in time. About 30 bytes an event. Not thread-safe.
#pragma once

#include <array>
#include <cstdint>
#include <tuple>

#include "absl/container/btree_set.h"

namespace faultline::query {

// Clients retry within seconds; two failures a minute apart are told apart.
inline constexpr int64_t kRepeatGapMicros = 60'000'000;

class RepeatTable {
 public:
  static constexpr uint32_t kNone = UINT32_MAX;

  // Adds an event and returns the one before and the one after it, kNone where none is near.
  std::array<uint32_t, 2> Add(uint64_t key, int64_t time_us, uint32_t event);

  bool Has(uint64_t key) const {
    const auto at = entries_.lower_bound({key, INT64_MIN, 0});
    return at != entries_.end() && at->key == key;
  }

  size_t size() const { return entries_.size(); }

 private:
  struct Entry {
    uint64_t key;
    int64_t time_us;
    uint32_t event;
    bool operator<(const Entry& other) const {
      return std::tie(key, time_us, event) < std::tie(other.key, other.time_us, other.event);
    }
  };
  absl::btree_set<Entry> entries_;
};

}  // namespace faultline::query
