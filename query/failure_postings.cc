#include "query/failure_postings.h"

#include <algorithm>
#include <tuple>
#include <utility>

namespace faultline::query {
namespace {

struct Earlier {
  const std::vector<int64_t>& times_us;
  bool operator()(uint32_t a, uint32_t b) const { return std::tuple(times_us[a], a) < std::tuple(times_us[b], b); }
};

void CopyFacts(std::span<const uint32_t> events, const std::vector<EventFacts>& facts, EventFacts* to) {
  for (const uint32_t event : events) *to++ = facts[event];
}

}  // namespace

void FailurePostings::Add(uint32_t signature, uint32_t event) {
  Postings& postings = of_[signature];
  if (postings.sorted == postings.events.size()) unsorted_.push_back(signature);
  postings.events.push_back(event);
}

void FailurePostings::Update(const Graph& graph, std::span<const uint32_t> renewed) {
  for (const uint32_t signature : unsorted_) Sort(signature, graph);
  unsorted_.clear();
  constexpr size_t kFew = 16;  // finding one costs as much as copying some
  if (renewed.size() > graph.facts.size() / kFew) {
    for (uint32_t signature = 0; signature < of_.size(); ++signature) {
      CopyFacts(of_[signature].events, graph.facts, of_[signature].facts.data());
      MakeStaleFrom(signature, 0);
    }
  } else {
    for (const uint32_t event : renewed) Renew(event, graph);
  }
  UpdateBlocks(graph);
}

void FailurePostings::Sort(uint32_t signature, const Graph& graph) {
  Postings& postings = of_[signature];
  const Earlier earlier{graph.times_us};
  std::vector<uint32_t>& events = postings.events;
  const auto tail = events.begin() + static_cast<std::ptrdiff_t>(postings.sorted);
  std::sort(tail, events.end(), earlier);
  // Mostly only the last few have to make room for late ones.
  const auto from = std::upper_bound(events.begin(), tail, *tail, earlier);
  std::inplace_merge(from, tail, events.end(), earlier);
  postings.sorted = events.size();
  // Mostly a few are added to many: not twice the room for them.
  if (postings.facts.capacity() < events.size()) postings.facts.reserve(events.size() + events.size() / 8);
  postings.facts.resize(events.size());
  const auto moved = static_cast<size_t>(from - events.begin());
  CopyFacts(std::span(events).subspan(moved), graph.facts, postings.facts.data() + moved);
  MakeStaleFrom(signature, moved);
}

void FailurePostings::Renew(uint32_t event, const Graph& graph) {
  const uint32_t signature = graph.signatures[event];
  Postings& postings = of_[signature];
  const auto at = std::lower_bound(postings.events.begin(), postings.events.end(), event, Earlier{graph.times_us});
  const auto index = static_cast<size_t>(at - postings.events.begin());
  postings.facts[index] = graph.facts[event];
  MakeStale(signature, index / PostingBlock::kFailures);
}

void FailurePostings::MakeStaleFrom(uint32_t signature, size_t from) {
  const size_t whole = of_[signature].events.size() / PostingBlock::kFailures;
  for (size_t block = from / PostingBlock::kFailures; block < whole; ++block) MakeStale(signature, block);
}

void FailurePostings::MakeStale(uint32_t signature, size_t block) {
  Postings& postings = of_[signature];
  if (block >= postings.events.size() / PostingBlock::kFailures) return;
  if (postings.stale.empty()) has_stale_.push_back(signature);
  if (postings.stale.empty() || postings.stale.back() != block) postings.stale.push_back(static_cast<uint32_t>(block));
}

void FailurePostings::UpdateBlocks(const Graph& graph) {
  constexpr size_t kEach = PostingBlock::kFailures;
  for (const uint32_t signature : has_stale_) {
    Postings& postings = of_[signature];
    std::vector<uint32_t> stale = std::exchange(postings.stale, {});
    std::sort(stale.begin(), stale.end());
    stale.erase(std::unique(stale.begin(), stale.end()), stale.end());
    postings.blocks.resize(postings.events.size() / kEach);
    for (const uint32_t block : stale) {
      postings.blocks[block] =
          PostingBlock::Of(std::span(postings.events).subspan(block * kEach, kEach),
                           std::span(postings.facts).subspan(block * kEach, kEach), graph.times_us);
    }
  }
  has_stale_.clear();
}

Failures FailurePostings::Of(uint32_t signature, const store::TimeRange& range,
                             const std::vector<int64_t>& times_us) const {
  const Postings& postings = of_[signature];
  const auto is_before = [&times_us](uint32_t event, int64_t time_us) { return times_us[event] < time_us; };
  const auto start = std::lower_bound(postings.events.begin(), postings.events.end(), range.start_us, is_before);
  const auto end = std::lower_bound(start, postings.events.end(), range.end_us, is_before);
  const auto first = static_cast<size_t>(start - postings.events.begin());
  const auto behind = static_cast<size_t>(end - postings.events.begin());
  Failures failures{{start, end}, std::span(postings.facts).subspan(first, behind - first), {}, 0};
  constexpr size_t kEach = PostingBlock::kFailures;
  const size_t first_block = (first + kEach - 1) / kEach, end_block = behind / kEach;
  if (first_block < end_block) {
    failures.blocks = std::span(postings.blocks).subspan(first_block, end_block - first_block);
    failures.before_blocks = first_block * kEach - first;
  }
  return failures;
}

size_t FailurePostings::bytes() const {
  size_t bytes = 0;
  for (const Postings& postings : of_) {
    bytes += postings.events.capacity() * sizeof(uint32_t) + postings.facts.capacity() * sizeof(EventFacts) +
             postings.blocks.capacity() * sizeof(PostingBlock);
    for (const PostingBlock& block : postings.blocks) {
      bytes += block.services.capacity() * sizeof(PostingBlock::Service) +
               block.firsts.capacity() * sizeof(PostingBlock::Stratum);
    }
  }
  return bytes;
}

}  // namespace faultline::query
