#include "query/signature_answers.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "base/timestamp.h"
#include "query/completeness.h"
#include "query/decisions/decision_answers.h"
#include "query/event_proto.h"
#include "query/page_token.h"
#include "query/request_check.h"
#include "query/settled_time.h"

namespace faultline::query {
namespace {

constexpr size_t kMaxAnswers = 8;
constexpr size_t kMaxCacheBytes = 64 << 20;
constexpr int64_t kHourMicros = 3'600'000'000;

// How far the index is: changes with every event, attempts record, dropped segment and decision.
int64_t SnapshotOf(const store::View& view) {
  uint64_t snapshot = view.next_sequence * 31 + static_cast<uint64_t>(view.last_decision);
  for (const auto& segment : view.segments) {
    snapshot = snapshot * 31 + segment->base_sequence() + segment->size();
  }
  for (const store::StreamPosition& position : view.positions) {
    snapshot = snapshot * 31 + static_cast<uint64_t>(position.consumed);
  }
  return static_cast<int64_t>(snapshot);
}

// Where a page starts, and in which answer.
struct PageStart {
  AnswerKey key;
  size_t index = 0;
  bool continued = false;
};

template <typename Request>
absl::StatusOr<PageStart> PageStartOf(const QueryContext& context, const Request& request) {
  PageStart start{{HashRequest(request), SnapshotOf(*context.view)}};
  if (request.page_token().empty()) return start;
  ASSIGN_OR_RETURN(const PageToken token, DecodePageToken(start.key.request_hash, request.page_token()));
  start.key.snapshot = token.first;
  start.index = static_cast<size_t>(token.second);
  start.continued = true;
  return start;
}

// The answer that `start` belongs to: a kept one, else `compute`d anew.
template <typename Answer, typename Compute>
absl::StatusOr<std::shared_ptr<const Answer>> FindOrCompute(const QueryContext& context, AnswerCache<Answer>& cache,
                                                            const Compute& compute, PageStart& start, bool& moved) {
  if (auto kept = cache.Find(start.key)) return kept;
  const int64_t snapshot = SnapshotOf(*context.view);
  moved = start.continued && snapshot != start.key.snapshot;
  start.key.snapshot = snapshot;
  absl::StatusOr<Answer> computed = compute();
  if (!computed.ok()) return computed.status();
  auto answer = std::make_shared<const Answer>(*std::move(computed));
  cache.Insert(start.key, answer);
  return answer;
}

// Copies a page of `rows` and returns the index behind it.
template <typename Row>
size_t CopyPage(const google::protobuf::RepeatedPtrField<Row>& rows, size_t index, size_t page_size, size_t bytes,
                google::protobuf::RepeatedPtrField<Row>& page) {
  const auto end = std::min(static_cast<size_t>(rows.size()), index + std::min(page_size, SIZE_MAX - index));
  for (; index < end; ++index) {
    const Row& row = rows[static_cast<int>(index)];
    bytes += row.ByteSizeLong() + 8;
    if (bytes > kMaxAnswerBytes && !page.empty()) break;
    *page.Add() = row;
  }
  return index;
}

template <typename Response>
void FinishPage(const QueryContext& context, const PageStart& start, size_t end, int rows, bool moved,
                Response& response) {
  const std::string reason = response.completeness().partial_reason();
  const bool partial = response.completeness().partial();
  *response.mutable_completeness() = CompletenessOf(*context.view);
  if (partial) AddPartialReason(reason, *response.mutable_completeness());
  if (moved) {
    AddPartialReason("the index has grown since the page before, rows may be missing or repeated; ask for larger pages",
                     *response.mutable_completeness());
  }
  if (end >= static_cast<size_t>(rows)) return;
  response.set_next_page_token(
      EncodePageToken(start.key.request_hash, {start.key.snapshot, static_cast<int64_t>(end)}));
}

// Fills Completeness.revised. `answer` is the whole of it, `range` what it was asked for.
template <typename Request, typename Answer>
void NoteRevision(const Request& request, const store::TimeRange& range, const Answer& answer, RevisionLog& log,
                  v1::Completeness& completeness) {
  Answer content = answer;
  content.clear_completeness();
  const auto complete_us = FromTimestamp(completeness.complete_up_to());
  const bool settled = completeness.has_complete_up_to() && complete_us.ok() && *complete_us >= range.end_us;
  completeness.set_revised(
      log.Add({HashRequest(request), HashRequest(content), completeness.revision(), settled, NowMicros()}));
}

// What people decided about a signature, on the row that tells of it.
absl::Status AddDecisions(const QueryContext& context, int64_t now_us, v1::Signature& row) {
  const Overlay& overlay = *context.overlay;
  const uint64_t signature = store::ParseSignature(row.signature()).value_or(0);
  for (const uint64_t member : overlay.MembersOf(signature)) row.add_members(store::FormatSignature(member));
  if (const auto part = context.store.FindPart(signature)) row.set_split_from(store::FormatSignature(part->from));
  const Overlay::Shown* const shown = overlay.ShownAs(signature);
  if (shown == nullptr) return absl::OkStatus();
  row.set_muted(overlay.IsMuted(signature, now_us));
  if (shown->resolved_us != 0) {
    *row.mutable_resolved_time() = ToTimestamp(shown->resolved_us);
    row.set_reopened(row.lines() > 0 && FromTimestamp(row.last_time()).value_or(0) > shown->resolved_us);
  }
  if (shown->name.empty()) return absl::OkStatus();
  ASSIGN_OR_RETURN(const auto unnamed, context.store.FindUnnamed(signature));
  if (unnamed) row.set_template_(unnamed->title);
  return absl::OkStatus();
}

// The latest first.
void AddDecisionsAbout(const std::vector<std::string>& signatures, const Overlay& overlay,
                       google::protobuf::RepeatedPtrField<v1::Decision>& to) {
  for (auto decision = overlay.decisions().rbegin(); decision != overlay.decisions().rend(); ++decision) {
    const auto is_about = [&](const std::string& one) { return IsAbout(*decision, one, overlay); };
    if (std::any_of(signatures.begin(), signatures.end(), is_about)) *to.Add() = *decision;
  }
}

absl::StatusOr<store::Side> CheckSide(const std::string& side) {
  if (side.empty() || side == store::SideName(store::Side::kClient)) return store::Side::kClient;
  if (side == store::SideName(store::Side::kServer)) return store::Side::kServer;
  return absl::InvalidArgumentError("side: is not CLIENT or SERVER");
}

// What is known of a signature that does not occur in the window.
v1::Signature ToSignature(const store::SignatureDefinition& definition) {
  v1::Signature signature;
  signature.set_signature(store::FormatSignature(definition.signature));
  signature.set_side(std::string(store::SideName(definition.side)));
  signature.set_title(definition.title);
  signature.set_origin(definition.origin);
  signature.set_rule(definition.rule);
  return signature;
}

}  // namespace

SignatureAnswers::SignatureAnswers(std::unique_ptr<Correlator> correlator)
    : correlator_(std::move(correlator)),
      lists_(kMaxAnswers, kMaxCacheBytes),
      correlations_(kMaxAnswers, kMaxCacheBytes) {}

// With what was decided about each. A mute that ends shows with the next change of the index at the latest.
absl::StatusOr<v1::ListSignaturesResponse> SignatureAnswers::ListShown(const QueryContext& context,
                                                                       const store::TimeRange& range,
                                                                       const Filter& filter, bool include_muted) {
  ASSIGN_OR_RETURN(v1::ListSignaturesResponse list, correlator_->ListSignatures(range, filter, context.control));
  if (context.overlay->last_decision() == 0) return list;
  google::protobuf::RepeatedPtrField<v1::Signature> kept;
  for (v1::Signature& row : *list.mutable_signatures()) {
    RETURN_IF_ERROR(AddDecisions(context, NowMicros(), row));
    if (row.muted() && !include_muted) {
      list.set_muted(list.muted() + 1);
    } else {
      *kept.Add() = std::move(row);
    }
  }
  list.mutable_signatures()->Swap(&kept);
  list.set_total_size(list.total_size() - list.muted());
  return list;
}

absl::Status SignatureAnswers::List(const QueryContext& context, const v1::ListSignaturesRequest& request,
                                    v1::ListSignaturesResponse& response) {
  ASSIGN_OR_RETURN(const store::TimeRange range, CheckRange(request.range()));
  ASSIGN_OR_RETURN(const Filter filter, CheckFilter("filter", request.filter(), context.pseudonyms));
  ASSIGN_OR_RETURN(const size_t page_size, CheckPageSize("page_size", request.page_size()));
  ASSIGN_OR_RETURN(PageStart start, PageStartOf(context, request));
  bool moved = false;
  const auto compute = [&] { return ListShown(context, range, filter, request.include_muted()); };
  ASSIGN_OR_RETURN(const auto answer, FindOrCompute(context, lists_, compute, start, moved));
  response.set_total_size(answer->total_size());
  response.set_muted(answer->muted());
  *response.mutable_completeness() = answer->completeness();
  const size_t end =
      CopyPage(answer->signatures(), start.index, page_size, response.ByteSizeLong(), *response.mutable_signatures());
  FinishPage(context, start, end, answer->signatures_size(), moved, response);
  return absl::OkStatus();
}

absl::Status SignatureAnswers::Get(const QueryContext& context, const v1::GetSignatureRequest& request,
                                   v1::GetSignatureResponse& response) {
  ASSIGN_OR_RETURN(const uint64_t signature, CheckSignature("signature", request.signature()));
  ASSIGN_OR_RETURN(const store::TimeRange range, CheckRange(request.range()));
  ASSIGN_OR_RETURN(const Filter filter, Filter::Parse(absl::StrCat("signature = ", request.signature()), nullptr));
  PageStart start{{HashRequest(request), SnapshotOf(*context.view)}};
  bool moved = false;
  const auto compute = [&] { return ListShown(context, range, filter, /*include_muted=*/true); };
  ASSIGN_OR_RETURN(const auto answer, FindOrCompute(context, lists_, compute, start, moved));
  // A signature that was merged is shown as what it counts as.
  const uint64_t now = context.overlay->RootOf(signature);
  ASSIGN_OR_RETURN(const auto definition, context.store.FindSignature(now));
  if (definition) {
    response.mutable_parts()->Add(definition->parts.begin(), definition->parts.end());
    response.set_why(Why(*definition));
  }
  const std::string name = store::FormatSignature(now);
  const auto& rows = answer->signatures();
  const auto row =
      std::find_if(rows.begin(), rows.end(), [&name](const auto& each) { return each.signature() == name; });
  if (row != rows.end()) {
    *response.mutable_signature() = *row;
  } else if (definition) {
    *response.mutable_signature() = ToSignature(*definition);
    RETURN_IF_ERROR(AddDecisions(context, NowMicros(), *response.mutable_signature()));
  } else {
    return absl::NotFoundError(absl::StrCat("the store has never seen the signature ", request.signature()));
  }
  std::vector<std::string> about(response.signature().members().begin(), response.signature().members().end());
  about.push_back(name);
  AddDecisionsAbout(about, *context.overlay, *response.mutable_decisions());
  return absl::OkStatus();
}

absl::Status SignatureAnswers::Correlate(const QueryContext& context, const v1::CorrelateRequest& request,
                                         v1::CorrelateResponse& response) {
  Correlator::Question question;
  ASSIGN_OR_RETURN(question.range, CheckRange(request.range()));
  ASSIGN_OR_RETURN(question.client_filter, CheckFilter("client_filter", request.client_filter(), context.pseudonyms));
  ASSIGN_OR_RETURN(question.server_filter, CheckFilter("server_filter", request.server_filter(), context.pseudonyms));
  ASSIGN_OR_RETURN(const size_t page_size, CheckPageSize("page_size", request.page_size()));
  question.all_pairs = request.all_pairs();
  ASSIGN_OR_RETURN(PageStart start, PageStartOf(context, request));
  bool moved = false;
  const auto compute = [&] { return correlator_->Correlate(question, context.control); };
  ASSIGN_OR_RETURN(const auto answer, FindOrCompute(context, correlations_, compute, start, moved));
  *response.mutable_totals() = answer->totals();
  *response.mutable_not_identifying() = answer->not_identifying();
  *response.mutable_notes() = answer->notes();
  *response.mutable_completeness() = answer->completeness();
  const size_t end =
      CopyPage(answer->pairs(), start.index, page_size, response.ByteSizeLong(), *response.mutable_pairs());
  FinishPage(context, start, end, answer->pairs_size(), moved, response);
  NoteRevision(request, question.range, *answer, revisions_, *response.mutable_completeness());
  return absl::OkStatus();
}

absl::Status SignatureAnswers::Contradict(const QueryContext& context, const v1::GetContradictionsRequest& request,
                                          v1::GetContradictionsResponse& response) {
  Correlator::ContradictionQuestion question;
  ASSIGN_OR_RETURN(question.range, CheckRange(request.range()));
  ASSIGN_OR_RETURN(question.client_filter, CheckFilter("client_filter", request.client_filter(), context.pseudonyms));
  ASSIGN_OR_RETURN(question.server_filter, CheckFilter("server_filter", request.server_filter(), context.pseudonyms));
  ASSIGN_OR_RETURN(question.limit, CheckPageSize("limit", request.limit()));
  ASSIGN_OR_RETURN(response, correlator_->Contradict(question, context.control));
  NoteRevision(request, question.range, response, revisions_, *response.mutable_completeness());
  return absl::OkStatus();
}

absl::Status SignatureAnswers::Cover(const QueryContext& context, const std::map<std::string, int64_t>& lag,
                                     const v1::GetCoverageRequest& request, v1::GetCoverageResponse& response) {
  Correlator::CoverageQuestion question;
  ASSIGN_OR_RETURN(question.range, CheckRange(request.range()));
  ASSIGN_OR_RETURN(question.filter, CheckFilter("filter", request.filter(), context.pseudonyms));
  ASSIGN_OR_RETURN(question.side, CheckSide(request.side()));
  const int64_t now_us = NowMicros();
  question.read_us = ReadUpTo(context.view->positions, lag, now_us);
  const int64_t retention_hours = context.store.options().retention_hours;
  if (retention_hours > 0) question.kept_from_us = now_us - retention_hours * kHourMicros;
  ASSIGN_OR_RETURN(response, correlator_->Cover(question, context.control));
  v1::GetCoverageResponse timeless = response;
  timeless.clear_settled_up_to();  // moves on with the clock
  NoteRevision(request, question.range, timeless, revisions_, *response.mutable_completeness());
  return absl::OkStatus();
}

}  // namespace faultline::query
