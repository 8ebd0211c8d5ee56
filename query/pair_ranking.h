// The pairs of a table with what their counts say, strongest first.
#pragma once

#include <vector>

#include "query/pair_statistics.h"
#include "query/pair_table.h"
#include "query/unit_graph.h"

namespace faultline::query {

struct RankedPair {
  size_t pair = 0;  // index into PairTable::pairs
  PairCounts counts;
  PairStatistics statistics;
  bool significant = false;
};

struct Ranking {
  std::vector<RankedPair> pairs;  // highest score first, equal ones by signature
  int64_t tests = 0;              // pairs that could have formed
  int64_t significant = 0;
};

// Every pair that could have formed is a test: those that did not have p = 1.
Ranking RankPairs(const PairTable& table, const UnitGraph& graph);

}  // namespace faultline::query
