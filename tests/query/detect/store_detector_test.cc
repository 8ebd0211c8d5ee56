#include "query/detect/store_detector.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "tests/query/correlator_fixture.h"

namespace faultline::query {
namespace {

using ::testing::IsEmpty;
using testing::IsOk;
using ::testing::SizeIs;

class StoreDetectorTest : public CorrelatorTest {
 protected:
  // `count` failures in a minute since the new year, linked to a failure of the server where `is_linked`.
  void AddMinute(int64_t minute, int count, const Told& like = {}, bool is_linked = false) {
    for (int i = 0; i < count; ++i) {
      Told told = like;
      told.at_us = minute * kMinute + i * kSecond / 4;
      if (is_linked) told.message_id = "m" + std::to_string(minute) + "-" + std::to_string(i);
      Add(told);
      if (!is_linked) continue;
      Add({.side = store::Side::kServer,
           .signature = kServerSignature,
           .at_us = told.at_us,
           .message_id = told.message_id});
    }
  }
  // Up to `end_minute` since the new year, long after it.
  std::vector<StoredFinding> DetectUpTo(int64_t end_minute) {
    const int64_t read_us = kNewYear + end_minute * kMinute;
    EXPECT_THAT(
        detector_.Advance({fixture_.store(), *fixture_.view(), *correlator_, read_us, kNewYear + 400 * 1440 * kMinute},
                          QueryControl()),
        IsOk());
    return detector_.Findings();
  }
  static std::vector<const StoredFinding*> Of(const std::vector<StoredFinding>& findings, FindingKind kind) {
    std::vector<const StoredFinding*> found;
    for (const StoredFinding& finding : findings) {
      if (finding.finding.kind == kind) found.push_back(&finding);
    }
    return found;
  }

  StoreDetector detector_;
};

TEST_F(StoreDetectorTest, FindsASpikeOfASignatureAndOfItsPair) {
  for (int64_t minute = 0; minute < 150; ++minute) {
    AddMinute(minute, (minute >= 120 && minute < 125 ? 60 : 10) + static_cast<int>(minute % 3), {}, /*is_linked=*/true);
    fixture_.AddAttempts(kFirstMinute + minute, "", 5000);
  }
  fixture_.Seal();
  const auto spikes = DetectUpTo(1000);
  ASSERT_THAT(spikes, SizeIs(3));  // of both signatures and of the pair
  EXPECT_EQ(std::count_if(spikes.begin(), spikes.end(), [](const StoredFinding& f) { return f.key.is_pair(); }), 1);
  for (const StoredFinding& spike : spikes) {
    EXPECT_EQ(spike.finding.kind, FindingKind::kSpike);
    EXPECT_EQ(spike.finding.start_us, kNewYear + 120 * kMinute);
    EXPECT_LE(spike.finding.found_us, kNewYear + 122 * kMinute);
    EXPECT_EQ(spike.finding.end_us, kNewYear + 125 * kMinute);
  }
}

// Messages that failed on either side by themselves, of which every fifteenth happens to be the same.
TEST_F(StoreDetectorTest, TakesNoPairOfAStormForAFinding) {
  for (int64_t minute = 0; minute < 130; ++minute) {
    const int count = minute >= 120 && minute < 124 ? 200 : 5;
    for (int i = 0; i < count; ++i) {
      const std::string id = "m" + std::to_string(minute) + "-";
      const int64_t at_us = minute * kMinute + i * kSecond / 8;
      Add({.at_us = at_us, .message_id = id + (count > 5 ? "" : "c") + std::to_string(i * 3)});  // else never the same
      Add({.side = store::Side::kServer,
           .signature = kServerSignature,
           .at_us = at_us,
           .message_id = id + std::to_string(i * 5)});
    }
    fixture_.AddAttempts(kFirstMinute + minute, "", 1000);
  }
  fixture_.Seal();
  const auto findings = DetectUpTo(1000);
  EXPECT_THAT(findings, SizeIs(2));  // both signatures surge
  for (const StoredFinding& finding : findings) EXPECT_FALSE(finding.key.is_pair());
}

TEST_F(StoreDetectorTest, FindsTheSameMinuteByMinuteAsAtOnce) {
  for (int64_t minute = 0; minute < 200; ++minute)
    AddMinute(minute, (minute >= 150 && minute < 160 ? 50 : 8) + static_cast<int>(minute % 4));
  std::vector<StoredFinding> step_by_step;
  for (int64_t minute = 1; minute <= 201; ++minute) step_by_step = DetectUpTo(minute);
  StoreDetector at_once;
  EXPECT_THAT(at_once.Advance({fixture_.store(), *fixture_.view(), *correlator_, kNewYear + 201 * kMinute,
                               kNewYear + 400 * 1440 * kMinute},
                              QueryControl()),
              IsOk());
  const auto whole = at_once.Findings();
  ASSERT_THAT(whole, SizeIs(1));
  ASSERT_THAT(step_by_step, SizeIs(1));
  EXPECT_EQ(step_by_step[0].finding.start_us, whole[0].finding.start_us);
  EXPECT_EQ(step_by_step[0].finding.found_us, whole[0].finding.found_us);
  EXPECT_EQ(step_by_step[0].finding.end_us, whole[0].finding.end_us);
  EXPECT_EQ(step_by_step[0].finding.observed, whole[0].finding.observed);
}

TEST_F(StoreDetectorTest, LooksAtNoMinuteThatIsNotReadYet) {
  for (int64_t minute = 0; minute < 130; ++minute) AddMinute(minute, minute >= 120 ? 60 : 10);
  EXPECT_THAT(DetectUpTo(120), IsEmpty());
  EXPECT_EQ(detector_.figures().up_to_us, kNewYear + 120 * kMinute);
  EXPECT_THAT(DetectUpTo(122), SizeIs(1));
}

TEST_F(StoreDetectorTest, FindsASignatureThatIsNewAndOneThatStops) {
  for (int64_t minute = 0; minute < 240; ++minute) {
    if (minute < 180) AddMinute(minute, 10);
    AddMinute(minute, 3, {.side = store::Side::kServer, .signature = kServerSignature});
    if (minute >= 200) AddMinute(minute, 6, {.signature = kOtherClient});
  }
  const auto findings = DetectUpTo(1000);
  const auto fresh = Of(findings, FindingKind::kNew);
  ASSERT_THAT(fresh, SizeIs(1));
  EXPECT_EQ(fresh[0]->key.signature, kOtherClient);
  EXPECT_EQ(fresh[0]->finding.start_us, kNewYear + 200 * kMinute);
  const auto silent = Of(findings, FindingKind::kSilence);
  ASSERT_THAT(silent, SizeIs(1));
  EXPECT_EQ(silent[0]->key.signature, kClientSignature);
  EXPECT_EQ(silent[0]->finding.start_us, kNewYear + 180 * kMinute);
  EXPECT_EQ(silent[0]->finding.end_us, 0);
  EXPECT_THAT(findings, SizeIs(2));
}

TEST_F(StoreDetectorTest, CallsAFailureThatReturnsInANewerVersionARegression) {
  const auto add = [this](int64_t minute, const char* version) {
    Add({.at_us = minute * kMinute, .app_version = version});
  };
  add(0, "4.9.1");
  add(10, "4.10.0");
  add(1500, "4.10.0");  // no newer one
  add(3000, "4.11.0");
  add(3100, "4.12.0");  // not gone
  const std::vector<StoredFinding> findings = DetectUpTo(5000);
  const auto returned = Of(findings, FindingKind::kRegression);
  ASSERT_THAT(returned, SizeIs(1));
  EXPECT_EQ(returned[0]->version, "4.11.0");
  EXPECT_EQ(returned[0]->finding.start_us, kNewYear + 3000 * kMinute);
}

TEST_F(StoreDetectorTest, WatchesFailuresPerAttemptOfEachRegion) {
  for (int64_t minute = 0; minute < 150; ++minute) {
    const bool busy = minute >= 100;  // ten times the traffic, and ten times the failures
    const bool broken = minute >= 130 && minute < 140;
    AddMinute(minute, busy ? 40 : 4, {.region = "eu"});
    AddMinute(minute, broken ? 30 : 4, {.region = "us"});
    fixture_.AddAttempts(kFirstMinute + minute, "eu", busy ? 1000 : 100);
    fixture_.AddAttempts(kFirstMinute + minute, "us", 100);
  }
  fixture_.Seal();
  const std::vector<StoredFinding> findings = DetectUpTo(1000);
  const auto rates = Of(findings, FindingKind::kRate);
  ASSERT_THAT(rates, SizeIs(1));
  EXPECT_EQ(rates[0]->key.value, "us");
  EXPECT_EQ(rates[0]->finding.start_us, kNewYear + 130 * kMinute);
}

TEST_F(StoreDetectorTest, TakesFewerAttemptsThanFailuresForAllFailed) {
  for (int64_t minute = 0; minute < 100; ++minute) {
    AddMinute(minute, 5, {.region = "eu"});
    fixture_.AddAttempts(kFirstMinute + minute, "eu", minute < 50 ? 2 : 0);
  }
  fixture_.Seal();
  EXPECT_THAT(DetectUpTo(1000), IsEmpty());
  EXPECT_EQ(detector_.figures().overfull, 50);
}

TEST_F(StoreDetectorTest, PairsAddUpOverTheMinutesToWhatCorrelateCounts) {
  std::mt19937 random(5);
  for (int i = 0; i < 600; ++i) {
    const std::string id = "m" + std::to_string(random() % 150);  // retries on both sides, in any order
    const bool is_client = random() % 2 == 0;
    Add({.side = is_client ? store::Side::kClient : store::Side::kServer,
         .signature = is_client ? (random() % 3 == 0 ? kOtherClient : kClientSignature) : kServerSignature,
         .at_us = static_cast<int64_t>(random() % 120) * kMinute + static_cast<int64_t>(random() % 60) * kSecond,
         .message_id = id});
  }
  std::map<std::string, int64_t> together;
  const v1::CorrelateResponse answer = AskAll();
  for (const v1::CorrelatedPair& pair : answer.pairs()) together[pair.client().signature()] = pair.together();
  const auto rows = correlator_->CountPairMinutes({INT64_MIN, INT64_MAX}, QueryControl());
  ASSERT_THAT(rows, IsOk());
  std::map<std::string, int64_t> by_minutes;
  for (const PairMinute& row : *rows) by_minutes[store::FormatSignature(row.client)] += row.units;
  EXPECT_EQ(by_minutes, together);
  EXPECT_EQ(together.size(), 2u);
}

TEST_F(StoreDetectorTest, WaitsForOldRecordsThatStillComeIn) {
  for (int64_t minute = 0; minute < 130; ++minute) AddMinute(minute, minute >= 120 ? 60 : 10);
  int64_t now_us = kNewYear + 400 * 1440 * kMinute;
  const auto advance = [&] {
    EXPECT_THAT(detector_.Advance({fixture_.store(), *fixture_.view(), *correlator_, now_us, now_us, /*may_grow=*/true},
                                  QueryControl()),
                IsOk());
    return detector_.Findings().size();
  };
  EXPECT_EQ(advance(), 0u);
  EXPECT_TRUE(detector_.figures().is_waiting);
  AddMinute(20, 1);
  now_us += 2 * kQuietMicros;
  EXPECT_EQ(advance(), 0u);  // one came
  now_us += 2 * kQuietMicros;
  EXPECT_EQ(advance(), 1u);
  EXPECT_FALSE(detector_.figures().is_waiting);
}

TEST_F(StoreDetectorTest, SaysNothingOfAnEmptyStore) {
  EXPECT_THAT(DetectUpTo(1000), IsEmpty());
  EXPECT_EQ(detector_.figures().up_to_us, 0);
}

}  // namespace
}  // namespace faultline::query
