// Ranks services by how much they changed from one window to another.
//
// SuspectEvidence adds up. Each piece is how certain a change is, beyond a threshold, times how large it is
// on a log scale:
//
//   own time of an operation     (z - 2) * d   d: difference of the mean logs; z: d over its standard error
//   lines of a signature         w * (z - 3) * min(2, |ln((o + 1) / (e + 1))|)
//                                z = sqrt(G / f), G the Poisson likelihood ratio of o against e
//
// e is the baseline's count times the ratio of work done (traces where spans tell, else time).
// w and f: failures 1 and 1; others that grow 0.1 and 4, that go silent 0.3 and 4: how many of them there are follows
// what is asked for as well. The own time of a call counts for both of its ends, as a slow network does: the one whose
// every call is slow comes first. docs/suspects.md has the experiment.
//
// Pure; no result is NaN.
#pragma once

#include <cstdint>
#include <vector>

#include "query/suspects/activity.h"

namespace faultline::query {

struct SuspectEvidence {
  enum class Kind : uint8_t { kSlower = 1, kSlowerCalls = 2, kErrors = 3, kSilent = 4, kMoreLines = 5 };
  Kind kind = Kind::kSlower;
  uint64_t signature = 0;  // of lines
  uint32_t operation = 0;  // of spans
  uint32_t other = 0;      // the other end of a call
  double observed = 0, expected = 0;
  double score = 0;
};

struct RankedService {
  uint32_t service = 0;
  double score = 0;
  std::vector<SuspectEvidence> evidence;  // the largest score first
};

struct WindowLengths {
  double target_us = 1, baseline_us = 1;
};

// Those with a score above 0, the largest first; equal ones by code.
std::vector<RankedService> RankServices(const Activity& target, const Activity& baseline, const WindowLengths& lengths);

}  // namespace faultline::query
