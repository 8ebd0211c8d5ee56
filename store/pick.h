// Single values of a chunk, read without making all of them: a journey wants one event of two thousand.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace faultline::store {

// A value that is wanted: where it stands in its column, and the row of the answer that it goes to.
struct Pick {
  uint16_t place = 0;
  uint16_t row = 0;
};

// Ascending by place, each place once. Rows count from 0, each once.
using Picks = std::span<const Pick>;

// The picks of events at `indexes` (ascending) from a column in the events' order.
std::vector<Pick> PicksInOrder(std::span<const uint32_t> indexes);
// The same from one in signature order (store/signature_order.h); `signatures` are the codes of all its events.
std::vector<Pick> PicksInSignatureOrder(std::span<const uint16_t> signatures, std::span<const uint32_t> indexes);

}  // namespace faultline::store
