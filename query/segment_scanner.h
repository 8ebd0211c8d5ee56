// A filter run over one segment, chunk by chunk, in the order the caller likes.
//
// Belongs to one thread; the segment and the filter's text outlive it.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "query/filter.h"
#include "query/query_control.h"
#include "query/scan.h"
#include "store/segment.h"

namespace faultline::query {

class SegmentScanner {
 public:
  // `columns` are what the caller wants to see besides the time; binding is noted in `plan`, which may be null.
  static absl::StatusOr<SegmentScanner> Open(const store::Segment& segment, const Filter& filter, uint32_t columns,
                                             QueryPlan* plan = nullptr);

  // False when no event can fit: nothing then needs to be scanned.
  bool MayMatch() const { return size_ > 0 && bound_->MayMatch(); }
  uint32_t chunk_count() const { return (size_ + store::kChunkEvents - 1) / store::kChunkEvents; }
  uint64_t base_sequence() const { return segment_->base_sequence(); }
  // Events that are scanned: those there were when the filter was bound.
  uint32_t size() const { return size_; }

  // The hits of a chunk: indexes into columns(), ascending, inside `range`.
  // Valid until the next call. Empty once result.budget_exceeded is set.
  // Errors: `control`'s, and those of reading.
  absl::StatusOr<std::span<const uint32_t>> ScanChunk(uint32_t chunk, const store::TimeRange& range,
                                                      const QueryControl& control, ScanResult& result);
  const store::Columns& columns() const { return columns_; }

 private:
  SegmentScanner() = default;
  bool Covers(const store::TimeRange& range) const;
  // Reads the columns of a chunk, and sets hits_ to those in range.
  absl::Status ReadInRange(uint32_t chunk, const store::TimeRange& range, const QueryControl& control);
  void SelectInRange(const store::TimeRange& range);

  const store::Segment* segment_ = nullptr;
  std::unique_ptr<BoundFilter> bound_;
  uint32_t column_set_ = 0;
  bool matches_everything_ = false;
  // Events there were when the filter was bound: later ones have dictionary
  // codes and ids that it has not heard of.
  uint32_t size_ = 0;
  int64_t min_time_us_ = 0, max_time_us_ = 0;
  store::Columns columns_;
  std::vector<uint8_t> matches_;
  std::vector<uint32_t> hits_;
};

// Whether `range` and the times of a non-empty `segment` overlap.
bool Overlaps(const store::Segment& segment, const store::TimeRange& range);

}  // namespace faultline::query
