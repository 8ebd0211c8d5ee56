#include "query/suspects/suspects_answer.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "base/status_macros.h"
#include "base/timestamp.h"
#include "query/completeness.h"
#include "query/correlation_answer.h"
#include "query/event_proto.h"
#include "query/minute.h"
#include "query/pair_text.h"
#include "query/request_check.h"
#include "query/suspects/activity.h"
#include "query/suspects/suspect_ranking.h"

namespace faultline::query {
namespace {

constexpr int64_t kDayMicros = 1'440 * kMinuteMicros;
constexpr int64_t kDefaultBaseline = 60 * kMinuteMicros, kDefaultGap = 5 * kMinuteMicros;
constexpr int32_t kDefaultSuspects = 10;
constexpr size_t kMaxSuspects = 100, kMaxEvidence = 8;

struct Question {
  store::TimeRange range, baseline;
  size_t limit = 0;
};

absl::Status CheckWindow(const char* field, const store::TimeRange& range) {
  if (range.start_us == INT64_MIN || range.end_us == INT64_MAX) {
    return absl::InvalidArgumentError(fmt::format("{}: needs a start and an end", field));
  }
  if (range.end_us <= range.start_us) return absl::InvalidArgumentError(fmt::format("{}: is empty", field));
  if (range.end_us - range.start_us > kDayMicros) {
    return absl::InvalidArgumentError(fmt::format("{}: is longer than a day", field));
  }
  return absl::OkStatus();
}

absl::StatusOr<Question> CheckQuestion(const v1::RankSuspectsRequest& request) {
  Question question;
  ASSIGN_OR_RETURN(question.range, CheckRange(request.range()));
  RETURN_IF_ERROR(CheckWindow("range", question.range));
  question.baseline = {question.range.start_us - kDefaultGap - kDefaultBaseline, question.range.start_us - kDefaultGap};
  if (request.has_baseline_range()) {
    const absl::StatusOr<store::TimeRange> range = CheckRange(request.baseline_range());
    if (!range.ok()) return absl::InvalidArgumentError("baseline_" + std::string(range.status().message()));
    question.baseline = *range;
    RETURN_IF_ERROR(CheckWindow("baseline_range", question.baseline));
  }
  if (question.range.start_us < question.baseline.end_us && question.baseline.start_us < question.range.end_us) {
    return absl::InvalidArgumentError("baseline_range: overlaps the range; what is well cannot be failing as well");
  }
  ASSIGN_OR_RETURN(question.limit, CheckPageSize("limit", request.limit(), kDefaultSuspects));
  question.limit = std::min(question.limit, kMaxSuspects);
  return question;
}

std::string Times(double observed, double expected) {
  return expected > 0 ? fmt::format("{}x", ShortNumber(observed / expected)) : std::string("new");
}

std::string InWords(const SuspectEvidence& evidence, const NameCodes& services, const NameCodes& operations,
                    const std::string& title) {
  const std::string numbers =
      fmt::format("{}, expected {}", ShortNumber(evidence.observed), ShortNumber(evidence.expected));
  const std::string times = Times(evidence.observed, evidence.expected);
  switch (evidence.kind) {
    case SuspectEvidence::Kind::kSlower:
      return fmt::format("{} takes {} ms by itself, expected {} ms: {}", operations.name(evidence.operation),
                         ShortNumber(evidence.observed), ShortNumber(evidence.expected), times);
    case SuspectEvidence::Kind::kSlowerCalls:
      return fmt::format("calls between it and {} ({}) take {} ms on the way, expected {} ms: {}",
                         services.name(evidence.other), operations.name(evidence.operation),
                         ShortNumber(evidence.observed), ShortNumber(evidence.expected), times);
    case SuspectEvidence::Kind::kErrors:
      return fmt::format("failures: {} ({}): {}", numbers, times, title);
    case SuspectEvidence::Kind::kSilent:
      return fmt::format("lines went silent: {}: {}", numbers, title);
    case SuspectEvidence::Kind::kMoreLines:
      return fmt::format("more lines: {} ({}): {}", numbers, times, title);
  }
  return "";
}

absl::Status AddSuspect(const RankedService& ranked, const NameCodes& services, const NameCodes& operations,
                        DefinitionReader& definitions, v1::RankSuspectsResponse& response) {
  v1::Suspect& row = *response.add_suspects();
  row.set_rank(response.suspects_size());
  row.set_service(services.name(ranked.service));
  row.set_score(ranked.score);
  for (const SuspectEvidence& evidence : ranked.evidence) {
    if (static_cast<size_t>(row.evidence_size()) == kMaxEvidence) break;
    v1::SuspectEvidence& to = *row.add_evidence();
    to.set_kind(static_cast<v1::SuspectEvidence::Kind>(evidence.kind));
    to.set_observed(evidence.observed);
    to.set_expected(evidence.expected);
    to.set_score(evidence.score);
    std::string title;
    if (evidence.kind <= SuspectEvidence::Kind::kSlowerCalls) {
      to.set_operation(operations.name(evidence.operation));
    } else {
      if (evidence.signature != 0) to.set_signature(store::FormatSignature(evidence.signature));
      ASSIGN_OR_RETURN(const store::SignatureDefinition definition, definitions.Find(evidence.signature));
      title = definition.title;
    }
    to.set_summary(InWords(evidence, services, operations, title));
  }
  row.set_summary(row.evidence(0).summary());
  return absl::OkStatus();
}

void AddNotes(const Activity& target, const Activity& baseline, v1::RankSuspectsResponse& response) {
  if (target.events == 0) response.add_notes("the range holds no events, so nothing can be ranked");
  if (baseline.events == 0) {
    response.add_notes("the baseline holds no events; give a --baseline when all was well (baseline_range)");
  }
  if (target.spans.empty() != baseline.spans.empty()) {
    response.add_notes("only one of the two windows holds spans, so durations are not compared");
  }
  if (target.sampled || baseline.sampled) {
    response.add_notes(
        fmt::format("a window holds more than {} spans; only some traces were compared", kMaxWindowSpans));
  }
}

}  // namespace

absl::Status AnswerSuspects(const QueryContext& context, const v1::RankSuspectsRequest& request,
                            v1::RankSuspectsResponse& response) {
  ASSIGN_OR_RETURN(const Question question, CheckQuestion(request));
  *response.mutable_completeness() = CompletenessOf(context.view->positions);
  NameCodes services, operations;
  ASSIGN_OR_RETURN(const Activity target,
                   ReadActivity(*context.view, question.range, services, operations, context.control));
  ASSIGN_OR_RETURN(const Activity baseline,
                   ReadActivity(*context.view, question.baseline, services, operations, context.control));
  AddScan(target.scan, *response.mutable_completeness());
  AddScan(baseline.scan, *response.mutable_completeness());
  response.set_events(target.events);
  response.set_spans(static_cast<int64_t>(target.spans.size()));
  response.set_baseline_events(baseline.events);
  response.set_baseline_spans(static_cast<int64_t>(baseline.spans.size()));
  *response.mutable_baseline_range()->mutable_start() = ToTimestamp(question.baseline.start_us);
  *response.mutable_baseline_range()->mutable_end() = ToTimestamp(question.baseline.end_us);
  AddNotes(target, baseline, response);
  if (target.events == 0 || baseline.events == 0) return absl::OkStatus();
  const WindowLengths lengths{static_cast<double>(question.range.end_us - question.range.start_us),
                              static_cast<double>(question.baseline.end_us - question.baseline.start_us)};
  DefinitionReader definitions(context.store);
  for (const RankedService& ranked : RankServices(target, baseline, lengths)) {
    if (static_cast<size_t>(response.suspects_size()) == question.limit) break;
    RETURN_IF_ERROR(AddSuspect(ranked, services, operations, definitions, response));
  }
  return absl::OkStatus();
}

}  // namespace faultline::query
