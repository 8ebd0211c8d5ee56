// One chunk of kChunkEvents events by column:
//   version, varint events, varint columns, {column number, varint bytes} each,
//   then the columns (store/column_codec.h)
// A column that is not listed holds zeros only. The signature, the time and the
// time of ingestion are in the events' order, all others in that of
// store/signature_order.h.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "store/packed_block.h"
#include "store/segment.h"

namespace faultline::store {

// `columns` must have all columns filled and hold 1 .. kChunkEvents events.
std::string EncodeColumnChunk(const Columns& columns, BlockPacker& packer);

// Fills what `column_set` asks for and `columns.size`. Errors: DataLoss, also when
// the chunk does not hold `size` events.
absl::Status DecodeColumnChunk(std::string_view value, uint32_t size, uint32_t column_set, Columns& columns);

// The events at `indexes` (ascending, below `size`) alone: `rows` get what `column_set` asks for, a row for each.
// Unless that is the time alone, `signatures` get the code of every event, which tells where in a text chunk each is.
// Errors: as above.
absl::Status DecodeColumnRows(std::string_view value, uint32_t size, std::span<const uint32_t> indexes,
                              uint32_t column_set, std::vector<uint16_t>& signatures, Columns& rows);

}  // namespace faultline::store
