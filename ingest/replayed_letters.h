// How a record says that it is one that could not become an event before: by a
// Kafka header for each dead letter that was kept of it,
//
//   faultline-dead-letter: NUMBER OFFSET STREAM
//
// with the letter's number in the store, and the offset and stream of the record
// that it was kept of. The worker whose store holds that letter marks it in the
// batch that holds the record, and takes the record once; for every other
// worker it is a record like any other.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "store/record_outcome.h"

namespace faultline::ingest {

inline constexpr std::string_view kReplayHeader = "faultline-dead-letter";
// In front of a stream's name: the stream of its letters that are replayed straight into the store.
inline constexpr std::string_view kReplayStream = "replay:";

// The value of the header for `letter`.
std::string ReplayHeaderValue(const store::LetterName& letter);
// The reverse; nullopt for anything else, which is then no such header.
std::optional<store::LetterName> ParseReplayHeader(std::string_view value);

}  // namespace faultline::ingest
