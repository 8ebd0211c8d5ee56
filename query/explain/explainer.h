// Which values, alone or together, go with the failures that a table has more of than
// expected.
//
// An answer is one combination, or a few of the same dimensions that failed together: a
// cause set. Answers are ordered by
//
//   score = G / 2 * sqrt(share of the largest excess) * (1 - kSetPenalty * (members - 1))
//
// with G the sum of the members' gains (query/explain/combination_search.h). The share
// prefers what accounts for all of the excess to the worst corner of it, as the
// potential scores of Squeeze (Li et al. 2019) and PSqueeze (Li et al. 2022) do.
// docs/correlation.md says what each bound was measured on.
//
// Pure; nothing in an answer is ever NaN or infinite.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "query/explain/combination.h"
#include "query/explain/expected_rates.h"
#include "query/explain/rate_table.h"
#include "query/query_control.h"

namespace faultline::query {

inline constexpr size_t kMaxSetMembers = 3;
inline constexpr double kSetPenalty = 0.35;
// A member of a set has at least this share of the first member's excess ...
inline constexpr double kMemberExcess = 0.1;
// ... and of its added rate.
inline constexpr double kMemberRate = 0.25;
// A part of a better answer that fails hardly more often than it adds nothing: up to
// this times its added rate, with less than this share of its excess.
inline constexpr double kSliceRate = 1.2;
inline constexpr double kSliceExcess = 0.9;
// Fewer failures explain nothing.
inline constexpr double kMinFailures = 3;
// Of the chance that anything of a table without differences is called significant.
inline constexpr double kFamilyError = 0.05;

struct ExplainOptions {
  size_t max_answers = 10;
  size_t max_length = kMaxCombinationLength;  // 1..3
  bool has_baseline = true;                   // else the rest of the table is the baseline
  // Whether an answer may be several combinations, as somebody wants who looks for the set of causes. Without, each
  // combination is named once, and what covers the same rows is told with the first of them.
  bool sets = true;
};

struct Answer {
  std::vector<Candidate> members;  // the largest gain first, at least one
  double score = 0;
  // Its G is larger than that of the best of as many chance differences (Bonferroni,
  // chi-square with one degree of freedom).
  bool significant = false;
  // Place of an earlier answer that covers the same rows; -1 for none.
  int same_as = -1;
  // Without sets: the longest combination that covers the same rows, if there is one.
  std::optional<Combination> longest;
};

struct Explanation {
  std::vector<Answer> answers;  // best first
  RateTable::Counts target, baseline;
  double expected = 0;  // failures of the whole target
  // The rate that the rest is expected to have, where there is no baseline.
  double background = 0;
  bool pruned = false, cut_short = false;  // see SearchResult
};

// Errors: `control`'s.
absl::StatusOr<Explanation> Explain(const RateTable& table, const ExplainOptions& options, const QueryControl& control);

}  // namespace faultline::query
