// A segment that hands every question on to another one: what stands before segments overrides what it changes.
#pragma once

#include <memory>
#include <utility>
#include <vector>

#include "store/segment.h"

namespace faultline::store {

class ForwardingSegment : public Segment {
 public:
  explicit ForwardingSegment(std::shared_ptr<const Segment> segment) : segment_(std::move(segment)) {}

  uint64_t base_sequence() const override { return segment_->base_sequence(); }
  uint32_t size() const override { return segment_->size(); }
  int64_t min_time_us() const override { return segment_->min_time_us(); }
  int64_t max_time_us() const override { return segment_->max_time_us(); }
  absl::StatusOr<std::shared_ptr<const Dictionary>> dictionary(Dimension d) const override {
    return segment_->dictionary(d);
  }
  absl::StatusOr<std::shared_ptr<const std::vector<uint64_t>>> signatures() const override {
    return segment_->signatures();
  }
  absl::Status ReadColumns(uint32_t chunk, uint32_t column_set, Columns& columns) const override {
    return segment_->ReadColumns(chunk, column_set, columns);
  }
  absl::Status ReadRows(uint32_t chunk, std::span<const uint32_t> indexes, uint32_t column_set,
                        Columns& rows) const override {
    return segment_->ReadRows(chunk, indexes, column_set, rows);
  }
  absl::StatusOr<std::shared_ptr<const Rollup>> rollup() const override { return segment_->rollup(); }
  absl::StatusOr<std::shared_ptr<const Rollup>> minute_rollup() const override { return segment_->minute_rollup(); }
  absl::StatusOr<std::shared_ptr<const Rollup>> signature_rollup() const override {
    return segment_->signature_rollup();
  }
  absl::StatusOr<std::vector<OwnedEvent>> ReadEvents(std::span<const uint32_t> ordinals) const override {
    return segment_->ReadEvents(ordinals);
  }
  absl::Status ReadVariables(std::span<const uint32_t> ordinals, VariableSet wanted,
                             const std::function<void(const EventVariables&)>& visit) const override {
    return segment_->ReadVariables(ordinals, wanted, visit);
  }
  absl::Status ReadMessages(
      std::span<const uint32_t> ordinals,
      const std::function<void(uint32_t ordinal, std::string_view message)>& visit) const override {
    return segment_->ReadMessages(ordinals, visit);
  }
  absl::StatusOr<std::shared_ptr<const MessageForms>> message_forms() const override {
    return segment_->message_forms();
  }
  absl::Status ReadParameterBytes(uint32_t chunk, ParameterSet set,
                                  const std::function<void(std::string_view)>& visit) const override {
    return segment_->ReadParameterBytes(chunk, set, visit);
  }
  bool MayHaveId(const IdProbe& probe) const override { return segment_->MayHaveId(probe); }
  absl::StatusOr<std::vector<uint32_t>> FindId(IdKind kind, std::string_view id) const override {
    return segment_->FindId(kind, id);
  }
  absl::Status ForEachId(
      IdKind kind,
      const std::function<void(std::string_view id, std::span<const uint16_t> ordinals)>& visit) const override {
    return segment_->ForEachId(kind, visit);
  }
  absl::StatusOr<std::vector<uint32_t>> FindSignature(uint64_t signature) const override {
    return segment_->FindSignature(signature);
  }
  absl::StatusOr<std::vector<FormerSignature>> former_signatures() const override {
    return segment_->former_signatures();
  }

 protected:
  const Segment& segment() const { return *segment_; }

 private:
  const std::shared_ptr<const Segment> segment_;
};

}  // namespace faultline::store
