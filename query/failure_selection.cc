#include "query/failure_selection.h"

#include <algorithm>
#include <set>
#include <tuple>
#include <utility>

#include "base/status_macros.h"
#include "query/filter_node.h"

namespace faultline::query {
namespace {

// The signature when the filter asks for that one and nothing else: then the
// graph knows the events, and nothing has to be read.
std::optional<uint64_t> OnlySignature(const Filter& filter) {
  const FilterNode* root = filter.root();
  if (root == nullptr || root->kind != FilterNode::Kind::kRestriction) return std::nullopt;
  const Restriction& restriction = root->restriction;
  if (restriction.field.kind != FilterField::Kind::kSignature || restriction.comparator != Comparator::kEqual) {
    return std::nullopt;
  }
  return store::ParseSignature(restriction.value);
}

// What `signature` became by decisions, beside itself.
absl::StatusOr<std::set<uint64_t>> NowOf(uint64_t signature, const store::View& view) {
  std::set<uint64_t> now = {signature};
  if (view.last_regrouping == 0) return now;
  for (const auto& segment : view.segments) {
    ASSIGN_OR_RETURN(const auto former, segment->former_signatures());
    if (former.empty()) continue;
    ASSIGN_OR_RETURN(const auto signatures, segment->signatures());
    for (const store::FormerSignature& one : former) {
      if (one.signature == signature) now.insert((*signatures)[one.code]);
    }
  }
  return now;
}

}  // namespace

absl::StatusOr<FailureSelection> FailureSelection::Make(const UnitGraph& graph, const store::View& view,
                                                        std::optional<store::Side> side, const store::TimeRange& range,
                                                        const Filter& filter, const QueryControl& control,
                                                        ScanResult& scan) {
  FailureSelection selection;
  selection.graph_ = &graph;
  selection.range_ = range;
  const std::optional<uint64_t> only = OnlySignature(filter);
  std::set<uint64_t> those;
  if (only) {
    ASSIGN_OR_RETURN(those, NowOf(*only, view));
  }
  for (const GraphSignature& signature : graph.signatures()) {
    selection.wanted_.push_back((!side || signature.side == *side) && (!only || those.contains(signature.signature)));
  }
  if (filter.matches_everything() || only) {
    selection.SelectPostings();
    return selection;
  }
  std::vector<uint32_t> events;
  const auto visit = [&](const store::Segment& segment, const store::Columns& columns, std::span<const uint32_t> hits) {
    for (const uint32_t hit : hits) {
      const auto event = graph.EventAt(segment.base_sequence() + columns.first_ordinal + hit);
      if (event && selection.Contains(*event)) events.push_back(*event);
    }
    return true;
  };
  RETURN_IF_ERROR(Scan(view, range, filter, 0, /*latest_first=*/false, control, visit, scan));
  selection.SelectMarked(std::move(events));
  return selection;
}

size_t FailureSelection::SettledFrom(const Group& group) const {
  if (!marks_.empty()) return group.events.size();
  const auto is_before = [this](uint32_t event, int64_t start_us) {
    return graph_->time_us(event) - RepeatAge::MaxMicros(kShortAge) < start_us;
  };
  const auto from = std::lower_bound(group.events.begin(), group.events.end(), range_.start_us, is_before);
  return static_cast<size_t>(from - group.events.begin());
}

// Of the unit's failures with its signature, the very first aside, which is not one of them.
bool FailureSelection::IsFirstSelected(uint32_t event, UnitMarks& marks) const {
  if (marks.Add(graph_->UnitOf(event), 1) != 0) return false;
  const auto first = graph_->FirstAlike(event, Alike::kSignature);
  return !first || !Contains(*first);
}

void FailureSelection::SelectPostings() {
  for (uint32_t signature = 0; signature < wanted_.size(); ++signature) {
    if (!wanted_[signature]) continue;
    const Failures failures = graph_->FailuresOf(signature, range_);
    if (failures.events.empty()) continue;
    groups_.push_back({signature, failures.events, failures.facts, failures.blocks, failures.before_blocks});
  }
}

void FailureSelection::SelectMarked(std::vector<uint32_t> events) {
  const UnitGraph& graph = *graph_;
  std::sort(events.begin(), events.end(), [&graph](uint32_t a, uint32_t b) {
    return std::tuple(graph.signature(a), graph.time_us(a), a) < std::tuple(graph.signature(b), graph.time_us(b), b);
  });
  filtered_ = std::move(events);
  for (const uint32_t event : filtered_) filtered_facts_.push_back(graph.facts(event));
  marks_.resize(graph.size() / 64 + 1);
  for (size_t begin = 0; begin < filtered_.size();) {
    const uint32_t signature = graph.signature(filtered_[begin]);
    size_t end = begin;
    for (; end < filtered_.size() && graph.signature(filtered_[end]) == signature; ++end) {
      marks_[filtered_[end] / 64] |= uint64_t{1} << filtered_[end] % 64;
    }
    groups_.push_back({signature, std::span(filtered_).subspan(begin, end - begin),
                       std::span(filtered_facts_).subspan(begin, end - begin)});
    begin = end;
  }
}

}  // namespace faultline::query
