// How a stored event came about: what is kept of it, and what the rules in
// force make of that, by the same code that made it.
//
// Only the redacted event is kept, so bytes are those of its message and its
// stack trace. Where a rule replaced the message, the text in front of what it
// kept is gone, and its captures are shown as they are kept. Thread-safe.
#pragma once

#include "faultline/v1/event_origin.pb.h"
#include "ingest/rules.h"
#include "store/event.h"
#include "store/record_outcome.h"

namespace faultline::ingest {

// Fills all of `response` but `event` and `words`. `definition` is that of the event's signature, null when the store
// has none (yet).
void TellOrigin(const RuleSet& rules, const store::Event& event, const store::SignatureDefinition* definition,
                faultline::v1::ExplainEventResponse& response);

// Says in words what `response` holds, its `event` included.
void TellInWords(faultline::v1::ExplainEventResponse& response);

}  // namespace faultline::ingest
