#include "query/graph_keeper.h"

#include <algorithm>
#include <iterator>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "query/minute.h"
#include "query/scan.h"
#include "query/segment_scanner.h"

namespace faultline::query {
namespace {

constexpr int64_t kHourMicros = 3'600'000'000;
// Windows are rounded out, so that a range that ends now finds the graph of a minute ago.
constexpr int64_t kStepMicros = 10 * kMinuteMicros;
// How far from the window a chain of repeated lines is followed.
constexpr int64_t kRepeatReachMicros = 10 * kRepeatGapMicros;
// With more new events a graph of a window is built anew, instead of looking up each of their ids.
constexpr int64_t kMaxAdded = 500'000;
constexpr size_t kKeptWindows = 2;
// How far a cut graph may outgrow the bound before it is built anew.
constexpr int64_t kGrowth = 8;  // an eighth

int64_t AddClamped(int64_t a, int64_t b) {
  int64_t sum = 0;
  if (__builtin_add_overflow(a, b, &sum)) return b < 0 ? INT64_MIN : INT64_MAX;
  return sum;
}

bool IsSame(const store::TimeRange& a, const store::TimeRange& b) {
  return a.start_us == b.start_us && a.end_us == b.end_us;
}

bool IsEverything(const store::TimeRange& range) { return IsSame(range, store::TimeRange()); }

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
  if (view.last_regrouping != regrouping_) kept_.clear();  // events may count as other signatures now
  regrouping_ = view.last_regrouping;
  const GraphWindow window = WindowFor(view, range);
  const auto is_same = [&](const Kept& kept) {
    return IsSame(kept.window.window, window.window) && !IsStale(kept, view);
  };
  // All units with an event in a larger window: those with one in the range are among them.
  const auto has_all = [&](const Kept& kept) {
    return kept.window.window.start_us <= range.start_us && kept.window.window.end_us >= range.end_us && !kept.cut &&
           !IsStale(kept, view);
  };
  auto found = std::find_if(kept_.begin(), kept_.end(), is_same);
  if (found == kept_.end()) found = std::find_if(kept_.begin(), kept_.end(), has_all);
  Kept* kept = nullptr;
  if (found != kept_.end()) {
    kept_.splice(kept_.begin(), kept_, found);
    kept = &kept_.front();
  } else {
    ASSIGN_OR_RETURN(kept, Start(view, window, control));
  }
  RETURN_IF_ERROR(Update(*kept, view, control));
  Answer answer{&kept->graph, kept->version, ""};
  if (kept->cut) {
    answer.partial_reason = absl::StrCat("more than ", bounds_.max_events,
                                         " events lie in this time range: those that arrived first were left out; "
                                         "narrow the range");
  }
  return answer;
}

GraphWindow GraphKeeper::WindowFor(const store::View& view, const store::TimeRange& range) const {
  GraphWindow window;
  if (EventsIn(view) <= bounds_.max_events) return window;
  const bool short_range = range.start_us != INT64_MIN && range.end_us <= AddClamped(range.start_us, 2 * kHourMicros);
  const int64_t step = short_range ? kStepMicros : kHourMicros;
  if (range.start_us != INT64_MIN) {
    window.window.start_us = AddClamped(range.start_us, -((range.start_us % step + step) % step));
    window.around.start_us = AddClamped(window.window.start_us, -bounds_.link_window_us);
    window.near.start_us = AddClamped(window.window.start_us, -kRepeatReachMicros);
  }
  if (range.end_us != INT64_MAX) {
    window.window.end_us = AddClamped(range.end_us, (step - (range.end_us % step + step) % step) % step);
    window.around.end_us = AddClamped(window.window.end_us, bounds_.link_window_us);
    window.near.end_us = AddClamped(window.window.end_us, kRepeatReachMicros);
  }
  return window;
}

// Retention dropped some of its events, or with what is new it would outgrow a bound.
bool GraphKeeper::IsStale(const Kept& kept, const store::View& view) const {
  uint64_t present = 0;
  auto size = static_cast<int64_t>(kept.graph.size());
  int64_t added = 0;
  for (const auto& segment : view.segments) {
    const uint64_t base = segment->base_sequence();
    const uint64_t begin = std::max(base, kept.first_sequence);
    const uint64_t end = std::min(base + segment->size(), kept.next_sequence);
    if (begin < end) present += end - begin;
    const uint64_t after = base + segment->size();
    if (after > kept.next_sequence && Overlaps(*segment, kept.window.window)) {
      added += static_cast<int64_t>(after - std::max(base, kept.next_sequence));
    }
  }
  size += added;
  if (kept.outside_sequence > kept.first_sequence && added > kMaxAdded) return true;
  return present != kept.looked_at || size > bounds_.max_events + bounds_.max_events / kGrowth;
}

absl::StatusOr<GraphKeeper::Kept*> GraphKeeper::Start(const store::View& view, const GraphWindow& window,
                                                      const QueryControl& control) {
  int64_t events = 0;
  uint64_t first_sequence = 0;
  bool cut = false;
  for (auto segment = view.segments.rbegin(); segment != view.segments.rend(); ++segment) {
    RETURN_IF_ERROR(control.Check());
    ASSIGN_OR_RETURN(const int64_t count, CountIn(**segment, window.window));
    if (events + count > bounds_.max_events) {
      cut = true;
      break;
    }
    events += count;
    first_sequence = (*segment)->base_sequence();
  }
  if (!cut) first_sequence = 0;
  MakeRoom(view, window, events);
  Kept& kept = kept_.emplace_front(window, bounds_.max_events_per_id);
  kept.first_sequence = kept.next_sequence = kept.outside_sequence = first_sequence;
  kept.version = ++last_version_;
  kept.cut = cut;
  kept.graph.Reserve(static_cast<size_t>(events));
  return &kept;
}

int64_t GraphKeeper::kept_events() const {
  int64_t sum = 0;
  for (const Kept& kept : kept_) sum += static_cast<int64_t>(kept.graph.size());
  return sum;
}

void GraphKeeper::MakeRoom(const store::View& view, const GraphWindow& window, int64_t events) {
  kept_.remove_if([&](const Kept& kept) { return IsSame(kept.window.window, window.window) || IsStale(kept, view); });
  const size_t others = IsEverything(window.window) ? 0 : kKeptWindows - 1;
  while (!kept_.empty() && (kept_.size() > others || kept_events() + events > bounds_.max_events)) kept_.pop_back();
}

absl::Status GraphKeeper::Update(Kept& kept, const store::View& view, const QueryControl& control) {
  // What is around the window was not read for ids that come now.
  kept.feeder.CollectNewIds(kept.outside_sequence > kept.first_sequence);
  for (const auto& segment : view.segments) {
    const uint64_t base = segment->base_sequence();
    const uint32_t size = segment->size();
    if (base + size <= kept.next_sequence) continue;
    RETURN_IF_ERROR(control.Check());
    const auto begin = static_cast<uint32_t>(kept.next_sequence > base ? kept.next_sequence - base : 0);
    const store::TimeRange& window = kept.window.window;
    if (Overlaps(*segment, window)) RETURN_IF_ERROR(kept.feeder.Feed(*segment, begin, size, window));
    kept.next_sequence = base + size;
    kept.version = ++last_version_;
    kept.looked_at += size - begin;
  }
  kept.graph.Link();
  if (IsEverything(kept.window.window)) return absl::OkStatus();
  RETURN_IF_ERROR(FeedOutside(kept, view, control));
  return FollowNewIds(kept, view, control);
}

// Calls `visit(segment, ordinals)` for the events around the window that carry one of `ids`.
template <typename Ids, typename Visit>
absl::Status GraphKeeper::ForEachCarrier(const Ids& ids, const Kept& kept, const store::View& view,
                                         const QueryControl& control, const Visit& visit) {
  if (ids.empty()) return absl::OkStatus();
  std::vector<store::IdProbe> probes;
  for (const auto& id : ids) probes.emplace_back(id.kind, id.text);
  for (const auto& segment : view.segments) {
    RETURN_IF_ERROR(control.Check());
    const uint64_t base = segment->base_sequence();
    if (base < kept.first_sequence || !Overlaps(*segment, kept.window.around)) continue;
    std::vector<uint32_t> carriers;
    for (size_t i = 0; i < ids.size(); ++i) {
      if (!segment->MayHaveId(probes[i])) continue;
      ASSIGN_OR_RETURN(const std::vector<uint32_t> ordinals, segment->FindId(ids[i].kind, ids[i].text));
      carriers.insert(carriers.end(), ordinals.begin(), ordinals.end());
    }
    std::sort(carriers.begin(), carriers.end());
    carriers.erase(std::unique(carriers.begin(), carriers.end()), carriers.end());
    // What came since is read by the next question.
    std::erase_if(carriers, [&](uint32_t ordinal) { return base + ordinal >= kept.outside_sequence; });
    RETURN_IF_ERROR(visit(*segment, std::move(carriers)));
  }
  return absl::OkStatus();
}

absl::Status GraphKeeper::FeedOutside(Kept& kept, const store::View& view, const QueryControl& control) {
  const store::TimeRange& window = kept.window.window;
  for (const auto& segment : view.segments) {
    const uint64_t base = segment->base_sequence();
    // Not beyond what was read of the window: a segment may have grown meanwhile.
    const uint64_t end = std::min(base + segment->size(), kept.next_sequence);
    if (end <= kept.outside_sequence || end <= base) continue;
    RETURN_IF_ERROR(control.Check());
    const auto begin = static_cast<uint32_t>(std::max(base, kept.outside_sequence) - base);
    const bool all_inside = window.Contains(segment->min_time_us()) && window.Contains(segment->max_time_us());
    if (!all_inside && Overlaps(*segment, kept.window.around)) {
      RETURN_IF_ERROR(kept.feeder.FeedOutside(*segment, begin, static_cast<uint32_t>(end - base), kept.window));
    }
    kept.outside_sequence = end;
  }
  return absl::OkStatus();
}

// Of events that came from around the window, and of new ones in it: their partners may have been passed by.
absl::Status GraphKeeper::FollowNewIds(Kept& kept, const store::View& view, const QueryControl& control) {
  kept.graph.Link();
  for (auto ids = kept.feeder.TakeNewIds(); !ids.empty(); ids = kept.feeder.TakeNewIds()) {
    std::erase_if(ids, [&](const auto& id) { return kept.graph.id_table().IsCrowded(id.number); });
    const auto feed = [&](const store::Segment& segment, std::vector<uint32_t> ordinals) {
      std::erase_if(ordinals, [&](uint32_t ordinal) {
        return kept.graph.EventAt(segment.base_sequence() + ordinal).has_value();
      });
      return kept.feeder.FeedChosen(segment, ordinals, kept.window);
    };
    RETURN_IF_ERROR(ForEachCarrier(ids, kept, view, control, feed));
    kept.graph.Link();
  }
  return FollowNewSessions(kept, view, control);
}

absl::Status GraphKeeper::FollowNewSessions(Kept& kept, const store::View& view, const QueryControl& control) {
  const auto learn = [&](const store::Segment& segment, const std::vector<uint32_t>& ordinals) {
    return kept.feeder.LearnClocks(segment, ordinals, kept.window);
  };
  RETURN_IF_ERROR(ForEachCarrier(kept.feeder.TakeNewSessions(), kept, view, control, learn));
  kept.graph.Link();
  return absl::OkStatus();
}

}  // namespace faultline::query
