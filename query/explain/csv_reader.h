// Reads comma-separated values (RFC 4180) record by record.
//
// Fields may be quoted; a quoted field may hold commas, line ends and doubled quotes.
// Lines end with \n or \r\n, the last may end with the text. Blank lines are skipped, a
// byte-order mark at the start too. Memory is bounded: by the text given and the limits below.
// Belongs to one thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <istream>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace faultline::query {

inline constexpr size_t kMaxCsvFields = 1'000;           // of a record
inline constexpr size_t kMaxCsvRecordBytes = 1'000'000;  // without quotes and commas

class CsvReader {
 public:
  // `input` must outlive the reader.
  explicit CsvReader(std::istream& input) : input_(input) {}

  // Moves to the next record; false at the end. Errors: InvalidArgument "line 12: …" for
  // a quote that is not closed, text behind a closing quote, or a record beyond the limits.
  absl::StatusOr<bool> Next();

  // Of the current record. Fields are valid until the next call of Next().
  const std::vector<std::string_view>& fields() const { return fields_; }
  // 1-based line on which the record begins.
  int64_t line() const { return line_; }

 private:
  enum class State { kFieldStart, kPlain, kQuoted, kQuoteInQuoted };

  absl::Status TakeLine(std::string_view text, State& state);
  absl::Status Error(std::string_view what) const;
  void EndField() { ends_.push_back(record_.size()); }

  std::istream& input_;
  std::string text_;          // the line that was read last
  std::string record_;        // the fields, one behind the other
  std::vector<size_t> ends_;  // where in `record_` each ends
  std::vector<std::string_view> fields_;
  int64_t line_ = 0;
  int64_t lines_read_ = 0;
};

}  // namespace faultline::query
