#include "query/pair_ranking.h"

#include <algorithm>
#include <tuple>

namespace faultline::query {

Ranking RankPairs(const PairTable& table, const UnitGraph& graph) {
  Ranking ranking;
  ranking.tests = static_cast<int64_t>(table.clients.size()) * table.server_signatures;
  std::vector<double> p_values;
  for (size_t i = 0; i < table.pairs.size(); ++i) {
    const Pair& pair = table.pairs[i];
    RankedPair ranked;
    ranked.pair = i;
    ranked.counts = {pair.together, table.clients[pair.client].units, table.servers[pair.server].units, pair.expected};
    ranked.statistics = Describe(ranked.counts);
    p_values.push_back(ranked.statistics.p);
    ranking.pairs.push_back(ranked);
  }
  const double accepted = AcceptedUpTo(p_values, ranking.tests, kFalseDiscoveryRate);
  for (RankedPair& ranked : ranking.pairs) {
    ranked.significant = ranked.statistics.p <= accepted && HasEffect(ranked.counts, ranked.statistics);
    ranking.significant += ranked.significant ? 1 : 0;
  }
  const auto key = [&](const RankedPair& ranked) {
    const Pair& pair = table.pairs[ranked.pair];
    return std::tuple(-ranked.statistics.score, graph.signatures()[table.clients[pair.client].signature].signature,
                      graph.signatures()[table.servers[pair.server].signature].signature);
  };
  std::sort(ranking.pairs.begin(), ranking.pairs.end(),
            [&](const RankedPair& a, const RankedPair& b) { return key(a) < key(b); });
  return ranking;
}

}  // namespace faultline::query
