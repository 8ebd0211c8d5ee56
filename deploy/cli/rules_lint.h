// `faultline rules lint`: what is wrong or doubtful in rules, and what they cost.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "deploy/cli/exit_code.h"

namespace faultline::deploy {

struct RulesLintOptions {
  std::vector<std::string> paths;
  int64_t max_set_ns = 0;  // 0: the server's default
  bool costs = false;      // one line for each rule
  bool force = false;      // over the budget is only said
};

// Prints findings, then figures. kUsageOrError when a rule is refused or the
// pack is over its budget; findings alone are kFound.
absl::StatusOr<ExitCode> LintRules(const RulesLintOptions& options);

}  // namespace faultline::deploy
