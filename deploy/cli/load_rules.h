// Rules for a verb that reads logs.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "ingest/rules.h"

namespace faultline::deploy {

// Loads RulesOrDefault(given). Refused rules are named on standard error and
// left out. Errors: NotFound for a path that does not exist.
absl::StatusOr<std::shared_ptr<const ingest::RuleSet>> LoadRules(const std::vector<std::string>& given);

}  // namespace faultline::deploy
