// Writes answers in the API's form, in two steps: first everything that is in
// the graph, then, when the graph may change again, the texts that are in the
// store.
//
// Belongs to one thread.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "faultline/v1/failure_query_service.pb.h"
#include "query/cell_table.h"
#include "query/crowded_ids.h"
#include "query/pair_ranking.h"
#include "query/pair_table.h"
#include "query/query_control.h"
#include "query/unit_graph.h"
#include "store/store.h"

namespace faultline::query {

class CorrelationAnswer {
 public:
  // Step 1. `range` limits which crowded ids are listed, by their events' times.
  void AddPairs(const UnitGraph& graph, const PairTable& table, const Ranking& ranking, const CellTable& cells,
                bool all_pairs);
  void AddTotals(const SideTotals& servers, const PairTable& table, const Ranking& ranking, const CellTable& cells);
  void AddCrowdedIds(const UnitGraph& graph, const store::TimeRange& range) {
    crowded_ids_.Collect(graph, range, *response_.mutable_not_identifying());
  }
  // Step 2.
  absl::Status ReadTexts(const store::Store& store, const store::View& view, const QueryControl& control);

  faultline::v1::CorrelateResponse& response() { return response_; }

 private:
  void AddNotes();

  struct PairSource {  // where the texts of a row are
    uint64_t client_signature, server_signature;
    uint64_t client_event, server_event;   // sequences
    std::optional<store::IdKind> id_kind;  // of the client event
  };

  faultline::v1::CorrelateResponse response_;
  std::vector<PairSource> pair_sources_;
  CrowdedIds crowded_ids_;
};

// The kind of id that best leads a person to the unit of `event`: one that `other` carries too
// if there is one. Nullopt when none identifies it.
std::optional<store::IdKind> ChooseId(const UnitGraph& graph, uint32_t event, uint32_t other);
void FillId(store::IdKind kind, std::string_view value, faultline::v1::TypedId& id);

// Events by sequence; those that retention dropped meanwhile are missing.
absl::StatusOr<std::map<uint64_t, store::OwnedEvent>> ReadSequences(const store::View& view,
                                                                    std::vector<uint64_t> sequences);
// Definitions, each read once.
class DefinitionReader {
 public:
  explicit DefinitionReader(const store::Store& store) : store_(store) {}
  // Empty but for the signature when the store does not know it (yet).
  absl::StatusOr<store::SignatureDefinition> Find(uint64_t signature);

 private:
  const store::Store& store_;
  std::map<uint64_t, store::SignatureDefinition> known_;
};

}  // namespace faultline::query
