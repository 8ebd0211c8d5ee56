// Columns of a table of comma-separated values: found by name, and their fields read.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace faultline::query {

inline constexpr size_t kMaxCsvValueBytes = 256;  // of a field that is kept as text

// Without white space around it.
std::string_view TrimCsvText(std::string_view text);
// Safe to keep and to show: trimmed, repaired, sanitised and cut.
std::string CleanCsvText(std::string_view text);
// A finite number.
std::optional<double> ParseCsvNumber(std::string_view text);

// Names of a header, safe to show. Errors: InvalidArgument for one without a name, or two of the same.
absl::StatusOr<std::vector<std::string>> ReadCsvHeader(const std::vector<std::string_view>& fields);
// Errors: InvalidArgument, with `flag`, "did you mean" and the names there are.
absl::StatusOr<size_t> FindCsvColumn(std::string_view flag, const std::string& wanted,
                                     const std::vector<std::string>& names);

}  // namespace faultline::query
