#include "query/search.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <set>

#include "tests/query/store_fixture.h"

namespace faultline::query {
namespace {

using ::faultline::testing::HasCode;
using ::faultline::testing::IsOk;
using ::testing::ElementsAre;

uint64_t AddAt(StoreFixture& fixture, int64_t second) {
  store::Event event;
  event.time_us = kNewYear + second * kSecond;
  event.message = "m";
  return fixture.Add(event);
}

std::vector<uint64_t> Sequences(const SearchPage& page) {
  std::vector<uint64_t> sequences;
  for (const EventPlace& place : page.places) sequences.push_back(place.sequence);
  return sequences;
}

SearchPage Find(StoreFixture& fixture, const SearchQuestion& question) {
  auto page = Search(*fixture.view(), question, {});
  EXPECT_THAT(page, IsOk());
  return page.ok() ? *page : SearchPage{};
}

TEST(SearchTest, OrdersByTimeAndThenById) {
  StoreFixture fixture;
  for (const int64_t second : {5, 1, 5, 3}) AddAt(fixture, second);
  SearchQuestion question;
  EXPECT_THAT(Sequences(Find(fixture, question)), ElementsAre(2, 0, 3, 1));
  question.ascending = true;
  EXPECT_THAT(Sequences(Find(fixture, question)), ElementsAre(1, 3, 0, 2));
}

TEST(SearchTest, LooksAcrossSealedAndOpenSegments) {
  StoreFixture fixture;
  AddAt(fixture, 1);
  AddAt(fixture, 4);
  fixture.Seal();
  AddAt(fixture, 2);
  fixture.Seal();
  AddAt(fixture, 3);
  EXPECT_THAT(Sequences(Find(fixture, {})), ElementsAre(1, 3, 2, 0));
}

TEST(SearchTest, TheEndOfTheRangeIsExcluded) {
  StoreFixture fixture;
  for (const int64_t second : {1, 2, 3}) AddAt(fixture, second);
  SearchQuestion question;
  question.range = {kNewYear + kSecond, kNewYear + 3 * kSecond};
  EXPECT_THAT(Sequences(Find(fixture, question)), ElementsAre(1, 0));
}

// Walks all pages while `between` runs after each one.
template <typename Between>
std::vector<uint64_t> Walk(StoreFixture& fixture, SearchQuestion question, const Between& between) {
  std::vector<uint64_t> walked;
  while (true) {
    const SearchPage page = Find(fixture, question);
    for (const uint64_t sequence : Sequences(page)) walked.push_back(sequence);
    if (!page.more) return walked;
    question.after = page.places.back();
    between();
  }
}

TEST(SearchTest, PagesNeitherRepeatNorLoseEventsWhileNewOnesArrive) {
  for (const bool ascending : {false, true}) {
    StoreFixture fixture;
    std::mt19937 random(1);
    std::set<uint64_t> before;
    // Few distinct times, so that most pages end among equals.
    for (int i = 0; i < 300; ++i) {
      before.insert(AddAt(fixture, random() % 7));
      if (i % 110 == 0) fixture.Seal();
    }
    SearchQuestion question;
    question.ascending = ascending;
    question.limit = 13;
    int arrivals = 0;
    const auto walked = Walk(fixture, question, [&] {
      if (++arrivals > 20) return;
      AddAt(fixture, random() % 7);
      if (arrivals % 5 == 0) fixture.Seal();
    });
    const std::set<uint64_t> distinct(walked.begin(), walked.end());
    EXPECT_EQ(distinct.size(), walked.size()) << "an event came twice";
    for (const uint64_t sequence : before) EXPECT_TRUE(distinct.contains(sequence)) << sequence;
  }
}

TEST(SearchTest, DoesNotReadSegmentsThatCannotEnterThePage) {
  StoreFixture fixture;
  for (int i = 0; i < 10; ++i) {
    AddAt(fixture, i);
    fixture.Seal();
  }
  SearchQuestion question;
  question.limit = 1;
  const SearchPage page = Find(fixture, question);
  EXPECT_THAT(Sequences(page), ElementsAre(9));
  EXPECT_EQ(page.scan.events_looked_at, 2);  // one more tells that there is another page
}

TEST(SearchTest, StopsAtTheScanBudgetAndSaysSo) {
  StoreFixture fixture;
  for (int i = 0; i < 3; ++i) {
    AddAt(fixture, i);
    fixture.Seal();
  }
  QueryControl control;
  control.scan_budget_events = 2;
  const auto page = Search(*fixture.view(), {}, control);
  ASSERT_THAT(page, IsOk());
  EXPECT_TRUE(page->scan.budget_exceeded);
  EXPECT_THAT(Sequences(*page), ElementsAre(2, 1));
}

TEST(SearchTest, EndsWhenTheCallerLeftOrTheDeadlinePassed) {
  StoreFixture fixture;
  AddAt(fixture, 1);
  QueryControl control;
  control.cancelled = [] { return true; };
  EXPECT_THAT(Search(*fixture.view(), {}, control), HasCode(absl::StatusCode::kCancelled));
  control = {};
  control.deadline = std::chrono::steady_clock::now();
  EXPECT_THAT(Search(*fixture.view(), {}, control), HasCode(absl::StatusCode::kDeadlineExceeded));
}

TEST(SearchTest, ReadsEventsInTheOrderOfTheirPlaces) {
  StoreFixture fixture;
  for (int i = 0; i < 4; ++i) {
    AddAt(fixture, i);
    if (i == 1) fixture.Seal();
  }
  const auto events = ReadPlaces(*fixture.view(), {{0, 3}, {0, 0}, {0, 99}, {0, 2}});
  ASSERT_THAT(events, IsOk());
  ASSERT_EQ(events->size(), 3u);
  EXPECT_EQ((*events)[0].sequence, 3u);
  EXPECT_EQ((*events)[1].sequence, 0u);
  EXPECT_EQ((*events)[2].event.time_us, kNewYear + 2 * kSecond);
}

}  // namespace
}  // namespace faultline::query
