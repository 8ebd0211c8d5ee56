// Counters by value and time bucket, while events are counted.
//
// Belongs to one thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <numeric>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "query/count.h"
#include "store/event.h"

namespace faultline::query {

struct CountBuckets {
  int64_t start_us = 0;
  int64_t step_us = 0;  // 0: one bucket for all
  size_t count = 1;
};

// Slots by value, each with one counter for every bucket.
class CountTally {
 public:
  explicit CountTally(const CountBuckets& buckets) : buckets_(buckets) {}

  // Where the counters of `value` begin; once closed, values not seen before
  // share theirs.
  size_t SlotOf(const std::string& value) {
    const auto found = slots_.find(value);
    if (found != slots_.end()) return found->second;
    if (closed_) return other_;
    return slots_[value] = NewSlot();
  }
  // The same of a signature, without its text once it is known.
  size_t SlotOfSignature(uint64_t signature) {
    const auto found = by_signature_.find(signature);
    if (found != by_signature_.end()) return found->second;
    const size_t slot = SlotOf(signature == 0 ? "" : store::FormatSignature(signature));
    by_signature_.emplace(signature, slot);
    return slot;
  }
  void Close() {
    closed_ = true;
    other_ = NewSlot();
  }

  // Counts the hits of a chunk. `slots` is indexed by code.
  template <typename Code, typename Weight>
  void Add(const std::vector<int64_t>& times, const std::vector<Code>& codes, std::span<const uint32_t> hits,
           const std::vector<size_t>& slots, const Weight& weight) {
    size_t bucket = 0;
    // Neighbours mostly fall into one bucket, and a division costs more than
    // everything else here.
    int64_t from = 0, to = INT64_MIN;
    if (buckets_.step_us == 0) from = INT64_MIN, to = INT64_MAX;
    for (const uint32_t hit : hits) {
      const int64_t time = times[hit];
      if (time < from || time >= to) {
        if (time < buckets_.start_us) continue;  // both only for events that came
        const auto other = static_cast<size_t>((time - buckets_.start_us) / buckets_.step_us);
        if (other >= buckets_.count) continue;  // after the buckets were made
        bucket = other;
        from = buckets_.start_us + static_cast<int64_t>(bucket) * buckets_.step_us;
        to = from + buckets_.step_us;
      }
      if (codes[hit] < slots.size()) counts_[slots[codes[hit]] + bucket] += weight(hit);
    }
  }

  std::vector<CountedValue> Values() const {
    std::vector<CountedValue> values;
    for (const auto& [value, slot] : slots_) values.push_back(ValueAt(slot, value, false));
    if (closed_) values.push_back(ValueAt(other_, "", true));
    return values;
  }

 private:
  size_t NewSlot() {
    const size_t slot = counts_.size();
    counts_.resize(slot + buckets_.count);
    return slot;
  }
  CountedValue ValueAt(size_t slot, const std::string& value, bool other) const {
    CountedValue row{value, other, 0, {}};
    const auto start = counts_.begin() + static_cast<std::ptrdiff_t>(slot);
    const auto end = start + static_cast<std::ptrdiff_t>(buckets_.count);
    row.count = std::accumulate(start, end, int64_t{0});
    if (buckets_.step_us != 0) row.counts.assign(start, end);
    return row;
  }

  const CountBuckets buckets_;
  std::unordered_map<std::string, size_t> slots_;
  absl::flat_hash_map<uint64_t, size_t> by_signature_;
  std::vector<int64_t> counts_;
  size_t other_ = 0;
  bool closed_ = false;
};

}  // namespace faultline::query
