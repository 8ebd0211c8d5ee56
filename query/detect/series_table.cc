#include "query/detect/series_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>
#include <utility>

#include "base/status_macros.h"
#include "base/text.h"
#include "base/timestamp.h"
#include "query/detect/finding_text.h"
#include "query/detect/series_detector.h"
#include "query/explain/csv_columns.h"
#include "query/explain/csv_reader.h"
#include "query/minute.h"

namespace faultline::query {
namespace {

constexpr int64_t kDayMicros = 1'440 * kMinuteMicros;
constexpr double kMostMinutes = 10'000'000;

std::optional<int64_t> ToTime(std::string_view text) {
  const std::optional<double> number = ParseCsvNumber(text);
  if (number && *number >= 0 && *number < kMostMinutes && *number == std::floor(*number)) {
    return static_cast<int64_t>(*number) * kMinuteMicros;
  }
  return ParseTime(text);
}

// What the columns are for.
struct Layout {
  std::vector<std::string> names;  // safe to show
  size_t time = 0, count = 0;
  std::optional<size_t> attempts;
  std::vector<size_t> series;
};

absl::Status ChooseSeries(const SeriesTableOptions& options, Layout& layout) {
  const auto is_taken = [&layout](size_t i) { return i == layout.time || i == layout.count || i == layout.attempts; };
  for (const std::string& column : options.series_columns) {
    ASSIGN_OR_RETURN(const size_t found, FindCsvColumn("by", column, layout.names));
    if (is_taken(found)) {
      return absl::InvalidArgumentError(fmt::format("by: \"{}\" is the time, count or attempts column", column));
    }
    layout.series.push_back(found);
  }
  if (!layout.series.empty()) return absl::OkStatus();
  for (size_t i = 0; i < layout.names.size(); ++i) {
    if (!is_taken(i)) layout.series.push_back(i);
  }
  return absl::OkStatus();
}

absl::StatusOr<Layout> MakeLayout(const std::vector<std::string_view>& header, const SeriesTableOptions& options) {
  Layout layout;
  ASSIGN_OR_RETURN(layout.names, ReadCsvHeader(header));
  ASSIGN_OR_RETURN(layout.time, FindCsvColumn("time", options.time_column, layout.names));
  ASSIGN_OR_RETURN(layout.count, FindCsvColumn("count", options.count_column, layout.names));
  if (!options.attempts_column.empty()) {
    ASSIGN_OR_RETURN(layout.attempts, FindCsvColumn("attempts", options.attempts_column, layout.names));
  }
  if (layout.time == layout.count || layout.attempts == layout.time || layout.attempts == layout.count) {
    return absl::InvalidArgumentError("time, count and attempts must be different columns");
  }
  RETURN_IF_ERROR(ChooseSeries(options, layout));
  return layout;
}

struct Row {
  int64_t time_us = 0;
  double count = 0, attempts = 1;
};

class Builder {
 public:
  explicit Builder(Layout layout) : layout_(std::move(layout)) {}

  absl::Status Add(const CsvReader& reader) {
    const std::vector<std::string_view>& fields = reader.fields();
    RETURN_IF_ERROR(CheckCsvWidth(reader, layout_.names));
    Row row;
    const std::optional<int64_t> time = ToTime(TrimCsvText(fields[layout_.time]));
    if (!time)
      return BadCsvField(reader, layout_.names, layout_.time,
                         "no time; write RFC 3339, the epoch's seconds or minutes from 0");
    row.time_us = *time;
    ASSIGN_OR_RETURN(row.count, Number(reader, layout_.count));
    if (layout_.attempts) {
      ASSIGN_OR_RETURN(row.attempts, Number(reader, *layout_.attempts));
    }
    SeriesTable::Name name;
    for (const size_t column : layout_.series) name.push_back(CleanCsvText(fields[column]));
    if (rows_.size() == kMaxTableSeries && !rows_.contains(name)) {
      return absl::ResourceExhaustedError(fmt::format(
          "line {}: the table has more than {} series; name fewer columns with by", reader.line(), kMaxTableSeries));
    }
    rows_[std::move(name)].push_back(row);
    return absl::OkStatus();
  }

  absl::StatusOr<SeriesTable> Finish(int64_t bucket_us) && {
    if (rows_.empty()) return absl::InvalidArgumentError("the table has a header and no rows");
    SeriesTable table;
    for (const size_t column : layout_.series) table.columns.push_back(layout_.names[column]);
    table.bucket_us = bucket_us > 0 ? bucket_us : BucketWidth();
    table.has_attempts = layout_.attempts.has_value();
    table.first = INT64_MAX, table.last = INT64_MIN;
    for (auto& [name, rows] : rows_) AddSeries(rows, table.series[name], table);
    const double buckets = (static_cast<double>(table.last) - static_cast<double>(table.first) + 1) *
                           static_cast<double>(table.series.size());
    if (buckets > static_cast<double>(kMaxTableBuckets)) {
      return absl::ResourceExhaustedError(
          fmt::format("{} series from {} to {} are {:.0f} buckets, at most {} are watched; is a time wrong? else pass "
                      "a wider bucket",
                      table.series.size(), FormatTime(table.first * table.bucket_us),
                      FormatTime(table.last * table.bucket_us), buckets, kMaxTableBuckets));
    }
    AddNotes(table);
    return table;
  }

 private:
  absl::StatusOr<double> Number(const CsvReader& reader, size_t column) const {
    return ReadCsvCount(reader, layout_.names, column, "counts");
  }

  // What all times are a multiple apart, from a minute to a day.
  int64_t BucketWidth() const {
    int64_t apart = 0;
    const int64_t origin = rows_.begin()->second.front().time_us;
    for (const auto& [name, rows] : rows_) {
      for (const Row& row : rows) apart = std::gcd(apart, row.time_us - origin);
    }
    if (apart > 0) apart = std::gcd(apart, kDayMicros);
    return std::max(apart, kMinuteMicros);
  }

  static int64_t FloorDivide(int64_t a, int64_t b) { return a / b - (a % b < 0 ? 1 : 0); }

  void AddSeries(std::vector<Row>& rows, std::vector<SeriesTable::Bucket>& buckets, SeriesTable& table) {
    std::stable_sort(rows.begin(), rows.end(), [](const Row& a, const Row& b) { return a.time_us < b.time_us; });
    for (const Row& row : rows) {
      const int64_t number = FloorDivide(row.time_us, table.bucket_us);
      if (buckets.empty() || buckets.back().number != number) buckets.push_back({number, 0, 0});
      buckets.back().count += row.count;
      buckets.back().attempts += row.attempts;
    }
    table.first = std::min(table.first, buckets.front().number);
    table.last = std::max(table.last, buckets.back().number);
    for (SeriesTable::Bucket& bucket : buckets) {
      if (!table.has_attempts || bucket.count <= bucket.attempts) continue;
      if (bucket.attempts == 0) {
        ++without_attempts_;
      } else {
        ++overfull_;
        bucket.attempts = bucket.count;
      }
    }
    std::vector<Row>().swap(rows);
  }

  void AddNotes(SeriesTable& table) const {
    if (overfull_ > 0) {
      table.notes.push_back(
          fmt::format("{} buckets have more failures than attempts and are taken as all failed", overfull_));
    }
    if (without_attempts_ > 0) {
      table.notes.push_back(fmt::format("{} buckets have failures and no attempts; without attempts they say nothing",
                                        without_attempts_));
    }
    const auto seen = static_cast<double>(table.last - table.first + 1);
    if (seen <= kWarmUpBuckets) {
      table.notes.push_back(fmt::format("the table is {} buckets long; the first {} are learned from alone",
                                        table.last - table.first + 1, kWarmUpBuckets));
    }
  }

  const Layout layout_;
  std::map<SeriesTable::Name, std::vector<Row>> rows_;
  int64_t overfull_ = 0, without_attempts_ = 0;
};

}  // namespace

absl::StatusOr<SeriesTable> ReadSeriesTable(std::istream& input, const SeriesTableOptions& options) {
  CsvReader reader(input);
  ASSIGN_OR_RETURN(const bool has_header, reader.Next());
  if (!has_header) return absl::InvalidArgumentError("the table is empty: it has no header");
  ASSIGN_OR_RETURN(Layout layout, MakeLayout(reader.fields(), options));
  Builder builder(std::move(layout));
  while (true) {
    ASSIGN_OR_RETURN(const bool more, reader.Next());
    if (!more) break;
    RETURN_IF_ERROR(builder.Add(reader));
  }
  return std::move(builder).Finish(options.bucket_us);
}

namespace {

void DetectInSeries(const SeriesTable& table, const SeriesTable::Name& name,
                    const std::vector<SeriesTable::Bucket>& buckets, std::vector<v1::Finding>& findings) {
  using Watch = SeriesDetector::Watch;
  SeriesDetector detector(table.bucket_us, table.has_attempts ? Watch::kRates : Watch::kCounts);
  const auto write = [&] {
    v1::Finding finding;
    FillFinding(*detector.finding(), table.bucket_us, table.has_attempts ? "failures" : "events", finding);
    for (size_t i = 0; i < name.size(); ++i) (*finding.mutable_series())[table.columns[i]] = name[i];
    findings.back().Swap(&finding);
  };
  auto next = buckets.begin();
  for (int64_t number = table.first; number <= table.last; ++number) {
    SeriesTable::Bucket bucket{number, 0, table.has_attempts ? 0.0 : 1.0};
    if (next != buckets.end() && next->number == number) {
      bucket = *next++;
      if (!table.has_attempts) bucket.attempts = 1;
    }
    const auto change = detector.Observe(number * table.bucket_us, bucket.count, bucket.attempts);
    if (change == SeriesDetector::Change::kOpened) findings.emplace_back();
    if (change == SeriesDetector::Change::kClosed) write();
  }
  if (detector.is_open()) write();
}

}  // namespace

std::vector<v1::Finding> DetectInTable(const SeriesTable& table) {
  std::vector<v1::Finding> findings;
  for (const auto& [name, buckets] : table.series) DetectInSeries(table, name, buckets, findings);
  std::stable_sort(findings.begin(), findings.end(), [](const v1::Finding& a, const v1::Finding& b) {
    return a.found().seconds() < b.found().seconds();
  });
  return findings;
}

}  // namespace faultline::query
