// Events are counted by dictionary code and bucket, one addition each; codes
// become values once for each segment. Where whole minutes and the fields of a
// rollup are asked for, its rows are added instead, and only the events at both
// ends of the time range are looked at.
//
// Memory is bounded: when there could be more cells than kMaxCells, a first pass
// counts the values alone, and a second one counts over time the few that the
// answer shows.
#include "query/count.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "query/count_tally.h"
#include "query/query_plan.h"
#include "query/rollup_scan.h"
#include "query/segment_scanner.h"
#include "query/value_column.h"

namespace faultline::query {
namespace {

constexpr uint32_t kNoCode = 0;

int64_t FloorTo(int64_t time_us, int64_t step_us) {
  const int64_t rest = time_us % step_us;
  return time_us - (rest < 0 ? rest + step_us : rest);
}

absl::StatusOr<CountBuckets> MakeBuckets(const store::View& view, const CountQuestion& question) {
  if (question.step_us == 0) return CountBuckets{};
  int64_t first = INT64_MAX, last = INT64_MIN;
  for (const auto& segment : view.segments) {
    if (!Overlaps(*segment, question.range)) continue;
    first = std::min(first, segment->min_time_us());
    last = std::max(last, segment->max_time_us());
  }
  if (question.range.start_us != INT64_MIN) first = question.range.start_us;
  if (question.range.end_us != INT64_MAX) last = question.range.end_us - 1;
  CountBuckets buckets{0, question.step_us, 0};
  if (first > last) return buckets;
  buckets.start_us = FloorTo(first, buckets.step_us);
  const int64_t count = (last - buckets.start_us) / buckets.step_us + 1;
  if (count > kMaxBuckets) {
    return absl::InvalidArgumentError(absl::StrCat("step: the range has ", count, " buckets of it, at most ",
                                                   kMaxBuckets, " are given; choose a longer step or a shorter range"));
  }
  buckets.count = static_cast<size_t>(count);
  return buckets;
}

bool Larger(const CountedValue& a, const CountedValue& b) {
  if (a.other != b.other) return b.other;
  return a.count != b.count ? a.count > b.count : a.value < b.value;
}

// The largest `limit` values, and the rest as one.
std::vector<CountedValue> Top(std::vector<CountedValue> values, size_t limit) {
  std::erase_if(values, [](const CountedValue& value) { return value.count == 0; });
  std::sort(values.begin(), values.end(), Larger);
  if (values.size() <= limit || (values.size() == limit + 1 && values.back().other)) return values;
  CountedValue rest{"", true, 0, std::vector<int64_t>(values.front().counts.size())};
  for (size_t i = limit; i < values.size(); ++i) {
    rest.count += values[i].count;
    for (size_t b = 0; b < rest.counts.size(); ++b) rest.counts[b] += values[i].counts[b];
  }
  values.resize(limit);
  values.push_back(std::move(rest));
  return values;
}

// Adds the events, or rows, `hits` of `columns`.
template <typename Weight>
void AddHits(const std::optional<FieldReference>& by, const store::Columns& columns, std::span<const uint32_t> hits,
             const std::vector<size_t>& slots, const Weight& weight, CountTally& tally) {
  if (by) {
    WithCodes(*by, columns, [&](const auto& codes) { tally.Add(columns.time_us, codes, hits, slots, weight); });
  } else {
    const std::vector<uint8_t> one_code(columns.size, kNoCode);
    tally.Add(columns.time_us, one_code, hits, slots, weight);
  }
}

// Where the counters of each of the field's codes in `segment` begin.
absl::StatusOr<std::vector<size_t>> SlotsOf(const store::Segment& segment, const CountQuestion& question,
                                            CountTally& tally) {
  std::vector<size_t> slots;
  if (question.by && question.by->kind == FieldReference::Kind::kSignature) {
    ASSIGN_OR_RETURN(const auto signatures, segment.signatures());
    slots.reserve(signatures->size());
    for (const uint64_t signature : *signatures) slots.push_back(tally.SlotOfSignature(signature));
    return slots;
  }
  std::vector<std::string> values = {""};
  if (question.by) {
    ASSIGN_OR_RETURN(values, ValuesOf(*question.by, segment));
  }
  slots.reserve(values.size());
  for (const std::string& value : values) slots.push_back(tally.SlotOf(value));
  return slots;
}

// `noted` gets what became of the segment; null where that is known already.
absl::Status CountEvents(const store::Segment& segment, const store::TimeRange& range, const CountQuestion& question,
                         const QueryControl& control, QueryPlan* noted, CountTally& tally, ScanResult& scan) {
  const uint32_t column_set = question.by ? ColumnsOf(*question.by) : 0;
  ASSIGN_OR_RETURN(SegmentScanner scanner, SegmentScanner::Open(segment, question.filter, column_set, control.plan));
  NoteSegment(noted, scanner.MayMatch() ? QueryPlan::Segment::kRead : QueryPlan::Segment::kSkippedByFilter);
  if (!scanner.MayMatch()) return absl::OkStatus();
  ASSIGN_OR_RETURN(const std::vector<size_t> slots, SlotsOf(segment, question, tally));
  for (uint32_t chunk = 0; chunk < scanner.chunk_count() && !scan.budget_exceeded; ++chunk) {
    ASSIGN_OR_RETURN(const auto hits, scanner.ScanChunk(chunk, range, control, scan));
    AddHits(
        question.by, scanner.columns(), hits, slots, [](uint32_t) { return 1; }, tally);
  }
  return absl::OkStatus();
}

absl::Status CountRows(const store::Segment& segment, const store::Rollup& rollup, const store::TimeRange& minutes,
                       const CountQuestion& question, BoundFilter& bound, QueryPlan* plan, CountTally& tally,
                       ScanResult& scan) {
  const QueryPlan::Timer timer(plan, QueryPlan::Step::kReadRollups);
  scan.events_looked_at += rollup.columns.size;
  ASSIGN_OR_RETURN(const std::vector<uint32_t> rows, MatchRows(rollup, minutes, bound));
  ASSIGN_OR_RETURN(const std::vector<size_t> slots, SlotsOf(segment, question, tally));
  AddHits(
      question.by, rollup.columns, rows, slots, [&](uint32_t row) { return rollup.counts[row]; }, tally);
  return absl::OkStatus();
}

// The smallest rollup of `segment` that tells what is asked of its events in `minutes`.
absl::StatusOr<std::shared_ptr<const store::Rollup>> RollupFor(const store::Segment& segment,
                                                               const store::TimeRange& minutes,
                                                               const CountQuestion& question,
                                                               const BoundFilter& bound) {
  const bool by_signature = question.by && question.by->kind == FieldReference::Kind::kSignature;
  if (!by_signature && (bound.columns() & store::kSignatureColumn) == 0) return segment.minute_rollup();
  const bool whole = minutes.Contains(segment.min_time_us()) && minutes.Contains(segment.max_time_us());
  return whole && question.step_us == 0 ? segment.signature_rollup() : segment.rollup();
}

// By the rows of its rollup, and by the events of the minutes that `range` cuts.
absl::Status CountByRollup(const store::Segment& segment, const store::Rollup& rollup, const MinuteSplit& split,
                           const CountQuestion& question, const QueryControl& control, BoundFilter& bound,
                           CountTally& tally, ScanResult& scan) {
  if (Overlaps(segment, split.minutes)) {
    RETURN_IF_ERROR(CountRows(segment, rollup, split.minutes, question, bound, control.plan, tally, scan));
  }
  bool read = false;
  for (const store::TimeRange& edge : split.edges) {
    if (!Overlaps(segment, edge)) continue;
    RETURN_IF_ERROR(CountEvents(segment, edge, question, control, nullptr, tally, scan));
    read = true;
  }
  NoteSegment(control.plan, read ? QueryPlan::Segment::kRead : QueryPlan::Segment::kFromRollup);
  return absl::OkStatus();
}

absl::Status CountSegment(const store::Segment& segment, const CountQuestion& question, const QueryControl& control,
                          CountTally& tally, ScanResult& scan) {
  const bool whole_minutes = question.step_us % kRollupMicros == 0;
  if (!whole_minutes || !RollupTells(question.filter, question.by)) {
    return CountEvents(segment, question.range, question, control, control.plan, tally, scan);
  }
  const MinuteSplit split = SplitByMinutes(question.range);
  std::unique_ptr<BoundFilter> bound;
  std::shared_ptr<const store::Rollup> rollup;
  {
    const QueryPlan::Timer timer(control.plan, QueryPlan::Step::kBindFilter);
    ASSIGN_OR_RETURN(bound, question.filter.Bind(segment));
  }
  if (!bound->MayMatch()) {
    NoteSegment(control.plan, QueryPlan::Segment::kSkippedByFilter);
    return absl::OkStatus();
  }
  if (bound->ReadsColumnsOnly()) {
    const QueryPlan::Timer timer(control.plan, QueryPlan::Step::kReadRollups);
    ASSIGN_OR_RETURN(rollup, RollupFor(segment, split.minutes, question, *bound));
  }
  if (rollup != nullptr) return CountByRollup(segment, *rollup, split, question, control, *bound, tally, scan);
  return CountEvents(segment, question.range, question, control, control.plan, tally, scan);
}

absl::Status CountAll(const store::View& view, const CountQuestion& question, const QueryControl& control,
                      CountTally& tally, ScanResult& scan) {
  for (const auto& segment : view.segments) {
    RETURN_IF_ERROR(control.Check());
    if (!Overlaps(*segment, question.range)) {
      NoteSegment(control.plan, QueryPlan::Segment::kSkippedByTime);
      continue;
    }
    RETURN_IF_ERROR(CountSegment(*segment, question, control, tally, scan));
    if (scan.budget_exceeded) break;
  }
  return absl::OkStatus();
}

// At least as many as the answer has values.
absl::StatusOr<size_t> BoundValues(const store::View& view, const CountQuestion& question) {
  if (!question.by) return 1;
  size_t bound = 0;
  for (const auto& segment : view.segments) {
    if (!Overlaps(*segment, question.range)) continue;
    ASSIGN_OR_RETURN(const size_t values, CountValues(*question.by, *segment));
    bound += values;
  }
  return bound;
}

}  // namespace

absl::StatusOr<Counts> Count(const store::View& view, const CountQuestion& question, const QueryControl& control) {
  Counts counts;
  ASSIGN_OR_RETURN(const CountBuckets buckets, MakeBuckets(view, question));
  if (buckets.count == 0) return counts;
  const size_t limit = std::min(question.limit, std::max<size_t>(1, kMaxCells / buckets.count));
  CountTally tally(buckets);
  ASSIGN_OR_RETURN(const size_t values, BoundValues(view, question));
  if (values > kMaxCells / buckets.count) {
    CountTally totals(CountBuckets{});
    ScanResult first_pass;
    QueryControl unrecorded = control;  // the second pass visits the same segments again
    unrecorded.plan = nullptr;
    RETURN_IF_ERROR(CountAll(view, question, unrecorded, totals, first_pass));
    for (const CountedValue& row : Top(totals.Values(), limit)) {
      if (!row.other) tally.SlotOf(row.value);
    }
    tally.Close();
  }
  RETURN_IF_ERROR(CountAll(view, question, control, tally, counts.scan));
  counts.rows = Top(tally.Values(), limit);
  for (const CountedValue& row : counts.rows) counts.total += row.count;
  if (buckets.step_us == 0) return counts;
  for (size_t i = 0; i < buckets.count; ++i) {
    counts.bucket_starts_us.push_back(buckets.start_us + static_cast<int64_t>(i) * buckets.step_us);
  }
  return counts;
}

}  // namespace faultline::query
