#include "query/posting_block.h"

#include <algorithm>

namespace faultline::query {
namespace {

// The entry that `is_it` knows, else `added`. Neighbours are alike, so the last ones are looked at first.
template <typename Entry, typename IsIt>
Entry& Find(std::vector<Entry>& entries, Entry added, IsIt is_it) {
  const auto found = std::find_if(entries.rbegin(), entries.rend(), is_it);
  return found != entries.rend() ? *found : entries.emplace_back(added);
}

}  // namespace

PostingBlock PostingBlock::Of(std::span<const uint32_t> events, std::span<const EventFacts> facts,
                              std::span<const int64_t> times_us) {
  PostingBlock block;
  for (size_t i = 0; i < events.size(); ++i) {
    const EventFacts& fact = facts[i];
    block.lines_without_id += fact.has_exact_id() ? 0 : 1;
    block.sampled += fact.is_sampled() ? 1 : 0;
    const auto same_service = [&](const Service& one) { return one.service == fact.service; };
    ++Find(block.services, {fact.service, 0}, same_service).lines;
    const uint8_t age = fact.age(Alike::kSignature);
    if (age != RepeatAge::kFirst) {
      block.oldest_first_us = std::min(block.oldest_first_us, RepeatAge::EarliestFirst(times_us[events[i]], age));
      continue;
    }
    const uint32_t stratum = fact.stratum;
    const auto same_stratum = [&](const Stratum& one) { return one.stratum == stratum; };
    ++Find(block.firsts, {stratum, 0}, same_stratum).units;
  }
  block.services.shrink_to_fit();
  block.firsts.shrink_to_fit();
  return block;
}

}  // namespace faultline::query
