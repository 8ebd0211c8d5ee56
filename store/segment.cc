#include "store/segment.h"

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"

namespace faultline::store {
namespace {

// Keeps those at `indexes`, which ascend; what was not read stays empty.
template <typename T>
void Select(std::span<const uint32_t> indexes, std::vector<T>& values) {
  if (values.empty()) return;
  for (size_t row = 0; row < indexes.size(); ++row) values[row] = values[indexes[row]];
  values.resize(indexes.size());
}

}  // namespace

absl::Status Segment::ReadRows(uint32_t chunk, std::span<const uint32_t> indexes, uint32_t column_set,
                               Columns& rows) const {
  rows = {};  // a column that is not asked for may be left over from another read
  RETURN_IF_ERROR(ReadColumns(chunk, column_set, rows));
  if (!indexes.empty() && indexes.back() >= rows.size) {
    return absl::OutOfRangeError(absl::StrCat("no event ", indexes.back(), " in chunk ", chunk));
  }
  rows.size = static_cast<uint32_t>(indexes.size());
  Select(indexes, rows.time_us);
  Select(indexes, rows.claimed_time_us);
  Select(indexes, rows.received_time_us);
  Select(indexes, rows.ingested_time_us);
  Select(indexes, rows.side);
  Select(indexes, rows.outcome);
  Select(indexes, rows.severity);
  Select(indexes, rows.flags);
  Select(indexes, rows.signature);
  for (std::vector<uint16_t>& codes : rows.dimensions) Select(indexes, codes);
  return absl::OkStatus();
}

}  // namespace faultline::store
