#include <algorithm>
#include <fstream>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/status_macros.h"
#include "base/timestamp.h"
#include "deploy/cli/finding_table.h"
#include "deploy/cli/read_verb.h"
#include "deploy/cli/verbs.h"
#include "fmt/format.h"
#include "query/detect/series_table.h"

namespace faultline::deploy {
namespace {

namespace v1 = faultline::v1;

struct DetectOptions : ReadOptions {
  std::string table, by, bucket;
  query::SeriesTableOptions columns;
};

absl::StatusOr<query::SeriesTable> ReadTable(const DetectOptions& options) {
  query::SeriesTableOptions columns = options.columns;
  if (columns.time_column.empty() || columns.count_column.empty()) {
    return absl::InvalidArgumentError("--table needs --time and --count: the columns of times and of counts");
  }
  for (const absl::string_view name : absl::StrSplit(options.by, ',', absl::SkipWhitespace())) {
    columns.series_columns.emplace_back(absl::StripAsciiWhitespace(name));
  }
  if (!options.bucket.empty()) {
    columns.bucket_us = ParseDuration(options.bucket).value_or(0);
    if (columns.bucket_us <= 0) {
      return absl::InvalidArgumentError("--bucket is \"" + options.bucket + "\"; write 1m, 30s or 1h");
    }
  }
  if (options.table == "-") return query::ReadSeriesTable(std::cin, columns);
  std::ifstream file(options.table, std::ios::binary);
  if (!file) return absl::NotFoundError("cannot read " + options.table);
  absl::StatusOr<query::SeriesTable> table = query::ReadSeriesTable(file, columns);
  if (table.ok()) return table;
  return absl::Status(table.status().code(), absl::StrCat(options.table, ": ", table.status().message()));
}

absl::StatusOr<ExitCode> DetectTable(const DetectOptions& options) {
  if (options.table.empty()) return absl::InvalidArgumentError("pass --table CSV, or --table - for standard input");
  ASSIGN_OR_RETURN(const Output output, Output::Open(options.output));
  const int64_t start_us = NowMicros();
  ASSIGN_OR_RETURN(const query::SeriesTable table, ReadTable(options));
  std::vector<v1::Finding> findings = query::DetectInTable(table);
  const size_t found = findings.size();
  if (options.limit != 0) findings.resize(std::min(found, static_cast<size_t>(options.limit)));
  v1::ListFindingsResponse response;
  response.mutable_findings()->Add(findings.begin(), findings.end());
  response.set_total_size(static_cast<int32_t>(found));
  response.set_series(static_cast<int32_t>(table.series.size()));
  for (const std::string& note : table.notes) response.add_notes(note);
  PrintFindings(output, response);
  output.Footer(fmt::format(
      "{} of {} in {} series of {} by {}, {}", WithThousands(static_cast<int64_t>(findings.size())),
      CountOf(static_cast<int64_t>(found), "finding"), WithThousands(static_cast<int64_t>(table.series.size())),
      CountOf(table.last - table.first + 1, "bucket"), FormatSpan(table.bucket_us),
      FormatElapsed(NowMicros() - start_us)));
  return findings.empty() ? kNothingFound : kFound;
}

}  // namespace

void AddDetectVerb(const Verb& program, Action& action) {
  auto options = std::make_shared<DetectOptions>();
  options->limit = 0;
  const Verb verb = program.Sub("detect", "What surged, appeared, returned or went silent");
  verb.Flag("--table", options->table, "CSV", "Watch the series of a table with a header line; - is standard input");
  verb.Flag("--time", options->columns.time_column, "COLUMN",
            "The table's times: RFC 3339, the epoch's seconds, or minutes from 0");
  verb.Flag("--count", options->columns.count_column, "COLUMN", "The table's counts; a minute without a row counts 0");
  verb.Flag("--attempts", options->columns.attempts_column, "COLUMN",
            "What was tried: the rate of --count is watched; a minute without a row says nothing");
  verb.Flag("--by", options->by, "COLUMNS", "What names a series, separated by commas (default: all other columns)");
  verb.Flag("--bucket", options->bucket, "TIME",
            "Width of a bucket (default: 1m, or what all times are a multiple apart)");
  verb.Number("-n,--limit", options->limit, "N", "Findings at most; 0 means all (default: 0)");
  AddTimeFlags(verb, *options);
  AddTargetFlags(verb, *options);
  verb.Does(action, [options] { return DetectTable(*options); });
}

}  // namespace faultline::deploy
