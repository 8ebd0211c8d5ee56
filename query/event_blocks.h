// The events of a unit graph in blocks of 1,024 by number, with what questions about all failures of a side in a window
// need: most blocks lie in it whole, and need not be looked into.
//
// Not thread-safe while changing.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "query/event_facts.h"

namespace faultline::query {

class EventBlocks {
 public:
  static constexpr size_t kEvents = 1024;

  // Failures of one side. Clocks of clients may be off by days: each side has times of its own.
  struct Sums {
    int64_t first_us = INT64_MAX, last_us = INT64_MIN;
    uint32_t firsts = 0;      // that are the first of their unit on the side
    uint32_t without_id = 0;  // that carry no exact id
    uint32_t sampled = 0;
    // No first one of the others is earlier; INT64_MIN where that is not known.
    int64_t oldest_first_us = INT64_MAX;
  };
  using Block = std::array<Sums, store::kSides>;

  // `times_us` and `facts` are by event; `renewed` are those whose facts changed since the last call.
  void Update(std::span<const int64_t> times_us, std::span<const EventFacts> facts, std::span<const uint32_t> renewed);

  const std::vector<Block>& blocks() const { return blocks_; }

 private:
  static Block Summed(std::span<const int64_t> times_us, std::span<const EventFacts> facts);

  size_t events_ = 0;
  std::vector<Block> blocks_;
};

}  // namespace faultline::query
