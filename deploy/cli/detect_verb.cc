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
  std::string kinds, signature;
  bool open_only = false;
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

v1::ListFindingsRequest RequestOf(const DetectOptions& options, const v1::TimeRange& range) {
  v1::ListFindingsRequest request;
  *request.mutable_range() = range;
  for (const absl::string_view kind : absl::StrSplit(options.kinds, ',', absl::SkipWhitespace())) {
    request.add_kinds(std::string(absl::StripAsciiWhitespace(kind)));
  }
  request.set_signature(options.signature);
  request.set_open_only(options.open_only);
  return request;
}

// A long replay takes several calls, each of which goes on where the one before stopped.
absl::Status FinishReplay(Reader& reader) {
  v1::ListFindingsRequest request;
  request.add_kinds("rate");
  request.set_page_size(1);
  v1::ListFindingsResponse response;
  do {
    response.Clear();
    RETURN_IF_ERROR(Call(reader, &Target::Stub::ListFindings, request, response));
  } while (response.replaying());
  return absl::OkStatus();
}

absl::StatusOr<ExitCode> ListFindings(const DetectOptions& options) {
  ASSIGN_OR_RETURN(Reader reader, Reader::Open(options));
  RETURN_IF_ERROR(FinishReplay(reader));
  const auto rows = [](v1::ListFindingsResponse & page) -> auto& { return *page.mutable_findings(); };
  ASSIGN_OR_RETURN(const v1::ListFindingsResponse response,
                   (FetchAll<v1::ListFindingsRequest, v1::ListFindingsResponse>(
                       reader, &Target::Stub::ListFindings, RequestOf(options, reader.range), options.limit, rows)));
  PrintFindings(reader.output, response);
  const std::string up_to = response.has_detected_up_to() ? " up to " + TableTime(response.detected_up_to()) : "";
  reader.output.Footer(fmt::format("{} of {}, {} series watched{}, {}{}", WithThousands(response.findings_size()),
                                   CountOf(response.total_size(), "finding"), WithThousands(response.series()), up_to,
                                   reader.Elapsed(), DescribeCompleteness(response.completeness())));
  return ExitCodeOf(response.findings_size() > 0, response.completeness());
}

absl::StatusOr<ExitCode> RunDetect(const DetectOptions& options) {
  const query::SeriesTableOptions& columns = options.columns;
  const bool has_columns = !columns.time_column.empty() || !columns.count_column.empty() ||
                           !columns.attempts_column.empty() || !options.by.empty() || !options.bucket.empty();
  if (options.table.empty()) {
    if (!has_columns) return ListFindings(options);
    return absl::InvalidArgumentError(
        "--time, --count, --attempts, --by and --bucket are for a table; name it with --table");
  }
  if (!options.signature.empty() || !options.kinds.empty() || options.open_only) {
    return absl::InvalidArgumentError("--kind, --signature and --open are for a store or server, not for --table");
  }
  return DetectTable(options);
}

void AddListFlags(const Verb& verb, DetectOptions& options) {
  verb.Flag("--kind", options.kinds, "KINDS", "Only spike, new, silence, regression or rate; several with commas");
  verb.Flag("--signature", options.signature, "SIGNATURE", "Only findings of this signature, by itself or in a pair");
  verb.Switch("--open", options.open_only, "Only findings that are still open");
  AddTimeFlags(verb, options);
  AddTargetFlags(verb, options);
}

}  // namespace

void AddDetectVerb(const Verb& program, Action& action) {
  auto options = std::make_shared<DetectOptions>();
  options->limit = 0;
  const Verb verb = program.Sub("detect", "Replay a store and say what surged, appeared, returned or went silent");
  verb.Flag("--table", options->table, "CSV",
            "Watch the series of a table with a header line instead; - is standard input");
  verb.Flag("--time", options->columns.time_column, "COLUMN",
            "The table's times: RFC 3339, the epoch's seconds, or minutes from 0");
  verb.Flag("--count", options->columns.count_column, "COLUMN", "The table's counts; a minute without a row counts 0");
  verb.Flag("--attempts", options->columns.attempts_column, "COLUMN",
            "What was tried: the rate of --count is watched; a minute without a row says nothing");
  verb.Flag("--by", options->by, "COLUMNS", "What names a series, separated by commas (default: all other columns)");
  verb.Flag("--bucket", options->bucket, "TIME",
            "Width of a bucket (default: 1m, or what all times are a multiple apart)");
  verb.Number("-n,--limit", options->limit, "N", "Findings at most; 0 means all (default: 0)");
  AddListFlags(verb, *options);
  verb.Does(action, [options] { return RunDetect(*options); });
}

void AddFindingsVerb(const Verb& program, Action& action) {
  auto options = std::make_shared<DetectOptions>();
  const Verb verb = program.Sub("findings", "List what a server has noticed: the last first");
  AddLimitFlag(verb, *options);
  AddListFlags(verb, *options);
  verb.Does(action, [options] { return ListFindings(*options); });
}

}  // namespace faultline::deploy
