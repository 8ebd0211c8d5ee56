// What makes two failures the same: the v1 signature algorithm.
//
// A signature is the XXH3-64 of the version, the side and a list of parts:
//   rule       the rule's name and its fingerprint parts, where it has any
//   exception  the type, the in-app top frames without line numbers, and the
//              masked first line of the message
//   message    the message with its variable runs masked
// It depends on the event alone: not on order, worker, machine or time.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/arena.h"
#include "store/event.h"
#include "store/record_outcome.h"

namespace faultline::ingest {

// A message with its variable runs (numbers, hex, UUIDs, IPs, paths with
// digits, dates, durations, sizes, quoted text, <email> and the like) cut out.
struct MaskedMessage {
  std::string_view text;        // store::kTemplateHole in place of each run
  std::string_view parameters;  // the runs, as store::Event::parameters wants them
};
// Views live in `arena`, or are `message` itself when it has none. Substituting the parameters gives `message` back
// exactly. Deterministic and linear in the length of `message`.
MaskedMessage MaskMessage(std::string_view message, Arena& arena);

// The frames that identify a stack trace: at most `limit`, outermost cause
// first, in the application's own code where any is, with line numbers,
// addresses, lambda and generated names normalised. Java, Python, Go, Node,
// .NET, Ruby, C++. Empty when `stacktrace` has none that it knows.
std::vector<std::string> TopFrames(std::string_view stacktrace, int limit = 5);

// A frame, and the line [begin, end) of the stack trace that it was read from.
struct PlacedFrame {
  std::string name;
  size_t begin = 0;
  size_t end = 0;
};
// The same frames with their places.
std::vector<PlacedFrame> PlacedTopFrames(std::string_view stacktrace, int limit = 5);

// Everything the algorithm looks at.
struct SignatureInput {
  store::Side side = store::Side::kUnspecified;
  std::string_view rule;                         // winning rule, may be empty
  std::span<const std::string_view> rule_parts;  // its fingerprint, may be empty
  std::string_view exception_type;
  std::string_view stacktrace;
  std::string_view masked_message;  // MaskedMessage::text; of the exception's message where there is no other
};

// Cheap: the hash alone.
uint64_t ComputeSignature(const SignatureInput& input);
// The same hash with its parts and a title, for the store and for `why`.
// parts[0] is the version, parts[1] the side, parts[2] the origin.
store::SignatureDefinition DefineSignature(const SignatureInput& input);

}  // namespace faultline::ingest
