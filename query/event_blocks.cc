#include "query/event_blocks.h"

#include <algorithm>

namespace faultline::query {

void EventBlocks::Update(std::span<const int64_t> times_us, std::span<const EventFacts> facts,
                         std::span<const uint32_t> renewed) {
  std::vector<bool> stale((times_us.size() + kEvents - 1) / kEvents);
  for (size_t block = events_ / kEvents; block < stale.size(); ++block) stale[block] = true;
  for (const uint32_t event : renewed) stale[event / kEvents] = true;
  events_ = times_us.size();
  blocks_.resize(stale.size());
  for (size_t block = 0; block < stale.size(); ++block) {
    if (!stale[block]) continue;
    const size_t begin = block * kEvents, size = std::min(kEvents, events_ - begin);
    blocks_[block] = Summed(times_us.subspan(begin, size), facts.subspan(begin, size));
  }
}

EventBlocks::Block EventBlocks::Summed(std::span<const int64_t> times_us, std::span<const EventFacts> facts) {
  Block block;
  for (size_t i = 0; i < facts.size(); ++i) {
    if (!facts[i].is_failure()) continue;
    Sums& sums = block[static_cast<size_t>(facts[i].side())];
    sums.first_us = std::min(sums.first_us, times_us[i]);
    sums.last_us = std::max(sums.last_us, times_us[i]);
    sums.without_id += facts[i].has_exact_id() ? 0 : 1;
    sums.sampled += facts[i].is_sampled() ? 1 : 0;
    const uint8_t age = facts[i].age(Alike::kSide);
    if (age == RepeatAge::kFirst) {
      ++sums.firsts;
      continue;
    }
    sums.oldest_first_us = std::min(sums.oldest_first_us, RepeatAge::EarliestFirst(times_us[i], age));
  }
  return block;
}

}  // namespace faultline::query
