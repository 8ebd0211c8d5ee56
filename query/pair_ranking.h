// The pairs of a table with what their counts say, strongest first.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "query/pair_statistics.h"
#include "query/pair_table.h"
#include "query/unit_graph.h"

namespace faultline::query {

// A dimension within whose values a pair has no excess (query/shared_dimension.h).
struct SharedDimension {
  store::Dimension dimension = store::Dimension::kEnvironment;
  int64_t values = 0;   // that the pair's units have
  double expected = 0;  // units with both by chance, within minutes, regions and values
  double lift = 0;
  Interval lift_interval;
};

struct RankedPair {
  size_t pair = 0;  // index into PairTable::pairs
  PairCounts counts;
  PairStatistics statistics;
  Evidence evidence = Evidence::kNone;
  std::optional<SharedDimension> shared;  // then not significant, and would be otherwise
  bool significant() const { return evidence != Evidence::kNone; }
};

struct Ranking {
  std::vector<RankedPair> pairs;  // highest score first, equal ones by signature
  int64_t tests = 0;              // pairs that could have formed
  int64_t significant = 0;
  int64_t shared = 0;  // reported as a dimension instead
};

// Every pair that could have formed is a test: those that did not have p = 1.
Ranking RankPairs(const PairTable& table, const UnitGraph& graph);

}  // namespace faultline::query
