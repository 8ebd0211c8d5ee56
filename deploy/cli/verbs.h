// The verbs of the operator tool. Each adds itself to `app` and, when it was
// chosen, sets `action`, which must outlive the parsing.
#pragma once

#include "deploy/cli/read_verb.h"

namespace faultline::deploy {

// Read verbs: they ask a target.
void AddQueryVerb(CLI::App& app, Action& action);
void AddJourneyVerb(CLI::App& app, Action& action);
void AddCorrelateVerb(CLI::App& app, Action& action);
void AddSignaturesVerb(CLI::App& app, Action& action);
void AddCountVerb(CLI::App& app, Action& action);
void AddDeadLettersVerb(CLI::App& app, Action& action);
void AddStatusVerb(CLI::App& app, Action& action);

// The others.
void AddLoadVerb(CLI::App& app, Action& action);
void AddRulesVerb(CLI::App& app, Action& action);
void AddSampleVerb(CLI::App& app, Action& action);
void AddProduceVerb(CLI::App& app, Action& action);
void AddVersionVerb(CLI::App& app, Action& action);

}  // namespace faultline::deploy
