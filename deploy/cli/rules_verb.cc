#include <CLI/CLI.hpp>
#include <iostream>
#include <string>
#include <vector>

#include "base/status_macros.h"
#include "base/text.h"
#include "deploy/cli/rule_explanation.h"
#include "deploy/cli/verbs.h"
#include "deploy/rule_error_text.h"
#include "fmt/format.h"
#include "ingest/rules.h"

namespace faultline::deploy {
namespace {

struct RulesOptions {
  std::vector<std::string> paths;
  std::vector<std::string> lines;
};

absl::StatusOr<std::vector<std::string>> Paths(const RulesOptions& options) {
  std::vector<std::string> paths = RulesOrDefault(options.paths);
  if (paths.empty()) return absl::InvalidArgumentError("which rules? name files or folders, or set FAULTLINE_RULES");
  return paths;
}

absl::StatusOr<ExitCode> RunTest(const RulesOptions& options) {
  ASSIGN_OR_RETURN(const std::vector<std::string> paths, Paths(options));
  std::vector<ingest::RuleError> errors;
  ASSIGN_OR_RETURN(const std::shared_ptr<const ingest::RuleSet> rules, ingest::RuleSet::Load(paths, errors));
  for (const ingest::RuleError& error : errors) fmt::print(stderr, "{}\n", TerminalLine(DescribeRuleError(error)));
  fmt::print("{} rules in force, {} tests passed, {} refused\n", rules->size(), rules->test_count(), errors.size());
  return errors.empty() ? kFound : kUsageOrError;
}

absl::StatusOr<ExitCode> RunExplain(const RulesOptions& options) {
  ASSIGN_OR_RETURN(const std::vector<std::string> paths, Paths(options));
  std::vector<ingest::RuleError> errors;
  ASSIGN_OR_RETURN(const std::shared_ptr<const ingest::RuleSet> rules, ingest::RuleSet::Load(paths, errors));
  for (const ingest::RuleError& error : errors) fmt::print(stderr, "{}\n", TerminalLine(DescribeRuleError(error)));
  bool matched = false;
  for (const std::string& argument : options.lines) {
    if (argument != "-") {
      matched |= ExplainLine(*rules, argument);
      continue;
    }
    for (std::string line; std::getline(std::cin, line);) matched |= ExplainLine(*rules, line);
  }
  return matched ? kFound : kNothingFound;
}

}  // namespace

void AddRulesVerb(CLI::App& app, Action& action) {
  CLI::App* verb = app.add_subcommand("rules", "Test and explain rules, without a server or a store");
  verb->require_subcommand(1);

  auto test_options = std::make_shared<RulesOptions>();
  CLI::App* test = verb->add_subcommand("test", "Load rules and run the tests in them");
  test->add_option("PATH", test_options->paths, "Files or folders (default: $FAULTLINE_RULES)");
  test->callback([test_options, &action] { action = [test_options] { return RunTest(*test_options); }; });

  auto explain_options = std::make_shared<RulesOptions>();
  CLI::App* explain = verb->add_subcommand("explain", "What a log line becomes, step by step");
  explain->add_option("LINE", explain_options->lines, "The line; - reads lines from standard input")->required();
  explain->add_option("--rules", explain_options->paths, "File or folder; may be repeated (default: $FAULTLINE_RULES)")
      ->type_name("PATH")
      ->expected(1)
      ->allow_extra_args(false)  // what follows is a line
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  explain->callback(
      [explain_options, &action] { action = [explain_options] { return RunExplain(*explain_options); }; });
}

}  // namespace faultline::deploy
