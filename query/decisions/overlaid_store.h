// A store as people see it: events have the signatures that they count as by decision.
//
// Every answer reads this store, so that no other part of a query knows of decisions. Thread-safe.
#pragma once

#include <memory>

#include "base/mutex.h"
#include "query/decisions/decision_log.h"
#include "query/decisions/split_parts.h"
#include "store/store.h"

namespace faultline::query {

class OverlaidStore final : public store::Store {
 public:
  // Both must outlive it.
  OverlaidStore(store::Store& base, const DecisionLog& log) : base_(base), log_(log) {}

  std::shared_ptr<const store::View> view() const override ABSL_LOCKS_EXCLUDED(mu_);
  absl::Status CatchUp() override { return base_.CatchUp(); }
  std::vector<store::StreamPosition> Positions() const override { return base_.Positions(); }
  // With the name that somebody gave it. Of a part too, once events of it were seen.
  absl::StatusOr<std::optional<store::SignatureDefinition>> FindSignature(uint64_t signature) const override;
  absl::StatusOr<std::vector<store::AttemptsCell>> ReadAttempts(int64_t first_minute,
                                                                int64_t end_minute) const override {
    return base_.ReadAttempts(first_minute, end_minute);
  }
  absl::StatusOr<std::vector<store::StoredDeadLetter>> ReadDeadLetters(uint64_t after, size_t limit) const override {
    return base_.ReadDeadLetters(after, limit);
  }
  absl::StatusOr<std::vector<store::OtherValues>> ReadOther() const override { return base_.ReadOther(); }
  absl::Status Maintain() override { return base_.Maintain(); }
  absl::Status Settle() override { return base_.Settle(); }
  absl::Status Close() override { return base_.Close(); }
  absl::StatusOr<Size> MeasureSize() const override { return base_.MeasureSize(); }
  const store::StoreOptions& options() const override { return base_.options(); }

  // As recorded: without names and parts.
  const store::Store& base() const { return base_; }
  // FindSignature without names: what `title` says if nobody gives one.
  absl::StatusOr<std::optional<store::SignatureDefinition>> FindUnnamed(uint64_t signature) const;
  std::optional<SplitParts::Part> FindPart(uint64_t signature) const { return parts_->Find(signature); }

 private:
  absl::StatusOr<std::optional<store::SignatureDefinition>> FindUnnamed(uint64_t signature, int depth) const;

  store::Store& base_;
  const DecisionLog& log_;
  const std::shared_ptr<SplitParts> parts_ = std::make_shared<SplitParts>();
  mutable Mutex mu_;
  mutable std::shared_ptr<const store::View> of_ ABSL_GUARDED_BY(mu_);  // what view_ was made from
  mutable std::shared_ptr<const Overlay> by_ ABSL_GUARDED_BY(mu_);
  mutable std::shared_ptr<const store::View> view_ ABSL_GUARDED_BY(mu_);
};

}  // namespace faultline::query
