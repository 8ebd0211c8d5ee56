#include "query/explain/difference_answer.h"

#include <fmt/format.h>

#include <string>
#include <utility>

#include "base/status_macros.h"
#include "base/timestamp.h"
#include "query/completeness.h"
#include "query/explain/attempts_table.h"
#include "query/explain/difference_question.h"
#include "query/explain/event_sample.h"
#include "query/explain/event_table.h"
#include "query/explain/explainer.h"
#include "query/explain/explanation_answer.h"
#include "query/explain/numeric_fields.h"

namespace faultline::query {
namespace {

using Request = v1::ExplainDifferenceRequest;
using Response = v1::ExplainDifferenceResponse;

// "; the store holds times from … to …", for a window without events.
std::string WhatThereIs(const store::View& view) {
  int64_t first = INT64_MAX, last = INT64_MIN;
  for (const auto& segment : view.segments) {
    if (segment->size() == 0) continue;
    first = std::min(first, segment->min_time_us());
    last = std::max(last, segment->max_time_us());
  }
  if (first > last) return "; the store holds no events";
  return fmt::format("; the store holds events from {} to {}", FormatTime(first), FormatTime(last));
}

absl::Status Explain(const RateTable& table, Comparison comparison, const DifferenceQuestion& question,
                     const QueryControl& control, Response& response) {
  ExplainOptions options;
  options.max_answers = question.limit;
  options.sets = false;
  options.has_baseline = comparison == Comparison::kAttemptsBefore;
  ASSIGN_OR_RETURN(const Explanation explanation, Explain(table, options, control));
  FillExplanation(table, explanation, comparison, response);
  return absl::OkStatus();
}

absl::Status ExplainAttempts(const QueryContext& context, const DifferenceQuestion& question, Response& response) {
  ASSIGN_OR_RETURN(const AttemptsTable counted, CountAttemptsTable(context, question));
  AddScan(counted.scan, *response.mutable_completeness());
  RETURN_IF_ERROR(Explain(counted.table,
                          question.rest_is_baseline ? Comparison::kAttemptsRest : Comparison::kAttemptsBefore, question,
                          context.control, response));
  if (response.totals().failures() == 0) {
    response.add_notes("nothing failed in this window" + WhatThereIs(*context.view));
  }
  if (counted.without_value > 0) {
    response.add_notes(fmt::format("{} failing units do not state all of these dimensions and are not in these rates",
                                   counted.without_value));
  }
  if (counted.without_attempts > 0) {
    response.add_notes(fmt::format("{} failing units have values without any attempts and are not in these rates",
                                   counted.without_attempts));
  }
  if (counted.table.overfull() > 0) {
    response.add_notes(fmt::format("{} combinations have more failing units than attempts and are taken as all failed",
                                   counted.table.overfull()));
  }
  return absl::OkStatus();
}

absl::Status CompareNumbers(const EventSample& target, const EventSample& baseline, Response& response) {
  NumericFields fields;
  RETURN_IF_ERROR(target.Read([&](const store::EventVariables& event) { fields.Add(event, true); }));
  RETURN_IF_ERROR(baseline.Read([&](const store::EventVariables& event) { fields.Add(event, false); }));
  for (v1::NumericDifference& row : fields.Differences()) *response.add_numbers() = std::move(row);
  const auto kept = [](const EventSample& sample) { return static_cast<int64_t>(sample.kept()); };
  if (kept(target) < target.added() || kept(baseline) < baseline.added()) {
    response.add_notes(
        fmt::format("numbers were compared in a sample: {} of {} events of the target, {} of {} of the "
                    "baseline",
                    kept(target), target.added(), kept(baseline), baseline.added()));
  }
  if (fields.full()) {
    response.add_notes(fmt::format("there are more than {} numeric fields; not all were compared", kMaxNumericFields));
  }
  return absl::OkStatus();
}

absl::Status ExplainEvents(const QueryContext& context, const DifferenceQuestion& question, Response& response) {
  if (question.rest_is_baseline && question.filter.matches_everything()) {
    return absl::InvalidArgumentError(
        "baseline_range: without it, a filter or attempts records there is nothing to compare with; give the window "
        "before, or a filter whose events are compared with the rest");
  }
  EventSample target(kNumericSample), baseline(kNumericSample);
  ASSIGN_OR_RETURN(const EventTable counted,
                   CountEventTable(*context.view, question, context.control,
                                   [&](const store::Segment& segment, const auto& of_target, const auto& of_baseline) {
                                     target.Add(segment, of_target);
                                     baseline.Add(segment, of_baseline);
                                     return absl::OkStatus();
                                   }));
  AddScan(counted.scan, *response.mutable_completeness());
  if (counted.left_out > 0) {
    AddPartialReason(fmt::format("{} events beyond {} combinations of values; name fewer dimensions", counted.left_out,
                                 kMaxExplainRows),
                     *response.mutable_completeness());
  }
  response.mutable_totals()->set_measure(Request::MEASURE_EVENTS);
  response.mutable_totals()->set_failures(static_cast<double>(counted.target_events));
  response.mutable_totals()->set_attempts(static_cast<double>(counted.target_events + counted.baseline_events));
  if (counted.target_events == 0 || counted.baseline_events == 0) {
    const bool no_target = counted.target_events == 0;
    response.add_notes(fmt::format("no event fits the {}, so there is nothing to compare{}",
                                   no_target ? "target" : "baseline", WhatThereIs(*context.view)));
    return absl::OkStatus();
  }
  RETURN_IF_ERROR(Explain(counted.table, Comparison::kEvents, question, context.control, response));
  response.mutable_totals()->set_baseline_failures(0);
  response.mutable_totals()->set_baseline_attempts(static_cast<double>(counted.baseline_events));
  return CompareNumbers(target, baseline, response);
}

}  // namespace

absl::Status AnswerDifference(const QueryContext& context, const Request& request, Response& response) {
  ASSIGN_OR_RETURN(const DifferenceQuestion question, CheckDifference(request, context.pseudonyms));
  *response.mutable_completeness() = CompletenessOf(context.view->positions);
  bool by_attempts = question.measure == Request::MEASURE_ATTEMPTS;
  if (question.measure == Request::MEASURE_UNSPECIFIED && question.filter.matches_everything() &&
      question.baseline_filter.matches_everything()) {
    ASSIGN_OR_RETURN(by_attempts, HasAttempts(context, question));
  }
  return by_attempts ? ExplainAttempts(context, question, response) : ExplainEvents(context, question, response);
}

}  // namespace faultline::query
