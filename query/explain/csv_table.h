// A table of failures and attempts from comma-separated values: one column is the
// failures, one the attempts, one may be the time, all others are dimensions.
#pragma once

#include <istream>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "query/explain/rate_table.h"

namespace faultline::query {

struct CsvTableOptions {
  std::string value_column;  // failures, finite and >= 0
  std::string count_column;  // attempts, finite and >= 0
  // Both or neither. Rows whose time is `at` are the target, earlier ones the baseline; without them
  // all rows are the target and there is no baseline. Times are compared as numbers when
  // `at` is one, else as text.
  std::string time_column;
  std::string at;
};

struct CsvTable {
  RateTable table;
  bool has_baseline = false;
  int64_t target_rows = 0, baseline_rows = 0, other_rows = 0;  // of the text
  // What the answer should say of its input: in words, for people.
  std::vector<std::string> notes;
};

// Errors: InvalidArgument with line and column, or with what is missing and "did you mean";
// ResourceExhausted when there are more distinct rows than kMaxExplainRows.
absl::StatusOr<CsvTable> ReadCsvTable(std::istream& input, const CsvTableOptions& options);

}  // namespace faultline::query
