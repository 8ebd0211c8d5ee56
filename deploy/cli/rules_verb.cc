#include <iostream>
#include <string>
#include <vector>

#include "base/status_macros.h"
#include "base/text.h"
#include "deploy/cli/rule_explanation.h"
#include "deploy/cli/rules_lint.h"
#include "deploy/cli/rules_suggest.h"
#include "deploy/cli/target.h"
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

absl::StatusOr<ExitCode> RunLint(RulesLintOptions options) {
  ASSIGN_OR_RETURN(options.paths, Paths({options.paths, {}}));
  return LintRules(options);
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

void AddRulesVerb(const Verb& program, Action& action) {
  const Verb verb = program.Sub("rules", "Test and explain rules, without a server or a store");
  verb.RequireSub();

  auto test_options = std::make_shared<RulesOptions>();
  const Verb test = verb.Sub("test", "Load rules and run the tests in them");
  test.Arguments("PATH", test_options->paths, "Files or folders (default: $FAULTLINE_RULES)");
  test.Does(action, [test_options] { return RunTest(*test_options); });

  auto lint_options = std::make_shared<RulesLintOptions>();
  const Verb lint = verb.Sub("lint", "Rules that hide others, lack tests or are slow, with what each costs");
  lint.Arguments("PATH", lint_options->paths, "Files or folders (default: $FAULTLINE_RULES)");
  lint.Number("--max-set-ns", lint_options->max_set_ns, "NS", "Budget of the pass over all patterns (default: 5000)");
  lint.Switch("--costs", lint_options->costs, "Print the cost of every rule");
  lint.Switch("--force", lint_options->force, "Do not fail above the budget");
  lint.Does(action, [lint_options] { return RunLint(*lint_options); });

  auto suggest_options = std::make_shared<RulesSuggestOptions>();
  const Verb suggest = verb.Sub("suggest", "Propose rules, with tests, from sample lines");
  suggest.Arguments("FILE", suggest_options->files, "Plain, gzip or zstd; - is standard input", Verb::Need::kRequired);
  suggest.Number("-n,--max-rules", suggest_options->max_rules, "N", "Only the most frequent forms (default: 20)");
  suggest.Does(action, [suggest_options] { return SuggestRulesOf(*suggest_options); });

  auto explain_options = std::make_shared<RulesOptions>();
  const Verb explain = verb.Sub("explain", "What a log line becomes, step by step");
  explain.Arguments("LINE", explain_options->lines, "The line; - reads lines from standard input",
                    Verb::Need::kRequired);
  explain.RepeatedFlag("--rules", explain_options->paths, "PATH", "Rule file or folder (default: $FAULTLINE_RULES)");
  explain.Does(action, [explain_options] { return RunExplain(*explain_options); });
}

}  // namespace faultline::deploy
