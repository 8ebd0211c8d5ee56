#include "deploy/cli/rules_lint.h"

#include "base/status_macros.h"
#include "base/text.h"
#include "deploy/rule_budget.h"
#include "deploy/rule_error_text.h"
#include "fmt/format.h"
#include "ingest/rule_lint.h"

namespace faultline::deploy {
namespace {

void PrintFindings(const std::vector<ingest::RuleFinding>& findings) {
  for (const ingest::RuleFinding& finding : findings) {
    fmt::print("{}\n",
               TerminalLine(fmt::format("{}:{}: rule {}: {}", finding.file, finding.line, finding.rule, finding.text)));
  }
}

void PrintCosts(const std::vector<ingest::RuleCost>& costs) {
  fmt::print("{:<40} {:>6} {:>7} {:>9} {:>11} {:>8}\n", "rule", "atoms", "groups", "set ns", "capture ns", "one pass");
  for (const ingest::RuleCost& cost : costs) {
    fmt::print("{:<40} {:>6} {:>7} {:>9.0f} {:>11.0f} {:>8}\n", cost.rule, cost.atoms, cost.groups, cost.set_ns,
               cost.capture_ns, cost.one_pass ? "yes" : "no");
  }
}

}  // namespace

absl::StatusOr<ExitCode> LintRules(const RulesLintOptions& options) {
  std::vector<ingest::RuleError> errors;
  ASSIGN_OR_RETURN(const std::shared_ptr<const ingest::RuleSet> rules, ingest::RuleSet::Load(options.paths, errors));
  for (const ingest::RuleError& error : errors) fmt::print("{}\n", TerminalLine(DescribeRuleError(error)));
  const std::vector<ingest::RuleFinding> shadows = ingest::FindShadows(*rules);
  PrintFindings(shadows);
  const std::vector<ingest::RuleCost> costs = ingest::MeasureRules(*rules);
  const std::vector<ingest::RuleFinding> slow = ingest::FindSlowRules(costs);
  PrintFindings(slow);
  if (options.costs) PrintCosts(costs);
  const double set_ns = ingest::MeasureSetNs(*rules);
  const int64_t budget = options.max_set_ns > 0 ? options.max_set_ns : kDefaultMaxSetNs;
  fmt::print(
      "{} rules, {} refused, {} doubtful; one pass over all patterns costs {:.0f} ns a test line, budget {} ns\n",
      rules->size(), errors.size(), shadows.size() + slow.size(), set_ns, budget);
  const absl::Status within = CheckRuleBudget(set_ns, budget);
  if (!within.ok()) fmt::print("{}\n", std::string(within.message()));
  return errors.empty() && (within.ok() || options.force) ? kFound : kUsageOrError;
}

}  // namespace faultline::deploy
