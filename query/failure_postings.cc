#include "query/failure_postings.h"

#include <algorithm>
#include <tuple>

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
  for (const uint32_t signature : unsorted_) Sort(of_[signature], graph);
  unsorted_.clear();
  constexpr size_t kFew = 16;  // finding one costs as much as copying some
  if (renewed.size() > graph.facts.size() / kFew) {
    for (Postings& postings : of_) CopyFacts(postings.events, graph.facts, postings.facts.data());
  } else {
    for (const uint32_t event : renewed) Renew(event, graph);
  }
}

void FailurePostings::Sort(Postings& postings, const Graph& graph) {
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
}

void FailurePostings::Renew(uint32_t event, const Graph& graph) {
  Postings& postings = of_[graph.signatures[event]];
  const auto at = std::lower_bound(postings.events.begin(), postings.events.end(), event, Earlier{graph.times_us});
  postings.facts[static_cast<size_t>(at - postings.events.begin())] = graph.facts[event];
}

Failures FailurePostings::Of(uint32_t signature, const store::TimeRange& range,
                             const std::vector<int64_t>& times_us) const {
  const Postings& postings = of_[signature];
  const auto is_before = [&times_us](uint32_t event, int64_t time_us) { return times_us[event] < time_us; };
  const auto start = std::lower_bound(postings.events.begin(), postings.events.end(), range.start_us, is_before);
  const auto end = std::lower_bound(start, postings.events.end(), range.end_us, is_before);
  const auto first = static_cast<size_t>(start - postings.events.begin());
  return {{start, end}, std::span(postings.facts).subspan(first, static_cast<size_t>(end - start))};
}

size_t FailurePostings::bytes() const {
  size_t bytes = 0;
  for (const Postings& postings : of_) {
    bytes += postings.events.capacity() * sizeof(uint32_t) + postings.facts.capacity() * sizeof(EventFacts);
  }
  return bytes;
}

}  // namespace faultline::query
