// Any text as a table: read or refused, and explained without a crash or a number that is none.
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <sstream>
#include <string>

#include "query/explain/csv_table.h"
#include "query/explain/explainer.h"
#include "query/explain/explanation_answer.h"

namespace faultline::query {
namespace {

void Explain(const CsvTable& csv) {
  ExplainOptions options;
  options.has_baseline = csv.has_baseline;
  const auto explanation = query::Explain(csv.table, options, {});
  if (!explanation.ok()) std::abort();
  v1::ExplainDifferenceResponse response;
  FillExplanation(csv.table, *explanation, csv.has_baseline ? Comparison::kAttemptsBefore : Comparison::kAttemptsRest,
                  response);
  std::string bytes;
  if (!response.SerializeToString(&bytes)) std::abort();
  for (const v1::Explanation& row : response.explanations()) {
    if (!std::isfinite(row.lift()) || !std::isfinite(row.score()) || row.support() < 0 || row.support() > 1)
      std::abort();
  }
}

}  // namespace
}  // namespace faultline::query

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace faultline::query;
  const std::string text(reinterpret_cast<const char*>(data), size);
  CsvTableOptions options;
  options.value_column = "v";
  options.count_column = "n";
  for (const bool timed : {false, true}) {
    options.time_column = timed ? "t" : "";
    options.at = timed ? "2" : "";
    std::istringstream input(text);
    const auto csv = ReadCsvTable(input, options);
    if (csv.ok()) Explain(*csv);
  }
  return 0;
}
