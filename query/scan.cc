#include "query/scan.h"

#include "base/status_macros.h"
#include "query/segment_scanner.h"

namespace faultline::query {
namespace {

using Visit = std::function<bool(const store::Segment&, const store::Columns&, std::span<const uint32_t>)>;

// False when `visit` wants no more, or the budget is spent.
absl::StatusOr<bool> ScanSegment(const store::Segment& segment, SegmentScanner& scanner, const store::TimeRange& range,
                                 bool latest_first, const QueryControl& control, const Visit& visit,
                                 ScanResult& result) {
  const uint32_t chunks = scanner.chunk_count();
  for (uint32_t i = 0; i < chunks; ++i) {
    const uint32_t chunk = latest_first ? chunks - 1 - i : i;
    ASSIGN_OR_RETURN(const auto hits, scanner.ScanChunk(chunk, range, control, result));
    if (result.budget_exceeded) return false;
    if (!hits.empty() && !visit(segment, scanner.columns(), hits)) return false;
  }
  return true;
}

}  // namespace

absl::Status Scan(const store::View& view, const store::TimeRange& range, const Filter& filter, uint32_t column_set,
                  bool latest_first, const QueryControl& control, const Visit& visit, ScanResult& result) {
  const size_t count = view.segments.size();
  for (size_t i = 0; i < count; ++i) {
    const store::Segment& segment = *view.segments[latest_first ? count - 1 - i : i];
    RETURN_IF_ERROR(control.Check());
    if (!Overlaps(segment, range)) continue;
    ASSIGN_OR_RETURN(SegmentScanner scanner, SegmentScanner::Open(segment, filter, column_set));
    if (!scanner.MayMatch()) continue;
    ASSIGN_OR_RETURN(const bool more, ScanSegment(segment, scanner, range, latest_first, control, visit, result));
    if (!more) return absl::OkStatus();
  }
  return absl::OkStatus();
}

int64_t EventsIn(const store::View& view) {
  int64_t events = 0;
  for (const auto& segment : view.segments) events += segment->size();
  return events;
}

}  // namespace faultline::query
