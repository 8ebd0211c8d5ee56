// Finds the combinations of values in which more failed than expected.
//
// A combination's rows are taken to fail in addition with one probability d, the same
// for all attempts: their rate is r + d (1 - r), r the row's expected rate. The gain of log-likelihood
// against d = 0, summed over its rows with their weights, says how much better it tells
// what happened: unlike the excess it falls when rows are taken in that do not share the
// fault. This is the likelihood ratio scan of Kulldorff (1997, "A spatial scan
// statistic") over the cells of a cube in place of circles on a map; that a fault moves
// all rows of its combination alike is the generalized ripple effect of Li et al.
// (Squeeze, 2019). Twice an unweighted gain is the G of a G-test (Sokal and Rohlf 1981).
//
// Values are searched alone first, then in twos and threes. In tables where that
// would cost too much, only values are combined that stand out alone, as in fast
// dimensional analysis (Lin et al. 2020).
#pragma once

#include <vector>

#include "absl/status/statusor.h"
#include "query/explain/combination.h"
#include "query/explain/expected_rates.h"
#include "query/explain/rate_table.h"
#include "query/query_control.h"

namespace faultline::query {

// Combinations kept of each set of dimensions.
inline constexpr size_t kCandidatesPerCuboid = 8;
// Rows looked at, each once for every set of dimensions; beyond it only values that
// stand out are combined.
inline constexpr size_t kFullSearchVisits = 20'000'000;
// Beyond this the search ends.
inline constexpr size_t kMaxSearchVisits = 400'000'000;

struct SearchResult {
  // Those of the same dimensions stand together, the largest gain first.
  std::vector<Candidate> candidates;
  size_t tests = 0;        // combinations that were looked at
  bool pruned = false;     // only values that stand out were combined
  bool cut_short = false;  // kMaxSearchVisits
};

// Errors: `control`'s.
absl::StatusOr<SearchResult> SearchCombinations(const RateTable& table, const ExpectedRates& expected,
                                                size_t max_length, const QueryControl& control);

}  // namespace faultline::query
