#include "query/decisions/overlaid_store.h"

#include <map>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "query/decisions/overlaid_segment.h"

namespace faultline::query {
namespace {

// A part of a part of ...: nobody goes further.
constexpr int kMaxDepth = 16;

}  // namespace

std::shared_ptr<const store::View> OverlaidStore::view() const {
  const std::shared_ptr<const store::View> of = base_.view();
  const std::shared_ptr<const Overlay> by = log_.overlay();
  if (by->last_decision() == 0) return of;
  const MutexLock lock(mu_);
  if (of == of_ && by == by_) return view_;
  auto view = std::make_shared<store::View>(*of);
  view->last_decision = by->last_decision();
  view->last_regrouping = by->last_regrouping();
  if (by->Regroups()) {
    // What was worked out for a segment stays good while the overlay does.
    std::map<const store::Segment*, std::shared_ptr<const store::Segment>> known;
    if (by == by_) {
      for (size_t i = 0; i < of_->segments.size(); ++i) known.emplace(of_->segments[i].get(), view_->segments[i]);
    }
    for (auto& segment : view->segments) {
      const auto found = known.find(segment.get());
      segment = found != known.end() ? found->second : std::make_shared<OverlaidSegment>(segment, by, parts_);
    }
  }
  of_ = of;
  by_ = by;
  view_ = std::move(view);
  return view_;
}

absl::StatusOr<std::optional<store::SignatureDefinition>> OverlaidStore::FindSignature(uint64_t signature) const {
  ASSIGN_OR_RETURN(auto definition, FindUnnamed(signature));
  const std::shared_ptr<const Overlay> overlay = log_.overlay();
  const Overlay::Shown* const shown = overlay->ShownAs(signature);
  if (definition && shown != nullptr && !shown->name.empty()) definition->title = shown->name;
  return definition;
}

absl::StatusOr<std::optional<store::SignatureDefinition>> OverlaidStore::FindUnnamed(uint64_t signature) const {
  return FindUnnamed(signature, 0);
}

absl::StatusOr<std::optional<store::SignatureDefinition>> OverlaidStore::FindUnnamed(uint64_t signature,
                                                                                     int depth) const {
  ASSIGN_OR_RETURN(auto definition, base_.FindSignature(signature));
  if (definition) return definition;
  const auto part = parts_->Find(signature);
  if (!part || depth == kMaxDepth) return definition;
  ASSIGN_OR_RETURN(definition, FindUnnamed(part->from, depth + 1));
  if (!definition) return definition;
  const std::string what = absl::StrCat(std::string(store::DimensionName(part->dimension)), " = ", part->value);
  definition->signature = signature;
  definition->origin = "split";
  absl::StrAppend(&definition->title, " [", what, "]");
  definition->parts = {absl::StrCat("split from ", store::FormatSignature(part->from)), what};
  return definition;
}

}  // namespace faultline::query
