// What became of one source record. Every record becomes events, attempts or
// dead letters, or is skipped because its position was stored before:
//   consumed = stored + attempts + dead_letters + repeats
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "store/event.h"

namespace faultline::store {

// Work that was tried, successful or not, in one minute of one cell.
struct Attempts {
  int64_t minute = 0;  // minutes since the epoch, UTC
  std::string_view operation;
  int64_t count = 0;                                     // >= 0
  std::array<std::string_view, kDimensions> dimensions;  // kSource, kFormat, kRule are ignored
};

// A record, or a part of one, that could not become an event.
struct DeadLetter {
  std::string reason;  // short and stable, e.g. "json_malformed"
  std::string detail;  // one sentence for a person
  std::string bytes;   // the record, redacted, sanitised and capped at 4 KB
  int64_t original_size_bytes = 0;
  int64_t time_us = 0;        // when it was given up
  bool partly_taken = false;  // other parts of the record became events or attempts
  bool damaged = false;       // `bytes` is less than the record: cut, or made text of what is none
};

// A dead letter by all that it is known by, so that one of another store is not taken for it.
struct LetterName {
  uint64_t number = 0;
  int64_t offset = 0;
  std::string stream;
};

// Where a source stream (a Kafka partition, a file) has been read to.
struct StreamPosition {
  std::string stream;          // unique: "kafka:TOPIC/PARTITION", "file:FINGERPRINT"
  std::string label;           // for people: the path, or the topic and partition
  int64_t next_offset = 0;     // first offset that has not been consumed
  int64_t last_offset = -1;    // offset of the last consumed record, -1 for none
  uint64_t last_checksum = 0;  // XXH3-64 of that record's bytes
  uint32_t epoch = 0;          // counts the assignments of this stream to a worker
  int64_t watermark_us = 0;    // largest Event::time_us seen
  int64_t updated_us = 0;      // wall time of the last change
  // Totals since the store was made.
  int64_t consumed = 0, stored = 0, attempts = 0, dead_letters = 0, repeats = 0;
  // Dead letters of any stream that records of this one replayed: so many of what all streams together
  // `consumed` and of their `dead_letters` count twice.
  int64_t replayed = 0;
};

struct RecordOutcome {
  uint32_t stream = 0;  // from Writer::AddStream
  int64_t offset = 0;
  int64_t next_offset = 0;  // > offset
  uint64_t checksum = 0;
  std::span<const Event> events;  // at most kMaxSegmentEvents
  std::span<const Attempts> attempts;
  std::span<const DeadLetter> dead_letters;
  // The dead letters that the record was once, for one that is replayed (Writer::StateOf).
  std::span<const LetterName> replays;
};

// How a signature came about; kept once per signature.
struct SignatureDefinition {
  uint64_t signature = 0;
  Side side = Side::kUnspecified;
  std::string origin;              // "rule", "exception" or "message"
  std::string rule;                // the rule's name, for origin "rule"
  std::string title;               // what people see: the template or type and frame
  std::vector<std::string> parts;  // exactly what was hashed, in order
};

}  // namespace faultline::store
