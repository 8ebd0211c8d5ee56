#include "store/union_store.h"

#include <algorithm>
#include <utility>

#include "base/mutex.h"
#include "base/status_macros.h"

namespace faultline::store {
namespace {

constexpr int kMemberShift = 48;
constexpr uint64_t kWithinMember = (uint64_t{1} << kMemberShift) - 1;

// A member's segment under the union's numbers.
class RaisedSegment final : public Segment {
 public:
  RaisedSegment(std::shared_ptr<const Segment> segment, uint64_t by) : segment_(std::move(segment)), by_(by) {}

  uint64_t base_sequence() const override { return segment_->base_sequence() + by_; }
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
  absl::StatusOr<std::vector<OwnedEvent>> ReadEvents(std::span<const uint32_t> ordinals) const override {
    auto events = segment_->ReadEvents(ordinals);
    if (!events.ok()) return events;
    for (OwnedEvent& event : *events) event.sequence += by_;
    return events;
  }
  absl::Status ReadMessages(
      uint32_t chunk, const std::function<void(uint32_t ordinal, std::string_view message)>& visit) const override {
    return segment_->ReadMessages(chunk, visit);
  }
  absl::StatusOr<std::shared_ptr<const Rollup>> rollup() const override { return segment_->rollup(); }
  absl::StatusOr<std::shared_ptr<const Rollup>> minute_rollup() const override { return segment_->minute_rollup(); }
  absl::StatusOr<std::shared_ptr<const MessageForms>> message_forms() const override {
    return segment_->message_forms();
  }
  absl::Status ReadOtherParameters(uint32_t chunk, const std::function<void(std::string_view)>& visit) const override {
    return segment_->ReadOtherParameters(chunk, visit);
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

 private:
  const std::shared_ptr<const Segment> segment_;
  const uint64_t by_;
};

class UnionStore final : public Store {
 public:
  explicit UnionStore(std::vector<std::unique_ptr<Store>> stores) : stores_(std::move(stores)) {}

  std::shared_ptr<const View> view() const override {
    std::vector<std::shared_ptr<const View>> parts;
    for (const auto& store : stores_) parts.push_back(store->view());
    const MutexLock lock(mu_);
    if (view_ != nullptr && parts == parts_) return view_;
    auto view = std::make_shared<View>();
    for (size_t member = 0; member < parts.size(); ++member) {
      const uint64_t by = uint64_t{member} << kMemberShift;
      for (const auto& segment : parts[member]->segments) {
        view->segments.push_back(std::make_shared<RaisedSegment>(segment, by));
      }
      const auto& positions = parts[member]->positions;
      view->positions.insert(view->positions.end(), positions.begin(), positions.end());
      view->next_sequence = parts[member]->next_sequence + by;
    }
    parts_ = std::move(parts);
    view_ = std::move(view);
    return view_;
  }

  absl::Status CatchUp() override {
    for (const auto& store : stores_) RETURN_IF_ERROR(store->CatchUp());
    return absl::OkStatus();
  }

  std::vector<StreamPosition> Positions() const override {
    std::vector<StreamPosition> positions;
    for (const auto& store : stores_) {
      for (StreamPosition& position : store->Positions()) positions.push_back(std::move(position));
    }
    return positions;
  }

  absl::StatusOr<std::optional<SignatureDefinition>> FindSignature(uint64_t signature) const override {
    for (const auto& store : stores_) {
      auto found = store->FindSignature(signature);
      if (!found.ok() || found->has_value()) return found;
    }
    return std::nullopt;
  }

  absl::StatusOr<std::vector<AttemptsCell>> ReadAttempts(int64_t first_minute, int64_t end_minute) const override {
    std::vector<AttemptsCell> cells;
    for (const auto& store : stores_) {
      ASSIGN_OR_RETURN(std::vector<AttemptsCell> more, store->ReadAttempts(first_minute, end_minute));
      std::move(more.begin(), more.end(), std::back_inserter(cells));
    }
    std::stable_sort(cells.begin(), cells.end(),
                     [](const AttemptsCell& a, const AttemptsCell& b) { return a.minute < b.minute; });
    return cells;
  }

  absl::StatusOr<std::vector<StoredDeadLetter>> ReadDeadLetters(uint64_t after, size_t limit) const override {
    std::vector<StoredDeadLetter> letters;
    for (size_t member = after >> kMemberShift; member < stores_.size() && letters.size() < limit; ++member) {
      const uint64_t within = member == after >> kMemberShift ? after & kWithinMember : 0;
      ASSIGN_OR_RETURN(std::vector<StoredDeadLetter> more,
                       stores_[member]->ReadDeadLetters(within, limit - letters.size()));
      for (StoredDeadLetter& letter : more) {
        letter.number += uint64_t{member} << kMemberShift;
        letters.push_back(std::move(letter));
      }
    }
    return letters;
  }

  absl::Status Maintain() override { return ReadOnly(); }
  absl::Status Settle() override { return ReadOnly(); }

  absl::Status Close() override {
    absl::Status status;
    for (const auto& store : stores_) status.Update(store->Close());
    return status;
  }

  absl::StatusOr<Size> MeasureSize() const override {
    Size size;
    for (const auto& store : stores_) {
      ASSIGN_OR_RETURN(const Size part, store->MeasureSize());
      size.disk_bytes += part.disk_bytes;
      size.segments += part.segments;
      size.events += part.events;
    }
    return size;
  }

  const StoreOptions& options() const override { return stores_.front()->options(); }

 private:
  static absl::Status ReadOnly() { return absl::FailedPreconditionError("several stores read as one are read only"); }

  const std::vector<std::unique_ptr<Store>> stores_;
  mutable Mutex mu_;
  mutable std::vector<std::shared_ptr<const View>> parts_ ABSL_GUARDED_BY(mu_);  // that view_ was made from
  mutable std::shared_ptr<const View> view_ ABSL_GUARDED_BY(mu_);
};

}  // namespace

std::unique_ptr<Store> MakeUnion(std::vector<std::unique_ptr<Store>> stores) {
  return std::make_unique<UnionStore>(std::move(stores));
}

}  // namespace faultline::store
