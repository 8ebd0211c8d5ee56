// `faultline rules suggest`: rules proposed from sample lines.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "deploy/cli/exit_code.h"

namespace faultline::deploy {

struct RulesSuggestOptions {
  std::vector<std::string> files;  // "-" is standard input
  int64_t max_rules = 20;
};

// Prints a rule file on standard output and how much it covers on standard
// error. Lines are decoded and redacted first, as rules see them redacted.
// kNothingFound when no line has a form that a rule can have.
absl::StatusOr<ExitCode> SuggestRulesOf(const RulesSuggestOptions& options);

}  // namespace faultline::deploy
