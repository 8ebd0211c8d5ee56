// What a record was understood as, as one JSON object a line (docs/formats.md
// lists the names).
#pragma once

#include <string>

#include "store/event.h"
#include "store/record_outcome.h"

namespace faultline::deploy {

// Where in its source an event stands. Of an event of several lines, `offset`
// is the first record's and `last_offset` the last one's.
struct EventPlace {
  int64_t offset = 0;
  int64_t last_offset = 0;
  int64_t index = 0;  // inside its record, 0 where it is alone
};

std::string ParsedEvent(const store::Event& event, const EventPlace& place);
std::string ParsedAttempts(const store::Attempts& attempts, const EventPlace& place);
std::string ParsedDeadLetter(const store::DeadLetter& letter, const EventPlace& place);

}  // namespace faultline::deploy
