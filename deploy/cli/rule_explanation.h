// Shows on standard output what becomes of one log line: its format, the rules
// that match, what they capture, what is masked, and the signature.
#pragma once

#include <string_view>

#include "ingest/rules.h"

namespace faultline::deploy {

// True when a rule matched, or the line has no message to match.
bool ExplainLine(const ingest::RuleSet& rules, std::string_view line);

}  // namespace faultline::deploy
