#include "query/decisions/overlaid_segment.h"

#include <algorithm>
#include <utility>

#include "base/status_macros.h"

namespace faultline::query {

using store::kChunkEvents;

OverlaidSegment::OverlaidSegment(std::shared_ptr<const store::Segment> segment, std::shared_ptr<const Overlay> overlay,
                                 std::shared_ptr<SplitParts> parts)
    : ForwardingSegment(std::move(segment)), overlay_(std::move(overlay)), parts_(std::move(parts)) {}

absl::StatusOr<std::shared_ptr<const RegroupedCodes>> OverlaidSegment::Codes() const {
  const MutexLock lock(mu_);
  if (!is_made_) {
    ASSIGN_OR_RETURN(codes_, RegroupedCodes::Make(segment(), *overlay_, *parts_));
    is_made_ = true;
  }
  return codes_;
}

absl::StatusOr<std::shared_ptr<const std::vector<uint64_t>>> OverlaidSegment::signatures() const {
  ASSIGN_OR_RETURN(const auto codes, Codes());
  if (codes == nullptr) return segment().signatures();
  return codes->signatures();
}

absl::Status OverlaidSegment::ReadColumns(uint32_t chunk, uint32_t column_set, store::Columns& columns) const {
  if ((column_set & store::kSignatureColumn) == 0) return segment().ReadColumns(chunk, column_set, columns);
  ASSIGN_OR_RETURN(const auto codes, Codes());
  if (codes == nullptr) return segment().ReadColumns(chunk, column_set, columns);
  RETURN_IF_ERROR(segment().ReadColumns(chunk, column_set | codes->columns(), columns));
  return codes->Translate(columns);
}

absl::Status OverlaidSegment::ReadRows(uint32_t chunk, std::span<const uint32_t> indexes, uint32_t column_set,
                                       store::Columns& rows) const {
  if ((column_set & store::kSignatureColumn) == 0) return segment().ReadRows(chunk, indexes, column_set, rows);
  return Segment::ReadRows(chunk, indexes, column_set, rows);
}

absl::StatusOr<std::shared_ptr<const store::Rollup>> OverlaidSegment::Translated(
    const std::shared_ptr<const store::Rollup>& own, std::shared_ptr<const store::Rollup>& kept) const {
  ASSIGN_OR_RETURN(const auto codes, Codes());
  if (codes == nullptr || own == nullptr) return own;
  // Its rows know the service and no other dimension.
  if ((codes->columns() & ~store::DimensionColumn(store::Dimension::kService)) != 0) return nullptr;
  const MutexLock lock(mu_);
  if (kept == nullptr) {
    auto translated = std::make_shared<store::Rollup>(*own);
    RETURN_IF_ERROR(codes->Translate(translated->columns));
    kept = std::move(translated);
  }
  return kept;
}

absl::StatusOr<std::shared_ptr<const store::Rollup>> OverlaidSegment::rollup() const {
  ASSIGN_OR_RETURN(const auto own, segment().rollup());
  return Translated(own, rollup_);
}

absl::StatusOr<std::shared_ptr<const store::Rollup>> OverlaidSegment::signature_rollup() const {
  ASSIGN_OR_RETURN(const auto own, segment().signature_rollup());
  return Translated(own, signature_rollup_);
}

absl::StatusOr<std::shared_ptr<const store::MessageForms>> OverlaidSegment::message_forms() const {
  ASSIGN_OR_RETURN(const auto codes, Codes());
  ASSIGN_OR_RETURN(const auto own, segment().message_forms());
  if (codes == nullptr || own == nullptr) return own;
  const MutexLock lock(mu_);
  if (forms_ == nullptr) forms_ = std::make_shared<const store::MessageForms>(codes->Translate(*own));
  return forms_;
}

absl::StatusOr<std::vector<store::OwnedEvent>> OverlaidSegment::ReadEvents(std::span<const uint32_t> ordinals) const {
  ASSIGN_OR_RETURN(std::vector<store::OwnedEvent> events, segment().ReadEvents(ordinals));
  for (store::OwnedEvent& owned : events) {
    store::Event& event = owned.event;
    if (event.signature == 0) continue;
    const uint64_t now = overlay_->CountsAs(
        event.signature, [&event](store::Dimension dimension) { return event.dimension(dimension); },
        [this](const Overlay::Step& step) { parts_->Add(step); });
    if (now == event.signature) continue;
    owned.stored_signature = std::exchange(event.signature, now);
  }
  return events;
}

absl::StatusOr<std::vector<uint32_t>> OverlaidSegment::FindSignature(uint64_t signature) const {
  ASSIGN_OR_RETURN(const auto codes, Codes());
  if (codes == nullptr) return segment().FindSignature(signature);
  bool some = false;
  std::vector<uint32_t> ordinals;
  for (const uint64_t stored : codes->StoredOf(signature, some)) {
    ASSIGN_OR_RETURN(const std::vector<uint32_t> found, segment().FindSignature(stored));
    ordinals.insert(ordinals.end(), found.begin(), found.end());
  }
  std::sort(ordinals.begin(), ordinals.end());
  if (some) RETURN_IF_ERROR(KeepThoseOf(signature, *codes, ordinals));
  return ordinals;
}

absl::Status OverlaidSegment::KeepThoseOf(uint64_t signature, const RegroupedCodes& codes,
                                          std::vector<uint32_t>& ordinals) const {
  const std::vector<uint16_t> wanted = codes.CodesOf(signature);
  store::Columns columns;
  std::vector<uint32_t> kept;
  for (size_t i = 0; i < ordinals.size();) {
    const uint32_t chunk = ordinals[i] / kChunkEvents;
    RETURN_IF_ERROR(ReadColumns(chunk, store::kSignatureColumn, columns));
    for (; i < ordinals.size() && ordinals[i] / kChunkEvents == chunk; ++i) {
      const uint16_t code = columns.signature[ordinals[i] - columns.first_ordinal];
      if (std::binary_search(wanted.begin(), wanted.end(), code)) kept.push_back(ordinals[i]);
    }
  }
  ordinals = std::move(kept);
  return absl::OkStatus();
}

absl::StatusOr<std::vector<store::FormerSignature>> OverlaidSegment::former_signatures() const {
  ASSIGN_OR_RETURN(const auto codes, Codes());
  if (codes == nullptr) return std::vector<store::FormerSignature>();
  return codes->former();
}

}  // namespace faultline::query
