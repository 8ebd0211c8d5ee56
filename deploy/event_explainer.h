// How a stored event came about: the rules of ingestion behind the API of
// queries, which know nothing of one another.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "ingest/rules.h"
#include "query/event_explainer.h"

namespace faultline::deploy {

// The rules in force, called for each question from any thread. Errors are those of the question.
using RulesInForce = std::function<absl::StatusOr<std::shared_ptr<const ingest::RuleSet>>()>;

// The rules of `paths`, loaded when first asked for and kept; refused ones are left out.
RulesInForce LoadedWhenAsked(std::vector<std::string> paths);

query::EventExplainer MakeEventExplainer(RulesInForce rules);

}  // namespace faultline::deploy
