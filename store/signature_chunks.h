// Which column chunks have events of a signature. Where exactly they are, the
// chunks' signature columns say.
//   version, block of: u32 little-endian for each code, bit c set for chunk c
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "store/packed_block.h"
#include "store/segment.h"

namespace faultline::store {

static_assert(kMaxSegmentEvents / kChunkEvents < 32, "a bit for each chunk");

// `chunks` by signature code.
std::string EncodeSignatureChunks(std::span<const uint32_t> chunks, BlockPacker& packer);
// Those of `code`. Errors: DataLoss, also when there is no such code or a bit at or beyond `chunk_count`.
absl::StatusOr<uint32_t> DecodeSignatureChunks(std::string_view value, uint32_t code, uint32_t chunk_count);

}  // namespace faultline::store
