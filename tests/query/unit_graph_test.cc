#include "query/unit_graph.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

namespace faultline::query {
namespace {

using store::IdKind;
using store::Side;

// An event in plain words; `ids` by kind.
struct Told {
  int64_t time_s = 0;
  Side side = Side::kClient;
  uint64_t signature = 1;  // 0: no failure
  std::map<IdKind, std::string> ids = {};
  std::string region = {};
  uint64_t repeat_key = 0;
};

void Append(UnitGraph& graph, const Told& told, uint64_t sequence) {
  GraphEvent event;
  event.sequence = sequence;
  event.time_us = told.time_s * 1'000'000;
  event.signature = told.signature == 0 ? UnitGraph::kNoFailure : graph.SignatureNumber(told.side, told.signature);
  event.side = told.side;
  event.repeat_key = told.repeat_key;
  event.region = graph.RegionCode(told.region);
  for (const auto& [kind, id] : told.ids) {
    const uint64_t hash = IdTable::Hash(kind, id);
    const uint32_t one = 1;
    graph.ids().Add({&hash, 1}, {&one, 1}, {&event.ids[static_cast<size_t>(kind)], 1});
  }
  graph.Append(event);
}

// Links after every `batch` events.
UnitGraph MakeGraph(const std::vector<Told>& events, uint32_t max_events_per_id = 64, size_t batch = SIZE_MAX) {
  UnitGraph graph(max_events_per_id);
  for (size_t i = 0; i < events.size(); ++i) {
    Append(graph, events[i], 100 + i);
    if ((i + 1) % batch == 0) graph.Link();
  }
  graph.Link();
  return graph;
}

bool AreOne(const UnitGraph& graph, uint32_t a, uint32_t b) { return graph.UnitOf(a) == graph.UnitOf(b); }

TEST(UnitGraphTest, ASharedIdMakesOneUnit) {
  const UnitGraph graph = MakeGraph({{.ids = {{IdKind::kMessage, "m1"}}},
                                     {.ids = {{IdKind::kMessage, "m1"}, {IdKind::kTrace, "t1"}}},
                                     {.ids = {{IdKind::kMessage, "m2"}}}});
  EXPECT_TRUE(AreOne(graph, 0, 1));
  EXPECT_FALSE(AreOne(graph, 0, 2));
}

TEST(UnitGraphTest, RepeatedLinesWithoutIdsAreOneUnit) {
  const UnitGraph graph = MakeGraph({{.time_s = 0, .repeat_key = 7},
                                     {.time_s = 120, .repeat_key = 7},
                                     {.time_s = 60, .repeat_key = 7},
                                     {.time_s = 181, .repeat_key = 7},
                                     {.time_s = 0, .repeat_key = 8},
                                     {.time_s = 0}},
                                    64, /*batch=*/1);
  EXPECT_TRUE(AreOne(graph, 0, 1)) << "joined by the one between them, which came last";
  EXPECT_TRUE(AreOne(graph, 0, 2));
  EXPECT_FALSE(AreOne(graph, 1, 3)) << "61 s apart";
  EXPECT_FALSE(AreOne(graph, 0, 4));
  EXPECT_FALSE(AreOne(graph, 0, 5));
}

TEST(UnitGraphTest, UnitsAreLinkedOverAThirdEvent) {
  const UnitGraph graph = MakeGraph({{.ids = {{IdKind::kMessage, "m1"}}},
                                     {.ids = {{IdKind::kTrace, "t1"}}},
                                     {.signature = 0, .ids = {{IdKind::kMessage, "m1"}, {IdKind::kTrace, "t1"}}}});
  EXPECT_TRUE(AreOne(graph, 0, 1));
}

TEST(UnitGraphTest, IdsOfDifferentKindsAreNeverEqual) {
  const UnitGraph graph = MakeGraph({{.ids = {{IdKind::kMessage, "same"}}}, {.ids = {{IdKind::kTrace, "same"}}}});
  EXPECT_FALSE(AreOne(graph, 0, 1));
}

TEST(UnitGraphTest, EventsWithoutAnIdAreUnitsByThemselves) {
  const UnitGraph graph = MakeGraph({{}, {}});
  EXPECT_FALSE(AreOne(graph, 0, 1));
  EXPECT_FALSE(graph.HasExactId(0));
}

TEST(UnitGraphTest, AnIdOfTooManyEventsLinksNothing) {
  std::vector<Told> events(5, Told{.ids = {{IdKind::kTrace, "session"}}});
  for (size_t i = 0; i < events.size(); ++i) events[i].ids[IdKind::kMessage] = "m" + std::to_string(i / 2);
  const UnitGraph graph = MakeGraph(events, 4);
  EXPECT_TRUE(AreOne(graph, 0, 1));
  EXPECT_TRUE(AreOne(graph, 2, 3));
  EXPECT_FALSE(AreOne(graph, 0, 2));
  ASSERT_EQ(graph.id_table().crowded().size(), 1);
  EXPECT_EQ(graph.id_table().events(graph.id_table().crowded()[0]), 5);
}

TEST(UnitGraphTest, AnIdLosesItsLinksWhenItGetsTooManyEvents) {
  std::vector<Told> events(4, Told{.ids = {{IdKind::kTrace, "session"}}});
  for (size_t i = 0; i < events.size(); ++i) events[i].ids[IdKind::kMessage] = "m" + std::to_string(i / 2);
  UnitGraph graph = MakeGraph(events, 4);
  EXPECT_TRUE(AreOne(graph, 0, 2));
  Append(graph, {.ids = {{IdKind::kTrace, "session"}}}, 500);
  graph.Link();
  EXPECT_TRUE(AreOne(graph, 0, 1));
  EXPECT_FALSE(AreOne(graph, 0, 2));
  EXPECT_FALSE(AreOne(graph, 0, 4));
}

TEST(UnitGraphTest, AUnitBelongsToItsEarliestMinuteAndRegion) {
  const UnitGraph graph =
      MakeGraph({{.time_s = 200, .ids = {{IdKind::kMessage, "m"}}, .region = "eu"},
                 {.time_s = 130, .side = Side::kServer, .ids = {{IdKind::kMessage, "m"}}},
                 {.time_s = 140, .side = Side::kServer, .ids = {{IdKind::kMessage, "m"}}, .region = "us"}});
  const Stratum& stratum = graph.strata()[graph.StratumOf(graph.UnitOf(0))];
  EXPECT_EQ(stratum.minute, 2);
  EXPECT_EQ(graph.regions()[stratum.region], "us");
  EXPECT_EQ(stratum.units, 1);
}

TEST(UnitGraphTest, MinutesBeforeTheEpochAreRoundedDown) {
  const UnitGraph graph = MakeGraph({{.time_s = -1}, {.time_s = 0}});
  EXPECT_EQ(graph.strata()[graph.StratumOf(0)].minute, -1);
  EXPECT_EQ(graph.strata()[graph.StratumOf(1)].minute, 0);
}

TEST(UnitGraphTest, FailuresComeByTimeWhateverTheOrderOfArrival) {
  UnitGraph graph = MakeGraph({{.time_s = 50}, {.time_s = 10}, {.time_s = 30}});
  Append(graph, {.time_s = 20}, 400);
  graph.Link();
  EXPECT_THAT(graph.FailuresOf(0, {10'000'000, 50'000'000}).events, ::testing::ElementsAre(1, 3, 2));
}

TEST(UnitGraphTest, EventsAreFoundBySequenceAlsoBehindGaps) {
  UnitGraph graph(64);
  for (const uint64_t sequence : {7, 8, 20, 21, 30}) Append(graph, {}, sequence);
  graph.Link();
  EXPECT_EQ(graph.EventAt(20), 2);
  EXPECT_EQ(graph.EventAt(9), std::nullopt);
  EXPECT_EQ(graph.EventAt(6), std::nullopt);
  EXPECT_EQ(graph.EventAt(31), std::nullopt);
  for (uint32_t event = 0; event < graph.size(); ++event) EXPECT_EQ(graph.EventAt(graph.SequenceOf(event)), event);
}

// Events with few ids, so that some identify nothing and units chain.
std::vector<Told> Tangle(uint32_t seed) {
  std::mt19937 random(seed);
  const auto below = [&random](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
  std::vector<Told> events(300);
  for (size_t i = 0; i < events.size(); ++i) {
    Told& told = events[i];
    told.time_s = static_cast<int64_t>(i) * 7;  // distinct: it names the event
    told.signature = static_cast<uint64_t>(below(4));
    if (below(4) > 0) told.ids[IdKind::kMessage] = "m" + std::to_string(below(90));
    if (below(3) > 0) told.ids[IdKind::kTrace] = "t" + std::to_string(below(10) == 0 ? below(2) : 2 + below(120));
    if (below(3) == 0) told.region = below(2) == 0 ? "eu" : "us";
  }
  return events;
}

// Units as sets of times, each with its minute and region.
std::set<std::string> Describe(const UnitGraph& graph) {
  std::map<uint32_t, std::set<int64_t>> units;
  for (uint32_t event = 0; event < graph.size(); ++event) units[graph.UnitOf(event)].insert(graph.time_us(event));
  std::set<std::string> texts;
  for (const auto& [unit, times] : units) {
    const Stratum& stratum = graph.strata()[graph.StratumOf(unit)];
    std::string text = std::to_string(stratum.minute) + graph.regions()[stratum.region];
    for (const int64_t time : times) text += " " + std::to_string(time);
    texts.insert(text);
  }
  return texts;
}

// The same without any cleverness: spread the smallest name until nothing moves.
std::set<std::set<int64_t>> UnitsByHand(const std::vector<Told>& events, size_t max_events_per_id) {
  std::map<std::pair<IdKind, std::string>, std::vector<size_t>> by_id;
  for (size_t i = 0; i < events.size(); ++i) {
    for (const auto& id : events[i].ids) by_id[id].push_back(i);
  }
  std::vector<size_t> name(events.size());
  for (size_t i = 0; i < name.size(); ++i) name[i] = i;
  for (bool moved = true; moved;) {
    moved = false;
    for (const auto& [id, with_it] : by_id) {
      if (with_it.size() > max_events_per_id) continue;
      size_t least = SIZE_MAX;
      for (const size_t i : with_it) least = std::min(least, name[i]);
      for (const size_t i : with_it) moved |= std::exchange(name[i], least) != least;
    }
  }
  std::map<size_t, std::set<int64_t>> units;
  for (size_t i = 0; i < name.size(); ++i) units[name[i]].insert(events[i].time_s * 1'000'000);
  std::set<std::set<int64_t>> sets;
  for (auto& [least, times] : units) sets.insert(times);
  return sets;
}

TEST(UnitGraphTest, UnitsAreThoseOfAnIndependentComputation) {
  const std::vector<Told> events = Tangle(5);
  const UnitGraph graph = MakeGraph(events, 8, 10);
  std::map<uint32_t, std::set<int64_t>> units;
  for (uint32_t event = 0; event < graph.size(); ++event) units[graph.UnitOf(event)].insert(graph.time_us(event));
  std::set<std::set<int64_t>> sets;
  for (auto& [unit, times] : units) sets.insert(times);
  EXPECT_EQ(sets, UnitsByHand(events, 8));
  EXPECT_GT(graph.id_table().crowded().size(), 0);
}

TEST(UnitGraphTest, TheOrderOfArrivalChangesNothing) {
  for (uint32_t seed = 1; seed <= 20; ++seed) {
    std::vector<Told> events = Tangle(seed);
    const std::set<std::string> want = Describe(MakeGraph(events, 8));
    std::mt19937 random(seed);
    std::shuffle(events.begin(), events.end(), random);
    EXPECT_EQ(Describe(MakeGraph(events, 8, 1 + seed * 3)), want) << "seed " << seed;
  }
}

TEST(UnitGraphTest, UnitsPerStratumAddUpToTheUnits) {
  const UnitGraph graph = MakeGraph(Tangle(3), 8, 7);
  std::map<uint32_t, uint32_t> units;
  std::set<uint32_t> roots;
  for (uint32_t event = 0; event < graph.size(); ++event) {
    if (roots.insert(graph.UnitOf(event)).second) ++units[graph.StratumOf(graph.UnitOf(event))];
  }
  for (uint32_t i = 0; i < graph.strata().size(); ++i) EXPECT_EQ(graph.strata()[i].units, units[i]);
}

TEST(UnitGraphTest, AChainOfIdsThatIsTooLongFormsNoPairs) {
  std::vector<Told> events;
  for (uint32_t i = 0; i <= UnitGraph::kMaxUnitEvents; ++i) {
    events.push_back(
        {.ids = {{IdKind::kTrace, std::to_string(i / 2)}, {IdKind::kMessage, std::to_string((i + 1) / 2)}}});
  }
  const UnitGraph graph = MakeGraph(events);
  EXPECT_TRUE(AreOne(graph, 0, UnitGraph::kMaxUnitEvents));
  EXPECT_FALSE(graph.FormsPairs(graph.UnitOf(0)));
}

}  // namespace
}  // namespace faultline::query
