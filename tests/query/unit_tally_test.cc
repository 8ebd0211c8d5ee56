// Counting a signature's units block by block says what visiting each of them says.
#include "query/unit_tally.h"

#include <gmock/gmock.h>

#include <map>
#include <random>
#include <string>
#include <vector>

#include "tests/testing/status_matchers.h"

namespace faultline::query {
namespace {

using ::faultline::testing::IsOk;
using store::IdKind;
using store::Side;

constexpr int64_t kSecond = 1'000'000;

class UnitTallyTest : public ::testing::Test {
 protected:
  // Failures with few signatures, so that each has many blocks; one in `repeats` belongs to a unit that failed before.
  void Add(int count, int repeats, int64_t start_us, int64_t micros) {
    for (int i = 0; i < count; ++i) {
      GraphEvent event;
      event.sequence = next_++;
      event.time_us = start_us + static_cast<int64_t>(random_() % static_cast<uint64_t>(micros));
      event.side = Below(2) == 0 ? Side::kServer : Side::kClient;
      event.signature = graph_.SignatureNumber(event.side, 1 + Below(2));
      event.region = graph_.RegionCode(Below(3) == 0 ? "" : "r" + std::to_string(Below(2)));
      event.service = graph_.ServiceCode("s" + std::to_string(Below(3)));
      if (Below(10) != 0) {
        const uint64_t id = Below(repeats) == 0 && next_ > 1 ? random_() % next_ : next_;
        const uint64_t hash = IdTable::Hash(IdKind::kMessage, std::to_string(id));
        const uint32_t one = 1;
        graph_.ids().Add({&hash, 1}, {&one, 1}, {&event.ids[static_cast<size_t>(IdKind::kMessage)], 1});
      }
      graph_.Append(event);
    }
    graph_.Link();
  }

  // Returns how many units blocks told.
  int64_t ExpectTheSame(const store::TimeRange& range) {
    ScanResult scan;
    const auto failures = FailureSelection::Make(graph_, store::View(), std::nullopt, range, Filter(), {}, scan);
    EXPECT_THAT(failures, IsOk());
    const CellTable cells = MakeCellTable(graph_.strata(), graph_.regions(), {}, {});
    UnitMarks marks;
    UnitTally tally(graph_, *failures, &cells, marks);
    int64_t in_blocks = 0;
    for (const FailureSelection::Group& group : failures->groups()) {
      const SignatureTally summed = tally.Count(group);
      const SignatureTally visited = tally.Count(group, [](uint32_t, const EventFacts&) {});
      EXPECT_EQ(summed.units, visited.units);
      EXPECT_EQ(summed.margin->cells, visited.margin->cells);
      EXPECT_EQ(summed.margin->units, visited.margin->units);
      ExpectLines(group, summed);
      failures->SumUnits(
          group, marks,
          [&](const PostingBlock& block) {
            for (const auto& [stratum, units] : block.firsts) in_blocks += units;
          },
          [](uint32_t, const EventFacts&) {});
    }
    return in_blocks;
  }

  int Below(int n) { return static_cast<int>(random_() % static_cast<unsigned>(n)); }

  std::mt19937_64 random_{11};
  UnitGraph graph_{64};

 private:
  void ExpectLines(const FailureSelection::Group& group, const SignatureTally& tally) {
    int64_t without_id = 0;
    std::map<std::string, int64_t> by_service;
    for (const uint32_t event : group.events) {
      without_id += graph_.HasExactId(event) ? 0 : 1;
      ++by_service[graph_.services()[graph_.facts(event).service]];
    }
    EXPECT_EQ(tally.lines, static_cast<int64_t>(group.events.size()));
    EXPECT_EQ(tally.lines_without_id, without_id);
    int64_t most = 0;
    for (const auto& [service, lines] : by_service) most = std::max(most, lines);
    EXPECT_EQ(by_service[graph_.services()[tally.service]], most);
  }

  uint64_t next_ = 1;
};

TEST_F(UnitTallyTest, BlocksSayWhatVisitingSays) {
  int64_t in_blocks = 0;
  for (int batch = 0; batch < 5; ++batch) {
    // The next ten minutes, a few late ones, and some that join units of long ago.
    Add(5'000, 1'000, batch * 600 * kSecond, 600 * kSecond);
    Add(200, 50, 0, (batch + 1) * 600 * kSecond);
    in_blocks += ExpectTheSame({});
    for (int round = 0; round < 10; ++round) {
      store::TimeRange range;
      range.start_us = Below(600 * (batch + 1)) * kSecond + Below(1'000'000);
      range.end_us = range.start_us + Below(2'000) * kSecond;
      in_blocks += ExpectTheSame(range);
    }
  }
  EXPECT_GT(in_blocks, 10'000) << "too few to say anything of blocks";
}

TEST_F(UnitTallyTest, UnitsThatFailedBeforeTheWindowCountInIt) {
  Add(3'000, 3, 0, 600 * kSecond);
  Add(3'000, 3, 300 * kSecond, 600 * kSecond);
  for (int64_t start = 0; start < 900; start += 100) ExpectTheSame({start * kSecond, (start + 300) * kSecond});
}

}  // namespace
}  // namespace faultline::query
