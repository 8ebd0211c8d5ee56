#include "deploy/cli/load_rules.h"

#include "base/status_macros.h"
#include "base/text.h"
#include "deploy/cli/target.h"
#include "deploy/rule_error_text.h"
#include "fmt/format.h"

namespace faultline::deploy {

absl::StatusOr<std::shared_ptr<const ingest::RuleSet>> LoadRules(const std::vector<std::string>& given) {
  std::vector<ingest::RuleError> errors;
  ASSIGN_OR_RETURN(std::shared_ptr<const ingest::RuleSet> rules, ingest::RuleSet::Load(RulesOrDefault(given), errors));
  for (const ingest::RuleError& error : errors) {
    fmt::print(stderr, "faultline: rule left out: {}\n", TerminalLine(DescribeRuleError(error)));
  }
  return rules;
}

}  // namespace faultline::deploy
