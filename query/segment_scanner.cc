#include "query/segment_scanner.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "base/status_macros.h"
#include "query/query_plan.h"

namespace faultline::query {

bool Overlaps(const store::Segment& segment, const store::TimeRange& range) {
  return segment.size() > 0 && segment.min_time_us() < range.end_us && segment.max_time_us() >= range.start_us;
}

absl::StatusOr<SegmentScanner> SegmentScanner::Open(const store::Segment& segment, const Filter& filter,
                                                    uint32_t columns, QueryPlan* plan) {
  const QueryPlan::Timer timer(plan, QueryPlan::Step::kBindFilter);
  SegmentScanner scanner;
  scanner.segment_ = &segment;
  scanner.size_ = segment.size();  // before the filter looks at dictionaries
  if (scanner.size_ > 0) {
    scanner.min_time_us_ = segment.min_time_us();
    scanner.max_time_us_ = segment.max_time_us();
  }
  ASSIGN_OR_RETURN(scanner.bound_, filter.Bind(segment));
  scanner.matches_everything_ = filter.matches_everything();
  scanner.column_set_ = columns | scanner.bound_->columns() | store::kTimeColumn;
  return scanner;
}

bool SegmentScanner::Covers(const store::TimeRange& range) const {
  return range.Contains(min_time_us_) && range.Contains(max_time_us_);
}

void SegmentScanner::SelectInRange(const store::TimeRange& range) {
  const uint32_t limit = std::min(columns_.size, size_ - columns_.first_ordinal);
  hits_.clear();
  if (Covers(range)) {
    hits_.resize(limit);
    std::iota(hits_.begin(), hits_.end(), 0);
    return;
  }
  for (uint32_t i = 0; i < limit; ++i) {
    if (range.Contains(columns_.time_us[i])) hits_.push_back(i);
  }
}

absl::Status SegmentScanner::ReadInRange(uint32_t chunk, const store::TimeRange& range, const QueryControl& control) {
  const QueryPlan::Timer timer(control.plan, QueryPlan::Step::kReadColumns);
  if (Covers(range)) {
    RETURN_IF_ERROR(segment_->ReadColumns(chunk, column_set_, columns_));
    SelectInRange(range);
    return absl::OkStatus();
  }
  // Times alone are cheap, and often leave nothing to be read.
  RETURN_IF_ERROR(segment_->ReadColumns(chunk, store::kTimeColumn, columns_));
  SelectInRange(range);
  const uint32_t others = column_set_ & ~store::kTimeColumn;
  return hits_.empty() || others == 0 ? absl::OkStatus() : segment_->ReadColumns(chunk, others, columns_);
}

absl::StatusOr<std::span<const uint32_t>> SegmentScanner::ScanChunk(uint32_t chunk, const store::TimeRange& range,
                                                                    const QueryControl& control, ScanResult& result) {
  hits_.clear();
  RETURN_IF_ERROR(control.Check());
  const bool may_match = bound_->MayMatchChunk(chunk);
  if (control.plan != nullptr) control.plan->NoteChunk(may_match);
  if (!may_match) return hits_;
  if (result.events_looked_at >= control.scan_budget_events) {
    result.budget_exceeded = true;
    return hits_;
  }
  result.events_looked_at += std::min(store::kChunkEvents, size_ - chunk * store::kChunkEvents);
  RETURN_IF_ERROR(ReadInRange(chunk, range, control));
  if (matches_everything_ || hits_.empty()) return hits_;
  const QueryPlan::Timer timer(control.plan, QueryPlan::Step::kMatchFilter);
  RETURN_IF_ERROR(bound_->Match(chunk, columns_, matches_));
  std::erase_if(hits_, [this](uint32_t i) { return matches_[i] == 0; });
  return hits_;
}

}  // namespace faultline::query
