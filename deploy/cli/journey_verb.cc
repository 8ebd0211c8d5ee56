#include <string>

#include "base/status_macros.h"
#include "base/text.h"
#include "deploy/cli/display_zone.h"
#include "deploy/cli/event_text.h"
#include "deploy/cli/plan_text.h"
#include "deploy/cli/read_verb.h"
#include "deploy/cli/verbs.h"
#include "fmt/format.h"

namespace faultline::deploy {
namespace {

namespace v1 = faultline::v1;

struct JourneyOptions : ReadOptions {
  std::string id;
  std::string kind;
  bool full = false;
  bool explain = false;
};

absl::StatusOr<v1::IdKind> ParseKind(const std::string& kind) {
  if (kind.empty()) return v1::ID_KIND_UNSPECIFIED;
  std::string known;
  for (int i = v1::ID_KIND_TRACE; i <= v1::ID_KIND_DEVICE; ++i) {
    const auto candidate = static_cast<v1::IdKind>(i);
    if (IdKindText(candidate) == kind) return candidate;
    known += (known.empty() ? "" : ", ") + IdKindText(candidate);
  }
  return absl::InvalidArgumentError("--kind is \"" + kind + "\"; it may be " + known);
}

// Time, and how long after the first event; then what happened.
std::string Timeline(const Terminal& terminal, const v1::GetJourneyResponse& journey) {
  Table table({{"time (" + DisplayZoneName() + ")", Column::kText},
               {"after", Column::kNumber},
               {"side", Column::kText},
               {"service", Column::kService},
               {"message", Column::kFlexible}});
  const auto micros = [](const v1::Event& event) {
    return event.time().seconds() * 1'000'000 + event.time().nanos() / 1000;
  };
  for (const v1::Event& event : journey.events()) {
    const double after = static_cast<double>(micros(event) - micros(journey.events(0))) / 1e6;
    table.AddRow({TableTime(event.time()), fmt::format("+{:.3f} s", after), SideText(event.side()), event.service(),
                  event.message()},
                 EventStyle(event));
  }
  return table.Render(terminal);
}

absl::StatusOr<ExitCode> RunJourney(const JourneyOptions& options) {
  ASSIGN_OR_RETURN(const v1::IdKind kind, ParseKind(options.kind));
  ASSIGN_OR_RETURN(Reader reader, Reader::Open(options));
  v1::GetJourneyRequest request;
  request.set_id(options.id);
  request.set_kind(kind);
  *request.mutable_range() = reader.range;
  request.set_view(options.full ? v1::EVENT_VIEW_FULL : v1::EVENT_VIEW_BASIC);
  request.set_explain(options.explain);
  v1::GetJourneyResponse journey;
  RETURN_IF_ERROR(Call(reader, &Target::Stub::GetJourney, request, journey));
  const Output& output = reader.output;
  if (options.explain) {
    PrintPlan(output, journey.plan());
  } else if (output.format() == OutputFormat::kJson) {
    output.Json(journey);
  } else if (output.format() == OutputFormat::kNdjson) {
    for (const v1::Event& event : journey.events()) output.NdjsonRow(event);
  } else if (options.full) {
    for (const v1::Event& event : journey.events()) output.Text(EventBlock(output.terminal(), event) + "\n");
  } else if (!journey.events().empty()) {
    output.Text(Timeline(output.terminal(), journey));
  }
  std::string ids;
  for (const v1::JourneyId& id : journey.ids()) {
    ids += fmt::format("{}{} {} ({}{})", ids.empty() ? "" : ", ", IdKindText(id.id().kind()), id.id().value(),
                       WithThousands(id.events()), id.not_identifying() ? ", too many to follow" : "");
  }
  output.Footer(fmt::format("{}{}{}, {}{}", CountOf(journey.events_size(), "event"), ids.empty() ? "" : " by ", ids,
                            reader.Elapsed(), DescribeCompleteness(journey.completeness())));
  return ExitCodeOf(!journey.events().empty(), journey.completeness());
}

}  // namespace

void AddJourneyVerb(const Verb& program, Action& action) {
  auto options = std::make_shared<JourneyOptions>();
  const Verb verb = program.Sub("journey", "Everything that happened to one message, request, trace or user");
  verb.Argument("ID", options->id, "An id of any kind, as logs write it", Verb::Need::kRequired);
  verb.Flag("--kind", options->kind, "KIND", "Only this kind: trace, message, user, ...");
  verb.Switch("--full", options->full, "Everything that is known of each event");
  verb.Switch("--explain", options->explain, kExplainHelp);
  AddTimeFlags(verb, *options);
  AddTargetFlags(verb, *options);
  verb.Does(action, [options] { return RunJourney(*options); });
}

}  // namespace faultline::deploy
