// A graph of a window gives the answers of the graph of everything.
#include <gmock/gmock.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "tests/query/correlator_fixture.h"

namespace faultline::query {
namespace {

using store::Side;

constexpr int64_t kHour = 60 * kMinute;
constexpr int kSessions = 60;
constexpr int64_t kLeastWay = 300'000;  // of one upload of every session

// Six hours of trouble: units that begin long before they end, over two kinds of ids; retries, failures without
// ids, a crowded id, successes, sessions with clocks that are off.
class Trouble {
 public:
  explicit Trouble(uint32_t seed) : random_(seed) {}

  std::vector<Told> Make() {
    for (int i = 0; i < 1500; ++i) AddUnit(i);
    for (int i = 0; i < kSessions; ++i) {
      AddClient("c" + std::to_string(i), "", Below(6 * kHour), i, kLeastWay);
    }
    for (int i = 0; i < 300; ++i) {  // repeated, or not, within a minute
      events_.push_back({.signature = 0xc0 + random_() % 2,
                         .at_us = Below(6 * 60) * kMinute,
                         .region = "eu",
                         .session = "s" + std::to_string(Below(10))});
    }
    std::shuffle(events_.begin(), events_.end(), random_);
    return std::move(events_);
  }

 private:
  int64_t Below(int64_t bound) { return static_cast<int64_t>(random_() % static_cast<uint64_t>(bound)); }

  void AddClient(const std::string& message, const std::string& trace, int64_t at_us, int session, int64_t way_us) {
    events_.push_back({.signature = 0xc0 + random_() % 5,
                       .at_us = at_us + way_us,
                       .message_id = message,
                       .trace_id = trace,
                       .session = "s" + std::to_string(session),
                       .clock_offset_us = way_us});
  }

  void AddUnit(int i) {
    const std::string number = std::to_string(i), message = "m" + number;
    const bool crowded = Below(20) == 0;
    const std::string trace = crowded ? "crowded" : "t" + number;
    const std::string region = Below(3) == 0 ? "" : Below(2) == 0 ? "eu" : "us";
    const auto at = Below(6 * 3600) * kSecond;
    // Most meet within seconds; some over an hour, so that windows cut through them.
    const int64_t apart = Below(4) == 0 ? Below(3600) * kSecond : kSecond;
    const uint64_t linked = 0x50 + random_() % 5;
    for (int64_t k = Below(3); k > 0; --k) {
      events_.push_back({.side = Side::kServer,
                         .signature = linked,
                         .at_us = at + k * kSecond,
                         .message_id = Below(2) == 0 ? message : "",
                         .trace_id = trace,
                         .region = region});
    }
    if (Below(5) == 0) {
      events_.push_back({.side = Side::kServer,
                         .signature = linked,
                         .at_us = at + apart / 2,
                         .message_id = message,
                         .severity = 9,
                         .success = Below(2) == 0});
    }
    for (int64_t k = Below(3); k > 0; --k) {
      const auto way = kLeastWay + Below(4'000'000);
      AddClient(message, !crowded && Below(2) == 0 ? trace : "", at + apart + k * kSecond,
                static_cast<int>(Below(kSessions)), way);
    }
  }

  std::mt19937 random_;
  std::vector<Told> events_;
};

template <typename Response>
std::string Text(absl::StatusOr<Response> response) {
  EXPECT_THAT(response, testing::IsOk());
  if (!response.ok()) return "";
  EXPECT_FALSE(response->completeness().partial()) << response->completeness().partial_reason();
  response->clear_completeness();
  // Of the whole store those are listed that lie around the window, too.
  if constexpr (requires { response->clear_not_identifying(); }) response->clear_not_identifying();
  // Any failure of a unit may stand for it.
  if constexpr (requires { response->mutable_rows(0)->clear_exemplars(); }) {
    for (auto& row : *response->mutable_rows()) row.clear_exemplars();
  }
  return response->DebugString();
}

// Everything that is asked of a graph.
std::vector<std::string> Answers(Correlator& correlator, const store::TimeRange& range) {
  std::vector<std::string> texts;
  Correlator::Question pairs;
  pairs.range = range;
  pairs.all_pairs = true;
  texts.push_back(Text(correlator.Correlate(pairs, {})));
  pairs.client_filter = *Filter::Parse("signature = \"v1:00000000000000c1\"", nullptr);
  texts.push_back(Text(correlator.Correlate(pairs, {})));
  pairs.client_filter = *Filter::Parse("region = \"eu\" OR trace_id:*", nullptr);
  texts.push_back(Text(correlator.Correlate(pairs, {})));
  texts.push_back(Text(correlator.ListSignatures(range, Filter(), {})));
  Correlator::CoverageQuestion coverage;
  coverage.range = range;
  coverage.read_us = range.end_us + 12 * kHour;
  texts.push_back(Text(correlator.Cover(coverage, {})));
  Correlator::ContradictionQuestion contradictions;
  contradictions.range = range;
  texts.push_back(Text(correlator.Contradict(contradictions, {})));
  return texts;
}

void ExpectSame(Correlator& a, Correlator& b, const store::TimeRange& range) {
  const auto got = Answers(a, range), want = Answers(b, range);
  for (size_t i = 0; i < want.size(); ++i) EXPECT_EQ(got[i], want[i]) << "answer " << i;
}

void AddAttempts(StoreFixture& fixture) {
  for (int64_t minute = -5; minute < 8 * 60; ++minute) {
    fixture.AddAttempts(kFirstMinute + minute, "eu", 300);
    fixture.AddAttempts(kFirstMinute + minute, "us", 200);
  }
  fixture.Seal();
}

CorrelatorOptions ForWindows() {
  CorrelatorOptions options;
  options.max_graph_events = 1'500;  // less than the store has, more than any window asked about
  return options;
}

constexpr store::TimeRange kRanges[] = {
    {kNewYear + 2 * kHour, kNewYear + 3 * kHour},
    {kNewYear + 3 * kHour - 17 * kMinute + 5, kNewYear + 3 * kHour + 33 * kMinute + 1},
    {kNewYear + 165 * kMinute, kNewYear + 170 * kMinute},
};

TEST(WindowGraphTest, AnswersAsTheGraphOfEverythingDoes) {
  for (uint32_t seed = 1; seed <= 4; ++seed) {
    StoreFixture fixture;
    const std::vector<Told> events = Trouble(seed).Make();
    for (size_t i = 0; i < events.size(); ++i) {
      fixture.Add(ToEvent(events[i]));
      if (i % 400 == 399) fixture.Seal();
    }
    AddAttempts(fixture);
    const auto whole = Correlator::Create({}, fixture.store()),
               windows = Correlator::Create(ForWindows(), fixture.store());
    for (const store::TimeRange& range : kRanges) {
      SCOPED_TRACE(seed);
      EXPECT_THAT(Answers(*whole, range)[1], ::testing::HasSubstr("together")) << "nothing to compare";
      ExpectSame(*windows, *whole, range);
    }
  }
}

// Partners that were passed by, as they shared no id with the window then, are found when the one in between comes.
TEST(WindowGraphTest, AnswersTheSameHoweverOftenItWasAskedMeanwhile) {
  StoreFixture fixture;
  AddAttempts(fixture);
  const auto whole = Correlator::Create({}, fixture.store()),
             windows = Correlator::Create(ForWindows(), fixture.store());
  const std::vector<Told> events = Trouble(9).Make();
  for (size_t i = 0; i < events.size(); ++i) {
    fixture.Add(ToEvent(events[i]));
    if (i % 97 == 0) fixture.Seal();
    if (i < 1'500 || i % 211 != 0) continue;
    EXPECT_THAT(windows->ListSignatures(kRanges[0], Filter(), {}), testing::IsOk());
  }
  ExpectSame(*windows, *whole, kRanges[0]);
}

TEST(WindowGraphTest, TheWindowThatWasInterruptedIsReadOn) {
  StoreFixture fixture;
  for (const Told& told : Trouble(5).Make()) {
    fixture.Add(ToEvent(told));
    if (told.at_us % 50 == 0) fixture.Seal();
  }
  AddAttempts(fixture);
  const auto whole = Correlator::Create({}, fixture.store()),
             windows = Correlator::Create(ForWindows(), fixture.store());
  for (int checks = 1; checks < 60; ++checks) {
    QueryControl control;
    control.cancelled = [left = checks]() mutable { return --left <= 0; };
    if (windows->ListSignatures(kRanges[1], Filter(), control).ok()) break;
  }
  ExpectSame(*windows, *whole, kRanges[1]);
}

}  // namespace
}  // namespace faultline::query
