#include "query/coverage_answer.h"

#include <fmt/format.h>

#include <array>
#include <string>
#include <string_view>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "query/correlation_answer.h"
#include "query/event_proto.h"
#include "query/pair_text.h"

namespace faultline::query {
namespace {

// Rows come in this order: by term, then by reason.
constexpr std::array kReasonsInOrder = {CoverageReason::kLinked,         CoverageReason::kNoId,
                                        CoverageReason::kNeverSeen,      CoverageReason::kSeenWithoutError,
                                        CoverageReason::kOutOfRetention, CoverageReason::kNotIdentifying,
                                        CoverageReason::kTooLarge,       CoverageReason::kLate};

bool IsOneSided(CoverageReason reason) {
  return reason >= CoverageReason::kNoId && reason <= CoverageReason::kOutOfRetention;
}

std::string_view TermOf(CoverageReason reason, store::Side side) {
  if (reason == CoverageReason::kLinked) return "linked";
  if (reason == CoverageReason::kLate) return "still_open";
  if (!IsOneSided(reason)) return "ambiguous";
  return side == store::Side::kClient ? "client_only" : "server_only";
}

// What follows "N units failed on a client: ".
std::string ReasonInWords(CoverageReason reason, std::string_view other) {
  switch (reason) {
    case CoverageReason::kLinked:
      return fmt::format("and on a {}", other);
    case CoverageReason::kNoId:
      return "alone: their events carry no exact id, so nothing can be linked";
    case CoverageReason::kNeverSeen:
      return fmt::format("alone: their ids were never seen on a {}", other);
    case CoverageReason::kSeenWithoutError:
      return fmt::format("alone: a {} saw them and reports no failure", other);
    case CoverageReason::kOutOfRetention:
      return fmt::format("alone: what a {} said may have been dropped by retention", other);
    case CoverageReason::kNotIdentifying:
      return "and carry only ids that too many events share";
    case CoverageReason::kTooLarge:
      return "and share their ids with too many events to be one message";
    case CoverageReason::kLate:
      return fmt::format("so far: what a {} says may still come", other);
  }
  return "";
}

std::string_view NameInWords(store::Side side) { return side == store::Side::kClient ? "client" : "server"; }

store::Side OtherThan(store::Side side) {
  return side == store::Side::kClient ? store::Side::kServer : store::Side::kClient;
}

std::string Sum(const v1::GetCoverageResponse& response) {
  if (response.total() == 0) return "no unit failed in this time range and filter";
  return fmt::format(
      "{} units: {} failed on both sides, {} on a client only, {} on a server only, {} cannot be told apart, {} are "
      "still open",
      response.total(), response.linked(), response.client_only(), response.server_only(), response.ambiguous(),
      response.still_open());
}

}  // namespace

void CoverageAnswer::AddCounts(const UnitGraph& graph, const Coverage& coverage, store::Side side,
                               const CoverageTimes& times) {
  const bool from_client = side == store::Side::kClient;
  const int64_t total = coverage.total();
  response_.set_total(total);
  response_.set_client_units(from_client ? coverage.asked_units : coverage.other_units);
  response_.set_server_units(from_client ? coverage.other_units : coverage.asked_units);
  const auto& of_client = from_client ? coverage.asked : coverage.other;
  const auto& of_server = from_client ? coverage.other : coverage.asked;
  const auto no_id = static_cast<size_t>(CoverageReason::kNoId);
  response_.set_client_units_without_id(of_client[no_id].units);
  response_.set_server_units_without_id(of_server[no_id].units);
  response_.set_linked(coverage.UnitsOf(CoverageReason::kLinked));
  response_.set_ambiguous(coverage.UnitsOf(CoverageReason::kNotIdentifying) +
                          coverage.UnitsOf(CoverageReason::kTooLarge));
  response_.set_still_open(coverage.UnitsOf(CoverageReason::kLate));
  int64_t client_only = 0, server_only = 0;
  for (const CoverageReason reason : kReasonsInOrder) {
    if (!IsOneSided(reason)) continue;
    client_only += of_client[static_cast<size_t>(reason)].units;
    server_only += of_server[static_cast<size_t>(reason)].units;
  }
  response_.set_client_only(client_only);
  response_.set_server_only(server_only);
  if (times.settled_us != INT64_MIN) *response_.mutable_settled_up_to() = ToTimestamp(times.settled_us);
  response_.set_summary(Sum(response_));
  const auto add = [&](auto is_in_term, store::Side of) {
    for (const CoverageReason reason : kReasonsInOrder) {
      if (!is_in_term(reason)) continue;
      const auto& counts = of == side ? coverage.asked : coverage.other;
      AddRow(graph, counts[static_cast<size_t>(reason)], reason, of, total);
    }
  };
  const auto is_linked = [](CoverageReason reason) { return reason == CoverageReason::kLinked; };
  const auto is_left = [](CoverageReason reason) { return reason > CoverageReason::kOutOfRetention; };
  add(is_linked, side);
  for (const store::Side of : {store::Side::kClient, store::Side::kServer}) add(IsOneSided, of);
  for (const store::Side of : {side, OtherThan(side)}) add(is_left, of);
}

void CoverageAnswer::AddRow(const UnitGraph& graph, const CoverageCount& count, CoverageReason reason, store::Side side,
                            int64_t total) {
  if (count.units == 0) return;
  v1::CoverageRow& row = *response_.add_rows();
  row.set_term(std::string(TermOf(reason, side)));
  row.set_reason(static_cast<v1::CoverageReason>(reason));
  row.set_side(std::string(store::SideName(side)));
  row.set_units(count.units);
  row.set_share(static_cast<double>(count.units) / static_cast<double>(total));
  row.set_summary(fmt::format("{} units ({} %) failed on a {} {}", count.units, ShortNumber(row.share() * 100),
                              NameInWords(side), ReasonInWords(reason, NameInWords(OtherThan(side)))));
  for (const uint32_t event : count.exemplars) {
    sources_.push_back(
        {response_.rows_size() - 1, row.exemplars_size(), graph.SequenceOf(event), ChooseId(graph, event, event)});
    row.add_exemplars()->set_event_id(absl::StrCat(sources_.back().event));
  }
}

absl::Status CoverageAnswer::ReadTexts(const store::View& view, const QueryControl& control) {
  RETURN_IF_ERROR(control.Check());
  std::vector<uint64_t> sequences;
  for (const Source& source : sources_) sequences.push_back(source.event);
  sequences.insert(sequences.end(), crowded_ids_.sequences().begin(), crowded_ids_.sequences().end());
  ASSIGN_OR_RETURN(const auto events, ReadSequences(view, std::move(sequences)));
  for (const Source& source : sources_) {
    const auto event = events.find(source.event);
    if (event == events.end()) continue;
    v1::UnitExemplar& exemplar = *response_.mutable_rows(source.row)->mutable_exemplars(source.exemplar);
    exemplar.set_message(std::string(event->second.event.message));
    if (source.id_kind) FillId(*source.id_kind, event->second.event.id(*source.id_kind), *exemplar.mutable_id());
  }
  crowded_ids_.FillTexts(events, *response_.mutable_not_identifying());
  return absl::OkStatus();
}

}  // namespace faultline::query
