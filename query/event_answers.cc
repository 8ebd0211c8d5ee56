#include "query/event_answers.h"

#include <charconv>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "query/completeness.h"
#include "query/count.h"
#include "query/event_proto.h"
#include "query/journey.h"
#include "query/page_token.h"
#include "query/query_plan.h"
#include "query/request_check.h"
#include "query/search.h"

namespace faultline::query {
namespace {

// Adds events until the answer is full; returns how many found room, at least one.
template <typename Response>
absl::StatusOr<size_t> AddEvents(const QueryContext& context, const std::vector<store::OwnedEvent>& events,
                                 v1::EventView view, Response& response) {
  size_t bytes = 0;
  for (size_t i = 0; i < events.size(); ++i) {
    v1::Event event;
    RETURN_IF_ERROR(AddEvent(context.store, events[i], view, event));
    bytes += event.ByteSizeLong() + 8;
    if (bytes > kMaxAnswerBytes && i > 0) return i;
    *response.add_events() = std::move(event);
  }
  return events.size();
}

absl::StatusOr<SearchQuestion> SearchQuestionOf(const QueryContext& context, const v1::SearchEventsRequest& request) {
  SearchQuestion question;
  ASSIGN_OR_RETURN(question.range, CheckRange(request.range()));
  ASSIGN_OR_RETURN(question.filter, CheckFilter("filter", request.filter(), context.pseudonyms));
  ASSIGN_OR_RETURN(question.limit, CheckPageSize("page_size", request.page_size()));
  RETURN_IF_ERROR(CheckView(request.view()));
  question.ascending = request.ascending();
  if (request.page_token().empty()) return question;
  ASSIGN_OR_RETURN(const PageToken token, DecodePageToken(HashRequest(request), request.page_token()));
  question.after = EventPlace{token.first, static_cast<uint64_t>(token.second)};
  return question;
}

v1::TypedId ToTypedId(store::IdKind kind, const std::string& id) {
  v1::TypedId typed;
  typed.set_kind(static_cast<v1::IdKind>(static_cast<int>(kind) + 1));
  typed.set_value(id);
  return typed;
}

absl::StatusOr<JourneyQuestion> JourneyQuestionOf(const v1::GetJourneyRequest& request) {
  JourneyQuestion question;
  question.id = request.id();
  if (!v1::IdKind_IsValid(request.kind())) {
    return absl::InvalidArgumentError(absl::StrCat("kind: has no value ", static_cast<int>(request.kind())));
  }
  if (request.kind() != v1::ID_KIND_UNSPECIFIED) question.kind = static_cast<store::IdKind>(request.kind() - 1);
  ASSIGN_OR_RETURN(question.range, CheckRange(request.range()));
  ASSIGN_OR_RETURN(question.limit, CheckPageSize("page_size", request.page_size(), kMaxPageSize));
  RETURN_IF_ERROR(CheckView(request.view()));
  return question;
}

absl::StatusOr<int64_t> CheckStep(const v1::CountEventsRequest& request) {
  if (!request.has_step()) return 0;
  constexpr int64_t kMaxSeconds = 100LL * 366 * 86'400;
  const auto& step = request.step();
  if (step.nanos() != 0 || step.seconds() < 1 || step.seconds() > kMaxSeconds) {
    return absl::InvalidArgumentError("step: must be whole seconds, at least one and at most a century");
  }
  return step.seconds() * 1'000'000;
}

absl::StatusOr<CountQuestion> CountQuestionOf(const QueryContext& context, const v1::CountEventsRequest& request) {
  CountQuestion question;
  ASSIGN_OR_RETURN(question.range, CheckRange(request.range()));
  ASSIGN_OR_RETURN(question.filter, CheckFilter("filter", request.filter(), context.pseudonyms));
  ASSIGN_OR_RETURN(question.limit, CheckPageSize("limit", request.limit()));
  ASSIGN_OR_RETURN(question.step_us, CheckStep(request));
  if (request.by().empty()) return question;
  auto by = ParseCountField(request.by());
  if (!by.ok()) return absl::InvalidArgumentError(absl::StrCat("by: ", by.status().message()));
  question.by = *by;
  return question;
}

// With the signature that it was made with, whatever people decided since.
store::Event AsRecorded(const store::OwnedEvent& owned) {
  store::Event event = owned.event;
  if (owned.stored_signature != 0) event.signature = owned.stored_signature;
  return event;
}

// The event of that id.
absl::StatusOr<store::OwnedEvent> FindEvent(const QueryContext& context, const std::string& id) {
  uint64_t sequence = 0;
  const auto [end, error] = std::from_chars(id.data(), id.data() + id.size(), sequence);
  if (error != std::errc() || end != id.data() + id.size()) {
    return absl::InvalidArgumentError("id: is no event's id, which is a decimal number");
  }
  const store::Segment* segment = FindSegment(*context.view, sequence);
  if (segment == nullptr) {
    return absl::NotFoundError(absl::StrCat("no event has the id ", sequence, ", or retention dropped it"));
  }
  const auto ordinal = static_cast<uint32_t>(sequence - segment->base_sequence());
  ASSIGN_OR_RETURN(auto events, segment->ReadEvents({&ordinal, 1}));
  if (events.size() != 1) return absl::InternalError("ReadEvents left the event out");
  return std::move(events.front());
}

// A context whose control has a plan, where the request asks for one.
class Explained {
 public:
  Explained(const QueryContext& context, bool explain) : control_(context.control) {
    if (!explain) return;
    plan_.emplace(*context.view);
    control_.plan = &*plan_;
  }
  const QueryControl& control() const { return control_; }
  QueryPlan* plan() const { return control_.plan; }
  // Fills the response's plan when there is one.
  template <typename Response>
  void Finish(const ScanResult& scan, Response& response) const {
    if (plan_) plan_->Fill(scan, control_, *response.mutable_plan());
  }

 private:
  std::optional<QueryPlan> plan_;
  QueryControl control_;
};

}  // namespace

absl::Status AddEvent(const store::Store& store, const store::OwnedEvent& from, v1::EventView view, v1::Event& to) {
  FillEvent(from, view, to);
  if (view != v1::EVENT_VIEW_FULL) return absl::OkStatus();
  ASSIGN_OR_RETURN(*to.mutable_why(), Why(AsRecorded(from), store));
  if (from.stored_signature == 0) return absl::OkStatus();
  absl::StrAppend(to.mutable_why(), "; by decision it counts as ", store::FormatSignature(from.event.signature));
  return absl::OkStatus();
}

absl::Status CheckView(v1::EventView view) {
  if (v1::EventView_IsValid(view)) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat("view: has no value ", static_cast<int>(view)));
}

absl::Status AnswerSearch(const QueryContext& context, const v1::SearchEventsRequest& request,
                          v1::SearchEventsResponse& response) {
  const Explained explained(context, request.explain());
  ASSIGN_OR_RETURN(const SearchQuestion question, SearchQuestionOf(context, request));
  ASSIGN_OR_RETURN(const SearchPage page, Search(*context.view, question, explained.control()));
  std::vector<store::OwnedEvent> events;
  {
    const QueryPlan::Timer timer(explained.plan(), QueryPlan::Step::kReadEvents);
    ASSIGN_OR_RETURN(events, ReadPlaces(*context.view, page.places));
  }
  explained.Finish(page.scan, response);
  ASSIGN_OR_RETURN(const size_t added, AddEvents(context, events, request.view(), response));
  *response.mutable_completeness() = CompletenessOf(*context.view);
  AddScan(page.scan, *response.mutable_completeness());
  if (added == 0 || (!page.more && added == events.size())) return absl::OkStatus();
  const store::OwnedEvent& last = events[added - 1];
  response.set_next_page_token(
      EncodePageToken(HashRequest(request), {last.event.time_us, static_cast<int64_t>(last.sequence)}));
  return absl::OkStatus();
}

absl::Status AnswerGetEvent(const QueryContext& context, const v1::GetEventRequest& request,
                            v1::GetEventResponse& response) {
  ASSIGN_OR_RETURN(const store::OwnedEvent event, FindEvent(context, request.id()));
  return AddEvent(context.store, event, v1::EVENT_VIEW_FULL, *response.mutable_event());
}

absl::Status AnswerExplainEvent(const QueryContext& context, const EventExplainer& explainer,
                                const v1::ExplainEventRequest& request, v1::ExplainEventResponse& response) {
  if (!explainer) return absl::FailedPreconditionError("this server has no rules at hand to explain events by");
  ASSIGN_OR_RETURN(const store::OwnedEvent owned, FindEvent(context, request.id()));
  RETURN_IF_ERROR(AddEvent(context.store, owned, v1::EVENT_VIEW_FULL, *response.mutable_event()));
  std::optional<store::SignatureDefinition> definition;
  const store::Event event = AsRecorded(owned);
  if (event.signature != 0) {
    ASSIGN_OR_RETURN(definition, context.store.base().FindSignature(event.signature));
  }
  return explainer(event, definition ? &*definition : nullptr, response);
}

absl::Status AnswerJourney(const QueryContext& context, const v1::GetJourneyRequest& request,
                           v1::GetJourneyResponse& response) {
  ASSIGN_OR_RETURN(const JourneyQuestion question, JourneyQuestionOf(request));
  const Explained explained(context, request.explain());
  ASSIGN_OR_RETURN(const Journey journey,
                   FindJourney(*context.view, question, context.pseudonyms, explained.control()));
  explained.Finish({}, response);
  ASSIGN_OR_RETURN(const size_t added, AddEvents(context, journey.events, request.view(), response));
  for (const FoundId& found : journey.ids) {
    v1::JourneyId& id = *response.add_ids();
    *id.mutable_id() = ToTypedId(found.kind, found.id);
    id.set_events(found.events);
    id.set_not_identifying(found.not_identifying);
  }
  *response.mutable_completeness() = CompletenessOf(*context.view);
  if (journey.more || added < journey.events.size()) {
    AddPartialReason(absl::StrCat("only the first ", added, " events are given; narrow the time range"),
                     *response.mutable_completeness());
  }
  return absl::OkStatus();
}

absl::Status AnswerCount(const QueryContext& context, const v1::CountEventsRequest& request,
                         v1::CountEventsResponse& response) {
  ASSIGN_OR_RETURN(const CountQuestion question, CountQuestionOf(context, request));
  const Explained explained(context, request.explain());
  ASSIGN_OR_RETURN(const Counts counts, Count(*context.view, question, explained.control()));
  explained.Finish(counts.scan, response);
  for (const CountedValue& row : counts.rows) {
    v1::CountRow& to = *response.add_rows();
    to.set_value(row.value);
    to.set_other(row.other);
    to.set_count(row.count);
    to.mutable_counts()->Add(row.counts.begin(), row.counts.end());
  }
  for (const int64_t start : counts.bucket_starts_us) *response.add_bucket_starts() = ToTimestamp(start);
  response.set_total(counts.total);
  *response.mutable_completeness() = CompletenessOf(*context.view);
  AddScan(counts.scan, *response.mutable_completeness());
  return absl::OkStatus();
}

}  // namespace faultline::query
