// Who takes what became of source records.
#pragma once

#include <cstdint>
#include <span>

#include "absl/status/status.h"
#include "ingest/signature.h"
#include "store/record_outcome.h"

namespace faultline::ingest {

// Where in its source an event stands.
struct EventPlace {
  int64_t offset = 0;       // of the source record that it begins in
  int64_t last_offset = 0;  // of the one that its last line is from
  int64_t index = 0;        // among the events of the record that it begins in
};

class OutcomeSink {
 public:
  virtual ~OutcomeSink() = default;
  // Called for each event that has a signature, before its outcome.
  virtual void OnSignature(const store::Event& event, const SignatureInput& input) = 0;
  // The outcome of one source record, or of several that were put together. By
  // stream, outcomes come in the order of their offsets. `places` has one for
  // each event. All views are valid during the call alone.
  virtual absl::Status OnOutcome(const store::RecordOutcome& outcome, std::span<const EventPlace> places) = 0;
  // A source record came again while it is still held: it has no outcome of its own.
  virtual void OnHeldRepeat() {}
};

}  // namespace faultline::ingest
