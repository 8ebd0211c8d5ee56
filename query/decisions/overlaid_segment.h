// A segment whose events have the signatures that they count as by decision of people.
//
// All other questions go to the segment itself. What its codes become is worked out once, when first asked for.
#pragma once

#include <memory>

#include "base/mutex.h"
#include "query/decisions/regrouped_codes.h"
#include "store/forwarding_segment.h"

namespace faultline::query {

class OverlaidSegment final : public store::ForwardingSegment {
 public:
  OverlaidSegment(std::shared_ptr<const store::Segment> segment, std::shared_ptr<const Overlay> overlay,
                  std::shared_ptr<SplitParts> parts);

  absl::StatusOr<std::shared_ptr<const std::vector<uint64_t>>> signatures() const override;
  absl::Status ReadColumns(uint32_t chunk, uint32_t column_set, store::Columns& columns) const override;
  absl::Status ReadRows(uint32_t chunk, std::span<const uint32_t> indexes, uint32_t column_set,
                        store::Columns& rows) const override;
  absl::StatusOr<std::shared_ptr<const store::Rollup>> rollup() const override;
  absl::StatusOr<std::shared_ptr<const store::Rollup>> signature_rollup() const override;
  absl::StatusOr<std::vector<store::OwnedEvent>> ReadEvents(std::span<const uint32_t> ordinals) const override;
  absl::StatusOr<std::shared_ptr<const store::MessageForms>> message_forms() const override;
  absl::StatusOr<std::vector<uint32_t>> FindSignature(uint64_t signature) const override;
  absl::StatusOr<std::vector<store::FormerSignature>> former_signatures() const override;

 private:
  // Null: nothing is regrouped.
  absl::StatusOr<std::shared_ptr<const RegroupedCodes>> Codes() const ABSL_LOCKS_EXCLUDED(mu_);
  // A rollup of the segment with its signatures as decided, made once; null where its rows do not tell them.
  absl::StatusOr<std::shared_ptr<const store::Rollup>> Translated(const std::shared_ptr<const store::Rollup>& own,
                                                                  std::shared_ptr<const store::Rollup>& kept) const
      ABSL_LOCKS_EXCLUDED(mu_);
  absl::Status KeepThoseOf(uint64_t signature, const RegroupedCodes& codes, std::vector<uint32_t>& ordinals) const;

  const std::shared_ptr<const Overlay> overlay_;
  const std::shared_ptr<SplitParts> parts_;
  mutable Mutex mu_;
  mutable bool is_made_ ABSL_GUARDED_BY(mu_) = false;
  mutable std::shared_ptr<const RegroupedCodes> codes_ ABSL_GUARDED_BY(mu_);
  mutable std::shared_ptr<const store::Rollup> rollup_ ABSL_GUARDED_BY(mu_);
  mutable std::shared_ptr<const store::Rollup> signature_rollup_ ABSL_GUARDED_BY(mu_);
  mutable std::shared_ptr<const store::MessageForms> forms_ ABSL_GUARDED_BY(mu_);
};

}  // namespace faultline::query
