// Counts over time for LogQL's metric queries: one series for each set of labels.
//
// Thread-safe.
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "absl/status/statusor.h"
#include "deploy/server/loki_labels.h"
#include "deploy/server/loki_query.h"
#include "faultline/v1/failure_query_service.grpc.pb.h"

namespace faultline::deploy {

// Values at start, start + step, … up to `end`, all in seconds since 1970. Each is over the range of the
// query before it. Where that would take more than 10,000 buckets of what start, step and range have in common,
// times are rounded down to what step and range have.
struct LokiGrid {
  int64_t start = 0;
  int64_t end = 0;
  int64_t step = 1;
};

// One value for each point of the grid. Values of a label beyond the 100 most frequent (30 for the first of two) are
// "(others)". Errors: InvalidArgument for more than 10,000 points or a sum by more than two
// different fields; those of the service.
absl::StatusOr<std::map<LokiLabels, std::vector<double>>> LokiCounts(
    faultline::v1::FailureQueryService::StubInterface& service, const LokiQuery& query, const LokiGrid& grid);

}  // namespace faultline::deploy
