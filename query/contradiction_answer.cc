#include "query/contradiction_answer.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "query/correlation_answer.h"
#include "query/minute.h"
#include "query/pair_text.h"

namespace faultline::query {
namespace {

std::vector<PlacedUnit> Place(const UnitGraph& graph, const std::vector<FailingUnit>& units) {
  std::vector<PlacedUnit> placed;
  placed.reserve(units.size());
  for (const FailingUnit& unit : units) {
    placed.push_back({graph.SequenceOf(unit.event), graph.time_us(unit.event), unit.contradicted, std::nullopt});
    if (unit.contradicted) placed.back().id_kind = ChooseId(graph, unit.event, unit.event);
  }
  std::sort(placed.begin(), placed.end(),
            [](const PlacedUnit& a, const PlacedUnit& b) { return a.sequence < b.sequence; });
  return placed;
}

bool IsLostReply(v1::ContradictionKind kind) { return kind == v1::CONTRADICTION_KIND_LOST_REPLY; }

std::string Where(const v1::ContradictionRow& row) {
  if (row.dimension().empty()) return "";
  if (row.other()) return fmt::format(" of other values of {}", row.dimension());
  if (row.value().empty())
    return fmt::format(" without {} {}", row.dimension()[0] == 'e' ? "an" : "a", row.dimension());
  return fmt::format(" of {} {}", row.dimension(), row.value());
}

std::string RowInWords(const v1::ContradictionRow& row) {
  const bool lost = IsLostReply(row.kind());
  std::string text =
      fmt::format("{} of {} units{} that failed on a {} ({} %) {}", row.units(), row.failing_units(), Where(row),
                  lost ? "client" : "server", ShortNumber(row.rate() * 100),
                  lost ? "were recorded as success by a server" : "succeeded afterwards, and no client failed");
  if (row.attempts() > 0) {
    text += fmt::format(", {} per million attempts", ShortNumber(row.rate_per_attempt() * 1e6));
  }
  return text;
}

}  // namespace

void ContradictionAnswer::AddUnits(const UnitGraph& graph, const Contradictions& found) {
  response_.set_lost_reply_units(found.clients.contradicted);
  response_.set_hidden_by_retry_units(found.servers.contradicted);
  response_.set_client_units(static_cast<int64_t>(found.clients.units.size()));
  response_.set_server_units(static_cast<int64_t>(found.servers.units.size()));
  response_.set_client_units_not_linkable(found.clients.not_linkable);
  response_.set_server_units_not_linkable(found.servers.not_linkable);
  response_.set_success_records(found.success_records);
  clients_ = Place(graph, found.clients.units);
  servers_ = Place(graph, found.servers.units);
}

absl::Status ContradictionAnswer::AddRows(const store::Store& store, const store::View& view,
                                          const store::TimeRange& range, size_t limit, const QueryControl& control) {
  ASSIGN_OR_RETURN(const auto attempts, ReadAttempts(store, range));
  RETURN_IF_ERROR(AddKind(v1::CONTRADICTION_KIND_LOST_REPLY, clients_, view, attempts, limit, control));
  RETURN_IF_ERROR(AddKind(v1::CONTRADICTION_KIND_HIDDEN_BY_RETRY, servers_, view, attempts, limit, control));
  response_.set_summary(fmt::format(
      "{} of {} units that failed on a client were recorded as success by a server; {} of {} that failed on a server "
      "succeeded afterwards, and no client failed",
      response_.lost_reply_units(), response_.client_units(), response_.hidden_by_retry_units(),
      response_.server_units()));
  AddNotes();
  return ReadExemplars(view, control);
}

absl::StatusOr<std::vector<store::AttemptsCell>> ContradictionAnswer::ReadAttempts(
    const store::Store& store, const store::TimeRange& range) const {
  int64_t first_us = INT64_MAX, last_us = INT64_MIN;
  for (const auto* units : {&clients_, &servers_}) {
    for (const PlacedUnit& unit : *units) {
      first_us = std::min(first_us, unit.time_us);
      last_us = std::max(last_us, unit.time_us);
    }
  }
  if (first_us > last_us) return std::vector<store::AttemptsCell>();
  if (range.start_us != INT64_MIN) first_us = range.start_us;
  if (range.end_us != INT64_MAX) last_us = range.end_us - 1;
  return store.ReadAttempts(first_us / kMinuteMicros, last_us / kMinuteMicros + 1);
}

absl::Status ContradictionAnswer::AddKind(v1::ContradictionKind kind, const std::vector<PlacedUnit>& units,
                                          const store::View& view, const std::vector<store::AttemptsCell>& attempts,
                                          size_t limit, const QueryControl& control) {
  if (units.empty()) return absl::OkStatus();
  ASSIGN_OR_RETURN(auto counts, CountByValue(view, units, control));
  ValueCount all;
  for (const PlacedUnit& unit : units) all.Add(unit);
  all.attempts = AddAttemptsByValue(attempts, counts);
  AddRow(kind, "", "", all);
  for (size_t i = 0; i < counts.size(); ++i) {
    if (counts[i].size() == 1 && counts[i].begin()->first.empty()) {
      *response_.add_notes() = fmt::format("no failure of a {} states {} {}", IsLostReply(kind) ? "client" : "server",
                                           i == 0 ? "an" : "a", kContradictionDimensions[i]);
      continue;
    }
    AddValues(kind, static_cast<ContradictionDimension>(i), counts[i], limit);
  }
  return absl::OkStatus();
}

void ContradictionAnswer::AddValues(v1::ContradictionKind kind, ContradictionDimension dimension,
                                    const ValueCounts& counts, size_t limit) {
  const std::string_view name = kContradictionDimensions[static_cast<size_t>(dimension)];
  std::vector<const ValueCounts::value_type*> ordered;
  for (const auto& entry : counts) ordered.push_back(&entry);
  std::stable_sort(ordered.begin(), ordered.end(),
                   [](const auto* a, const auto* b) { return a->second.units > b->second.units; });
  ValueCount rest;
  for (size_t i = 0; i < ordered.size(); ++i) {
    const auto& [value, count] = *ordered[i];
    if (i < limit) {
      AddRow(kind, name, value, count);
    } else {
      rest.units += count.units;
      rest.failing_units += count.failing_units;
    }
  }
  if (rest.failing_units == 0) return;
  v1::ContradictionRow& row = AddRow(kind, name, "", rest);
  row.set_other(true);
  row.set_summary(RowInWords(row));
}

v1::ContradictionRow& ContradictionAnswer::AddRow(v1::ContradictionKind kind, std::string_view dimension,
                                                  const std::string& value, const ValueCount& count) {
  v1::ContradictionRow& row = *response_.add_rows();
  row.set_kind(kind);
  row.set_dimension(std::string(dimension));
  row.set_value(value);
  row.set_units(count.units);
  row.set_failing_units(count.failing_units);
  row.set_rate(static_cast<double>(count.units) / static_cast<double>(std::max<int64_t>(1, count.failing_units)));
  row.set_attempts(count.attempts);
  if (count.attempts > 0) {
    row.set_rate_per_attempt(static_cast<double>(count.units) / static_cast<double>(count.attempts));
  }
  row.set_summary(RowInWords(row));
  for (const PlacedUnit& unit : count.exemplars) {
    sources_.push_back({response_.rows_size() - 1, row.exemplars_size(), unit});
    row.add_exemplars()->set_event_id(absl::StrCat(unit.sequence));
  }
  return row;
}

void ContradictionAnswer::AddNotes() {
  if (response_.client_units() + response_.server_units() == 0) {
    *response_.add_notes() = "no unit failed in this time range and filter";
  }
  if (response_.success_records() == 0) {
    *response_.add_notes() =
        "no record of a server with an exact id is marked as success in this time range, so contradictions cannot be "
        "seen: mark such lines with a rule that sets outcome: success";
  }
  const int64_t clients = response_.client_units_not_linkable(), servers = response_.server_units_not_linkable();
  if (clients + servers > 0) {
    *response_.add_notes() = fmt::format(
        "{} client and {} server units carry no id that identifies them and could not be compared", clients, servers);
  }
}

absl::Status ContradictionAnswer::ReadExemplars(const store::View& view, const QueryControl& control) {
  RETURN_IF_ERROR(control.Check());
  std::vector<uint64_t> sequences;
  for (const ExemplarSource& source : sources_) sequences.push_back(source.unit.sequence);
  ASSIGN_OR_RETURN(const auto events, ReadSequences(view, std::move(sequences)));
  for (const ExemplarSource& source : sources_) {
    const auto event = events.find(source.unit.sequence);
    if (event == events.end()) continue;
    v1::UnitExemplar& exemplar = *response_.mutable_rows(source.row)->mutable_exemplars(source.exemplar);
    exemplar.set_message(std::string(event->second.event.message));
    const auto kind = source.unit.id_kind;
    if (kind) FillId(*kind, event->second.event.id(*kind), *exemplar.mutable_id());
  }
  return absl::OkStatus();
}

}  // namespace faultline::query
