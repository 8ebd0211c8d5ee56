// Units of windows and filters, held against a count that knows nothing of how they are counted.
#include <gmock/gmock.h>

#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "tests/query/correlator_fixture.h"

namespace faultline::query {
namespace {

using store::Side;

// Which events share an id, directly or over others.
class Units {
 public:
  void Add(const Told& told) {
    const size_t event = parents_.size();
    parents_.push_back(event);
    for (const std::string& id : {"m" + told.message_id, "t" + told.trace_id}) {
      if (id.size() == 1) continue;
      const auto [first, is_new] = first_with_.try_emplace(id, event);
      if (!is_new) parents_[RootOf(event)] = RootOf(first->second);
    }
  }
  size_t RootOf(size_t event) {
    while (parents_[event] != event) event = parents_[event] = parents_[parents_[event]];
    return event;
  }

 private:
  std::vector<size_t> parents_;
  std::map<std::string, size_t> first_with_;
};

class UnitCountsTest : public CorrelatorTest {
 protected:
  void AddTold(const Told& told) {
    Add(told);
    told_.push_back(told);
    units_.Add(told);
  }

  // A failure at a random time, of one of `ids` messages; some are linked over a trace.
  void AddRandom(int ids) {
    Told told;
    told.side = Below(2) == 0 ? Side::kServer : Side::kClient;
    told.signature = static_cast<uint64_t>(told.side) * 16 + static_cast<uint64_t>(Below(4));
    told.at_us = Below(1'200) * kSecond + Below(1'000) * 1'000;
    if (Below(8) != 0) told.message_id = std::to_string(Below(ids));
    if (Below(16) == 0) told.trace_id = std::to_string(Below(ids));
    told.region = Below(2) == 0 ? "eu" : "us";
    AddTold(told);
  }

  // More events than a unit may have to form pairs, each linked to the next.
  void AddChain(int events) {
    for (int i = 0; i < events; ++i) {
      AddTold({.side = i % 3 == 0 ? Side::kServer : Side::kClient,
               .signature = static_cast<uint64_t>(i % 3 == 0 ? 32 : 16),
               .at_us = (events - i) * kSecond,
               .message_id = "chain" + std::to_string(i / 2),
               .trace_id = "chain" + std::to_string((i + 1) / 2),
               .region = i % 2 == 0 ? "eu" : "us"});
    }
  }

  bool IsAsked(const Told& told, const store::TimeRange& range, const std::string& region) const {
    return range.Contains(kNewYear + told.at_us) && (region.empty() || told.region == region);
  }

  void ExpectSignatures(const store::TimeRange& range, const std::string& region) {
    std::map<std::string, std::set<size_t>> units;
    for (size_t i = 0; i < told_.size(); ++i) {
      if (IsAsked(told_[i], range, region)) units[store::FormatSignature(told_[i].signature)].insert(units_.RootOf(i));
    }
    std::map<std::string, int64_t> expected, found;
    for (const auto& [signature, of_signature] : units) expected[signature] = static_cast<int64_t>(of_signature.size());
    const auto listed = correlator_->ListSignatures(range, FilterFor(region), QueryControl());
    ASSERT_THAT(listed, testing::IsOk());
    for (const auto& row : listed->signatures()) found[row.signature()] = row.units();
    ASSERT_EQ(found, expected);
  }

  void ExpectTotals(const store::TimeRange& range, const std::string& region) {
    std::map<Side, std::set<size_t>> units;
    for (size_t i = 0; i < told_.size(); ++i) {
      if (IsAsked(told_[i], range, region)) units[told_[i].side].insert(units_.RootOf(i));
    }
    Correlator::Question question;
    question.range = range;
    question.client_filter = question.server_filter = FilterFor(region);
    const auto totals = Ask(question).totals();
    ASSERT_EQ(totals.client_units(), static_cast<int64_t>(units[Side::kClient].size()));
    ASSERT_EQ(totals.server_units(), static_cast<int64_t>(units[Side::kServer].size()));
  }

  void ExpectCounts() {
    for (int round = 0; round < 12; ++round) {
      store::TimeRange range;
      if (round > 0) {
        range.start_us = kNewYear + Below(1'200) * kSecond;
        range.end_us = range.start_us + Below(400) * kSecond;
      }
      for (const std::string region : {"", "eu"}) {
        ExpectSignatures(range, region);
        ExpectTotals(range, region);
      }
    }
  }

  int Below(int n) { return static_cast<int>(random_() % static_cast<unsigned>(n)); }

 private:
  static Filter FilterFor(const std::string& region) {
    return region.empty() ? Filter() : Parsed("region = \"" + region + "\"");
  }

  std::mt19937 random_{7};
  std::vector<Told> told_;
  Units units_;
};

TEST_F(UnitCountsTest, AreThoseOfAnIndependentCount) {
  for (int batch = 0; batch < 6; ++batch) {
    for (int i = 0; i < 300; ++i) AddRandom(150);  // too few of each to crowd an id
    ExpectCounts();
    if (batch % 2 == 0) fixture_.Seal();
  }
}

TEST_F(UnitCountsTest, AUnitThatIsTooLargeForPairsCountsOnce) {
  AddChain(900);
  for (int i = 0; i < 200; ++i) AddRandom(100);
  ExpectCounts();
  AddChain(1'100);  // its first part is known
  ExpectCounts();
  for (int i = 0; i < 200; ++i) AddRandom(100);
  ExpectCounts();
}

}  // namespace
}  // namespace faultline::query
