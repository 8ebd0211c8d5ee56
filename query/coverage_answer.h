// A coverage in the API's form, in two steps as in query/correlation_answer.h.
//
// Belongs to one thread.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "absl/status/status.h"
#include "faultline/v1/failure_query_service.pb.h"
#include "query/coverage.h"
#include "query/crowded_ids.h"
#include "query/query_control.h"
#include "query/unit_graph.h"
#include "store/store.h"

namespace faultline::query {

class CoverageAnswer {
 public:
  // Step 1: all numbers and words. `side` is the one that was asked about.
  void AddCounts(const UnitGraph& graph, const Coverage& coverage, store::Side side, const CoverageTimes& times);
  // `range` limits which ids are listed, by their first event.
  void AddCrowdedIds(const UnitGraph& graph, const store::TimeRange& range) {
    crowded_ids_.Collect(graph, range, *response_.mutable_not_identifying());
  }
  // Step 2: the exemplars' texts.
  absl::Status ReadTexts(const store::View& view, const QueryControl& control);

  faultline::v1::GetCoverageResponse& response() { return response_; }

 private:
  struct Source {
    int row, exemplar;
    uint64_t event;
    std::optional<store::IdKind> id_kind;
  };
  void AddRow(const UnitGraph& graph, const CoverageCount& count, CoverageReason reason, store::Side side,
              int64_t total);

  faultline::v1::GetCoverageResponse response_;
  std::vector<Source> sources_;
  CrowdedIds crowded_ids_;
};

}  // namespace faultline::query
