#include "query/tail_answer.h"

#include <thread>
#include <utility>

#include "base/status_macros.h"
#include "query/completeness.h"
#include "query/event_answers.h"
#include "query/event_proto.h"
#include "query/page_token.h"
#include "query/request_check.h"
#include "query/tail.h"

namespace faultline::query {
namespace {

namespace v1 = faultline::v1;

// A token belongs to its filter, not to how much of the past came first.
uint64_t HashOf(const v1::TailEventsRequest& request) {
  v1::TailEventsRequest question;
  question.set_filter(request.filter());
  return HashRequest(question);
}

absl::StatusOr<uint64_t> FirstSequence(const TailContext& context, const v1::TailEventsRequest& request,
                                       const Filter& filter) {
  if (request.backlog() < 0 || request.backlog() > kMaxPageSize) {
    return absl::InvalidArgumentError("backlog: must be between 0 and 1000");
  }
  const auto view = context.store.view();
  if (request.resume_token().empty()) {
    return StartOfLatest(*view, filter, static_cast<size_t>(request.backlog()), context.control);
  }
  if (request.backlog() != 0) return absl::InvalidArgumentError("backlog: not together with resume_token");
  const absl::StatusOr<PageToken> token = DecodePageToken(HashOf(request), request.resume_token());
  if (!token.ok()) {
    return absl::InvalidArgumentError("resume_token: is damaged, or of a tail with another filter; begin without it");
  }
  return static_cast<uint64_t>(token->first);
}

// One message from what a look found.
absl::StatusOr<v1::TailEventsResponse> Message(const TailContext& context, const v1::TailEventsRequest& request,
                                               const store::View& view, const Tail& tail, const TailBatch& batch) {
  v1::TailEventsResponse message;
  for (const store::OwnedEvent& event : batch.events) {
    RETURN_IF_ERROR(AddEvent(context.store, event, request.view(), *message.add_events()));
  }
  message.set_skipped(batch.skipped);
  message.set_resume_token(EncodePageToken(HashOf(request), {static_cast<int64_t>(tail.next_sequence()), 0}));
  *message.mutable_completeness() = CompletenessOf(view.positions);
  return message;
}

}  // namespace

absl::Status AnswerTail(const TailContext& context, const v1::TailEventsRequest& request) {
  using Clock = std::chrono::steady_clock;
  RETURN_IF_ERROR(CheckView(request.view()));
  ASSIGN_OR_RETURN(Filter filter, CheckFilter("filter", request.filter(), context.pseudonyms));
  RETURN_IF_ERROR(context.refresh());
  ASSIGN_OR_RETURN(const uint64_t first, FirstSequence(context, request, filter));
  Tail tail(std::move(filter), first);
  Clock::time_point last_message;  // so that the first comes at once
  while (!context.control.cancelled()) {
    RETURN_IF_ERROR(context.refresh());
    const auto view = context.store.view();
    absl::StatusOr<TailBatch> batch = tail.Look(*view, context.control);
    if (absl::IsCancelled(batch.status())) break;
    RETURN_IF_ERROR(batch.status());
    const bool found = !batch->events.empty() || batch->skipped > 0;
    if (found || Clock::now() - last_message >= kTailSignOfLifeInterval) {
      ASSIGN_OR_RETURN(const v1::TailEventsResponse message, Message(context, request, *view, tail, *batch));
      if (!context.write(message)) break;
      last_message = Clock::now();
    }
    // A store tells nobody of new events, so that writing costs the same with followers as without.
    if (!batch->more) std::this_thread::sleep_for(kTailLookInterval);
  }
  return absl::OkStatus();
}

}  // namespace faultline::query
