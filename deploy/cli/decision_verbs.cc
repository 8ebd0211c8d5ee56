// What people decide about signatures: merge, split, rename, mute, resolve, undo; history, export, import.
#include <pwd.h>
#include <unistd.h>

#include <charconv>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>

#include "absl/strings/str_join.h"
#include "base/status_macros.h"
#include "base/text.h"
#include "base/timestamp.h"
#include "deploy/cli/decision_text.h"
#include "deploy/cli/decisions_yaml.h"
#include "deploy/cli/display_zone.h"
#include "deploy/cli/read_verb.h"
#include "deploy/cli/table.h"
#include "deploy/cli/verbs.h"
#include "fmt/format.h"
#include "google/protobuf/util/time_util.h"

namespace faultline::deploy {
namespace {

namespace v1 = faultline::v1;
using google::protobuf::util::TimeUtil;

struct DecisionOptions : ReadOptions {
  std::string signature;
  std::vector<std::string> others;
  std::string by, name, span, number;
  std::string why, who;
  std::string file;
  bool match_templates = false;
};

// --who, else the one who is logged in here.
std::string WhoOf(const DecisionOptions& options) {
  if (!options.who.empty()) return options.who;
  for (const char* name : {"FAULTLINE_WHO", "USER", "LOGNAME"}) {
    const char* value = std::getenv(name);
    if (value != nullptr && *value != '\0') return value;
  }
  const passwd* const entry = getpwuid(getuid());
  return entry != nullptr ? entry->pw_name : fmt::format("user {}", getuid());
}

void AddDecisionRow(const v1::Decision& decision, Table& table) {
  const std::string state = decision.undone_by() == 0 ? "" : fmt::format("taken back by {}", decision.undone_by());
  table.AddRow({std::to_string(decision.number()), TableTime(decision.time()), decision.who(), decision.signature(),
                DecisionText(decision), state, decision.why()},
               decision.undone_by() == 0 ? Style::kPlain : Style::kDim);
}

void PrintDecisions(const Output& output, const v1::ListDecisionsResponse& response) {
  if (output.format() == OutputFormat::kJson) return output.Json(response);
  if (output.format() == OutputFormat::kNdjson) {
    for (const v1::Decision& decision : response.decisions()) output.NdjsonRow(decision);
    return;
  }
  if (response.decisions().empty()) return;
  Table table({{"number", Column::kNumber},
               {"time (" + DisplayZoneName() + ")", Column::kText},
               {"who", Column::kText},
               {"signature", Column::kText},
               {"decision", Column::kFlexible},
               {"state", Column::kText},
               {"why", Column::kText, 100}});
  for (const v1::Decision& decision : response.decisions()) AddDecisionRow(decision, table);
  output.Text(table.Render(output.terminal()));
}

absl::StatusOr<ExitCode> Decide(const DecisionOptions& options, v1::Decision decision) {
  decision.set_signature(options.signature);
  decision.set_who(WhoOf(options));
  decision.set_why(options.why);
  ASSIGN_OR_RETURN(Reader reader, Reader::Open(options));
  v1::DecideSignatureRequest request;
  *request.mutable_decision() = std::move(decision);
  v1::DecideSignatureResponse response;
  RETURN_IF_ERROR(Call(reader, &Target::Stub::DecideSignature, request, response));
  const Output& output = reader.output;
  if (output.format() != OutputFormat::kTable) {
    v1::ListDecisionsResponse one;
    *one.add_decisions() = response.decision();
    PrintDecisions(output, one);
    return kFound;
  }
  const v1::Decision& made = response.decision();
  output.Text(fmt::format("decision {}: {}{}\n", made.number(), made.signature().empty() ? "" : made.signature() + ": ",
                          TerminalLine(DecisionText(made))));
  output.Footer(fmt::format("take it back: faultline signatures undo {} {}", made.number(), reader.target->flags()));
  return kFound;
}

absl::StatusOr<ExitCode> Merge(const DecisionOptions& options) {
  v1::Decision decision;
  decision.set_kind(v1::DECISION_KIND_MERGE);
  decision.mutable_others()->Add(options.others.begin(), options.others.end());
  return Decide(options, std::move(decision));
}

absl::StatusOr<ExitCode> Split(const DecisionOptions& options) {
  v1::Decision decision;
  decision.set_kind(v1::DECISION_KIND_SPLIT);
  decision.set_split_by(options.by);
  return Decide(options, std::move(decision));
}

absl::StatusOr<ExitCode> Rename(const DecisionOptions& options) {
  v1::Decision decision;
  decision.set_kind(v1::DECISION_KIND_RENAME);
  decision.set_name(options.name);
  return Decide(options, std::move(decision));
}

// "for" a duration is told by the same words as "since" one.
absl::StatusOr<ExitCode> Mute(const DecisionOptions& options) {
  v1::Decision decision;
  decision.set_kind(v1::DECISION_KIND_MUTE);
  if (!options.span.empty()) {
    const int64_t now_us = NowMicros();
    ASSIGN_OR_RETURN(const int64_t before_us, ResolveMoment("--for", options.span, now_us));
    if (before_us >= now_us) {
      return absl::InvalidArgumentError("--for: must be a duration, such as 2h or 7d");
    }
    *decision.mutable_until() = TimeUtil::MicrosecondsToTimestamp(now_us + (now_us - before_us));
  }
  return Decide(options, std::move(decision));
}

absl::StatusOr<ExitCode> Resolve(const DecisionOptions& options) {
  v1::Decision decision;
  decision.set_kind(v1::DECISION_KIND_RESOLVE);
  return Decide(options, std::move(decision));
}

absl::StatusOr<ExitCode> Undo(const DecisionOptions& options) {
  const std::string& text = options.number;
  int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || number < 1) {
    return absl::InvalidArgumentError(fmt::format(
        "\"{}\" is no number of a decision; `faultline signatures history` lists them", TerminalLine(text)));
  }
  v1::Decision decision;
  decision.set_kind(v1::DECISION_KIND_UNDO);
  decision.set_undoes(number);
  return Decide(options, std::move(decision));
}

absl::StatusOr<v1::ListDecisionsResponse> Fetch(Reader& reader, const std::string& signature, int64_t limit) {
  v1::ListDecisionsRequest request;
  request.set_signature(signature);
  return FetchAll(
      reader, &Target::Stub::ListDecisions, request, limit,
      [](v1::ListDecisionsResponse & page) -> auto& { return *page.mutable_decisions(); });
}

absl::StatusOr<ExitCode> History(const DecisionOptions& options) {
  ASSIGN_OR_RETURN(Reader reader, Reader::Open(options));
  ASSIGN_OR_RETURN(const v1::ListDecisionsResponse response, Fetch(reader, options.signature, options.limit));
  PrintDecisions(reader.output, response);
  reader.output.Footer(fmt::format("{} of {}, {}", WithThousands(response.decisions_size()),
                                   CountOf(response.total_size(), "decision"), reader.Elapsed()));
  return response.decisions().empty() ? kNothingFound : kFound;
}

absl::StatusOr<ExitCode> Export(const DecisionOptions& options) {
  ASSIGN_OR_RETURN(Reader reader, Reader::Open(options));
  ASSIGN_OR_RETURN(const v1::ListDecisionsResponse response, Fetch(reader, "", 0));
  const std::vector<v1::Decision> oldest_first(response.decisions().rbegin(), response.decisions().rend());
  reader.output.Text(WriteDecisions(oldest_first));
  return kFound;
}

absl::StatusOr<std::string> ReadWhole(const std::string& path) {
  std::ifstream file;
  if (path != "-") {
    file.open(path, std::ios::binary);
    if (!file) return absl::NotFoundError(fmt::format("cannot read {}", TerminalLine(path)));
  }
  std::istream& input = path == "-" ? std::cin : file;
  std::string text(kMaxDecisionsFileBytes + 1, '\0');
  input.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<size_t>(input.gcount()));
  return text;
}

absl::StatusOr<ExitCode> Import(const DecisionOptions& options) {
  ASSIGN_OR_RETURN(const std::string text, ReadWhole(options.file));
  const auto decisions = ReadDecisions(text);
  if (!decisions.ok()) {
    return absl::InvalidArgumentError(fmt::format("{}: {}", options.file, std::string(decisions.status().message())));
  }
  v1::ImportDecisionsRequest request;
  request.set_match_templates(options.match_templates);
  request.mutable_decisions()->Add(decisions->begin(), decisions->end());
  ASSIGN_OR_RETURN(Reader reader, Reader::Open(options));
  v1::ImportDecisionsResponse response;
  RETURN_IF_ERROR(Call(reader, &Target::Stub::ImportDecisions, request, response));
  const Output& output = reader.output;
  if (output.format() != OutputFormat::kTable) {
    output.format() == OutputFormat::kJson ? output.Json(response) : output.NdjsonRow(response);
    return kFound;
  }
  output.Text(fmt::format(
      "{} imported, {} here already{}\n", CountOf(response.imported(), "decision"), response.repeated(),
      response.matched() == 0 ? "" : fmt::format(", {} found by template", CountOf(response.matched(), "signature"))));
  for (const std::string& note : response.notes()) output.Note(note);
  return kFound;
}

using Do = absl::StatusOr<ExitCode> (*)(const DecisionOptions&);

// Adds what all have, and what it does.
void Finish(const Verb& verb, const std::shared_ptr<DecisionOptions>& options, Action& action, Do what, bool decides) {
  if (decides) {
    verb.Flag("--why", options->why, "TEXT", "The reason, for those who come after");
    verb.Flag("--who", options->who, "NAME", "Who decides (default: $FAULTLINE_WHO, $USER)");
  }
  AddTargetFlags(verb, *options);
  verb.Does(action, [options, what] { return what(*options); });
}

std::shared_ptr<DecisionOptions> OptionsWithSignature(const Verb& verb, Verb::Need need = Verb::Need::kRequired) {
  auto options = std::make_shared<DecisionOptions>();
  verb.Argument("ID", options->signature, "v1: and 16 hex digits", need);
  return options;
}

}  // namespace

void AddDecisionVerbs(const Verb& signatures, Action& action) {
  const Verb merge = signatures.Sub("merge", "Say that others are the same failure: they count as the first");
  auto options = OptionsWithSignature(merge);
  merge.Arguments("OTHER", options->others, "Those that count as it from now on", Verb::Need::kRequired);
  Finish(merge, options, action, Merge, /*decides=*/true);

  const Verb split = signatures.Sub("split", "Say that it is several failures, or not what it was merged into");
  options = OptionsWithSignature(split);
  split.Flag("--by", options->by, "FIELD", "One for each value of this, e.g. service; without it, it leaves a merge");
  Finish(split, options, action, Split, /*decides=*/true);

  const Verb rename = signatures.Sub("rename", "Give it a name that people know it by");
  options = OptionsWithSignature(rename);
  rename.Argument("NAME", options->name, "One line", Verb::Need::kRequired);
  Finish(rename, options, action, Rename, /*decides=*/true);

  const Verb mute = signatures.Sub("mute", "Leave it out of lists and findings; it still counts");
  options = OptionsWithSignature(mute);
  mute.Flag("--for", options->span, "DURATION", "Only for so long, e.g. 2h, 7d");
  Finish(mute, options, action, Mute, /*decides=*/true);

  const Verb resolve = signatures.Sub("resolve", "Say that it is mended: a failure from now on makes it reopened");
  options = OptionsWithSignature(resolve);
  Finish(resolve, options, action, Resolve, /*decides=*/true);

  const Verb undo = signatures.Sub("undo", "Take a decision back");
  options = std::make_shared<DecisionOptions>();
  undo.Argument("NUMBER", options->number, "As history shows it", Verb::Need::kRequired);
  Finish(undo, options, action, Undo, /*decides=*/true);

  const Verb history = signatures.Sub("history", "Who decided what, when and why, the latest first");
  options = OptionsWithSignature(history, Verb::Need::kOptional);
  AddLimitFlag(history, *options);
  Finish(history, options, action, History, /*decides=*/false);

  const Verb exporting = signatures.Sub("export", "Print all decisions as YAML");
  options = std::make_shared<DecisionOptions>();
  Finish(exporting, options, action, Export, /*decides=*/false);

  const Verb importing = signatures.Sub("import", "Take over the decisions of another store; those here already stay");
  options = std::make_shared<DecisionOptions>();
  importing.Argument("FILE", options->file, "As export prints it; - is standard input", Verb::Need::kRequired);
  importing.Switch("--match-templates", options->match_templates,
                   "Find signatures that this store does not know by what they read like");
  Finish(importing, options, action, Import, /*decides=*/false);
}

}  // namespace faultline::deploy
