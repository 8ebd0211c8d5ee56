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

struct WhyOptions : ReadOptions {
  std::string id;
};

std::string PlaceText(bool has_bytes, const v1::ByteRange& bytes) {
  return has_bytes ? fmt::format("{} {}-{}", bytes.field(), bytes.start(), bytes.end()) : "";
}

// What was taken from where: one row for each capture, mask and part.
std::string Evidence(const Terminal& terminal, const v1::ExplainEventResponse& response) {
  Table table(
      {{"step", Column::kText}, {"what", Column::kText}, {"text", Column::kFlexible}, {"bytes", Column::kText}});
  for (const v1::RuleCapture& capture : response.captures()) {
    table.AddRow({"capture", capture.field(), capture.value(), PlaceText(capture.has_bytes(), capture.bytes())});
  }
  for (const v1::MaskedRun& mask : response.masks()) {
    table.AddRow({"mask", mask.kind(), mask.text(), PlaceText(true, mask.bytes())});
  }
  if (!response.template_().empty()) table.AddRow({"template", "", response.template_(), ""});
  for (const v1::SignaturePart& part : response.parts()) {
    table.AddRow({"part", part.what(), part.text(), PlaceText(part.has_bytes(), part.bytes())});
  }
  return table.Render(terminal);
}

absl::StatusOr<ExitCode> RunWhy(const WhyOptions& options) {
  ASSIGN_OR_RETURN(Reader reader, Reader::Open(options));
  v1::ExplainEventRequest request;
  request.set_id(options.id);
  v1::ExplainEventResponse response;
  const absl::Status status = Call(reader, &Target::Stub::ExplainEvent, request, response);
  const Output& output = reader.output;
  return PrintOne(output, status, response, [&] {
    std::string text = TerminalLine(response.event().message()) + "\n\n";
    for (const std::string& sentence : response.words()) text += TerminalLine(sentence) + "\n";
    return text + "\n" + Evidence(output.terminal(), response);
  });
}

}  // namespace

void AddWhyVerb(const Verb& program, Action& action) {
  auto options = std::make_shared<WhyOptions>();
  const Verb verb =
      program.Sub("why", "How an event came about: rule, captures, masks, signature, and from which bytes");
  verb.Argument("EVENT_ID", options->id, "Its number, as `query` and `journey --full` print it", Verb::Need::kRequired);
  AddTargetFlags(verb, *options);
  verb.Does(action, [options] { return RunWhy(*options); });
}

}  // namespace faultline::deploy
