// Writes contradictions in the API's form, in two steps: first what is in the
// graph, then, when the graph may change again, what is in the store.
//
// Belongs to one thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "faultline/v1/contradiction.pb.h"
#include "query/contradiction_values.h"
#include "query/contradictions.h"
#include "query/query_control.h"
#include "store/store.h"

namespace faultline::query {

class ContradictionAnswer {
 public:
  // Step 1.
  void AddUnits(const UnitGraph& graph, const Contradictions& found);
  // Step 2. Of each dimension `limit` values get a row, the others one together. Attempts are those of
  // minutes that `range` touches; where it is open, from the first to the last failure.
  absl::Status AddRows(const store::Store& store, const store::View& view, const store::TimeRange& range, size_t limit,
                       const QueryControl& control);

  faultline::v1::GetContradictionsResponse& response() { return response_; }

 private:
  struct ExemplarSource {
    int row = 0, exemplar = 0;
    PlacedUnit unit;
  };

  absl::StatusOr<std::vector<store::AttemptsCell>> ReadAttempts(const store::Store& store,
                                                                const store::TimeRange& range) const;
  absl::Status AddKind(faultline::v1::ContradictionKind kind, const std::vector<PlacedUnit>& units,
                       const store::View& view, const std::vector<store::AttemptsCell>& attempts, size_t limit,
                       const QueryControl& control);
  void AddValues(faultline::v1::ContradictionKind kind, ContradictionDimension dimension, const ValueCounts& counts,
                 size_t limit);
  faultline::v1::ContradictionRow& AddRow(faultline::v1::ContradictionKind kind, std::string_view dimension,
                                          const std::string& value, const ValueCount& count);
  void AddNotes();
  absl::Status ReadExemplars(const store::View& view, const QueryControl& control);

  faultline::v1::GetContradictionsResponse response_;
  std::vector<PlacedUnit> clients_, servers_;
  std::vector<ExemplarSource> sources_;
};

}  // namespace faultline::query
