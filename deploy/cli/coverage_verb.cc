#include <string>

#include "absl/strings/ascii.h"
#include "base/status_macros.h"
#include "base/text.h"
#include "deploy/cli/event_text.h"
#include "deploy/cli/read_verb.h"
#include "deploy/cli/table.h"
#include "deploy/cli/verbs.h"
#include "fmt/format.h"

namespace faultline::deploy {
namespace {

namespace v1 = faultline::v1;

struct CoverageOptions : ReadOptions {
  std::string filter;
  std::string side;
};

std::string Percent(double share) { return fmt::format("{:.1f} %", share * 100); }

std::string RowsTable(const Terminal& terminal, const v1::GetCoverageResponse& response) {
  Table table({{"units", Column::kNumber},
               {"share", Column::kNumber},
               {"counts as", Column::kText},
               {"in words", Column::kFlexible},
               {"see one", Column::kText, 120}});
  for (const v1::CoverageRow& row : response.rows()) {
    table.AddRow({WithThousands(row.units()), Percent(row.share()), row.term(), row.summary(),
                  row.exemplars().empty() ? "" : row.exemplars(0).id().value()});
  }
  return table.Render(terminal);
}

absl::StatusOr<ExitCode> RunCoverage(const CoverageOptions& options) {
  ASSIGN_OR_RETURN(Reader reader, Reader::Open(options));
  v1::GetCoverageRequest request;
  *request.mutable_range() = reader.range;
  request.set_filter(options.filter);
  request.set_side(absl::AsciiStrToUpper(options.side));
  v1::GetCoverageResponse response;
  RETURN_IF_ERROR(Call(reader, &Target::Stub::GetCoverage, request, response));
  const Output& output = reader.output;
  if (output.format() == OutputFormat::kJson) {
    output.Json(response);
  } else if (output.format() == OutputFormat::kNdjson) {
    output.NdjsonRow(response);
  } else if (response.total() > 0) {
    output.Text(RowsTable(output.terminal(), response));
    output.Text("\n" + TerminalLine(response.summary()) + "\n");
    for (const v1::JourneyId& id : response.not_identifying()) output.Text(NotIdentifyingText(id));
  }
  output.Footer(fmt::format(
      "{}{}, {}{}", CountOf(response.total(), "unit"),
      response.still_open() == 0 ? "" : fmt::format(", settled up to {}", TableTime(response.settled_up_to())),
      reader.Elapsed(), DescribeCompleteness(response.completeness())));
  return ExitCodeOf(response.total() > 0, response.completeness());
}

}  // namespace

void AddCoverageVerb(const Verb& program, Action& action) {
  auto options = std::make_shared<CoverageOptions>();
  const Verb verb = program.Sub("coverage", "How many failures are seen on both sides, on one only, and why");
  verb.Argument("FILTER", options->filter, R"(failures of --side that count, e.g. 'app_version = "4.21.0"')");
  verb.Flag("--side", options->side, "SIDE", "client or server: whose failures FILTER is for (default: client)");
  AddTimeFlags(verb, *options);
  AddTargetFlags(verb, *options);
  verb.Does(action, [options] { return RunCoverage(*options); });
}

}  // namespace faultline::deploy
