// Which events have which signature, in segments of format 1 (later ones have
// store/signature_chunks.h). One value per kSignaturesPerPosting signature codes:
//   version, block { varint events per code, then per code varint gaps:
//   ordinal - ordinal before - 1, from -1 on }
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "store/packed_block.h"

namespace faultline::store {

inline constexpr uint32_t kSignaturesPerPosting = 64;

// Ordinals of the code with `index` in its value, below `events`. Errors: DataLoss.
absl::StatusOr<std::vector<uint32_t>> DecodePostings(std::string_view value, uint32_t index, uint32_t events);

}  // namespace faultline::store
