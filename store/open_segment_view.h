// The first events of an open segment, as queries see it: its size is fixed when
// it is made, so that dictionaries read later hold every code.
//
// Thread-safe, also while the segment is appended to.
#pragma once

#include <memory>

#include "store/open_segment.h"
#include "store/segment.h"

namespace faultline::store {

class OpenSegmentView final : public Segment {
 public:
  // What can be read of `segment` now.
  explicit OpenSegmentView(std::shared_ptr<const OpenSegment> segment);

  uint64_t base_sequence() const override { return segment_->base_sequence(); }
  uint32_t size() const override { return size_; }
  int64_t min_time_us() const override { return segment_->min_time_us(); }
  int64_t max_time_us() const override { return segment_->max_time_us(); }
  absl::StatusOr<std::shared_ptr<const Dictionary>> dictionary(Dimension d) const override;
  absl::StatusOr<std::shared_ptr<const std::vector<uint64_t>>> signatures() const override;
  absl::Status ReadColumns(uint32_t chunk, uint32_t column_set, Columns& columns) const override;
  absl::StatusOr<std::vector<OwnedEvent>> ReadEvents(std::span<const uint32_t> ordinals) const override;
  absl::Status ReadVariables(std::span<const uint32_t> ordinals, VariableSet wanted,
                             const std::function<void(const EventVariables&)>& visit) const override;
  absl::Status ReadMessages(
      std::span<const uint32_t> ordinals,
      const std::function<void(uint32_t ordinal, std::string_view message)>& visit) const override;
  absl::StatusOr<std::vector<uint32_t>> FindId(IdKind kind, std::string_view id) const override;
  absl::Status ForEachId(
      IdKind kind,
      const std::function<void(std::string_view id, std::span<const uint16_t> ordinals)>& visit) const override;
  absl::StatusOr<std::vector<uint32_t>> FindSignature(uint64_t signature) const override;

 private:
  OwnedEvent Read(uint32_t ordinal) const;

  const std::shared_ptr<const OpenSegment> segment_;
  const uint32_t size_;
};

// Fills `columns` from rows of `segment`: `size` rows from `first` on.
void CopyColumns(const OpenSegment& segment, uint32_t first, uint32_t size, uint32_t column_set, Columns& columns);

}  // namespace faultline::store
