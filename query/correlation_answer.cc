#include "query/correlation_answer.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/status_macros.h"
#include "query/pair_text.h"
#include "query/search.h"

namespace faultline::query {
namespace {

using store::IdKind;

constexpr double kMicros = 1e6;
// Ids are shown in this order: a message id says most to a person.
constexpr std::array kShownFirst = {IdKind::kMessage, IdKind::kTrace, IdKind::kRequest, IdKind::kSpan};

void FillEnd(const UnitGraph& graph, const SignatureTally& tally, v1::PairEnd& end) {
  end.set_signature(store::FormatSignature(graph.signatures()[tally.signature].signature));
  end.set_service(graph.services()[tally.service]);
  end.set_units(tally.units);
}

void FillNumbers(const RankedPair& ranked, const Pair& pair, v1::CorrelatedPair& row) {
  const PairCounts& counts = ranked.counts;
  row.set_together(counts.together);
  row.set_client_only(counts.client_units - counts.together);
  row.set_server_only(counts.server_units - counts.together);
  row.set_expected(counts.expected);
  row.set_lift(ranked.statistics.lift);
  row.set_lift_low(ranked.statistics.lift_interval.low);
  row.set_lift_high(ranked.statistics.lift_interval.high);
  row.set_explained(ranked.statistics.explained);
  row.set_significant(ranked.significant());
  if (counts.crowded) {
    v1::QuietCells& quiet = *row.mutable_quiet_cells();
    quiet.set_together(counts.quiet_together);
    quiet.set_expected(counts.quiet_expected);
    quiet.set_lift(ranked.statistics.quiet_lift);
    quiet.set_lift_low(ranked.statistics.quiet_lift_interval.low);
    quiet.set_lift_high(ranked.statistics.quiet_lift_interval.high);
    quiet.set_decisive(ranked.evidence == Evidence::kQuietCells);
  }
  row.set_score(ranked.statistics.score);
  if (ranked.shared) {
    v1::SharedDimension& shared = *row.mutable_shared_dimension();
    shared.set_dimension(std::string(store::DimensionName(ranked.shared->dimension)));
    shared.set_values(ranked.shared->values);
    shared.set_expected(ranked.shared->expected);
    shared.set_lift(ranked.shared->lift);
    shared.set_lift_low(ranked.shared->lift_interval.low);
    shared.set_lift_high(ranked.shared->lift_interval.high);
  }
  row.set_median_lag_seconds(pair.lag_us / kMicros);
  row.set_lag_quartile_low_seconds(pair.lag_low_us / kMicros);
  row.set_lag_quartile_high_seconds(pair.lag_high_us / kMicros);
}

}  // namespace

std::optional<IdKind> ChooseId(const UnitGraph& graph, uint32_t event, uint32_t other) {
  std::optional<IdKind> chosen;
  for (const IdKind kind : kShownFirst) {
    const auto slot = static_cast<size_t>(kind);
    const uint32_t id = graph.ids_of(event)[slot];
    if (id == IdTable::kNone || graph.id_table().IsCrowded(id)) continue;
    if (graph.ids_of(other)[slot] == id) return kind;
    if (!chosen) chosen = kind;
  }
  return chosen;
}

void FillId(IdKind kind, std::string_view value, v1::TypedId& id) {
  id.set_kind(static_cast<v1::IdKind>(static_cast<int>(kind) + 1));
  id.set_value(std::string(value));
}

void CorrelationAnswer::AddPairs(const UnitGraph& graph, const PairTable& table, const Ranking& ranking,
                                 const CellTable& cells, bool all_pairs) {
  for (const RankedPair& ranked : ranking.pairs) {
    if (!all_pairs && !ranked.significant() && !ranked.shared) continue;
    const Pair& pair = table.pairs[ranked.pair];
    const SignatureTally &client = table.clients[pair.client], &server = table.servers[pair.server];
    v1::CorrelatedPair& row = *response_.add_pairs();
    FillEnd(graph, client, *row.mutable_client());
    FillEnd(graph, server, *row.mutable_server());
    FillNumbers(ranked, pair, row);
    row.set_sampled_events(client.sampled + server.sampled);
    row.set_summary(DescribePair(row, {cells.by_region, cells.attempts_known}));
    pair_sources_.push_back({graph.signatures()[client.signature].signature,
                             graph.signatures()[server.signature].signature, graph.SequenceOf(pair.client_event),
                             graph.SequenceOf(pair.server_event),
                             ChooseId(graph, pair.client_event, pair.server_event)});
  }
}

void CorrelationAnswer::AddTotals(const SideTotals& servers, const PairTable& table, const Ranking& ranking,
                                  const CellTable& cells) {
  v1::CorrelateTotals& to = *response_.mutable_totals();
  to.set_client_units(table.client_totals.units);
  to.set_server_units(servers.units);
  to.set_linked_units(table.linked_units);
  to.set_client_events_without_id(table.client_totals.events_without_id);
  to.set_server_events_without_id(servers.events_without_id);
  to.set_pairs(static_cast<int64_t>(table.pairs.size()));
  to.set_tests(ranking.tests);
  to.set_significant_pairs(ranking.significant);
  to.set_shared_dimension_pairs(ranking.shared);
  to.set_attempts_known(cells.attempts_known);
  to.set_denominator(DescribeDenominator(cells));
  to.set_sampled_events(table.client_totals.sampled_events + servers.sampled_events);
  to.set_typical_upload_seconds(static_cast<double>(table.upload_us) / kMicros);
  AddNotes();
}

void CorrelationAnswer::AddNotes() {
  const v1::CorrelateTotals& totals = response_.totals();
  if (totals.sampled_events() > 0) {
    *response_.add_notes() = fmt::format(
        "{} events say that they were sampled before they came: how many were left out is not known, so their pairs "
        "have counts and no test of chance",
        totals.sampled_events());
  }
  if (totals.client_units() == 0 || totals.server_units() == 0) {
    const bool client = totals.client_units() == 0;
    *response_.add_notes() =
        fmt::format("no unit failed on a {} in this time range and filter{}", client ? "client" : "server",
                    client && totals.server_units() == 0 ? ", and none on a server" : "");
  }
}

absl::Status CorrelationAnswer::ReadTexts(const store::Store& store, const store::View& view,
                                          const QueryControl& control) {
  RETURN_IF_ERROR(control.Check());
  std::vector<uint64_t> sequences;
  for (const PairSource& source : pair_sources_) {
    sequences.push_back(source.client_event);
    sequences.push_back(source.server_event);
  }
  sequences.insert(sequences.end(), crowded_ids_.sequences().begin(), crowded_ids_.sequences().end());
  ASSIGN_OR_RETURN(const auto events, ReadSequences(view, std::move(sequences)));
  RETURN_IF_ERROR(control.Check());
  DefinitionReader definitions(store);
  for (size_t i = 0; i < pair_sources_.size(); ++i) {
    const PairSource& source = pair_sources_[i];
    v1::CorrelatedPair& row = *response_.mutable_pairs(static_cast<int>(i));
    ASSIGN_OR_RETURN(const auto client_definition, definitions.Find(source.client_signature));
    ASSIGN_OR_RETURN(const auto server_definition, definitions.Find(source.server_signature));
    row.mutable_client()->set_title(client_definition.title);
    row.mutable_server()->set_title(server_definition.title);
    const auto client = events.find(source.client_event), server = events.find(source.server_event);
    if (server != events.end()) row.mutable_server()->set_exemplar(std::string(server->second.event.message));
    if (client == events.end()) continue;
    row.mutable_client()->set_exemplar(std::string(client->second.event.message));
    if (source.id_kind) FillId(*source.id_kind, client->second.event.id(*source.id_kind), *row.mutable_exemplar_id());
  }
  crowded_ids_.FillTexts(events, *response_.mutable_not_identifying());
  return absl::OkStatus();
}

absl::StatusOr<std::map<uint64_t, store::OwnedEvent>> ReadSequences(const store::View& view,
                                                                    std::vector<uint64_t> sequences) {
  std::sort(sequences.begin(), sequences.end());
  sequences.erase(std::unique(sequences.begin(), sequences.end()), sequences.end());
  std::vector<EventPlace> places;
  for (const uint64_t sequence : sequences) places.push_back({0, sequence});
  ASSIGN_OR_RETURN(std::vector<store::OwnedEvent> events, ReadPlaces(view, places));
  std::map<uint64_t, store::OwnedEvent> by_sequence;
  for (store::OwnedEvent& event : events) by_sequence.emplace(event.sequence, std::move(event));
  return by_sequence;
}

absl::StatusOr<store::SignatureDefinition> DefinitionReader::Find(uint64_t signature) {
  const auto known = known_.find(signature);
  if (known != known_.end()) return known->second;
  ASSIGN_OR_RETURN(std::optional<store::SignatureDefinition> found, store_.FindSignature(signature));
  store::SignatureDefinition unknown;
  unknown.signature = signature;
  return known_.emplace(signature, found ? *std::move(found) : std::move(unknown)).first->second;
}

}  // namespace faultline::query
