// JSON that is only a wrapper around records: CloudEvents, CloudWatch Logs subscriptions, Azure Monitor's batches,
// Loki's push requests, Apple's MetricKit payloads.
//
// What is told of each part becomes fields beside those of the part itself; the part is then decoded like a message of
// its own.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/arena.h"

namespace faultline::ingest {

// One record inside.
struct EnvelopePart {
  // JSON, text or compressed bytes; empty where the fields are all there is.
  std::string_view value;
  // What the envelope says, by names that ingest/field_aliases.h knows or that become attributes.
  std::vector<std::pair<std::string_view, std::string_view>> fields;
  std::string_view fallback_message;  // where neither the part nor the fields have a message or an exception
};

struct Envelope {
  std::vector<EnvelopePart> parts;
  // Set where the envelope is recognised and holds no record: "cloudwatch_control", "envelope_malformed".
  std::string_view failure;
  std::string detail;
};

// Takes `json`, one object or an array of CloudEvents, apart. False where it is none of the above; `envelope` is then
// empty. Texts are copied into `arena`. At most `max_parts` are taken.
bool SplitEnvelope(std::string_view json, size_t max_parts, Arena& arena, Envelope& envelope);

}  // namespace faultline::ingest
