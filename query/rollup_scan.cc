#include "query/rollup_scan.h"

#include <algorithm>

#include "base/status_macros.h"
#include "query/filter_node.h"

namespace faultline::query {
namespace {

bool TellsField(const FilterField& field) {
  using Kind = FilterField::Kind;
  return field.kind == Kind::kMessage || field.kind == Kind::kSide || field.kind == Kind::kSeverity ||
         field.kind == Kind::kOutcome ||
         (field.kind == Kind::kDimension && field.dimension == store::Dimension::kService);
}

// Depth is bounded by the parser.
bool TellsNode(const FilterNode& node) {
  if (node.kind == FilterNode::Kind::kRestriction) return TellsField(node.restriction.field);
  return std::all_of(node.children.begin(), node.children.end(),
                     [](const FilterNodePtr& child) { return TellsNode(*child); });
}

// The start of the minute at or after `time_us`, and that at or before it.
int64_t MinuteUp(int64_t time_us) {
  const int64_t rest = (time_us % kRollupMicros + kRollupMicros) % kRollupMicros;
  if (rest == 0) return time_us;
  return time_us > INT64_MAX - kRollupMicros ? INT64_MAX : time_us + kRollupMicros - rest;
}
int64_t MinuteDown(int64_t time_us) {
  const int64_t rest = (time_us % kRollupMicros + kRollupMicros) % kRollupMicros;
  return time_us < INT64_MIN + kRollupMicros ? INT64_MIN : time_us - rest;
}

}  // namespace

bool RollupTells(const Filter& filter, const std::optional<FieldReference>& by) {
  if (by && by->kind == FieldReference::Kind::kDimension && by->dimension != store::Dimension::kService) return false;
  return filter.root() == nullptr || TellsNode(*filter.root());
}

MinuteSplit SplitByMinutes(const store::TimeRange& range) {
  MinuteSplit split;
  split.minutes.start_us = range.start_us == INT64_MIN ? INT64_MIN : MinuteUp(range.start_us);
  split.minutes.end_us = range.end_us == INT64_MAX ? INT64_MAX : MinuteDown(range.end_us);
  if (split.minutes.start_us >= split.minutes.end_us) {
    split.minutes = {0, 0};
    split.edges = {range};
    return split;
  }
  if (range.start_us < split.minutes.start_us) split.edges.push_back({range.start_us, split.minutes.start_us});
  if (split.minutes.end_us < range.end_us) split.edges.push_back({split.minutes.end_us, range.end_us});
  return split;
}

absl::StatusOr<std::vector<uint32_t>> MatchRows(const store::Rollup& rollup, const store::TimeRange& minutes,
                                                BoundFilter& bound) {
  const store::Columns& columns = rollup.columns;
  std::vector<uint8_t> matches;
  RETURN_IF_ERROR(bound.Match(0, columns, matches));
  std::vector<uint32_t> rows;
  rows.reserve(columns.size);
  for (uint32_t i = 0; i < columns.size; ++i) {
    if (matches[i] != 0 && minutes.Contains(columns.time_us[i])) rows.push_back(i);
  }
  return rows;
}

}  // namespace faultline::query
