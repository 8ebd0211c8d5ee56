// LogRecord -> Event: redact, sanitise, rules, ids, times, signature; in the
// order that docs/architecture.md §Guards fixes.
//
// Not thread-safe; one per pipeline.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/arena.h"
#include "base/pseudonym.h"
#include "ingest/clean_values.h"
#include "ingest/event_ids.h"
#include "ingest/log_record.h"
#include "ingest/redactor.h"
#include "ingest/rules.h"
#include "ingest/signature.h"
#include "store/event.h"

namespace faultline::ingest {

struct EventParserOptions {
  int64_t max_age_us = int64_t{30} * 24 * 3600 * 1'000'000;  // older claimed times are clamped
  int64_t max_ahead_us = int64_t{10} * 60 * 1'000'000;       // later ones too
  size_t max_message_bytes = 16 * 1024;
  size_t max_stacktrace_bytes = 64 * 1024;
  size_t max_attribute_bytes = 1'024;  // each value
  size_t max_attributes = 64;
  size_t max_dimension_bytes = 256;
  // Leaves out redaction and hashes: for a print that one person asked for,
  // never in front of a store.
  bool show_private = false;
  // Keeps all of a success, not only what says that a unit worked: to show it, not to store it.
  bool whole_successes = false;
  // Takes claimed times as they are, however wrong the writer's clock: for comparisons with what knows no other.
  bool trust_claimed_times = false;
};

// Where a record came from, as far as its event is concerned.
struct RecordContext {
  int64_t kafka_time_us = 0;  // 0 for files
  int64_t now_us = 0;
  std::string_view source;  // topic, or file name
  std::string_view format;
  store::Side default_side = store::Side::kUnspecified;  // of the topic
};

class EventParser {
 public:
  // `pseudonyms` must outlive the parser.
  EventParser(const EventParserOptions& options, const Pseudonyms& pseudonyms);

  // Fills `event` from `record` (which is changed on the way) and `definition`
  // inputs for a signature the store does not know. Views live in `arena` or
  // in the record's own buffers; `signature_input` also points into the parser
  // and is good until the next call.
  void Parse(LogRecord& record, const RuleSet& rules, const RecordContext& context, Arena& arena, store::Event& event,
             SignatureInput& signature_input);

  // For dead letters: capped, repaired, redacted, sanitised; where the bytes
  // are JSON, values of denied fields and of user and device ids go too. `changes` (may be
  // null) gets the store::EventFlag bits of what was done.
  std::string SafeBytes(std::string_view bytes, size_t limit = 4096, uint16_t* changes = nullptr) const;

 private:
  void CleanFields(LogRecord& record, const RecordContext& context, Arena& arena, uint16_t& flags);
  void CleanDimension(store::Dimension dimension, std::string_view& value, Arena& arena, uint16_t& flags);
  void CleanAttributes(LogRecord& record, Arena& arena, uint16_t& flags);
  void SetTimes(const LogRecord& record, const RecordContext& context, store::Event& event) const;
  void SetSignature(const MaskedMessage& masked, store::Event& event, SignatureInput& signature_input) const;

  const EventParserOptions options_;
  Redactor redactor_;
  EventIds ids_;
  CleanValues clean_dimensions_;
  CleanValues clean_keys_;  // which are not on the deny list either
  RuleMatch match_;
};

}  // namespace faultline::ingest
