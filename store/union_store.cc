#include "store/union_store.h"

#include <algorithm>
#include <utility>

#include "base/mutex.h"
#include "base/status_macros.h"
#include "store/forwarding_segment.h"

namespace faultline::store {
namespace {

constexpr int kMemberShift = 48;
constexpr uint64_t kWithinMember = (uint64_t{1} << kMemberShift) - 1;

// A member's segment under the union's numbers.
class RaisedSegment final : public ForwardingSegment {
 public:
  RaisedSegment(std::shared_ptr<const Segment> segment, uint64_t by) : ForwardingSegment(std::move(segment)), by_(by) {}

  uint64_t base_sequence() const override { return segment().base_sequence() + by_; }
  absl::StatusOr<std::vector<OwnedEvent>> ReadEvents(std::span<const uint32_t> ordinals) const override {
    auto events = segment().ReadEvents(ordinals);
    if (!events.ok()) return events;
    for (OwnedEvent& event : *events) event.sequence += by_;
    return events;
  }

 private:
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

  absl::StatusOr<std::vector<OtherValues>> ReadOther() const override {
    std::map<std::string, OtherValues> all;
    for (const auto& store : stores_) {
      ASSIGN_OR_RETURN(const std::vector<OtherValues> more, store->ReadOther());
      for (const OtherValues& other : more) {
        OtherValues& sum = all[other.what];
        sum.what = other.what;
        sum.limit = std::max(sum.limit, other.limit);
        sum.known = std::max(sum.known, other.known);
        sum.events += other.events;
        sum.distinct.Merge(other.distinct);
      }
    }
    std::vector<OtherValues> others;
    for (auto& [what, other] : all) others.push_back(std::move(other));
    return others;
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
      size.block_cache_bytes += part.block_cache_bytes;
      size.block_cache_limit_bytes += part.block_cache_limit_bytes;
      size.filter_bytes += part.filter_bytes;
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
