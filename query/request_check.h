// Checks of request fields. Every error is InvalidArgument and begins with the
// name of the field.
#pragma once

#include <cstdint>
#include <string_view>

#include "absl/status/statusor.h"
#include "base/pseudonym.h"
#include "faultline/v1/failure_query_service.pb.h"
#include "query/filter.h"
#include "store/segment.h"

namespace faultline::query {

inline constexpr int32_t kDefaultPageSize = 50;
inline constexpr int32_t kMaxPageSize = 1000;
// An answer is cut before it grows beyond this: gRPC clients take 4 MB.
inline constexpr size_t kMaxAnswerBytes = 4'000'000;

// 0 means `default_size`, more than 1000 is 1000, below 0 is an error.
absl::StatusOr<size_t> CheckPageSize(std::string_view field, int32_t size, int32_t default_size = kDefaultPageSize);
// The number of a signature: "v1:" and 16 hex digits.
absl::StatusOr<uint64_t> CheckSignature(std::string_view field, const std::string& text);
absl::StatusOr<store::TimeRange> CheckRange(const faultline::v1::TimeRange& range);
absl::StatusOr<Filter> CheckFilter(std::string_view field, const std::string& text, const Pseudonyms* pseudonyms);

}  // namespace faultline::query
