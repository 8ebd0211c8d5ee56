// What most questions ask of an event of a unit graph, in 8 bytes.
#pragma once

#include <cstdint>

#include "query/repeat_age.h"
#include "store/event.h"

namespace faultline::query {

// What failures are alike in.
enum class Alike { kSignature, kSide };

struct EventFacts {
  static constexpr uint8_t kSideBits = 0x07, kChangedBit = 0x08, kSuccessBit = 0x10, kSampledBit = 0x20,
                           kExactIdBit = 0x40, kNoFailureBit = 0x80;
  static constexpr uint8_t kUnknownAges = RepeatAge::kUnknown << 4 | RepeatAge::kUnknown;

  uint32_t stratum : 31 = 0;  // of its unit; of one that is too large to tell ages only where the event is its root
  bool linked : 1 = false;    // its unit failed on several sides; false of one that is too large
  uint16_t service = 0;       // the graph's code
  uint8_t state = 0;          // store::Side and bits
  uint8_t ages = 0;           // of its signature and, shifted by 4, of its side

  store::Side side() const { return static_cast<store::Side>(state & kSideBits); }
  bool is_failure() const { return (state & kNoFailureBit) == 0; }
  bool has_exact_id() const { return (state & kExactIdBit) != 0; }
  bool is_success() const { return (state & kSuccessBit) != 0; }
  bool is_sampled() const { return (state & kSampledBit) != 0; }
  // A RepeatAge, by stored times; of a failure.
  uint8_t age(Alike alike) const { return alike == Alike::kSignature ? ages & 0x0f : ages >> 4; }
};

}  // namespace faultline::query
