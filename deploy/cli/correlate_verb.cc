#include <string>

#include "base/status_macros.h"
#include "base/text.h"
#include "deploy/cli/event_text.h"
#include "deploy/cli/read_verb.h"
#include "deploy/cli/verbs.h"
#include "fmt/format.h"

namespace faultline::deploy {
namespace {

namespace v1 = faultline::v1;

struct CorrelateOptions : ReadOptions {
  std::string client_filter;
  std::string server_filter;
  bool all = false;
};

std::string End(const Terminal& terminal, const char* side, const v1::PairEnd& end) {
  const std::string indent = "    ";
  std::string message = TerminalLine(end.exemplar());
  if (terminal.width > 8) message = CutToWidth(message, static_cast<size_t>(terminal.width) - indent.size());
  return fmt::format("{}{}\n{}{} {}, {} messages, {}\n", indent, Styled(terminal, Style::kBold, message), indent, side,
                     StyledService(terminal, TerminalLine(end.service())), WithThousands(end.units()),
                     Styled(terminal, Style::kDim, TerminalLine(end.signature())));
}

std::string PairBlock(const Terminal& terminal, int number, const v1::CorrelatedPair& pair, const std::string& flags) {
  std::string block = fmt::format("{:>2}. When clients report\n", number);
  block += End(terminal, "client", pair.client());
  block += "  a server often reports\n";
  block += End(terminal, "server", pair.server());
  block += fmt::format(
      "  {}{}\n", TerminalLine(pair.summary()),
      pair.significant() || pair.has_shared_dimension() ? "" : Styled(terminal, Style::kDim, " (not significant)"));
  if (!pair.exemplar_id().value().empty()) {
    block += fmt::format(
        "  see one: {}\n",
        Styled(terminal, Style::kDim, TerminalLine("faultline journey " + pair.exemplar_id().value() + " " + flags)));
  }
  return block + "\n";
}

std::string Heading(const v1::CorrelateResponse& response) {
  const v1::CorrelateTotals& totals = response.totals();
  return fmt::format(
      "{} of {} pairs of client and server failures go together more than chance explains.\n"
      "{} messages failed on a client, {} on a server, {} on both{}.\n\n",
      WithThousands(totals.significant_pairs()), WithThousands(totals.pairs()), WithThousands(totals.client_units()),
      WithThousands(totals.server_units()), WithThousands(totals.linked_units()),
      totals.attempts_known() ? "" : " (how many were tried is not known, so chance is estimated from failures alone)");
}

std::string Notes(const v1::CorrelateResponse& response) {
  const v1::CorrelateTotals& totals = response.totals();
  std::string notes;
  if (totals.client_events_without_id() + totals.server_events_without_id() > 0) {
    notes +=
        fmt::format("{} client and {} server events carry no exact id and can form no pair.\n",
                    WithThousands(totals.client_events_without_id()), WithThousands(totals.server_events_without_id()));
  }
  for (const v1::JourneyId& id : response.not_identifying()) {
    notes += NotIdentifyingText(id);
  }
  return notes;
}

absl::StatusOr<ExitCode> RunCorrelate(const CorrelateOptions& options) {
  ASSIGN_OR_RETURN(Reader reader, Reader::Open(options));
  v1::CorrelateRequest request;
  *request.mutable_range() = reader.range;
  request.set_client_filter(options.client_filter);
  request.set_server_filter(options.server_filter);
  request.set_all_pairs(options.all);
  ASSIGN_OR_RETURN(const v1::CorrelateResponse response,
                   FetchAll(
                       reader, &Target::Stub::Correlate, request, options.limit,
                       [](v1::CorrelateResponse & page) -> auto& { return *page.mutable_pairs(); }));
  const Output& output = reader.output;
  if (output.format() == OutputFormat::kJson) {
    output.Json(response);
  } else if (output.format() == OutputFormat::kNdjson) {
    for (const v1::CorrelatedPair& pair : response.pairs()) output.NdjsonRow(pair);
  } else {
    output.Text(Heading(response));
    int number = 0;
    for (const v1::CorrelatedPair& pair : response.pairs()) {
      output.Text(PairBlock(output.terminal(), ++number, pair, reader.target->flags()));
    }
    output.Text(Notes(response));
  }
  for (const std::string& note : response.notes()) output.Note(TerminalLine(note));
  output.Footer(fmt::format("{}{}, {}{}", CountOf(response.pairs_size(), "pair"),
                            response.next_page_token().empty() ? "" : " (there are more: --limit 0)", reader.Elapsed(),
                            DescribeCompleteness(response.completeness())));
  return ExitCodeOf(!response.pairs().empty(), response.completeness());
}

}  // namespace

void AddCorrelateVerb(const Verb& program, Action& action) {
  auto options = std::make_shared<CorrelateOptions>();
  const Verb verb = program.Sub("correlate", "Which server failures go with which client failures");
  verb.Flag("--client-filter,--client", options->client_filter, "FILTER", "Only pairs whose client event fits");
  verb.Flag("--server-filter", options->server_filter, "FILTER", "Only pairs whose server event fits");
  verb.Switch("--all", options->all, "Every pair that occurred, not only the significant ones");
  AddTimeFlags(verb, *options);
  AddLimitFlag(verb, *options);
  AddTargetFlags(verb, *options);
  verb.Does(action, [options] { return RunCorrelate(*options); });
}

}  // namespace faultline::deploy
