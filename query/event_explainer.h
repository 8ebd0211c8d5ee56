// How a stored event came about, told by who knows the rules.
//
// Queries know nothing of ingestion: whoever puts the rooms together fills this
// in (deploy/event_explainer.h).
#pragma once

#include <functional>

#include "absl/status/status.h"
#include "faultline/v1/event_origin.pb.h"
#include "store/event.h"
#include "store/record_outcome.h"

namespace faultline::query {

// Fills all of `response` but `event`, which is filled already. `definition` is that of the event's signature, null
// when the store has none (yet). Called from many threads at once.
using EventExplainer =
    std::function<absl::Status(const store::Event& event, const store::SignatureDefinition* definition,
                               faultline::v1::ExplainEventResponse& response)>;

}  // namespace faultline::query
