// The verbs of the operator tool. Each adds itself to `program` and, when it
// was chosen, sets `action`, which must outlive the parsing.
#pragma once

#include "deploy/cli/verb.h"

namespace faultline::deploy {

// Read verbs: they ask a target.
void AddQueryVerb(const Verb& program, Action& action);
void AddTailVerb(const Verb& program, Action& action);
void AddJourneyVerb(const Verb& program, Action& action);
void AddCorrelateVerb(const Verb& program, Action& action);
void AddExplainVerb(const Verb& program, Action& action);
void AddContradictionsVerb(const Verb& program, Action& action);
void AddSuspectsVerb(const Verb& program, Action& action);
void AddDetectVerb(const Verb& program, Action& action);
void AddFindingsVerb(const Verb& program, Action& action);
void AddCoverageVerb(const Verb& program, Action& action);
void AddSignaturesVerb(const Verb& program, Action& action);
// Beneath `signatures`: merge, split and so on.
void AddDecisionVerbs(const Verb& signatures, Action& action);
void AddCountVerb(const Verb& program, Action& action);
void AddDeadLettersVerb(const Verb& program, Action& action);
void AddStatusVerb(const Verb& program, Action& action);
void AddWhyVerb(const Verb& program, Action& action);
void AddDoctorVerb(const Verb& program, Action& action);

// The others.
void AddGroupVerb(const Verb& program, Action& action);
void AddLoadVerb(const Verb& program, Action& action);
void AddParseVerb(const Verb& program, Action& action);
void AddRulesVerb(const Verb& program, Action& action);
void AddSampleVerb(const Verb& program, Action& action);
void AddProduceVerb(const Verb& program, Action& action);
// `completion` and `manual`; `program` must have all its verbs when they run.
void AddCompletionVerb(const Verb& program, Action& action);
void AddVersionVerb(const Verb& program, Action& action);

}  // namespace faultline::deploy
