#include <charconv>
#include <string>

#include "base/status_macros.h"
#include "base/text.h"
#include "deploy/cli/dead_letters.h"
#include "deploy/cli/display_zone.h"
#include "deploy/cli/table.h"
#include "deploy/cli/verbs.h"
#include "fmt/format.h"

namespace faultline::deploy {
namespace {

namespace v1 = faultline::v1;

// What may become of a letter, in a word.
std::string StateText(const v1::DeadLetter& letter) {
  if (letter.has_replayed_time()) return "replayed";
  if (letter.partly_taken()) return "partly taken";
  return letter.damaged() || letter.bytes().empty() ? "not whole" : "waiting";
}

std::string LettersTable(const Terminal& terminal, const v1::ListDeadLettersResponse& response) {
  Table table({{"number", Column::kNumber},
               {"state", Column::kText, 100},
               {"reason", Column::kText},
               {"where", Column::kText, 80},
               {"offset", Column::kNumber, 80},
               {"bytes", Column::kNumber, 100},
               {"detail", Column::kText, 120},
               {"record", Column::kFlexible}});
  for (const v1::DeadLetter& letter : response.dead_letters()) {
    table.AddRow({WithThousands(letter.number()), StateText(letter), letter.reason(), letter.label(),
                  WithThousands(letter.offset()), WithThousands(letter.original_size_bytes()), letter.detail(),
                  letter.bytes()});
  }
  return table.Render(terminal);
}

absl::StatusOr<ExitCode> ListThem(const DeadLettersOptions& options) {
  ASSIGN_OR_RETURN(Reader reader, Reader::Open(options));
  v1::ListDeadLettersRequest request;
  request.set_waiting_only(!options.all);
  request.set_reason(options.reason);
  ASSIGN_OR_RETURN(const v1::ListDeadLettersResponse response,
                   FetchAll(
                       reader, &Target::Stub::ListDeadLetters, request, options.limit,
                       [](v1::ListDeadLettersResponse & page) -> auto& { return *page.mutable_dead_letters(); }));
  const Output& output = reader.output;
  if (output.format() == OutputFormat::kJson) {
    output.Json(response);
  } else if (output.format() == OutputFormat::kNdjson) {
    for (const v1::DeadLetter& letter : response.dead_letters()) output.NdjsonRow(letter);
  } else if (!response.dead_letters().empty()) {
    output.Text(LettersTable(output.terminal(), response));
  }
  output.Footer(fmt::format("{}{}, {}", CountOf(response.dead_letters_size(), "dead letter"),
                            response.next_page_token().empty() ? "" : " (there are more: --limit 0)",
                            reader.Elapsed()));
  return response.dead_letters().empty() ? kNothingFound : kFound;
}

std::string LetterBlock(const Terminal& terminal, const v1::DeadLetter& letter) {
  std::string block;
  const auto add = [&](std::string_view name, const std::string& value) {
    if (!value.empty()) block += fmt::format("{} {}\n", Styled(terminal, Style::kDim, name), TerminalLine(value));
  };
  add("number:", std::to_string(letter.number()));
  add("state:", StateText(letter));
  add("reason:", letter.reason());
  add("detail:", letter.detail());
  add("where:", letter.label());
  add("offset:", std::to_string(letter.offset()));
  add("bytes:", CountOf(letter.original_size_bytes(), "byte") + (letter.damaged() ? ", not all of them kept" : ""));
  add("given up (" + DisplayZoneName() + "):", TableTime(letter.time()));
  add("replayed (" + DisplayZoneName() + "):", TableTime(letter.replayed_time()));
  return block + "\n" + TerminalText(letter.bytes()) + "\n";
}

absl::StatusOr<int64_t> ParseNumber(const std::string& text) {
  int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || number < 1) {
    return absl::InvalidArgumentError("\"" + text +
                                      "\" is no number of a dead letter; `faultline deadletters` lists them");
  }
  return number;
}

absl::StatusOr<ExitCode> ShowOne(const DeadLettersOptions& options) {
  ASSIGN_OR_RETURN(const int64_t number, ParseNumber(options.number));
  ASSIGN_OR_RETURN(Reader reader, Reader::Open(options));
  v1::ListDeadLettersRequest request;
  request.set_first_number(number);
  request.set_page_size(1);
  v1::ListDeadLettersResponse response;
  RETURN_IF_ERROR(Call(reader, &Target::Stub::ListDeadLetters, request, response));
  const Output& output = reader.output;
  if (response.dead_letters().empty() || response.dead_letters(0).number() != number) {
    output.Footer(fmt::format("there is no dead letter {}, or retention dropped it", number));
    return kNothingFound;
  }
  const v1::DeadLetter& letter = response.dead_letters(0);
  if (output.format() == OutputFormat::kJson) {
    output.Json(letter);
  } else if (output.format() == OutputFormat::kNdjson) {
    output.NdjsonRow(letter);
  } else {
    output.Text(LetterBlock(output.terminal(), letter));
  }
  return kFound;
}

void AddReasonFlag(const Verb& verb, DeadLettersOptions& options) {
  verb.Flag("--reason", options.reason, "REASON", "Only those given up for this, e.g. json_malformed");
}

void AddListFlags(const Verb& verb, DeadLettersOptions& options) {
  AddReasonFlag(verb, options);
  verb.Switch("--all", options.all, "Those that were replayed too");
  AddLimitFlag(verb, options);
  AddTargetFlags(verb, options);
}

void AddReplay(const Verb& verb, Action& action) {
  auto options = std::make_shared<ReplayOptions>();
  const Verb replay =
      verb.Sub("replay", "Take them again, with the rules and programs of today: each once, and marked");
  AddReasonFlag(replay, *options);
  replay.Switch("--dry-run", options->dry_run, "Only say how many");
  replay.Flag("--brokers", options->brokers, "LIST",
              "Through Kafka, HOST:PORT,...: for a store that faultlined writes");
  replay.Flag("--topic", options->topic, "NAME", "Where to in Kafka (default: the topic each is from)");
  replay.RepeatedFlag("--property", options->properties, "NAME=VALUE", "A setting of librdkafka");
  replay.Flag("--format", options->wire_format, "NAME", "The wire format, where it is not to be detected");
  AddTargetFlags(replay, *options);
  replay.Does(action, [options] { return ReplayDeadLetters(*options); });
}

}  // namespace

void AddDeadLettersVerb(const Verb& program, Action& action) {
  const Verb verb = program.Sub("deadletters", "Records that could not become events: list, show, export, replay");
  auto options = std::make_shared<DeadLettersOptions>();
  AddListFlags(verb, *options);
  verb.Does(action, [options] { return ListThem(*options); });

  auto list_options = std::make_shared<DeadLettersOptions>();
  const Verb list = verb.Sub("list", "Which there are, and why (also without a verb)");
  AddListFlags(list, *list_options);
  list.Does(action, [list_options] { return ListThem(*list_options); });

  auto show_options = std::make_shared<DeadLettersOptions>();
  const Verb show = verb.Sub("show", "One of them, with what was kept of the record");
  show.Argument("NUMBER", show_options->number, "As in the list", Verb::Need::kRequired);
  AddTargetFlags(show, *show_options);
  show.Does(action, [show_options] { return ShowOne(*show_options); });

  auto export_options = std::make_shared<DeadLettersOptions>();
  const Verb exporting = verb.Sub("export", "Print them as captured records, which parse and load --records read");
  AddReasonFlag(exporting, *export_options);
  AddTargetFlags(exporting, *export_options);
  exporting.Does(action, [export_options] { return ExportDeadLetters(*export_options); });

  AddReplay(verb, action);
}

}  // namespace faultline::deploy
