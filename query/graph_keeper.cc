#include "query/graph_keeper.h"

#include <algorithm>
#include <iterator>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "query/segment_scanner.h"

namespace faultline::query {
namespace {

constexpr int64_t kHourMicros = 3'600'000'000;
constexpr size_t kKeptSpans = 2;
// How far a cut graph may outgrow the bound before it is built anew.
constexpr int64_t kGrowth = 8;  // an eighth

int64_t AddClamped(int64_t a, int64_t b) {
  int64_t sum = 0;
  if (__builtin_add_overflow(a, b, &sum)) return b < 0 ? INT64_MIN : INT64_MAX;
  return sum;
}

uint64_t EventsIn(const store::View& view) {
  uint64_t events = 0;
  for (const auto& segment : view.segments) events += segment->size();
  return events;
}

// Events of the segment with a time in `span`.
absl::StatusOr<int64_t> CountIn(const store::Segment& segment, const store::TimeRange& span) {
  const uint32_t size = segment.size();
  if (size == 0 || !Overlaps(segment, span)) return 0;
  if (span.Contains(segment.min_time_us()) && span.Contains(segment.max_time_us())) return size;
  int64_t count = 0;
  store::Columns columns;
  for (uint32_t chunk = 0; chunk * store::kChunkEvents < size; ++chunk) {
    RETURN_IF_ERROR(segment.ReadColumns(chunk, store::kTimeColumn, columns));
    count += std::count_if(columns.time_us.begin(), columns.time_us.end(), [&](int64_t t) { return span.Contains(t); });
  }
  return count;
}

}  // namespace

absl::StatusOr<GraphKeeper::Answer> GraphKeeper::Refresh(const store::View& view, const store::TimeRange& range,
                                                         const QueryControl& control) {
  const store::TimeRange span = SpanFor(view, range);
  const auto is_usable = [&](const Kept& kept) {
    return kept.span.start_us == span.start_us && kept.span.end_us == span.end_us && !IsStale(kept, view);
  };
  const auto found = std::find_if(kept_.begin(), kept_.end(), is_usable);
  Kept* kept = nullptr;
  if (found != kept_.end()) {
    kept_.splice(kept_.begin(), kept_, found);
    kept = &kept_.front();
  } else {
    ASSIGN_OR_RETURN(kept, Start(view, span, control));
  }
  RETURN_IF_ERROR(Update(*kept, view, control));
  Answer answer{&kept->graph, kept->version, ""};
  if (kept->cut) {
    answer.partial_reason = absl::StrCat("more than ", bounds_.max_events,
                                         " events lie around this time range: those that arrived first were left out; "
                                         "narrow the range");
  }
  return answer;
}

// Rounded to hours, so that a range that ends now finds the graph of a minute ago.
store::TimeRange GraphKeeper::SpanFor(const store::View& view, const store::TimeRange& range) const {
  store::TimeRange span;
  if (EventsIn(view) <= static_cast<uint64_t>(bounds_.max_events)) return span;
  const int64_t margin = bounds_.link_window_us;
  if (range.start_us != INT64_MIN) {
    const int64_t start = AddClamped(range.start_us, -margin);
    span.start_us = AddClamped(start, -(start % kHourMicros + kHourMicros) % kHourMicros);
  }
  if (range.end_us != INT64_MAX) {
    const int64_t end = AddClamped(range.end_us, margin);
    span.end_us = AddClamped(end, kHourMicros - (end % kHourMicros + kHourMicros) % kHourMicros);
  }
  return span;
}

// Retention dropped some of its events, or with what is new it would outgrow the bound.
bool GraphKeeper::IsStale(const Kept& kept, const store::View& view) const {
  uint64_t present = 0;
  auto size = static_cast<int64_t>(kept.graph.size());
  for (const auto& segment : view.segments) {
    const uint64_t base = segment->base_sequence();
    const uint64_t begin = std::max(base, kept.first_sequence);
    const uint64_t end = std::min(base + segment->size(), kept.next_sequence);
    if (begin < end) present += end - begin;
    const uint64_t after = base + segment->size();
    if (after > kept.next_sequence && Overlaps(*segment, kept.span)) {
      size += static_cast<int64_t>(after - std::max(base, kept.next_sequence));
    }
  }
  return present != kept.looked_at || size > bounds_.max_events + bounds_.max_events / kGrowth;
}

absl::StatusOr<GraphKeeper::Kept*> GraphKeeper::Start(const store::View& view, const store::TimeRange& span,
                                                      const QueryControl& control) {
  int64_t events = 0;
  uint64_t first_sequence = 0;
  bool cut = false;
  for (auto segment = view.segments.rbegin(); segment != view.segments.rend(); ++segment) {
    RETURN_IF_ERROR(control.Check());
    ASSIGN_OR_RETURN(const int64_t count, CountIn(**segment, span));
    if (events + count > bounds_.max_events) {
      cut = true;
      break;
    }
    events += count;
    first_sequence = (*segment)->base_sequence();
  }
  if (!cut) first_sequence = 0;
  kept_.remove_if([&](const Kept& kept) {
    return (kept.span.start_us == span.start_us && kept.span.end_us == span.end_us) || IsStale(kept, view);
  });
  const bool everything = span.start_us == INT64_MIN && span.end_us == INT64_MAX;
  while (!kept_.empty() && kept_.size() >= (everything ? 1 : kKeptSpans)) kept_.pop_back();
  Kept& kept = kept_.emplace_front(span, bounds_.max_events_per_id);
  kept.first_sequence = kept.next_sequence = first_sequence;
  kept.version = ++last_version_;
  kept.cut = cut;
  kept.graph.Reserve(static_cast<size_t>(events));
  return &kept;
}

absl::Status GraphKeeper::Update(Kept& kept, const store::View& view, const QueryControl& control) {
  for (const auto& segment : view.segments) {
    const uint64_t base = segment->base_sequence();
    const uint32_t size = segment->size();
    if (base + size <= kept.next_sequence) continue;
    RETURN_IF_ERROR(control.Check());
    const auto begin = static_cast<uint32_t>(kept.next_sequence > base ? kept.next_sequence - base : 0);
    if (Overlaps(*segment, kept.span)) RETURN_IF_ERROR(kept.feeder.Feed(*segment, begin, size, kept.span));
    kept.next_sequence = base + size;
    kept.version = ++last_version_;
    kept.looked_at += size - begin;
  }
  kept.graph.Link();
  return absl::OkStatus();
}

}  // namespace faultline::query
