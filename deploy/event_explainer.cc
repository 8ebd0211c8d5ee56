#include "deploy/event_explainer.h"

#include <utility>

#include "base/mutex.h"
#include "base/status_macros.h"
#include "ingest/event_origin.h"

namespace faultline::deploy {
namespace {

struct Loaded {
  explicit Loaded(std::vector<std::string> from) : paths(std::move(from)) {}
  const std::vector<std::string> paths;
  Mutex mu;
  std::shared_ptr<const ingest::RuleSet> rules ABSL_GUARDED_BY(mu);
};

}  // namespace

RulesInForce LoadedWhenAsked(std::vector<std::string> paths) {
  const auto loaded = std::make_shared<Loaded>(std::move(paths));  // of all copies of the function
  return [loaded]() -> absl::StatusOr<std::shared_ptr<const ingest::RuleSet>> {
    const MutexLock lock(loaded->mu);
    if (loaded->rules == nullptr) {
      std::vector<ingest::RuleError> refused;
      ASSIGN_OR_RETURN(loaded->rules, ingest::RuleSet::Load(loaded->paths, refused));
    }
    return loaded->rules;
  };
}

query::EventExplainer MakeEventExplainer(RulesInForce rules) {
  return [rules = std::move(rules)](const store::Event& event, const store::SignatureDefinition* definition,
                                    v1::ExplainEventResponse& response) -> absl::Status {
    ASSIGN_OR_RETURN(const std::shared_ptr<const ingest::RuleSet> in_force, rules());
    ingest::TellOrigin(*in_force, event, definition, response);
    ingest::TellInWords(response);
    return absl::OkStatus();
  };
}

}  // namespace faultline::deploy
