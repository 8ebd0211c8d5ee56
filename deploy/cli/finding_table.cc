#include "deploy/cli/finding_table.h"

#include <algorithm>
#include <vector>

#include "deploy/cli/table.h"
#include "fmt/format.h"
#include "query/pair_text.h"

namespace faultline::deploy {
namespace {

namespace v1 = faultline::v1;

std::string SeriesText(const v1::Finding& finding) {
  if (!finding.title().empty()) return finding.title();
  std::vector<std::string> parts;
  for (const auto& [name, value] : finding.series()) {
    parts.push_back(fmt::format("{} = {}", name, value.empty() ? "(none)" : value));
  }
  std::sort(parts.begin(), parts.end());
  return fmt::format("{}", fmt::join(parts, ", "));
}

std::string FindingsTable(const Terminal& terminal, const v1::ListFindingsResponse& response) {
  Table table({{"from", Column::kText},
               {"until", Column::kText},
               {"kind", Column::kText},
               {"what", Column::kText},
               {"in words", Column::kFlexible}});
  for (const v1::Finding& row : response.findings()) {
    const Style style = row.has_end() ? Style::kDim : Style::kPlain;
    table.AddRow({TableTime(row.start()), row.has_end() ? TableTime(row.end()) : "open", row.kind(), SeriesText(row),
                  row.reason()},
                 style);
    if (!row.other_side().empty()) table.AddRow({"", "", "", "", row.other_side()}, Style::kDim);
  }
  return table.Render(terminal);
}

}  // namespace

void PrintFindings(const Output& output, const v1::ListFindingsResponse& response) {
  if (output.format() == OutputFormat::kJson) {
    output.Json(response);
  } else if (output.format() == OutputFormat::kNdjson) {
    for (const v1::Finding& row : response.findings()) output.NdjsonRow(row);
  } else if (response.findings_size() > 0) {
    output.Text(FindingsTable(output.terminal(), response));
  }
  for (const std::string& note : response.notes()) output.Note(note);
}

std::string FormatSpan(int64_t span_us) { return query::ShortDuration(static_cast<double>(span_us) / 1e6); }

}  // namespace faultline::deploy
