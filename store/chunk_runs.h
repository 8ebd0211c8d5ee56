// Goes through ordinals chunk by chunk.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "absl/status/status.h"
#include "base/status_macros.h"

namespace faultline::store {

// Calls `visit(chunk, first, indexes)`, which returns a status, for each chunk of `events` events that `ordinals`
// (ascending) lie in: `first` of them come before, `indexes` are theirs within the chunk.
template <typename Visit>
absl::Status ForEachChunk(std::span<const uint32_t> ordinals, uint32_t events, Visit visit) {
  std::vector<uint32_t> indexes;
  for (size_t begin = 0, end = 0; begin < ordinals.size(); begin = end) {
    const uint32_t chunk = ordinals[begin] / events;
    indexes.clear();
    for (; end < ordinals.size() && ordinals[end] / events == chunk; ++end) indexes.push_back(ordinals[end] % events);
    RETURN_IF_ERROR(visit(chunk, begin, std::span<const uint32_t>(indexes)));
  }
  return absl::OkStatus();
}

}  // namespace faultline::store
