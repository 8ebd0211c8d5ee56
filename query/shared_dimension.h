// Pairs whose excess is that of a dimension: both failures are frequent where the
// dimension has some value, and within its values they meet no more often than by
// chance. The same check that minutes and regions get, over every other dimension
// that both sides know.
//
// A dimension is known when nearly all units of either end state it, nearly all units with both ends
// state the same on both, and nearly all attempts state it: failing units alone cannot tell a value
// in which everything fails from one in which the pair does. Belongs to one thread.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "query/failure_selection.h"
#include "query/pair_ranking.h"
#include "query/pair_table.h"
#include "query/query_control.h"
#include "query/unit_graph.h"
#include "store/store.h"

namespace faultline::query {

class SharedDimensionCheck {
 public:
  // All must outlive it; `attempts` are those that the pairs' cells were made from.
  SharedDimensionCheck(const UnitGraph& graph, const store::View& view, const FailureSelection& clients,
                       const FailureSelection& servers, std::span<const store::AttemptsCell> attempts, bool by_region,
                       const QueryControl& control);

  // Takes the significance from pairs that have no excess within some dimension, and says
  // which. Reads a few events of each significant pair, and all of those for which a dimension may be
  // shared. Errors: the store's, and `control`'s.
  absl::Status Check(const PairTable& table, Ranking& ranking);

 private:
  using Group = FailureSelection::Group;
  struct Stated {
    absl::flat_hash_map<uint32_t, uint32_t> value_of;  // by unit; only of those that state one
    int64_t units = 0;
  };
  struct Ends {
    const Group* client = nullptr;
    const Group* server = nullptr;
  };

  std::vector<store::Dimension> DimensionsOfAttempts() const;
  std::vector<uint32_t> SampleOf(const Ends& ends, const RankedPair& ranked, const PairTable& table) const;
  absl::StatusOr<bool> MayShare(store::Dimension dimension, const std::vector<uint32_t>& sample);
  absl::StatusOr<Stated> ReadStated(store::Dimension dimension, const Group& group);
  absl::StatusOr<std::optional<SharedDimension>> Compare(store::Dimension dimension, const Ends& ends);
  PairCounts CountWithin(store::Dimension dimension, const Stated& clients, const Stated& servers, int64_t agreeing);
  void SortBySequence(std::vector<uint32_t>& events) const;
  // The values of events, which ascend by sequence: numbers, 0 for none.
  absl::StatusOr<std::vector<uint32_t>> ReadValues(store::Dimension dimension, const std::vector<uint32_t>& events);
  uint32_t NumberOf(std::string_view value);

  const UnitGraph& graph_;
  const store::View& view_;
  const FailureSelection& clients_;
  const FailureSelection& servers_;
  const std::span<const store::AttemptsCell> attempts_;
  const bool by_region_;
  const QueryControl& control_;
  absl::flat_hash_map<std::string, uint32_t> numbers_;
};

}  // namespace faultline::query
