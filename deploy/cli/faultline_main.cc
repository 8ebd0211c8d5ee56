// faultline, the operator's tool: reads the command line, runs one verb.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

#include "base/text.h"
#include "deploy/cli/interrupts.h"
#include "deploy/cli/output.h"
#include "deploy/cli/verbs.h"
#include "fmt/format.h"
#include "query/did_you_mean.h"

namespace faultline::deploy {
namespace {

constexpr char kExamples[] =
    "Finds which server failures go with which client failures.\n"
    "\n"
    "Examples:\n"
    "  faultline load --store errors client.ndjson server.ndjson.gz\n"
    "  faultline correlate --store errors --since 2h\n"
    "  faultline journey 4ef0391d0e5efca525ce --server localhost:7411\n"
    "\n"
    "Exit status: 0 found, 1 nothing found, 2 usage or error, 3 partial answer,\n"
    "4 not allowed, 5 timed out, 130 interrupted.\n";

// What was meant instead of the first word that is no verb or flag.
std::string Suggestion(const CLI::App& app, int argc, char** argv) {
  const CLI::App* verb = &app;
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    std::vector<std::string> known;
    if (word.rfind("--", 0) == 0) {
      for (const CLI::Option* option : verb->get_options()) {
        for (const std::string& name : option->get_lnames()) known.push_back("--" + name);
      }
    } else if (verb == &app) {
      for (const CLI::App* candidate : app.get_subcommands(nullptr)) known.push_back(candidate->get_name());
    }
    const std::string name = word.substr(0, word.find('='));
    if (known.empty()) continue;
    if (std::find(known.begin(), known.end(), name) != known.end()) {
      if (verb == &app && name[0] != '-') verb = app.get_subcommand(name);
      continue;
    }
    const std::vector<std::string_view> views(known.begin(), known.end());
    if (const std::string meant = query::DidYouMean(name, views); !meant.empty()) {
      return fmt::format("; \"{}\" is not known{}", TerminalLine(name), meant);
    }
    if (verb == &app && name[0] != '-') return fmt::format("; there is no verb \"{}\"", TerminalLine(name));
  }
  return "";
}

int Run(int argc, char** argv) {
  CLI::App app(kExamples, "faultline");
  app.require_subcommand(1);
  Action action;
  for (const auto add :
       {AddCorrelateVerb, AddContradictionsVerb, AddCoverageVerb, AddExplainVerb, AddSuspectsVerb,   AddDetectVerb,
        AddFindingsVerb,  AddJourneyVerb,        AddQueryVerb,    AddTailVerb,    AddSignaturesVerb, AddCountVerb,
        AddWhyVerb,       AddDeadLettersVerb,    AddStatusVerb,   AddDoctorVerb,  AddGroupVerb,      AddLoadVerb,
        AddParseVerb,     AddRulesVerb,          AddSampleVerb,   AddProduceVerb, AddCompletionVerb, AddVersionVerb}) {
    add(Verb(app), action);
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& wanted_help) {
    return app.exit(wanted_help);
  } catch (const CLI::ParseError& error) {
    fmt::print(stderr, "faultline: {}{}\nfaultline --help shows how\n", TerminalLine(error.what()),
               Suggestion(app, argc, argv));
    return kUsageOrError;
  }
  absl::StatusOr<ExitCode> code = action();
  const absl::Status finished = Output::Finish();
  if (code.ok() && !finished.ok()) code = finished;
  if (code.ok()) return *code;
  fmt::print(stderr, "faultline: {}\n", TerminalLine(std::string(code.status().message())));
  return ExitCodeOf(code.status());
}

}  // namespace
}  // namespace faultline::deploy

int main(int argc, char** argv) {
  faultline::deploy::Interrupts interrupts;
  return faultline::deploy::Run(argc, argv);
}
