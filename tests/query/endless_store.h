// A store without a disk whose one view takes far longer to scan than any test
// may run: for what ends a query early.
#pragma once

#include <atomic>
#include <memory>
#include <vector>

#include "store/store.h"

namespace faultline::query {

// Full of equal events.
class EqualSegment : public store::Segment {
 public:
  uint64_t base_sequence() const override { return 0; }
  uint32_t size() const override { return store::kMaxSegmentEvents; }
  int64_t min_time_us() const override { return 1; }
  int64_t max_time_us() const override { return 1; }
  absl::StatusOr<std::shared_ptr<const Dictionary>> dictionary(store::Dimension) const override {
    return std::make_shared<const Dictionary>(1);
  }
  absl::StatusOr<std::shared_ptr<const std::vector<uint64_t>>> signatures() const override {
    return std::make_shared<const std::vector<uint64_t>>(1);
  }
  absl::Status ReadColumns(uint32_t chunk, uint32_t, store::Columns& columns) const override {
    ++chunks_read_;
    chunks_read_.notify_all();
    columns.first_ordinal = chunk * store::kChunkEvents;
    columns.size = store::kChunkEvents;
    columns.time_us.assign(columns.size, 1);
    for (auto* column : {&columns.side, &columns.outcome, &columns.severity}) column->assign(columns.size, 0);
    columns.flags.assign(columns.size, 0);
    columns.signature.assign(columns.size, 0);
    for (auto& codes : columns.dimensions) codes.assign(columns.size, 0);
    return absl::OkStatus();
  }
  absl::StatusOr<std::vector<store::OwnedEvent>> ReadEvents(std::span<const uint32_t> ordinals) const override {
    return std::vector<store::OwnedEvent>(ordinals.size());
  }
  absl::Status ReadVariables(std::span<const uint32_t>, store::VariableSet,
                             const std::function<void(const store::EventVariables&)>&) const override {
    return absl::OkStatus();
  }
  absl::Status ReadMessages(std::span<const uint32_t>,
                            const std::function<void(uint32_t, std::string_view)>&) const override {
    return absl::OkStatus();
  }
  absl::StatusOr<std::vector<uint32_t>> FindId(store::IdKind, std::string_view) const override {
    return std::vector<uint32_t>();
  }
  absl::Status ForEachId(store::IdKind,
                         const std::function<void(std::string_view, std::span<const uint16_t>)>&) const override {
    return absl::OkStatus();
  }
  absl::StatusOr<std::vector<uint32_t>> FindSignature(uint64_t) const override { return std::vector<uint32_t>(); }

  const std::atomic<int64_t>& chunks_read() const { return chunks_read_; }

 private:
  mutable std::atomic<int64_t> chunks_read_ = 0;
};

class EndlessStore : public store::Store {
 public:
  static constexpr int64_t kSegments = 1'000'000;
  static constexpr int64_t kChunks = kSegments * store::kMaxSegmentEvents / store::kChunkEvents;

  EndlessStore() {
    auto view = std::make_shared<store::View>();
    view->segments.assign(kSegments, segment_);
    view_ = view;
  }

  std::shared_ptr<const store::View> view() const override { return view_; }
  absl::Status CatchUp() override {
    ++catch_ups_;
    return absl::OkStatus();
  }
  std::vector<store::StreamPosition> Positions() const override { return {}; }
  absl::StatusOr<std::optional<store::SignatureDefinition>> FindSignature(uint64_t) const override {
    return std::nullopt;
  }
  absl::StatusOr<std::vector<store::AttemptsCell>> ReadAttempts(int64_t, int64_t) const override {
    return std::vector<store::AttemptsCell>();
  }
  absl::StatusOr<std::vector<store::StoredDeadLetter>> ReadDeadLetters(uint64_t, size_t) const override {
    return std::vector<store::StoredDeadLetter>();
  }
  absl::Status Maintain() override { return absl::OkStatus(); }
  absl::Status Settle() override { return absl::OkStatus(); }
  absl::Status Close() override { return absl::OkStatus(); }
  absl::StatusOr<Size> MeasureSize() const override { return Size{}; }
  const store::StoreOptions& options() const override { return options_; }

  const EqualSegment& segment() const { return *segment_; }
  int catch_ups() const { return catch_ups_; }

 private:
  const std::shared_ptr<EqualSegment> segment_ = std::make_shared<EqualSegment>();
  const store::StoreOptions options_;
  std::shared_ptr<const store::View> view_;
  std::atomic<int> catch_ups_ = 0;
};

}  // namespace faultline::query
