#include "query/detect/findings_answer.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "base/text.h"
#include "base/timestamp.h"
#include "query/completeness.h"
#include "query/detect/finding_text.h"
#include "query/did_you_mean.h"
#include "query/event_proto.h"
#include "query/minute.h"
#include "query/page_token.h"
#include "query/request_check.h"
#include "query/settled_time.h"

namespace faultline::query {
namespace {

// Around a finding: what goes with it is looked for from a little before to a while after.
constexpr int64_t kBeforeMicros = 5 * kMinuteMicros, kLongestMicros = 60 * kMinuteMicros;
constexpr std::array kKinds = {FindingKind::kSpike, FindingKind::kNew, FindingKind::kSilence, FindingKind::kRegression,
                               FindingKind::kRate};

// What a request asks for.
struct Selection {
  store::TimeRange range;
  std::vector<FindingKind> kinds;  // empty: all
  uint64_t signature = 0;          // 0: all
  bool open_only = false;
  const Overlay* muting = nullptr;  // null: those of muted signatures, too
  int64_t now_us = 0;

  bool IsMuted(const WatchedKey& key) const {
    if (muting == nullptr) return false;
    return muting->IsMuted(key.signature, now_us) || muting->IsMuted(key.server, now_us);
  }
  bool Takes(const StoredFinding& stored) const {
    const SeriesFinding& finding = stored.finding;
    if (open_only && finding.end_us != 0) return false;
    if (!kinds.empty() && std::find(kinds.begin(), kinds.end(), finding.kind) == kinds.end()) return false;
    if (signature != 0 && stored.key.signature != signature && stored.key.server != signature) return false;
    const bool began = finding.start_us < range.end_us;
    const bool ended = finding.end_us != 0 && std::max(finding.end_us, finding.found_us) <= range.start_us;
    return began && !ended;
  }
};

absl::StatusOr<FindingKind> CheckKind(const std::string& text) {
  std::vector<std::string_view> names;
  for (const FindingKind kind : kKinds) {
    if (text == FindingKindName(kind)) return kind;
    names.emplace_back(FindingKindName(kind));
  }
  return absl::InvalidArgumentError(fmt::format("kinds: there is no \"{}\"{}; there are {}", TerminalLine(text),
                                                DidYouMean(text, names), fmt::join(names, ", ")));
}

absl::StatusOr<Selection> CheckSelection(const v1::ListFindingsRequest& request) {
  Selection selection;
  ASSIGN_OR_RETURN(selection.range, CheckRange(request.range()));
  for (const std::string& kind : request.kinds()) {
    ASSIGN_OR_RETURN(selection.kinds.emplace_back(), CheckKind(kind));
  }
  if (!request.signature().empty()) {
    const auto signature = store::ParseSignature(request.signature());
    if (!signature) {
      return absl::InvalidArgumentError(absl::StrCat("signature: \"", TerminalLine(request.signature()),
                                                     "\" is no signature; write v1: and 16 hex digits"));
    }
    selection.signature = *signature;
  }
  selection.open_only = request.open_only();
  return selection;
}

void AddNotes(const StoreDetector::Figures& figures, v1::ListFindingsResponse& response) {
  if (figures.is_waiting) {
    response.add_notes(fmt::format("old records are coming in; they are looked at once none came for {} seconds",
                                   kQuietMicros / 1'000'000));
  } else if (figures.up_to_us == 0) {
    response.add_notes("no minute of the store is complete yet, so nothing was looked at");
  }
  if (figures.up_to_us != 0 && static_cast<double>(figures.minutes) <= kWarmUpBuckets) {
    response.add_notes(fmt::format("the store is {} minutes long; the first {} are learned from alone", figures.minutes,
                                   kWarmUpBuckets));
  }
  if (figures.is_behind) {
    AddPartialReason(fmt::format("the replay has come to {}; ask again to go on", FormatTime(figures.up_to_us)),
                     *response.mutable_completeness());
  }
  if (figures.left_out) {
    response.add_notes(fmt::format("there are more than {} series; those that came last are not watched", kMaxWatched));
  }
  if (figures.replay_cut) {
    response.add_notes(fmt::format("only the last {} days were replayed", kMaxReplayMinutes / 1440));
  }
  if (figures.overfull > 0) {
    response.add_notes(
        fmt::format("in {} minutes a dimension's value has fewer attempts than failures; they are taken as all failed",
                    figures.overfull));
  }
  if (figures.partial) AddPartialReason("the replay met the scan budget", *response.mutable_completeness());
}

// Whether `finding` comes behind the last one of the page before.
bool IsBehind(const StoredFinding& finding, const PageToken& token) {
  if (finding.finding.found_us != token.first) return finding.finding.found_us < token.first;
  return static_cast<int64_t>(finding.number) > token.second;
}

}  // namespace

absl::Status FindingsAnswers::List(const QueryContext& context, const std::map<std::string, int64_t>& lag,
                                   bool may_grow, const v1::ListFindingsRequest& request,
                                   v1::ListFindingsResponse& response) {
  ASSIGN_OR_RETURN(Selection selection, CheckSelection(request));
  ASSIGN_OR_RETURN(const size_t page_size, CheckPageSize("page_size", request.page_size()));
  const uint64_t hash = HashRequest(request);
  PageToken token{INT64_MAX, 0};
  if (!request.page_token().empty()) {
    ASSIGN_OR_RETURN(token, DecodePageToken(hash, request.page_token()));
  }
  const int64_t now_us = NowMicros();
  selection.now_us = now_us;
  if (selection.signature != 0) selection.signature = context.overlay->RootOf(selection.signature);
  if (!request.include_muted()) selection.muting = context.overlay.get();
  RETURN_IF_ERROR(detector_.Advance(
      {context.store, *context.view, correlator_, ReadUpTo(context.view->positions, lag, now_us), now_us, may_grow},
      context.control));
  *response.mutable_completeness() = CompletenessOf(*context.view);
  int other_sides = 0, muted = 0;
  const StoredFinding* last = nullptr;
  const std::vector<StoredFinding> findings = detector_.Findings();
  for (const StoredFinding& finding : findings) {
    if (!selection.Takes(finding)) continue;
    if (selection.IsMuted(finding.key)) {
      ++muted;
      continue;
    }
    response.set_total_size(response.total_size() + 1);
    if (!IsBehind(finding, token)) continue;
    if (static_cast<size_t>(response.findings_size()) < page_size) {
      RETURN_IF_ERROR(AddFinding(context, finding, other_sides, response));
      last = &finding;
    } else if (response.next_page_token().empty()) {
      response.set_next_page_token(EncodePageToken(hash, {last->finding.found_us, static_cast<int64_t>(last->number)}));
    }
  }
  const StoreDetector::Figures figures = detector_.figures();
  series_.store(figures.series, std::memory_order_relaxed);
  response.set_series(static_cast<int32_t>(figures.series));
  response.set_replaying(figures.is_behind);
  if (figures.up_to_us != 0) *response.mutable_detected_up_to() = ToTimestamp(figures.up_to_us);
  AddNotes(figures, response);
  if (muted > 0) response.add_notes(fmt::format("{} findings of muted signatures are left out", muted));
  return absl::OkStatus();
}

absl::Status FindingsAnswers::AddFinding(const QueryContext& context, const StoredFinding& from, int& other_sides,
                                         v1::ListFindingsResponse& response) {
  v1::Finding& row = *response.add_findings();
  const WatchedKey& key = from.key;
  FillFinding(from.finding, kMinuteMicros,
              key.is_cell()   ? "failures"
              : key.is_pair() ? "units with both"
                              : "events",
              row);
  row.set_version(from.version);
  auto& series = *row.mutable_series();
  if (key.is_cell()) {
    series[std::string(store::DimensionName(key.dimension))] = key.value;
    return absl::OkStatus();
  }
  ASSIGN_OR_RETURN(const auto definition, context.store.FindSignature(key.signature));
  if (definition) row.set_title(definition->title);
  if (key.is_pair()) {
    series["client"] = store::FormatSignature(key.signature);
    series["server"] = store::FormatSignature(key.server);
    ASSIGN_OR_RETURN(const auto server, context.store.FindSignature(key.server));
    if (server) row.set_title(absl::StrCat(row.title(), " | with | ", server->title));
    return absl::OkStatus();
  }
  series["signature"] = store::FormatSignature(key.signature);
  if (!definition) return absl::OkStatus();
  row.set_side(std::string(store::SideName(definition->side)));
  return AddOtherSide(context, from, definition->side, other_sides, row);
}

// The strongest significant pair of the signature while the finding lasts, or lasted.
absl::Status FindingsAnswers::AddOtherSide(const QueryContext& context, const StoredFinding& from, store::Side side,
                                           int& other_sides, v1::Finding& row) {
  const bool is_client = side == store::Side::kClient;
  if (!is_client && side != store::Side::kServer) return absl::OkStatus();
  if (from.finding.kind == FindingKind::kSilence) return absl::OkStatus();
  OtherSide found;
  bool is_known = false;
  {
    const MutexLock lock(mu_);
    if (const auto kept = other_sides_.find(from.number); kept != other_sides_.end())
      found = kept->second, is_known = true;
  }
  if (!is_known) {
    if (++other_sides > kMaxOtherSides) return absl::OkStatus();
    const int64_t start = from.finding.start_us;
    const int64_t end =
        from.finding.end_us != 0 ? std::min(from.finding.end_us, start + kLongestMicros) : start + kLongestMicros;
    Correlator::Question question;
    question.range = {start - kBeforeMicros, end + kBeforeMicros};
    ASSIGN_OR_RETURN((is_client ? question.client_filter : question.server_filter),
                     Filter::Parse("signature = " + store::FormatSignature(from.key.signature), nullptr));
    ASSIGN_OR_RETURN(const v1::CorrelateResponse pairs, correlator_.Correlate(question, context.control));
    if (pairs.pairs_size() > 0) {
      const v1::CorrelatedPair& pair = pairs.pairs(0);
      const v1::PairEnd& other = is_client ? pair.server() : pair.client();
      found = {other.signature(), absl::StrCat("goes with ", is_client ? "server " : "client ", other.service(), ": ",
                                               other.title(), "; ", pair.summary())};
    }
    const MutexLock lock(mu_);
    if (other_sides_.size() >= kMaxFindings) other_sides_.clear();
    if (from.finding.end_us != 0) other_sides_[from.number] = found;
  }
  row.set_other_signature(found.signature);
  row.set_other_side(found.summary);
  return absl::OkStatus();
}

}  // namespace faultline::query
