// The signatures of a selection in the API's form, in two steps as in
// query/correlation_answer.h.
//
// Belongs to one thread.
#pragma once

#include <cstdint>
#include <vector>

#include "absl/status/status.h"
#include "faultline/v1/failure_query_service.pb.h"
#include "query/failure_selection.h"
#include "query/query_control.h"
#include "query/unit_graph.h"
#include "query/unit_marks.h"
#include "store/store.h"

namespace faultline::query {

// Rows of a list: where messages vary in ways that no mask knows, there are millions.
inline constexpr size_t kMaxListed = 10'000;

class SignatureList {
 public:
  // Step 1: rows with all numbers, most lines first, equal ones by signature. Of more than kMaxListed, those: the
  // response is then partial, and its total_size is that of all.
  absl::Status Count(const UnitGraph& graph, const FailureSelection& failures, UnitMarks& marks,
                     const QueryControl& control);
  // Step 2: the texts.
  absl::Status ReadTexts(const store::Store& store, const store::View& view, const QueryControl& control);

  faultline::v1::ListSignaturesResponse& response() { return response_; }

 private:
  struct Source {
    uint64_t signature, event;
  };
  faultline::v1::ListSignaturesResponse response_;
  std::vector<Source> sources_;  // of the rows
};

}  // namespace faultline::query
