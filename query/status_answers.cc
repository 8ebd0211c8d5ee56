#include "query/status_answers.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "base/build_version.h"
#include "base/status_macros.h"
#include "base/timestamp.h"
#include "query/completeness.h"
#include "query/detect/store_detector.h"
#include "query/event_proto.h"
#include "query/page_token.h"
#include "query/request_check.h"
#include "store/disk_limit.h"
#include "store/keys.h"

namespace faultline::query {
namespace {

// In one call: a full page and one more, and not all of a store for a reason that few have.
constexpr size_t kLettersLookedAt = 1'001;

void FillDeadLetter(const store::StoredDeadLetter& from, v1::DeadLetter& to) {
  to.set_number(static_cast<int64_t>(from.number));
  to.set_reason(from.letter.reason);
  to.set_detail(from.letter.detail);
  to.set_stream(from.stream);
  to.set_label(from.label);
  to.set_offset(from.offset);
  to.set_bytes(from.letter.bytes);
  to.set_original_size_bytes(from.letter.original_size_bytes);
  if (from.letter.time_us != 0) *to.mutable_time() = ToTimestamp(from.letter.time_us);
  to.set_partly_taken(from.letter.partly_taken);
  to.set_damaged(from.letter.damaged);
  if (from.replayed_us != 0) *to.mutable_replayed_time() = ToTimestamp(from.replayed_us);
}

bool IsWanted(const v1::ListDeadLettersRequest& request, const store::StoredDeadLetter& letter) {
  if (request.waiting_only() && letter.replayed_us != 0) return false;
  return request.reason().empty() || letter.letter.reason == request.reason();
}

absl::Status FillStore(const QueryContext& context, v1::StoreStatus& to) {
  ASSIGN_OR_RETURN(const store::Store::Size size, context.store.MeasureSize());
  to.set_disk_bytes(size.disk_bytes);
  to.set_format_version(store::kFormatVersion);
  int64_t first = INT64_MAX, last = INT64_MIN, events = 0, segments = 0;
  for (const auto& segment : context.view->segments) {
    if (segment->size() == 0) continue;
    ++segments;
    events += segment->size();
    first = std::min(first, segment->min_time_us());
    last = std::max(last, segment->max_time_us());
  }
  to.set_events(events);
  to.set_segments(segments);
  if (events == 0) return absl::OkStatus();
  *to.mutable_first_time() = ToTimestamp(first);
  *to.mutable_last_time() = ToTimestamp(last);
  return absl::OkStatus();
}

void AddToTotals(const v1::StreamStatus& stream, v1::StreamStatus& totals) {
  totals.set_consumed(totals.consumed() + stream.consumed() - stream.replayed());
  totals.set_stored(totals.stored() + stream.stored());
  totals.set_attempts(totals.attempts() + stream.attempts());
  totals.set_dead_letters(totals.dead_letters() + stream.dead_letters() - stream.replayed());
  totals.set_replayed(totals.replayed() + stream.replayed());
  totals.set_repeats(totals.repeats() + stream.repeats());
  // Known only when every part is.
  totals.set_lag(totals.lag() < 0 || stream.lag() < 0 ? -1 : totals.lag() + stream.lag());
}

void AddBudget(const char* name, int64_t used, int64_t limit, const char* unit, const char* beyond,
               v1::GetStatusResponse& response) {
  if (limit <= 0) return;
  v1::Budget& budget = *response.add_budgets();
  budget.set_name(name);
  budget.set_used(used);
  budget.set_limit(limit);
  budget.set_unit(unit);
  budget.set_beyond(beyond);
}

// What is known of signatures and of the dimension that is closest to its limit, and what came beyond.
absl::Status AddOthers(const QueryContext& context, v1::GetStatusResponse& response) {
  ASSIGN_OR_RETURN(const std::vector<store::OtherValues> others, context.store.ReadOther());
  const store::OtherValues* fullest = nullptr;
  for (const store::OtherValues& other : others) {
    if (other.what == "signature") {
      AddBudget("signatures", other.known, other.limit, "signatures", "later ones count as one for all others",
                response);
    } else if (fullest == nullptr || other.known * fullest->limit > fullest->known * other.limit) {
      fullest = &other;
    }
    if (other.events == 0) continue;
    v1::OtherValues& to = *response.add_others();
    to.set_what(other.what);
    to.set_limit(other.limit);
    to.set_known(other.known);
    to.set_events(other.events);
    to.set_distinct_estimate(std::llround(other.distinct.Estimate()));
  }
  if (fullest != nullptr) {
    AddBudget(("values of " + fullest->what).c_str(), fullest->known, fullest->limit, "values",
              "later ones count as (other)", response);
  }
  return absl::OkStatus();
}

absl::Status AddMemory(const QueryContext& context, v1::GetStatusResponse& response) {
  ASSIGN_OR_RETURN(const store::Store::Size size, context.store.MeasureSize());
  const store::StoreOptions& options = context.store.options();
  AddBudget("block cache", size.block_cache_bytes, size.block_cache_limit_bytes, "bytes",
            "what was read longest ago goes", response);
  AddBudget("id filters", size.filter_bytes, options.filter_bytes, "bytes",
            "nothing is left out: shorten retention, or give more memory", response);
  return absl::OkStatus();
}

void AddBudgets(const QueryContext& context, const RuntimeStatus& runtime, const BudgetUse& use,
                v1::GetStatusResponse& response) {
  const store::StoreOptions& options = context.store.options();
  const int64_t disk_limit = options.in_memory ? 0 : store::DiskLimit(options).value_or(0);
  AddBudget("disk", response.store().disk_bytes(), disk_limit, "bytes",
            "writing stops, and what was read waits in its source", response);
  AddBudget("graph", use.graph_events, use.max_graph_events, "events",
            "pairs and coverage are of a window, and partial where that is larger", response);
  AddBudget("series", use.series, static_cast<int64_t>(kMaxWatched), "series", "those that come later are not watched",
            response);
  AddBudget("queries", use.queries, use.max_queries, "calls", "a call waits a moment, then is told to come back",
            response);
  AddBudget("followers", use.followers, use.max_followers, "calls", "TailEvents is refused", response);
  for (const RuntimeStatus::Memory& memory : runtime.memory) {
    AddBudget(memory.name.c_str(), memory.bytes, memory.limit_bytes, "bytes", memory.beyond.c_str(), response);
  }
}

}  // namespace

absl::Status AnswerDeadLetters(const QueryContext& context, const v1::ListDeadLettersRequest& request,
                               v1::ListDeadLettersResponse& response) {
  ASSIGN_OR_RETURN(const size_t page_size, CheckPageSize("page_size", request.page_size()));
  if (request.first_number() < 0) return absl::InvalidArgumentError("first_number: must not be negative");
  uint64_t after = request.first_number() == 0 ? 0 : static_cast<uint64_t>(request.first_number()) - 1;
  if (!request.page_token().empty()) {
    ASSIGN_OR_RETURN(const PageToken token, DecodePageToken(HashRequest(request), request.page_token()));
    after = static_cast<uint64_t>(token.first);
  }
  ASSIGN_OR_RETURN(const auto letters, context.store.ReadDeadLetters(after, kLettersLookedAt));
  size_t bytes = 0;
  for (const store::StoredDeadLetter& letter : letters) {
    if (IsWanted(request, letter)) {
      const auto added = static_cast<size_t>(response.dead_letters_size());
      bytes += letter.letter.bytes.size() + letter.letter.detail.size() + 512;
      if (added == page_size || (bytes > kMaxAnswerBytes && added > 0)) break;
      FillDeadLetter(letter, *response.add_dead_letters());
    }
    after = letter.number;
  }
  if (letters.size() == kLettersLookedAt || (!letters.empty() && after != letters.back().number)) {
    response.set_next_page_token(EncodePageToken(HashRequest(request), {static_cast<int64_t>(after), 0}));
  }
  return absl::OkStatus();
}

absl::Status AnswerStatus(const QueryContext& context, const RuntimeStatus& runtime, const BudgetUse& budgets,
                          v1::GetStatusResponse& response) {
  response.set_version(std::string(Version()));
  response.set_build_commit(std::string(BuildCommit()));
  response.set_build_details(std::string(BuildDetails()));
  response.set_role(runtime.role);
  if (runtime.start_time_us != 0) *response.mutable_start_time() = ToTimestamp(runtime.start_time_us);
  *response.mutable_answer_time() = ToTimestamp(NowMicros());
  response.set_rules(runtime.rules);
  response.mutable_rule_errors()->Add(runtime.rule_errors.begin(), runtime.rule_errors.end());
  RETURN_IF_ERROR(FillStore(context, *response.mutable_store()));
  std::vector<store::StreamPosition> positions = context.store.Positions();
  std::sort(positions.begin(), positions.end(), [](const auto& a, const auto& b) { return a.stream < b.stream; });
  v1::StreamStatus& totals = *response.mutable_totals();
  for (const store::StreamPosition& position : positions) {
    const auto lag = runtime.lag.find(position.stream);
    *response.add_streams() = ToStreamStatus(position, lag == runtime.lag.end() ? -1 : lag->second);
    AddToTotals(response.streams(response.streams_size() - 1), totals);
  }
  *response.mutable_completeness() = CompletenessOf(positions);
  AddBudgets(context, runtime, budgets, response);
  RETURN_IF_ERROR(AddMemory(context, response));
  RETURN_IF_ERROR(AddOthers(context, response));
  for (const RuntimeStatus::Stage& stage : runtime.stages) {
    v1::Stage& to = *response.add_stages();
    to.set_name(stage.name);
    to.set_what(stage.what);
    to.set_seconds(static_cast<double>(stage.working_us) / 1e6);
  }
  return absl::OkStatus();
}

}  // namespace faultline::query
