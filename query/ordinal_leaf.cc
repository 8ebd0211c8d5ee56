// Restrictions that an index answers with the ordinals that fit: ids and whole
// signatures.
#include <algorithm>
#include <utility>

#include "base/status_macros.h"
#include "query/bound_leaf.h"

namespace faultline::query {
namespace {

using store::kChunkEvents;

class OrdinalLeaf : public BoundLeaf {
 public:
  // `ordinals` ascend.
  explicit OrdinalLeaf(std::vector<uint32_t> ordinals) : ordinals_(std::move(ordinals)) {}

  LeafCost cost() const override { return LeafCost::kColumns; }
  Truth OfSegment() const override { return ordinals_.empty() ? kNo : kOpen; }
  Truth OfChunk(uint32_t chunk) const override {
    const auto first = Lower(chunk * kChunkEvents);
    return first == ordinals_.end() || *first >= (chunk + 1) * kChunkEvents ? kNo : kOpen;
  }

  absl::Status Evaluate(uint32_t chunk, const store::Columns&, const std::vector<uint8_t>&,
                        std::vector<Truth>& truth) override {
    std::fill(truth.begin(), truth.end(), kNo);
    const uint32_t start = chunk * kChunkEvents;
    for (auto at = Lower(start); at != ordinals_.end() && *at - start < truth.size(); ++at) truth[*at - start] = kYes;
    return absl::OkStatus();
  }

 private:
  std::vector<uint32_t>::const_iterator Lower(uint32_t ordinal) const {
    return std::lower_bound(ordinals_.begin(), ordinals_.end(), ordinal);
  }

  const std::vector<uint32_t> ordinals_;
};

absl::StatusOr<std::vector<uint32_t>> FindIds(const Restriction& restriction, const store::Segment& segment) {
  const store::IdKind kind = restriction.field.id_kind;
  std::vector<uint32_t> ordinals;
  if (restriction.pattern.IsExact()) {
    for (const std::string& candidate : restriction.id_candidates) {
      ASSIGN_OR_RETURN(const std::vector<uint32_t> found, segment.FindId(kind, candidate));
      ordinals.insert(ordinals.end(), found.begin(), found.end());
    }
    return ordinals;
  }
  const auto visit = [&](std::string_view id, std::span<const uint16_t> carriers) {
    if (restriction.pattern.Matches(id)) ordinals.insert(ordinals.end(), carriers.begin(), carriers.end());
  };
  RETURN_IF_ERROR(segment.ForEachId(kind, visit));
  return ordinals;
}

}  // namespace

absl::StatusOr<std::unique_ptr<BoundLeaf>> BindOrdinalLeaf(const Restriction& restriction,
                                                           const store::Segment& segment) {
  std::vector<uint32_t> ordinals;
  if (restriction.field.kind == FilterField::Kind::kId) {
    ASSIGN_OR_RETURN(ordinals, FindIds(restriction, segment));
  } else {
    ASSIGN_OR_RETURN(ordinals,
                     segment.FindSignature(store::ParseSignature(restriction.pattern.exact_text()).value_or(0)));
  }
  std::sort(ordinals.begin(), ordinals.end());
  ordinals.erase(std::unique(ordinals.begin(), ordinals.end()), ordinals.end());
  return std::make_unique<OrdinalLeaf>(std::move(ordinals));
}

}  // namespace faultline::query
