#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "base/status_macros.h"
#include "base/text.h"
#include "deploy/cli/decision_text.h"
#include "deploy/cli/display_zone.h"
#include "deploy/cli/event_text.h"
#include "deploy/cli/read_verb.h"
#include "deploy/cli/verbs.h"
#include "fmt/format.h"
#include "store/event.h"

namespace faultline::deploy {
namespace {

namespace v1 = faultline::v1;

struct SignaturesOptions : ReadOptions {
  std::string filter;
  std::string signature;
  bool muted = false;
};

// What was decided about it, in a word or two.
std::string StateText(const v1::Signature& signature) {
  std::string state = signature.muted() ? "muted" : "";
  if (signature.has_resolved_time()) {
    state += std::string(state.empty() ? "" : ", ") + (signature.reopened() ? "reopened" : "resolved");
  }
  return state;
}

std::string SignaturesTable(const Terminal& terminal, const v1::ListSignaturesResponse& response) {
  const auto& rows = response.signatures();
  const bool has_states =
      std::any_of(rows.begin(), rows.end(), [](const auto& row) { return !StateText(row).empty(); });
  std::vector<Column> columns = {
      {"lines", Column::kNumber}, {"units", Column::kNumber}, {"side", Column::kText}, {"service", Column::kService}};
  if (has_states) columns.push_back({"state", Column::kText});
  columns.push_back({"exemplar", Column::kFlexible});
  columns.push_back({"signature", Column::kText, 90});
  Table table(std::move(columns));
  for (const v1::Signature& row : rows) {
    std::vector<std::string> cells = {WithThousands(row.lines()), WithThousands(row.units()), SideText(row.side()),
                                      row.service()};
    if (has_states) cells.push_back(StateText(row));
    // Whoever gave it a name wants to see it.
    cells.push_back(row.template_().empty() ? row.exemplar() : row.title());
    cells.push_back(row.signature());
    table.AddRow(std::move(cells));
  }
  return table.Render(terminal);
}

absl::StatusOr<ExitCode> ListThem(const SignaturesOptions& options) {
  ASSIGN_OR_RETURN(Reader reader, Reader::Open(options));
  v1::ListSignaturesRequest request;
  *request.mutable_range() = reader.range;
  request.set_filter(options.filter);
  request.set_include_muted(options.muted);
  ASSIGN_OR_RETURN(const v1::ListSignaturesResponse response,
                   FetchAll(
                       reader, &Target::Stub::ListSignatures, request, options.limit,
                       [](v1::ListSignaturesResponse & page) -> auto& { return *page.mutable_signatures(); }));
  const Output& output = reader.output;
  if (output.format() == OutputFormat::kJson) {
    output.Json(response);
  } else if (output.format() == OutputFormat::kNdjson) {
    for (const v1::Signature& signature : response.signatures()) output.NdjsonRow(signature);
  } else if (!response.signatures().empty()) {
    output.Text(SignaturesTable(output.terminal(), response));
  }
  const std::string muted =
      response.muted() == 0 ? "" : fmt::format(" ({} muted: --muted)", WithThousands(response.muted()));
  output.Footer(fmt::format("{} of {} signatures{}, {}{}", WithThousands(response.signatures_size()),
                            WithThousands(response.total_size()), muted, reader.Elapsed(),
                            DescribeCompleteness(response.completeness())));
  return ExitCodeOf(!response.signatures().empty(), response.completeness());
}

std::string SignatureBlock(const Terminal& terminal, const v1::GetSignatureResponse& response) {
  const v1::Signature& signature = response.signature();
  std::string block = Styled(terminal, Style::kBold, TerminalLine(signature.title())) + "\n";
  const auto add = [&](const std::string& name, const std::string& value) {
    if (!value.empty()) block += fmt::format("  {} {}\n", Styled(terminal, Style::kDim, name), TerminalLine(value));
  };
  add("signature:", signature.signature());
  add("read from:", signature.template_());
  add("state:", StateText(signature));
  add("merged into it:", absl::StrJoin(signature.members(), ", "));
  add("part of:", signature.split_from());
  add("side:", SideText(signature.side()));
  add("service:", signature.service());
  add("exemplar:", signature.exemplar());
  add("exemplar event:", signature.exemplar_event_id());
  add("lines:", WithThousands(signature.lines()));
  add("units:", WithThousands(signature.units()));
  add("first (" + DisplayZoneName() + "):", TableTime(signature.first_time()));
  add("last (" + DisplayZoneName() + "):", TableTime(signature.last_time()));
  add("made from:", signature.origin() + (signature.rule().empty() ? "" : " " + signature.rule()));
  for (const std::string& part : response.parts()) {
    add("part:", absl::StrReplaceAll(part, {{std::string(1, store::kTemplateHole), "<*>"}}));
  }
  add("why:", response.why());
  for (const v1::Decision& decision : response.decisions()) {
    add("decision:",
        fmt::format("{} {} {} {}{}{}", decision.number(), TableTime(decision.time()), decision.who(),
                    DecisionText(decision), decision.why().empty() ? "" : ": " + decision.why(),
                    decision.undone_by() == 0 ? "" : fmt::format(" (taken back by {})", decision.undone_by())));
  }
  return block;
}

absl::StatusOr<ExitCode> ShowOne(const SignaturesOptions& options) {
  ASSIGN_OR_RETURN(Reader reader, Reader::Open(options));
  v1::GetSignatureRequest request;
  request.set_signature(options.signature);
  *request.mutable_range() = reader.range;
  v1::GetSignatureResponse response;
  const absl::Status status = Call(reader, &Target::Stub::GetSignature, request, response);
  const Output& output = reader.output;
  return PrintOne(output, status, response, [&] { return SignatureBlock(output.terminal(), response); });
}

}  // namespace

void AddSignaturesVerb(const Verb& program, Action& action) {
  auto options = std::make_shared<SignaturesOptions>();
  const Verb verb = program.Sub("signatures", "List the kinds of failure, the most frequent first");
  verb.Argument("FILTER", options->filter, R"(e.g. 'side = CLIENT')");
  AddTimeFlags(verb, *options);
  verb.Switch("--muted", options->muted, "Those that somebody muted, too");
  AddLimitFlag(verb, *options);
  AddTargetFlags(verb, *options);
  verb.Does(action, [options] { return ListThem(*options); });

  auto show_options = std::make_shared<SignaturesOptions>();
  const Verb show = verb.Sub("show", "One kind of failure, and what it is made from");
  show.Argument("ID", show_options->signature, "v1: and 16 hex digits", Verb::Need::kRequired);
  AddTimeFlags(show, *show_options);
  AddTargetFlags(show, *show_options);
  show.Does(action, [show_options] { return ShowOne(*show_options); });
  AddDecisionVerbs(verb, action);
}

}  // namespace faultline::deploy
