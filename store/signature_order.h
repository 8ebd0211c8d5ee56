// An order of a chunk's events in which those of one signature lie together, in
// arrival order. Columns and texts are stored in it: most of an event follows from
// its signature, and equal neighbours compress to nothing. It follows from the
// signature column, so it costs no bytes itself.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace faultline::store {

// Fills `order` with the event at each place. At most 65,536 events.
void MakeSignatureOrder(std::span<const uint16_t> signatures, std::vector<uint16_t>& order);

}  // namespace faultline::store
