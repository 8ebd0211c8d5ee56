// A page is the first `limit` events in the order asked for. They are kept in a
// heap with one more (which tells whether there is another page) while segments
// are visited from the one whose times come first. Once the heap is full, its
// last event bounds what can still enter: the time range shrinks, whole segments
// and chunks fall outside, and their text is never read.
#include "query/search.h"

#include <algorithm>
#include <utility>

#include "base/status_macros.h"
#include "query/query_plan.h"
#include "query/segment_scanner.h"

namespace faultline::query {
namespace {

// The best places so far.
class Page {
 public:
  explicit Page(const SearchQuestion& question) : question_(question), range_(question.range) {
    if (!question.after) return;
    if (question.ascending) {
      range_.start_us = std::max(range_.start_us, question.after->time_us);
    } else {
      EndAt(question.after->time_us);
    }
  }

  // Times that may still enter.
  const store::TimeRange& range() const { return range_; }

  void Offer(const EventPlace& place) {
    if (question_.after && !Before(*question_.after, place)) return;
    const auto order = [this](const EventPlace& a, const EventPlace& b) { return Before(a, b); };
    if (heap_.size() > question_.limit) {
      if (!Before(place, heap_.front())) return;
      std::pop_heap(heap_.begin(), heap_.end(), order);
      heap_.back() = place;
    } else {
      heap_.push_back(place);
    }
    std::push_heap(heap_.begin(), heap_.end(), order);
    if (heap_.size() > question_.limit) Shrink();
  }

  SearchPage Finish(const ScanResult& scan) {
    SearchPage page;
    page.scan = scan;
    std::sort(heap_.begin(), heap_.end(), [this](const auto& a, const auto& b) { return Before(a, b); });
    page.more = heap_.size() > question_.limit;
    if (page.more) heap_.pop_back();
    page.places = std::move(heap_);
    return page;
  }

 private:
  bool Before(const EventPlace& a, const EventPlace& b) const { return question_.ascending ? a < b : b < a; }

  void EndAt(int64_t time_us) {
    if (time_us != INT64_MAX) range_.end_us = std::min(range_.end_us, time_us + 1);
  }
  void Shrink() {
    const int64_t last = heap_.front().time_us;
    if (question_.ascending) {
      EndAt(last);
    } else {
      range_.start_us = std::max(range_.start_us, last);
    }
  }

  const SearchQuestion& question_;
  store::TimeRange range_;
  std::vector<EventPlace> heap_;  // its front comes last in the order asked for
};

// Segments that have events, those whose times come first in front.
std::vector<const store::Segment*> InOrder(const store::View& view, bool ascending) {
  std::vector<std::pair<int64_t, const store::Segment*>> keyed;
  for (const auto& segment : view.segments) {
    if (segment->size() == 0) continue;
    keyed.emplace_back(ascending ? segment->min_time_us() : ~segment->max_time_us(), segment.get());
  }
  std::stable_sort(keyed.begin(), keyed.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<const store::Segment*> segments;
  segments.reserve(keyed.size());
  for (const auto& [time, segment] : keyed) segments.push_back(segment);
  return segments;
}

absl::Status SearchSegment(const store::Segment& segment, const SearchQuestion& question, const QueryControl& control,
                           Page& page, ScanResult& scan) {
  ASSIGN_OR_RETURN(SegmentScanner scanner, SegmentScanner::Open(segment, question.filter, 0, control.plan));
  NoteSegment(control.plan, scanner.MayMatch() ? QueryPlan::Segment::kRead : QueryPlan::Segment::kSkippedByFilter);
  if (!scanner.MayMatch()) return absl::OkStatus();
  const uint32_t chunks = scanner.chunk_count();
  for (uint32_t i = 0; i < chunks && !scan.budget_exceeded; ++i) {
    const uint32_t chunk = question.ascending ? i : chunks - 1 - i;
    ASSIGN_OR_RETURN(const auto hits, scanner.ScanChunk(chunk, page.range(), control, scan));
    const store::Columns& columns = scanner.columns();
    for (const uint32_t hit : hits) {
      page.Offer({columns.time_us[hit], scanner.base_sequence() + columns.first_ordinal + hit});
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<SearchPage> Search(const store::View& view, const SearchQuestion& question,
                                  const QueryControl& control) {
  Page page(question);
  ScanResult scan;
  for (const store::Segment* segment : InOrder(view, question.ascending)) {
    RETURN_IF_ERROR(control.Check());
    if (!Overlaps(*segment, page.range())) {
      NoteSegment(control.plan, QueryPlan::Segment::kSkippedByTime);
      continue;
    }
    RETURN_IF_ERROR(SearchSegment(*segment, question, control, page, scan));
    if (scan.budget_exceeded) break;
  }
  return page.Finish(scan);
}

const store::Segment* FindSegment(const store::View& view, uint64_t sequence) {
  auto after = std::upper_bound(view.segments.begin(), view.segments.end(), sequence,
                                [](uint64_t wanted, const auto& segment) { return wanted < segment->base_sequence(); });
  if (after == view.segments.begin()) return nullptr;
  const store::Segment& segment = **--after;
  return sequence - segment.base_sequence() < segment.size() ? &segment : nullptr;
}

absl::StatusOr<std::vector<store::OwnedEvent>> ReadPlaces(const store::View& view,
                                                          const std::vector<EventPlace>& places) {
  std::vector<size_t> by_sequence(places.size());
  for (size_t i = 0; i < places.size(); ++i) by_sequence[i] = i;
  std::sort(by_sequence.begin(), by_sequence.end(),
            [&](size_t a, size_t b) { return places[a].sequence < places[b].sequence; });
  std::vector<std::optional<store::OwnedEvent>> found(places.size());
  for (size_t at = 0; at < by_sequence.size();) {
    const store::Segment* segment = FindSegment(view, places[by_sequence[at]].sequence);
    if (segment == nullptr) {
      ++at;
      continue;
    }
    const size_t first = at;
    std::vector<uint32_t> ordinals;
    for (; at < by_sequence.size(); ++at) {
      const uint64_t ordinal = places[by_sequence[at]].sequence - segment->base_sequence();
      if (ordinal >= segment->size()) break;
      ordinals.push_back(static_cast<uint32_t>(ordinal));
    }
    ASSIGN_OR_RETURN(std::vector<store::OwnedEvent> events, segment->ReadEvents(ordinals));
    if (events.size() != ordinals.size()) return absl::InternalError("ReadEvents left events out");
    for (size_t i = 0; i < events.size(); ++i) found[by_sequence[first + i]] = std::move(events[i]);
  }
  std::vector<store::OwnedEvent> events;
  for (auto& event : found) {
    if (event) events.push_back(*std::move(event));
  }
  return events;
}

}  // namespace faultline::query
