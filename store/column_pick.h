// Single values of the columns that store/column_codec.h writes. What was encoded is decompressed, but values
// that nobody asked for are not made.
//
// Any bytes are accepted: DataLoss when they have no value at a place that is wanted.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "store/pick.h"

namespace faultline::store {

// `values` get a row for each of `picks`, whose places are below `count`. `base` has the base's value by row, and as
// many.
absl::Status PickTimes(std::string_view column, size_t count, Picks picks, std::span<const int64_t> base,
                       std::vector<int64_t>& values);
absl::Status PickBytes(std::string_view column, size_t count, Picks picks, std::vector<uint8_t>& values);
absl::Status PickCodes(std::string_view column, size_t count, Picks picks, std::vector<uint16_t>& values);

}  // namespace faultline::store
