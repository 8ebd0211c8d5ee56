// Columns of a table of comma-separated values: found by name, and their fields read.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "query/explain/csv_reader.h"

namespace faultline::query {

inline constexpr size_t kMaxCsvValueBytes = 256;  // of a field that is kept as text
// Sums of as many rows as there may be stay exact to a tenth.
inline constexpr double kLargestCsvCount = 1e15;

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

// The errors below name the line, and with a column its number and name. `names` are the header's.
// Errors: InvalidArgument when the row has another number of fields than the header.
absl::Status CheckCsvWidth(const CsvReader& reader, const std::vector<std::string>& names);
// InvalidArgument: the field "is `what`".
absl::Status BadCsvField(const CsvReader& reader, const std::vector<std::string>& names, size_t column,
                         std::string_view what);
// A number from 0 to kLargestCsvCount. Errors: InvalidArgument, which says that `kinds`, such as "counts", are 0 or
// more.
absl::StatusOr<double> ReadCsvCount(const CsvReader& reader, const std::vector<std::string>& names, size_t column,
                                    std::string_view kinds);

}  // namespace faultline::query
