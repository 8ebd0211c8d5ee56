#include "query/decisions/decision_answers.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/status_macros.h"
#include "base/timestamp.h"
#include "query/decisions/decision_check.h"
#include "query/decisions/template_match.h"
#include "query/event_proto.h"
#include "query/page_token.h"
#include "query/request_check.h"

namespace faultline::query {
namespace {

constexpr int kMaxImported = 10'000;
constexpr size_t kNamedUnknown = 5;

// Makes the parts of split signatures known, of all events: a decision may name one that no question has met yet.
absl::Status SeeAllParts(const QueryContext& context) {
  if (context.overlay->SplitDimensions().empty()) return absl::OkStatus();
  for (const auto& segment : context.view->segments) {
    RETURN_IF_ERROR(context.control.Check());
    RETURN_IF_ERROR(segment->signatures().status());
  }
  return absl::OkStatus();
}

// What makes a decision the same one in two stores.
std::string IdentityOf(v1::Decision decision) {
  decision.clear_number();
  decision.clear_undone_by();
  decision.clear_undoes();  // numbers are the store's own
  decision.clear_templates();
  return decision.SerializeAsString();
}

absl::Status NameWhich(const absl::Status& status, size_t index) {
  return absl::Status(status.code(), absl::StrCat("decisions[", index, "]: ", status.message()));
}

std::string UnknownNote(const std::set<std::string>& unknown) {
  std::vector<std::string> named(unknown.begin(), unknown.end());
  const size_t count = named.size();
  named.resize(std::min(count, kNamedUnknown));
  return fmt::format(
      "this store has never seen {} of the signatures ({}{}); decisions about them wait for their first event", count,
      absl::StrJoin(named, ", "), count > kNamedUnknown ? ", ..." : "");
}

}  // namespace

bool IsAbout(const v1::Decision& decision, const std::string& signature, const Overlay& overlay) {
  if (decision.signature() == signature) return true;
  if (std::find(decision.others().begin(), decision.others().end(), signature) != decision.others().end()) return true;
  const v1::Decision* const target = overlay.TargetOf(decision);
  return target != nullptr && IsAbout(*target, signature, overlay);
}

absl::Status DecisionAnswers::Decide(const QueryContext& context, const v1::DecideSignatureRequest& request,
                                     v1::DecideSignatureResponse& response) {
  v1::Decision decision = request.decision();
  decision.clear_templates();
  *decision.mutable_time() = ToTimestamp(NowMicros());
  RETURN_IF_ERROR(CheckForm(decision));
  std::vector<std::string> unknown;
  RETURN_IF_ERROR(SeeAllParts(context));
  RETURN_IF_ERROR(AddTemplates(store_, decision, unknown));
  if (!unknown.empty()) {
    return absl::NotFoundError("the store has never seen the signature " + unknown.front());
  }
  const auto propose = [&decision](const Overlay& overlay) -> absl::StatusOr<std::vector<v1::Decision>> {
    RETURN_IF_ERROR(CheckEffect(decision, overlay));
    return std::vector<v1::Decision>{decision};
  };
  ASSIGN_OR_RETURN(const std::vector<v1::Decision> written, log_.Append(propose));
  *response.mutable_decision() = written.front();
  return absl::OkStatus();
}

absl::Status DecisionAnswers::List(const v1::ListDecisionsRequest& request, v1::ListDecisionsResponse& response) const {
  if (!request.signature().empty()) RETURN_IF_ERROR(CheckSignature("signature", request.signature()).status());
  ASSIGN_OR_RETURN(const size_t page_size, CheckPageSize("page_size", request.page_size()));
  const uint64_t hash = HashRequest(request);
  PageToken before{INT64_MAX, 0};
  if (!request.page_token().empty()) {
    ASSIGN_OR_RETURN(before, DecodePageToken(hash, request.page_token()));
  }
  const std::shared_ptr<const Overlay> overlay = log_.overlay();
  const auto& decisions = overlay->decisions();
  for (auto decision = decisions.rbegin(); decision != decisions.rend(); ++decision) {
    if (!request.signature().empty() && !IsAbout(*decision, request.signature(), *overlay)) continue;
    response.set_total_size(response.total_size() + 1);
    if (decision->number() >= before.first) continue;
    if (static_cast<size_t>(response.decisions_size()) < page_size) {
      *response.add_decisions() = *decision;
    } else if (response.next_page_token().empty()) {
      const int64_t last = response.decisions(response.decisions_size() - 1).number();
      response.set_next_page_token(EncodePageToken(hash, {last, 0}));
    }
  }
  return absl::OkStatus();
}

absl::Status DecisionAnswers::Import(const QueryContext& context, const v1::ImportDecisionsRequest& request,
                                     v1::ImportDecisionsResponse& response) {
  if (request.decisions_size() > kMaxImported) {
    return absl::InvalidArgumentError(fmt::format("decisions: at most {} can be imported at once", kMaxImported));
  }
  TemplateMatch match;
  if (request.match_templates()) {
    ASSIGN_OR_RETURN(match, TemplateMatch::Of(context, store_));
  }
  RETURN_IF_ERROR(SeeAllParts(context));
  std::vector<v1::Decision> given(request.decisions().begin(), request.decisions().end());
  std::set<std::string> unknown;
  int32_t matched = 0;
  for (size_t i = 0; i < given.size(); ++i) {
    v1::Decision& decision = given[i];
    if (!decision.has_time()) return NameWhich(absl::InvalidArgumentError("decision.time: is required"), i);
    if (const auto time = FromTimestamp(decision.time()); !time.ok()) return NameWhich(time.status(), i);
    if (const absl::Status form = CheckForm(decision); !form.ok()) return NameWhich(form, i);
    if (request.match_templates()) {
      ASSIGN_OR_RETURN(const int count, match.Replace(store_, decision));
      matched += count;
    }
    std::vector<std::string> of_decision;
    const auto templates = decision.templates();
    RETURN_IF_ERROR(AddTemplates(store_, decision, of_decision));
    unknown.insert(of_decision.begin(), of_decision.end());
    for (const auto& [signature, text] : templates) decision.mutable_templates()->insert({signature, text});
  }
  int32_t repeated = 0;
  const auto propose = [&](const Overlay& overlay) -> absl::StatusOr<std::vector<v1::Decision>> {
    repeated = 0;
    std::map<std::string, std::vector<int64_t>> present;  // numbers by identity, ascending
    for (const v1::Decision& decision : overlay.decisions()) {
      present[IdentityOf(decision)].push_back(decision.number());
    }
    std::map<int64_t, int64_t> number_here;  // by number in the file
    std::vector<v1::Decision> written;
    for (size_t i = 0; i < given.size(); ++i) {
      v1::Decision decision = given[i];
      if (decision.kind() == v1::DECISION_KIND_UNDO) {
        const auto here = number_here.find(decision.undoes());
        if (here == number_here.end()) {
          return NameWhich(absl::InvalidArgumentError(fmt::format(
                               "decision.undoes: no decision before it has the number {}", decision.undoes())),
                           i);
        }
        decision.set_undoes(here->second);
      }
      auto& same = present[IdentityOf(decision)];
      int64_t number = 0;
      if (!same.empty()) {
        number = same.front();
        same.erase(same.begin());
        ++repeated;
      } else {
        written.push_back(decision);
        number = overlay.last_decision() + static_cast<int64_t>(written.size());
      }
      number_here[given[i].number()] = number;
    }
    return written;
  };
  ASSIGN_OR_RETURN(const std::vector<v1::Decision> written, log_.Append(propose));
  response.set_imported(static_cast<int32_t>(written.size()));
  response.set_repeated(repeated);
  response.set_matched(matched);
  if (!unknown.empty()) response.add_notes(UnknownNote(unknown));
  return absl::OkStatus();
}

}  // namespace faultline::query
