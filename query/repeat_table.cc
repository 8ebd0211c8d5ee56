#include "query/repeat_table.h"

#include <iterator>

namespace faultline::query {

std::array<uint32_t, 2> RepeatTable::Add(uint64_t key, int64_t time_us, uint32_t event) {
  // Unsigned, as a hostile time may be any number of microseconds away.
  const auto is_near = [&](const Entry& earlier, const Entry& later) {
    return earlier.key == later.key &&
           static_cast<uint64_t>(later.time_us) - static_cast<uint64_t>(earlier.time_us) <= uint64_t{kRepeatGapMicros};
  };
  std::array<uint32_t, 2> neighbours = {kNone, kNone};
  const auto at = entries_.insert({key, time_us, event}).first;
  if (at != entries_.begin()) {
    const Entry& before = *std::prev(at);
    if (is_near(before, *at)) neighbours[0] = before.event;
  }
  const auto after = std::next(at);
  if (after != entries_.end() && is_near(*at, *after)) neighbours[1] = after->event;
  return neighbours;
}

}  // namespace faultline::query
