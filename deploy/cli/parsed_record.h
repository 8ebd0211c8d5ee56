// What a record was understood as, as one JSON object a line (docs/formats.md
// lists the names).
#pragma once

#include <string>

#include "ingest/outcome_sink.h"
#include "store/event.h"
#include "store/record_outcome.h"

namespace faultline::deploy {

std::string ParsedEvent(const store::Event& event, const ingest::EventPlace& place);
std::string ParsedAttempts(const store::Attempts& attempts, const ingest::EventPlace& place);
std::string ParsedDeadLetter(const store::DeadLetter& letter, const ingest::EventPlace& place);

}  // namespace faultline::deploy
