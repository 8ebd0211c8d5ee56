#include "query/query_plan.h"

#include <algorithm>
#include <string_view>
#include <utility>

namespace faultline::query {
namespace {

namespace v1 = faultline::v1;

std::string_view NameOf(QueryPlan::Step step) {
  using Step = QueryPlan::Step;
  switch (step) {
    case Step::kBindFilter:
      return "bind the filter";
    case Step::kReadRollups:
      return "read rollups";
    case Step::kReadColumns:
      return "read columns";
    case Step::kMatchFilter:
      return "match the filter";
    case Step::kAskIdFilters:
      return "ask id filters";
    case Step::kReadIds:
      return "read ids";
    case Step::kReadEvents:
      return "read events";
    case Step::kCorrectClocks:
      return "correct clocks";
  }
  return "other";
}

void SetDuration(std::chrono::steady_clock::duration from, google::protobuf::Duration& to) {
  const int64_t nanos = std::chrono::duration_cast<std::chrono::nanoseconds>(from).count();
  to.set_seconds(nanos / 1'000'000'000);
  to.set_nanos(static_cast<int32_t>(nanos % 1'000'000'000));
}

void FillReads(const store::ReadTrace& trace, v1::QueryPlan& to) {
  std::vector<std::pair<store::ReadCounts, store::Part>> reads;
  for (size_t part = 1; part < store::ReadTrace::kParts; ++part) {
    const auto& counts = trace.of(static_cast<store::Part>(part));
    if (counts.reads > 0) reads.emplace_back(counts, static_cast<store::Part>(part));
  }
  std::stable_sort(reads.begin(), reads.end(),
                   [](const auto& a, const auto& b) { return a.first.bytes > b.first.bytes; });
  for (const auto& [counts, part] : reads) {
    v1::PlanRead& read = *to.add_reads();
    read.set_part(std::string(store::PartName(part)));
    read.set_reads(counts.reads);
    read.set_bytes(counts.bytes);
  }
}

}  // namespace

void QueryPlan::Timer::Start() {
  StepCounts& counts = plan_->steps_[static_cast<size_t>(step_)];
  if (counts.calls++ == 0) plan_->order_.push_back(step_);
  first_bytes_ = plan_->trace_.total().bytes;
  start_ = Clock::now();
}

void QueryPlan::Timer::Stop() {
  StepCounts& counts = plan_->steps_[static_cast<size_t>(step_)];
  counts.elapsed += Clock::now() - start_;
  counts.bytes += plan_->trace_.total().bytes - first_bytes_;
}

void QueryPlan::Fill(const ScanResult& scan, const QueryControl& control, v1::QueryPlan& to) const {
  const auto count = [this](Segment outcome) { return outcomes_[static_cast<size_t>(outcome)]; };
  to.set_segments(segments_);
  to.set_segments_skipped_by_time(count(Segment::kSkippedByTime));
  to.set_segments_skipped_by_filter(count(Segment::kSkippedByFilter));
  to.set_segments_from_rollups(count(Segment::kFromRollup));
  to.set_segments_read(count(Segment::kRead));
  int64_t left = segments_;
  for (const int64_t some : outcomes_) left -= some;
  to.set_segments_not_reached(left);
  to.set_chunks_read(chunks_read_);
  to.set_chunks_skipped(chunks_skipped_);
  to.set_events_looked_at(scan.events_looked_at);
  to.set_scan_budget(control.scan_budget_events);
  to.set_budget_exceeded(scan.budget_exceeded);
  FillReads(trace_, to);
  to.set_uncached_bytes(trace_.uncached_bytes());
  to.set_cached_blocks(trace_.cache_hits());
  for (const Step step : order_) {
    const StepCounts& counts = steps_[static_cast<size_t>(step)];
    v1::PlanStep& row = *to.add_steps();
    row.set_name(std::string(NameOf(step)));
    row.set_calls(counts.calls);
    SetDuration(counts.elapsed, *row.mutable_elapsed());
    row.set_bytes(counts.bytes);
  }
  SetDuration(Clock::now() - start_, *to.mutable_elapsed());
}

}  // namespace faultline::query
