// Series of counts from comma-separated values: a column of times, one of counts, one of
// attempts perhaps; the values of the other columns name the series.
#pragma once

#include <cstdint>
#include <istream>
#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "faultline/v1/finding.pb.h"

namespace faultline::query {

struct SeriesTableOptions {
  // RFC 3339, or seconds, milliseconds, ... since the epoch; whole numbers below ten million are minutes.
  std::string time_column;
  std::string count_column;     // finite and >= 0; rows of one series and bucket add up
  std::string attempts_column;  // the same; empty for none
  // That name the series; none: all other columns.
  std::vector<std::string> series_columns;
  // Width of a bucket; 0: a minute, or what all times are a multiple apart where that is more.
  int64_t bucket_us = 0;
};

inline constexpr size_t kMaxTableSeries = 100'000;
inline constexpr int64_t kMaxTableBuckets = 200'000'000;  // of all series together

struct SeriesTable {
  using Name = std::vector<std::string>;  // by series column
  struct Bucket {
    int64_t number = 0;  // its start is number * bucket_us
    double count = 0, attempts = 0;
  };
  std::vector<std::string> columns;            // that name the series
  std::map<Name, std::vector<Bucket>> series;  // buckets with rows, ascending
  int64_t bucket_us = 60'000'000;
  int64_t first = 0, last = 0;  // bucket numbers over all series
  bool has_attempts = false;
  // What the answer should say of its input: in words, for people.
  std::vector<std::string> notes;
};

// Errors: InvalidArgument with line and column, or with what is missing and "did you mean"; ResourceExhausted
// when there are more series or buckets than the limits.
absl::StatusOr<SeriesTable> ReadSeriesTable(std::istream& input, const SeriesTableOptions& options);

// Findings of all series, by the time they were found. Buckets between the first and the last of the table that a
// series has no row for count 0, or say nothing where there are attempts.
std::vector<faultline::v1::Finding> DetectInTable(const SeriesTable& table);

}  // namespace faultline::query
