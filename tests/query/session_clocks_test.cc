#include "query/session_clocks.h"

#include <algorithm>
#include <random>
#include <vector>

#include "tests/query/correlator_fixture.h"

namespace faultline::query {
namespace {

using store::Side;

struct Sent {
  uint64_t session;
  int64_t offset_us;
};

SessionClocks Clocks(const std::vector<Sent>& events) {
  SessionClocks clocks;
  for (const Sent& sent : events) {
    clocks.AddEvent();
    if (sent.session != 0) clocks.SetClock(sent.session, sent.offset_us);
  }
  return clocks;
}

TEST(SessionClocksTest, TheSmallestDifferenceOfASessionIsThatOfAllItsEvents) {
  const SessionClocks clocks = Clocks({{1, 5'300'000}, {2, -900'000}, {1, 5'100'000}, {1, 7'000'000}, {0, 0}});
  EXPECT_EQ(clocks.CorrectionOf(0), -200'000);
  EXPECT_EQ(clocks.CorrectionOf(1), 0);
  EXPECT_EQ(clocks.CorrectionOf(2), 0);
  EXPECT_EQ(clocks.CorrectionOf(3), -1'900'000);
  EXPECT_EQ(clocks.CorrectionOf(4), 0);
  EXPECT_FALSE(clocks.HasClock(4));
}

TEST(SessionClocksTest, AClockThatWasSetMeanwhileCorrectsNothingBeforeIt) {
  const SessionClocks clocks = Clocks({{1, 3'600'000'000}, {1, 200'000}, {1, 300'000}});
  EXPECT_EQ(clocks.CorrectionOf(0), 0);
  EXPECT_EQ(clocks.CorrectionOf(2), -100'000);
}

TEST(SessionClocksTest, TheUsualUploadIsTheMedianOverSessions) {
  std::vector<Sent> events;
  // Clocks are off by up to an hour either way; uploads take 120 ms.
  for (int64_t i = -50; i <= 50; ++i) events.push_back({static_cast<uint64_t>(i + 100), i * i * i * 30'000 + 120'000});
  EXPECT_EQ(Clocks(events).TypicalUploadMicros(), 120'000);
}

TEST(SessionClocksTest, TheUsualUploadIsNotGuessed) {
  std::vector<Sent> few, slow, fast;
  for (uint64_t i = 1; i < 30; ++i) few.push_back({i, 120'000});
  for (uint64_t i = 1; i < 100; ++i) slow.push_back({i, 3'600'000'000});  // a time zone, not an upload
  for (uint64_t i = 1; i < 100; ++i) fast.push_back({i, -5'000'000});
  EXPECT_EQ(Clocks({}).TypicalUploadMicros(), 0);
  EXPECT_EQ(Clocks(few).TypicalUploadMicros(), 0);
  EXPECT_EQ(Clocks(slow).TypicalUploadMicros(), 0);
  EXPECT_EQ(Clocks(fast).TypicalUploadMicros(), 0);
}

TEST(SessionClocksTest, OrderOfArrivalChangesNothing) {
  std::vector<Sent> events;
  std::mt19937 random(5);
  for (int i = 0; i < 300; ++i) {
    events.push_back({1 + random() % 40, static_cast<int64_t>(random() % 900'000'000) - 400'000'000});
  }
  const SessionClocks one = Clocks(events);
  std::vector<size_t> order(events.size());
  for (size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::shuffle(order.begin(), order.end(), random);
  std::vector<Sent> shuffled;
  for (const size_t i : order) shuffled.push_back(events[i]);
  const SessionClocks other = Clocks(shuffled);
  EXPECT_EQ(one.TypicalUploadMicros(), other.TypicalUploadMicros());
  for (size_t i = 0; i < order.size(); ++i) {
    EXPECT_EQ(one.CorrectionOf(static_cast<uint32_t>(order[i])), other.CorrectionOf(static_cast<uint32_t>(i)));
  }
}

class SessionLagTest : public CorrelatorTest {};

TEST_F(SessionLagTest, LagsAreByTheClockOfTheSessionLessTheUsualUpload) {
  // Clients fail 2 s after the server. Every upload takes 300 ms, or 5 s in the first try of a session.
  for (int i = 0; i < 40; ++i) {
    const std::string id = "m" + std::to_string(i), session = "s" + std::to_string(i);
    Add({.side = Side::kServer, .signature = kServerSignature, .at_us = i * kMinute, .message_id = id});
    const int64_t failed = i * kMinute + 2 * kSecond;
    Add({.at_us = failed + 5 * kSecond, .message_id = id, .session = session, .clock_offset_us = 5 * kSecond});
    AskAll();  // what is known later corrects what was linked before
    Add({.at_us = failed + 20 * kSecond + 300'000, .message_id = id, .session = session, .clock_offset_us = 300'000});
  }
  const v1::CorrelateResponse response = AskAll();
  ASSERT_EQ(response.pairs_size(), 1);
  EXPECT_EQ(response.totals().typical_upload_seconds(), 0.3);
  EXPECT_DOUBLE_EQ(response.pairs(0).median_lag_seconds(), 2);
}

TEST_F(SessionLagTest, AnEventOfAnotherMinuteMovesItsUnitsStratum) {
  // At first the failure seems to be in the second minute, in which 10 attempts were made.
  Add({.at_us = kMinute + 2 * kSecond, .message_id = "m", .session = "s", .clock_offset_us = 5 * kSecond});
  Add({.side = Side::kServer, .signature = kServerSignature, .at_us = kMinute + 8 * kSecond, .message_id = "m"});
  fixture_.AddAttempts(kFirstMinute, "", 1000);
  fixture_.AddAttempts(kFirstMinute + 1, "", 10);
  fixture_.Seal();
  ASSERT_EQ(AskAll().pairs_size(), 1);
  EXPECT_EQ(AskAll().pairs(0).expected(), 0.1);
  Add({.at_us = 5 * kMinute, .message_id = "n", .session = "s", .clock_offset_us = kSecond});
  EXPECT_EQ(AskAll().pairs(0).expected(), 0.001);
}

}  // namespace
}  // namespace faultline::query
