#include "query/request_check.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "query/event_proto.h"

namespace faultline::query {
namespace {

absl::Status Invalid(std::string_view field, absl::string_view what) {
  return absl::InvalidArgumentError(absl::StrCat(std::string(field), ": ", what));
}

absl::StatusOr<int64_t> CheckTime(std::string_view field, const google::protobuf::Timestamp& timestamp) {
  auto time = FromTimestamp(timestamp);
  if (!time.ok()) return Invalid(field, time.status().message());
  return time;
}

}  // namespace

absl::StatusOr<size_t> CheckPageSize(std::string_view field, int32_t size, int32_t default_size) {
  if (size < 0) return Invalid(field, absl::StrCat("must not be negative, is ", size));
  return static_cast<size_t>(size == 0 ? default_size : std::min(size, kMaxPageSize));
}

absl::StatusOr<uint64_t> CheckSignature(std::string_view field, const std::string& text) {
  if (const auto signature = store::ParseSignature(text)) return *signature;
  return Invalid(field, "is not \"v1:\" and 16 lower-case hex digits");
}

absl::StatusOr<store::TimeRange> CheckRange(const v1::TimeRange& range) {
  store::TimeRange checked;
  if (range.has_start()) {
    ASSIGN_OR_RETURN(checked.start_us, CheckTime("range.start", range.start()));
  }
  if (range.has_end()) {
    ASSIGN_OR_RETURN(checked.end_us, CheckTime("range.end", range.end()));
  }
  if (checked.end_us < checked.start_us) return Invalid("range", "the end is before the start");
  return checked;
}

absl::StatusOr<Filter> CheckFilter(std::string_view field, const std::string& text, const Pseudonyms* pseudonyms) {
  auto filter = Filter::Parse(text, pseudonyms);
  if (filter.ok()) return filter;
  constexpr size_t kOwnField = 8;  // "filter: "
  return Invalid(field, filter.status().message().substr(kOwnField));
}

}  // namespace faultline::query
