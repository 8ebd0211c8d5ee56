// Answers are a function of the set of events, not of how they came.
#include <gmock/gmock.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "tests/query/correlator_fixture.h"

namespace faultline::query {
namespace {

using store::Side;

// A day's worth of trouble: links over two kinds of ids, retries, ties in time, a crowded id, sessions with
// clocks that are off, regions known to one side.
std::vector<Told> Events() {
  std::mt19937 random(3);
  std::vector<Told> events;
  for (int i = 0; i < 400; ++i) {
    const std::string number = std::to_string(i);
    const int64_t at = static_cast<int64_t>(random() % 3600) * kSecond;
    const std::string region = random() % 3 == 0 ? "" : random() % 2 == 0 ? "eu" : "us";
    const bool crowded = i % 5 == 0;
    const std::string trace = crowded ? "crowded" : "t" + number;
    if (random() % 4 != 0) {
      const uint64_t signature = 0x50 + random() % 4;
      const int tries = 1 + static_cast<int>(random() % 3);
      for (int k = 0; k < tries; ++k) {
        events.push_back({.side = Side::kServer,
                          .signature = signature,
                          .at_us = at + k * kSecond / 2,
                          .message_id = random() % 2 == 0 ? "m" + number : "",
                          .trace_id = trace,
                          .region = region});
      }
    }
    const uint64_t signature = 0xc0 + random() % 4;
    const int tries = 1 + static_cast<int>(random() % 2);
    for (int k = 0; k < tries; ++k) {
      const int64_t way = static_cast<int64_t>(random() % 4'000'000);
      events.push_back({.signature = signature,
                        .at_us = at + way + k * kSecond,
                        .message_id = "m" + number,
                        .trace_id = crowded || random() % 2 == 0 ? trace : "",
                        .session = "s" + std::to_string(i % 90),
                        .clock_offset_us = way + 1});
    }
  }
  return events;
}

std::string PairsOf(v1::CorrelateResponse response) {
  response.clear_completeness();  // says how much was read
  return response.DebugString();
}

// Adds everything, asking now and then when `asks` says so.
std::string AnswerOf(const std::vector<Told>& events, size_t events_between_questions) {
  StoreFixture fixture;
  const auto correlator = Correlator::Create({}, fixture.store());
  Correlator::Question question;
  question.all_pairs = true;
  for (size_t i = 0; i < events.size(); ++i) {
    fixture.Add(ToEvent(events[i]));
    if (events_between_questions == 0 || i % events_between_questions != 0) continue;
    if (i % 3 == 0) fixture.Seal();
    EXPECT_THAT(correlator->Correlate(question, QueryControl()), testing::IsOk());
  }
  for (int64_t minute = -5; minute < 70; ++minute) {
    fixture.AddAttempts(kFirstMinute + minute, "eu", 300);
    fixture.AddAttempts(kFirstMinute + minute, "us", 200);
  }
  fixture.Seal();
  auto response = correlator->Correlate(question, QueryControl());
  EXPECT_THAT(response, testing::IsOk());
  return PairsOf(*std::move(response));
}

TEST(CorrelatorOrderTest, ShuffledEventsGiveTheSameBytes) {
  std::vector<Told> events = Events();
  const std::string want = AnswerOf(events, 0);
  EXPECT_THAT(want, ::testing::HasSubstr("not_identifying"));
  std::mt19937 random(17);
  for (int round = 0; round < 6; ++round) {
    std::shuffle(events.begin(), events.end(), random);
    EXPECT_EQ(AnswerOf(events, 0), want) << round;
  }
}

TEST(CorrelatorOrderTest, QuestionsInBetweenChangeNothing) {
  std::vector<Told> events = Events();
  const std::string want = AnswerOf(events, 0);
  std::mt19937 random(19);
  for (const size_t between : {1u, 7u, 100u}) {
    std::shuffle(events.begin(), events.end(), random);
    EXPECT_EQ(AnswerOf(events, between), want) << between;
  }
}

}  // namespace
}  // namespace faultline::query
