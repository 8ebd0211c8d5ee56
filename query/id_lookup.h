// The events that carry an id, segment by segment.
#pragma once

#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "base/status_macros.h"
#include "query/query_control.h"
#include "query/query_plan.h"
#include "store/id_index.h"
#include "store/store.h"

namespace faultline::query {

// Calls `visit(segment, ordinals)`, which returns a status, for each segment of `view` that has events with `id`
// (normalised) of `kind`, in order. Errors: `control`'s, the store's and those of `visit`.
template <typename Visit>
absl::Status ForEachHolder(const store::View& view, store::IdKind kind, std::string_view id,
                           const QueryControl& control, Visit visit) {
  const store::IdProbe probe(kind, id);
  const auto look = [&](const store::Segment& segment) -> absl::Status {
    if (!segment.MayHaveId(probe)) return absl::OkStatus();
    RETURN_IF_ERROR(control.Check());
    std::vector<uint32_t> ordinals;
    {
      const QueryPlan::Timer timer(control.plan, QueryPlan::Step::kReadIds);
      ASSIGN_OR_RETURN(ordinals, segment.FindId(kind, id));
    }
    return ordinals.empty() ? absl::OkStatus() : visit(segment, std::move(ordinals));
  };
  RETURN_IF_ERROR(control.Check());
  const size_t indexed = view.id_index == nullptr ? 0 : view.id_index->segments();
  if (indexed > 0) {
    std::vector<uint32_t> candidates;
    {
      const QueryPlan::Timer timer(control.plan, QueryPlan::Step::kAskIdFilters);
      candidates = view.id_index->Candidates(probe);
    }
    for (const uint32_t i : candidates) RETURN_IF_ERROR(look(*view.segments[i]));
  }
  for (size_t i = indexed; i < view.segments.size(); ++i) RETURN_IF_ERROR(look(*view.segments[i]));
  return absl::OkStatus();
}

}  // namespace faultline::query
