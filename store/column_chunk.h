// One chunk of kChunkEvents events by column:
//   version, varint events, varint columns, {column number, varint bytes} each,
//   then the columns (store/column_codec.h)
// A column that is not listed holds zeros only. The signature, the time and the
// time of ingestion are in the events' order, all others in that of
// store/signature_order.h.
#pragma once

#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "store/packed_block.h"
#include "store/segment.h"

namespace faultline::store {

// `columns` must have all columns filled and hold 1 .. kChunkEvents events.
std::string EncodeColumnChunk(const Columns& columns, BlockPacker& packer);

// Fills what `column_set` asks for and `columns.size`. Errors: DataLoss, also when
// the chunk does not hold `size` events.
absl::Status DecodeColumnChunk(std::string_view value, uint32_t size, uint32_t column_set, Columns& columns);

}  // namespace faultline::store
