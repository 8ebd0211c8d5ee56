#include <string>

#include "base/status_macros.h"
#include "base/text.h"
#include "deploy/cli/read_verb.h"
#include "deploy/cli/table.h"
#include "deploy/cli/verbs.h"
#include "fmt/format.h"

namespace faultline::deploy {
namespace {

namespace v1 = faultline::v1;

struct ContradictionsOptions : ReadOptions {
  std::string client_filter;
  std::string server_filter;
};

std::string KindText(v1::ContradictionKind kind) {
  return kind == v1::CONTRADICTION_KIND_LOST_REPLY ? "lost reply" : "hidden by a retry";
}

std::string ValueText(const v1::ContradictionRow& row) {
  if (row.dimension().empty()) return "all";
  if (row.other()) return row.dimension() + ": all others";
  return row.dimension() + ": " + (row.value().empty() ? "(none)" : TerminalLine(row.value()));
}

std::string RowsTable(const Terminal& terminal, const v1::GetContradictionsResponse& response) {
  Table table({{"kind", Column::kText},
               {"of", Column::kFlexible},
               {"units", Column::kNumber},
               {"of failing", Column::kNumber},
               {"rate", Column::kNumber},
               {"per 1M attempts", Column::kNumber},
               {"see one", Column::kText, 120}});
  for (const v1::ContradictionRow& row : response.rows()) {
    table.AddRow({KindText(row.kind()), ValueText(row), WithThousands(row.units()), WithThousands(row.failing_units()),
                  fmt::format("{:.2f} %", row.rate() * 100),
                  row.attempts() == 0 ? "not known" : fmt::format("{:.3g}", row.rate_per_attempt() * 1e6),
                  row.exemplars().empty() ? "" : row.exemplars(0).id().value()});
  }
  return table.Render(terminal);
}

absl::StatusOr<ExitCode> RunContradictions(const ContradictionsOptions& options) {
  ASSIGN_OR_RETURN(Reader reader, Reader::Open(options));
  v1::GetContradictionsRequest request;
  *request.mutable_range() = reader.range;
  request.set_client_filter(options.client_filter);
  request.set_server_filter(options.server_filter);
  const bool all = options.limit == 0 || options.limit > kLargestPage;
  request.set_limit(static_cast<int32_t>(all ? kLargestPage : options.limit));
  v1::GetContradictionsResponse response;
  RETURN_IF_ERROR(Call(reader, &Target::Stub::GetContradictions, request, response));
  const Output& output = reader.output;
  if (output.format() == OutputFormat::kJson) {
    output.Json(response);
  } else if (output.format() == OutputFormat::kNdjson) {
    for (const v1::ContradictionRow& row : response.rows()) output.NdjsonRow(row);
  } else {
    if (!response.rows().empty()) output.Text(RowsTable(output.terminal(), response));
    output.Text("\n" + TerminalLine(response.summary()) + "\n");
  }
  for (const std::string& note : response.notes()) output.Note(TerminalLine(note));
  const int64_t found = response.lost_reply_units() + response.hidden_by_retry_units();
  output.Footer(fmt::format("{}, {}{}", CountOf(found, "contradiction"), reader.Elapsed(),
                            DescribeCompleteness(response.completeness())));
  return ExitCodeOf(found > 0, response.completeness());
}

}  // namespace

void AddContradictionsVerb(const Verb& program, Action& action) {
  auto options = std::make_shared<ContradictionsOptions>();
  const Verb verb = program.Sub("contradictions", "Units whose client and server tell different stories");
  verb.Flag("--client-filter,--client", options->client_filter, "FILTER",
            "Only lost replies whose client failure fits");
  verb.Flag("--server-filter", options->server_filter, "FILTER", "Only hidden failures whose server failure fits");
  AddTimeFlags(verb, *options);
  AddLimitFlag(verb, *options);
  AddTargetFlags(verb, *options);
  verb.Does(action, [options] { return RunContradictions(*options); });
}

}  // namespace faultline::deploy
