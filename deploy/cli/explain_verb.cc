#include <algorithm>
#include <fstream>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "base/status_macros.h"
#include "base/text.h"
#include "base/timestamp.h"
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
  std::string table;
  query::CsvTableOptions columns;
};

constexpr int64_t kMostRanks = 100;

absl::StatusOr<query::CsvTable> ReadTable(const ExplainVerbOptions& options) {
  if (options.columns.value_column.empty() || options.columns.count_column.empty()) {
    return absl::InvalidArgumentError("--table needs --value and --count: the columns of failures and of attempts");
  }
  if (options.table == "-") return query::ReadCsvTable(std::cin, options.columns);
  std::ifstream file(options.table, std::ios::binary);
  if (!file) return absl::NotFoundError("cannot read " + options.table);
  absl::StatusOr<query::CsvTable> table = query::ReadCsvTable(file, options.columns);
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

void Print(const Output& output, const v1::ExplainDifferenceResponse& response) {
  if (output.format() == OutputFormat::kJson) {
    output.Json(response);
  } else if (output.format() == OutputFormat::kNdjson) {
    for (const v1::Explanation& row : response.explanations()) output.NdjsonRow(row);
  } else if (response.explanations_size() > 0) {
    output.Text(ExplanationTable(output.terminal(), response));
  }
  for (const std::string& note : response.notes()) output.Note(note);
}

absl::StatusOr<ExitCode> ExplainTable(const ExplainVerbOptions& options) {
  ASSIGN_OR_RETURN(const Output output, Output::Open(options.output));
  const int64_t start_us = NowMicros();
  ASSIGN_OR_RETURN(const query::CsvTable csv, ReadTable(options));
  query::ExplainOptions explain;
  explain.has_baseline = csv.has_baseline;
  explain.max_answers = static_cast<size_t>(options.limit == 0 ? kMostRanks : std::min(options.limit, kMostRanks));
  ASSIGN_OR_RETURN(const query::Explanation explanation, query::Explain(csv.table, explain, {}));
  v1::ExplainDifferenceResponse response;
  for (const std::string& note : csv.notes) response.add_notes(note);
  query::FillExplanation(csv.table, explanation,
                         csv.has_baseline ? query::Comparison::kAttemptsBefore : query::Comparison::kAttemptsRest,
                         response);
  Print(output, response);
  output.Footer(fmt::format("{} compared with {}, {}", CountOf(csv.target_rows, "row"),
                            csv.has_baseline ? CountOf(csv.baseline_rows, "earlier row") : "each other",
                            FormatElapsed(NowMicros() - start_us)));
  if (explanation.cut_short) return kPartial;
  return response.explanations_size() > 0 ? kFound : kNothingFound;
}

}  // namespace

void AddExplainVerb(const Verb& program, Action& action) {
  auto options = std::make_shared<ExplainVerbOptions>();
  options->limit = 10;
  const Verb verb = program.Sub("explain", "Which values of which fields set failures apart");
  verb.Flag("--table", options->table, "CSV", "Explain a table with a header line; - is standard input",
            Verb::Need::kRequired);
  verb.Flag("--value", options->columns.value_column, "COLUMN", "The table's failures");
  verb.Flag("--count", options->columns.count_column, "COLUMN",
            "The table's attempts; all other columns are dimensions");
  verb.Flag("--time", options->columns.time_column, "COLUMN", "The table's times; with --at");
  verb.Flag("--at", options->columns.at, "T", "The time to explain; earlier rows are the baseline");
  verb.Number("-n,--limit", options->limit, "N", "Ranks at most; 0 means 100 (default: 10)");
  verb.Flag("-o,--output", options->output.format, "FORMAT",
            "table, json or ndjson (default: table on a terminal, else ndjson)");
  verb.Flag("--color", options->output.color, "WHEN", "auto, always or never");
  verb.Switch("-q,--quiet", options->output.quiet, "No lines about the answer on standard error");
  verb.Does(action, [options] { return ExplainTable(*options); });
}

}  // namespace faultline::deploy
