// The own time of operations: how long each span took without the spans it waited for.
//
// A span's own time is its duration less the time that its children cover, overlapping
// ones once, cut to the span. A slow service then shows in its own operations, and not in
// all that wait for it. Of a span with children in another service it is the time between
// the two: network, queues and both ends. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace faultline::query {

struct Span {
  uint64_t trace = 0, id = 0, parent = 0;  // hashes; 0 for none
  int64_t start_us = 0;
  double duration_us = 0;
  uint32_t service = 0;  // codes of the caller's choice
  uint32_t operation = 0;
};

struct OwnTime {
  uint32_t service = 0, operation = 0;
  std::vector<uint32_t> called;  // services of its children other than its own, ascending, distinct
  double own_us = 0;             // >= 0
};

// One for each span, in their order.
std::vector<OwnTime> OwnTimes(const std::vector<Span>& spans);

}  // namespace faultline::query
