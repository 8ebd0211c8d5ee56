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
    const SignatureTally &client = table.clients[pair.client], &server = table.servers[pair.server];
    RankedPair ranked;
    ranked.pair = i;
    ranked.counts = {
        pair.together,         client.units,        server.units,        pair.expected.all,
        pair.expected.crowded, pair.quiet_together, pair.expected.quiet, client.sampled + server.sampled > 0};
    ranked.statistics = Describe(ranked.counts);
    p_values.push_back(PairP(ranked.counts, ranked.statistics));
    ranking.pairs.push_back(ranked);
  }
  const double accepted = AcceptedUpTo(p_values, ranking.tests, kFalseDiscoveryRate);
  for (RankedPair& ranked : ranking.pairs) {
    ranked.evidence = Judge(ranked.counts, ranked.statistics, accepted);
    ranking.significant += ranked.significant() ? 1 : 0;
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
