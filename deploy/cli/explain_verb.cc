#include <algorithm>
#include <fstream>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_split.h"
#include "base/status_macros.h"
#include "base/text.h"
#include "base/timestamp.h"
#include "deploy/cli/baseline.h"
#include "deploy/cli/read_verb.h"
#include "deploy/cli/table.h"
#include "deploy/cli/verbs.h"
#include "fmt/format.h"
#include "query/explain/csv_table.h"
#include "query/explain/explainer.h"
#include "query/explain/explanation_answer.h"

namespace faultline::deploy {
namespace {

namespace v1 = faultline::v1;

struct ExplainVerbOptions : ReadOptions {
  std::string filter, baseline, baseline_filter, by, measure;
  bool numbers = false;
  std::string table;
  query::CsvTableOptions columns;
};

constexpr int64_t kMostRanks = 100;

absl::StatusOr<query::CsvTable> ReadTable(const ExplainVerbOptions& options, const query::CsvTableOptions& columns) {
  if (columns.value_column.empty() || columns.count_column.empty()) {
    return absl::InvalidArgumentError("--table needs --value and --count: the columns of failures and of attempts");
  }
  if (options.table == "-") return query::ReadCsvTable(std::cin, columns);
  std::ifstream file(options.table, std::ios::binary);
  if (!file) return absl::NotFoundError("cannot read " + options.table);
  absl::StatusOr<query::CsvTable> table = query::ReadCsvTable(file, columns);
  if (table.ok()) return table;
  return absl::Status(table.status().code(), absl::StrCat(options.table, ": ", table.status().message()));
}

std::string Values(const v1::Explanation& row) {
  std::vector<std::string> values;
  for (const auto& [dimension, value] : row.values()) {
    values.push_back(fmt::format("{} = {}", dimension, value.empty() ? "(none)" : value));
  }
  std::sort(values.begin(), values.end());
  return fmt::format("{}", fmt::join(values, ", "));
}

std::string ExplanationTable(const Terminal& terminal, const v1::ExplainDifferenceResponse& response) {
  Table table({{"rank", Column::kNumber},
               {"values", Column::kText},
               {"lift", Column::kNumber},
               {"in words", Column::kFlexible}});
  for (const v1::Explanation& row : response.explanations()) {
    table.AddRow({std::to_string(row.rank()), Values(row), fmt::format("{:.1f}", row.lift()), row.summary()},
                 row.significant() ? Style::kPlain : Style::kDim);
  }
  return table.Render(terminal);
}

std::string NumbersTable(const Terminal& terminal, const v1::ExplainDifferenceResponse& response) {
  Table table({{"number", Column::kText},
               {"median", Column::kNumber},
               {"baseline", Column::kNumber},
               {"distance", Column::kNumber},
               {"in words", Column::kFlexible}});
  for (const v1::NumericDifference& row : response.numbers()) {
    table.AddRow({row.field(), fmt::format("{:.6g}", row.median()), fmt::format("{:.6g}", row.baseline_median()),
                  fmt::format("{:.2f}", row.distance()), row.summary()});
  }
  return table.Render(terminal);
}

void Print(const Output& output, const v1::ExplainDifferenceResponse& response, bool numbers) {
  if (output.format() == OutputFormat::kJson) {
    output.Json(response);
  } else if (output.format() == OutputFormat::kNdjson) {
    for (const v1::Explanation& row : response.explanations()) {
      if (!numbers) output.NdjsonRow(row);
    }
    for (const v1::NumericDifference& row : response.numbers()) {
      if (numbers) output.NdjsonRow(row);
    }
    if (!numbers && response.numbers_size() > 0) {
      output.Note(fmt::format("{} differ as well; --numbers lists them", CountOf(response.numbers_size(), "number")));
    }
  } else {
    if (response.explanations_size() > 0) output.Text(ExplanationTable(output.terminal(), response));
    if (response.numbers_size() > 0) output.Text("\n" + NumbersTable(output.terminal(), response));
  }
  for (const std::string& note : response.notes()) output.Note(note);
}

absl::StatusOr<ExitCode> ExplainTable(const ExplainVerbOptions& options) {
  query::CsvTableOptions columns = options.columns;
  columns.at = options.time.at;
  ASSIGN_OR_RETURN(const Output output, Output::Open(options.output));
  const int64_t start_us = NowMicros();
  ASSIGN_OR_RETURN(const query::CsvTable csv, ReadTable(options, columns));
  query::ExplainOptions explain;
  explain.has_baseline = csv.has_baseline;
  explain.max_answers = static_cast<size_t>(options.limit == 0 ? kMostRanks : std::min(options.limit, kMostRanks));
  ASSIGN_OR_RETURN(const query::Explanation explanation, query::Explain(csv.table, explain, {}));
  v1::ExplainDifferenceResponse response;
  for (const std::string& note : csv.notes) response.add_notes(note);
  query::FillExplanation(csv.table, explanation,
                         csv.has_baseline ? query::Comparison::kAttemptsBefore : query::Comparison::kAttemptsRest,
                         response);
  Print(output, response, /*numbers=*/false);
  output.Footer(fmt::format("{} compared with {}, {}", CountOf(csv.target_rows, "row"),
                            csv.has_baseline ? CountOf(csv.baseline_rows, "earlier row") : "each other",
                            FormatElapsed(NowMicros() - start_us)));
  if (explanation.cut_short) return kPartial;
  return response.explanations_size() > 0 ? kFound : kNothingFound;
}

absl::Status SetMeasure(const std::string& text, v1::ExplainDifferenceRequest& request) {
  if (text.empty()) return absl::OkStatus();
  if (text == "events") {
    request.set_measure(v1::ExplainDifferenceRequest::MEASURE_EVENTS);
  } else if (text == "attempts") {
    request.set_measure(v1::ExplainDifferenceRequest::MEASURE_ATTEMPTS);
  } else {
    return absl::InvalidArgumentError("--measure is \"" + text + "\"; write events or attempts");
  }
  return absl::OkStatus();
}

std::string Footer(const Reader& reader, const v1::ExplainDifferenceResponse& response) {
  const v1::ExplainTotals& totals = response.totals();
  const auto count = [](double number) { return WithThousands(static_cast<int64_t>(number)); };
  if (totals.measure() == v1::ExplainDifferenceRequest::MEASURE_ATTEMPTS) {
    return fmt::format("{} of {} attempts failed, {}{}", count(totals.failures()), count(totals.attempts()),
                       reader.Elapsed(), DescribeCompleteness(response.completeness()));
  }
  return fmt::format("{} events compared with {}, {}{}", count(totals.failures()), count(totals.baseline_attempts()),
                     reader.Elapsed(), DescribeCompleteness(response.completeness()));
}

absl::StatusOr<ExitCode> ExplainStore(const ExplainVerbOptions& options) {
  v1::ExplainDifferenceRequest request;
  RETURN_IF_ERROR(SetMeasure(options.measure, request));
  ASSIGN_OR_RETURN(Reader reader, Reader::Open(options));
  *request.mutable_range() = reader.range;
  request.set_filter(options.filter);
  request.set_baseline_filter(options.baseline_filter);
  if (!options.baseline.empty()) {
    ASSIGN_OR_RETURN(*request.mutable_baseline_range(),
                     ResolveBaseline(options.baseline, reader.range, reader.start_us));
  }
  for (const absl::string_view name : absl::StrSplit(options.by, ',', absl::SkipWhitespace())) {
    request.add_dimensions(std::string(absl::StripAsciiWhitespace(name)));
  }
  request.set_limit(static_cast<int32_t>(options.limit == 0 ? kMostRanks : std::min(options.limit, kMostRanks)));
  v1::ExplainDifferenceResponse response;
  RETURN_IF_ERROR(Call(reader, &Target::Stub::ExplainDifference, request, response));
  Print(reader.output, response, options.numbers);
  reader.output.Footer(Footer(reader, response));
  return ExitCodeOf(response.explanations_size() + response.numbers_size() > 0, response.completeness());
}

absl::StatusOr<ExitCode> RunExplain(const ExplainVerbOptions& options) {
  if (!options.table.empty()) return ExplainTable(options);
  const query::CsvTableOptions& columns = options.columns;
  if (!columns.value_column.empty() || !columns.count_column.empty() || !columns.time_column.empty()) {
    return absl::InvalidArgumentError("--value, --count and --time are columns of a table; name it with --table");
  }
  return ExplainStore(options);
}

}  // namespace

void AddExplainVerb(const Verb& program, Action& action) {
  auto options = std::make_shared<ExplainVerbOptions>();
  options->limit = 10;
  const Verb verb = program.Sub("explain", "Which values of which fields set failures apart");
  verb.Argument("FILTER", options->filter, "What to explain, e.g. 'signature = v1:3cd4e1405c24b998'");
  verb.Flag("--baseline", options->baseline, "RANGE", "Compare with FROM..UNTIL, or with the time \"before\"");
  verb.Flag("--baseline-filter", options->baseline_filter, "FILTER",
            "Compare with these events (default: FILTER's with --baseline, else all other failures)");
  verb.Flag("--by", options->by, "FIELDS", "Fields to compare, separated by commas (default: all that say where)");
  verb.Flag("--measure", options->measure, "WHAT",
            "events, or attempts for failure rates (default: attempts where known and without FILTER)");
  verb.Switch("--numbers", options->numbers, "Rows for programs are the numbers that differ");
  verb.Flag("--table", options->table, "CSV", "Explain a table with a header line instead; - is standard input");
  verb.Flag("--value", options->columns.value_column, "COLUMN", "The table's failures");
  verb.Flag("--count", options->columns.count_column, "COLUMN",
            "The table's attempts; all other columns are dimensions");
  verb.Flag("--time", options->columns.time_column, "COLUMN",
            "The table's times; --at is the one to explain, earlier rows are the baseline");
  verb.Number("-n,--limit", options->limit, "N", "Ranks at most; 0 means 100 (default: 10)");
  AddTimeFlags(verb, *options);
  AddTargetFlags(verb, *options);
  verb.Does(action, [options] { return RunExplain(*options); });
}

}  // namespace faultline::deploy
