#include "query/decisions/template_match.h"

#include <set>

#include "base/status_macros.h"

namespace faultline::query {

absl::StatusOr<TemplateMatch> TemplateMatch::Of(const QueryContext& context, const OverlaidStore& store) {
  // As recorded: a signature that was merged is still one that a decision may mean.
  const auto view = store.base().view();
  std::set<uint64_t> signatures;
  for (const auto& segment : view->segments) {
    RETURN_IF_ERROR(context.control.Check());
    ASSIGN_OR_RETURN(const auto of_segment, segment->signatures());
    signatures.insert(of_segment->begin(), of_segment->end());
  }
  TemplateMatch match;
  for (const uint64_t signature : signatures) {
    ASSIGN_OR_RETURN(const auto definition, store.base().FindSignature(signature));
    if (definition) match.by_template_[definition->title].push_back(signature);
  }
  return match;
}

absl::StatusOr<int> TemplateMatch::Replace(const OverlaidStore& store, v1::Decision& decision) const {
  int count = 0;
  const auto replace = [&](std::string& text) -> absl::Status {
    const auto signature = store::ParseSignature(text);
    const auto kept = decision.templates().find(text);
    if (!signature || kept == decision.templates().end()) return absl::OkStatus();
    ASSIGN_OR_RETURN(const auto definition, store.base().FindSignature(*signature));
    if (definition) return absl::OkStatus();
    const auto found = by_template_.find(kept->second);
    if (found == by_template_.end() || found->second.size() != 1) return absl::OkStatus();
    text = store::FormatSignature(found->second.front());
    ++count;
    return absl::OkStatus();
  };
  RETURN_IF_ERROR(replace(*decision.mutable_signature()));
  for (std::string& other : *decision.mutable_others()) RETURN_IF_ERROR(replace(other));
  return count;
}

}  // namespace faultline::query
