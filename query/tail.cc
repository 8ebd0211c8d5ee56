#include "query/tail.h"

#include <algorithm>
#include <iterator>

#include "base/status_macros.h"
#include "query/segment_scanner.h"

namespace faultline::query {
namespace {

using store::kChunkEvents;

uint64_t EndOf(const store::Segment& segment) { return segment.base_sequence() + segment.size(); }

}  // namespace

absl::StatusOr<TailBatch> Tail::Look(const store::View& view, const QueryControl& control) {
  TailBatch batch;
  uint64_t next = next_;
  if (!view.segments.empty()) {
    const uint64_t end = EndOf(*view.segments.back());
    if (end > next + kMaxTailBehind) {
      batch.skipped = static_cast<int64_t>(end - kMaxTailBehind - next);
      next = end - kMaxTailBehind;
    }
  }
  for (const auto& segment : view.segments) {
    if (EndOf(*segment) <= next) continue;
    next = std::max(next, segment->base_sequence());
    ASSIGN_OR_RETURN(const bool room, LookAt(*segment, control, next, batch.events));
    if (room) continue;
    batch.more = true;
    break;
  }
  next_ = next;
  return batch;
}

absl::StatusOr<bool> Tail::LookAt(const store::Segment& segment, const QueryControl& control, uint64_t& next,
                                  std::vector<store::OwnedEvent>& events) const {
  const uint64_t base = segment.base_sequence();
  ASSIGN_OR_RETURN(SegmentScanner scanner, SegmentScanner::Open(segment, filter_, 0));
  ScanResult looked_at;
  for (uint64_t chunk = (next - base) / kChunkEvents; scanner.MayMatch() && chunk < scanner.chunk_count(); ++chunk) {
    const auto first = static_cast<uint32_t>(chunk * kChunkEvents);
    ASSIGN_OR_RETURN(const auto hits, scanner.ScanChunk(static_cast<uint32_t>(chunk), {}, control, looked_at));
    std::vector<uint32_t> ordinals;
    for (const uint32_t hit : hits) {
      if (base + first + hit >= next) ordinals.push_back(first + hit);
    }
    const size_t room = kMaxTailEvents - events.size();
    const bool full = ordinals.size() > room;
    const uint64_t seen = base + (full ? ordinals[room] : std::min(first + kChunkEvents, scanner.size()));
    if (full) ordinals.resize(room);
    ASSIGN_OR_RETURN(std::vector<store::OwnedEvent> read, segment.ReadEvents(ordinals));
    std::move(read.begin(), read.end(), std::back_inserter(events));
    next = seen;
    if (full) return false;
  }
  next = std::max(next, base + scanner.size());
  return true;
}

absl::StatusOr<uint64_t> StartOfLatest(const store::View& view, const Filter& filter, size_t count,
                                       const QueryControl& control) {
  uint64_t start = view.segments.empty() ? view.next_sequence : EndOf(*view.segments.back());
  ScanResult looked_at;
  for (size_t i = view.segments.size(); i-- > 0 && count > 0;) {
    const store::Segment& segment = *view.segments[i];
    ASSIGN_OR_RETURN(SegmentScanner scanner, SegmentScanner::Open(segment, filter, 0));
    for (uint32_t chunk = scanner.MayMatch() ? scanner.chunk_count() : 0; chunk-- > 0 && count > 0;) {
      ASSIGN_OR_RETURN(const auto hits, scanner.ScanChunk(chunk, {}, control, looked_at));
      if (looked_at.budget_exceeded) return start;
      if (hits.empty()) continue;
      const size_t taken = std::min(count, hits.size());
      start = segment.base_sequence() + uint64_t{chunk} * kChunkEvents + hits[hits.size() - taken];
      count -= taken;
    }
  }
  return start;
}

}  // namespace faultline::query
