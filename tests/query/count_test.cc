#include "query/count.h"

#include <gtest/gtest.h>

#include <map>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "tests/query/store_fixture.h"

namespace faultline::query {
namespace {

using ::faultline::testing::HasCode;
using ::faultline::testing::IsOk;

FieldReference Service() { return {FieldReference::Kind::kDimension, store::Dimension::kService}; }

void AddAt(StoreFixture& fixture, int64_t time_us, std::string service, uint64_t signature = 0) {
  store::Event event;
  event.time_us = time_us;
  event.signature = signature;
  event.severity = 17;
  SetDimension(event, store::Dimension::kService, fixture.Keep(std::move(service)));
  fixture.Add(event);
}

Counts CountNow(StoreFixture& fixture, const CountQuestion& question) {
  auto counts = Count(*fixture.view(), question, {});
  EXPECT_THAT(counts, IsOk());
  return counts.ok() ? *counts : Counts{};
}

TEST(CountTest, AgreesWithCountingByHand) {
  StoreFixture fixture;
  std::mt19937 random(7);
  std::map<std::string, std::map<int64_t, int64_t>> by_hand;
  constexpr int64_t kMinute = 60 * kSecond;
  for (int i = 0; i < 6000; ++i) {
    const int64_t time = kNewYear + static_cast<int64_t>(random() % (10 * kMinute));
    const std::string service = "s" + std::to_string(random() % 5);
    AddAt(fixture, time, service);
    ++by_hand[service][(time - kNewYear) / kMinute];
    if (i % 2500 == 2499) fixture.Seal();
  }
  CountQuestion question;
  question.by = Service();
  question.step_us = kMinute;
  question.range = {kNewYear, kNewYear + 10 * kMinute};
  const Counts counts = CountNow(fixture, question);
  ASSERT_EQ(counts.rows.size(), 5u);
  ASSERT_EQ(counts.bucket_starts_us.size(), 10u);
  EXPECT_EQ(counts.bucket_starts_us[9], kNewYear + 9 * kMinute);
  EXPECT_EQ(counts.total, 6000);
  for (const CountedValue& row : counts.rows) {
    for (int64_t minute = 0; minute < 10; ++minute) {
      EXPECT_EQ(row.counts[static_cast<size_t>(minute)], by_hand[row.value][minute]) << row.value << " " << minute;
    }
  }
}

// A restriction on the host, which every event passes, makes Count look at the events themselves.
TEST(CountTest, RowsOfRollupsGiveWhatTheEventsGive) {
  StoreFixture fixture;
  std::mt19937 random(11);
  constexpr int64_t kMinute = 60 * kSecond;
  for (int i = 0; i < 8'000; ++i) {
    store::Event event;
    event.time_us = kNewYear + static_cast<int64_t>(random() % (6 * kMinute));
    event.signature = 1 + random() % 4;
    event.severity = random() % 3 == 0 ? 9 : 17;
    event.side = random() % 2 == 0 ? store::Side::kClient : store::Side::kServer;
    SetDimension(event, store::Dimension::kService, random() % 5 == 0 ? "push" : "mailbox");
    fixture.Add(event);
    if (i == 3'500 || i == 7'000) fixture.Seal();  // the last ones stay open
  }
  int with_rollup = 0;
  for (const auto& segment : fixture.view()->segments) with_rollup += *segment->rollup() != nullptr ? 1 : 0;
  ASSERT_EQ(with_rollup, 2);
  const std::vector<std::optional<FieldReference>> fields = {
      std::nullopt, Service(), FieldReference{FieldReference::Kind::kSignature, {}},
      FieldReference{FieldReference::Kind::kSide, {}}, FieldReference{FieldReference::Kind::kSeverity, {}}};
  for (int i = 0; i < 60; ++i) {
    CountQuestion question;
    question.by = fields[random() % fields.size()];
    question.step_us = i % 3 == 0 ? 0 : i % 3 == 1 ? kMinute : 7 * kSecond;
    const int64_t start = kNewYear + static_cast<int64_t>(random() % (4 * kMinute));
    question.range = {i % 5 == 0 ? kNewYear : start, start + static_cast<int64_t>(random() % (3 * kMinute)) + 1};
    if (i % 4 == 1) question.range = {};  // segments as a whole need no minutes
    const std::string text = i % 2 == 0 ? "severity >= ERROR" : "side = CLIENT AND NOT service = push";
    question.filter = *Filter::Parse(text, nullptr);
    const Counts fast = CountNow(fixture, question);
    question.filter = *Filter::Parse("(" + text + ") AND NOT host = nowhere", nullptr);
    const Counts slow = CountNow(fixture, question);
    ASSERT_EQ(fast.rows.size(), slow.rows.size()) << i;
    for (size_t row = 0; row < fast.rows.size(); ++row) {
      EXPECT_EQ(fast.rows[row].value, slow.rows[row].value) << i;
      EXPECT_EQ(fast.rows[row].counts, slow.rows[row].counts) << i;
      EXPECT_EQ(fast.rows[row].count, slow.rows[row].count) << i;
    }
  }
}

TEST(CountTest, PutsValuesBeyondTheLimitIntoOneLastRow) {
  StoreFixture fixture;
  for (const char* service : {"a", "b", "b", "c", "c", "c", "d"}) AddAt(fixture, kNewYear, service);
  CountQuestion question;
  question.by = Service();
  question.limit = 2;
  const Counts counts = CountNow(fixture, question);
  ASSERT_EQ(counts.rows.size(), 3u);
  EXPECT_EQ(counts.rows[0].value, "c");
  EXPECT_EQ(counts.rows[1].value, "b");
  EXPECT_TRUE(counts.rows[2].other);
  EXPECT_EQ(counts.rows[2].count, 2);
  EXPECT_EQ(counts.total, 7);
}

TEST(CountTest, TellsEventsWithoutAValueFromOther) {
  StoreFixture fixture;
  AddAt(fixture, kNewYear, "");
  AddAt(fixture, kNewYear, "a");
  CountQuestion question;
  question.by = Service();
  const Counts counts = CountNow(fixture, question);
  ASSERT_EQ(counts.rows.size(), 2u);
  EXPECT_EQ(counts.rows[0].value, "");
  EXPECT_FALSE(counts.rows[0].other);
}

TEST(CountTest, CountsBySignatureSideAndSeverity) {
  StoreFixture fixture;
  AddAt(fixture, kNewYear, "a", 0xff);
  fixture.Seal();
  AddAt(fixture, kNewYear, "a", 0xff);
  CountQuestion question;
  for (const auto& [kind, value] : {std::pair{FieldReference::Kind::kSignature, "v1:00000000000000ff"},
                                    {FieldReference::Kind::kSeverity, "ERROR"},
                                    {FieldReference::Kind::kSide, ""},
                                    {FieldReference::Kind::kOutcome, "FAILURE"}}) {
    question.by = FieldReference{kind, store::Dimension::kService};
    const Counts counts = CountNow(fixture, question);
    ASSERT_EQ(counts.rows.size(), 1u);
    EXPECT_EQ(counts.rows[0].value, value);
    EXPECT_EQ(counts.rows[0].count, 2);
  }
}

TEST(CountTest, CountsAllTogetherAndTakesOpenEndsFromTheData) {
  StoreFixture fixture;
  AddAt(fixture, kNewYear + kSecond / 2, "a");
  AddAt(fixture, kNewYear + 2 * kSecond, "b");
  CountQuestion question;
  question.step_us = kSecond;
  const Counts counts = CountNow(fixture, question);
  ASSERT_EQ(counts.rows.size(), 1u);
  EXPECT_EQ(counts.rows[0].counts, (std::vector<int64_t>{1, 0, 1}));
  EXPECT_EQ(counts.bucket_starts_us.front(), kNewYear);
}

TEST(CountTest, RefusesMoreThanTenThousandBuckets) {
  StoreFixture fixture;
  AddAt(fixture, kNewYear, "a");
  AddAt(fixture, kNewYear + 10'000 * kSecond, "a");
  CountQuestion question;
  question.step_us = kSecond;
  const auto counts = Count(*fixture.view(), question, {});
  ASSERT_THAT(counts, HasCode(absl::StatusCode::kInvalidArgument));
  EXPECT_EQ(counts.status().message().substr(0, 6), "step: ");
}

TEST(CountTest, CountsInTwoPassesWhenThereAreManyValuesAndBuckets) {
  StoreFixture fixture;
  // 300 values times 10,000 buckets are more cells than are kept at once.
  for (int i = 0; i < 300; ++i) AddAt(fixture, kNewYear + i * kSecond, "s" + std::to_string(i));
  for (int i = 0; i < 5; ++i) AddAt(fixture, kNewYear + 9'999 * kSecond, "big");
  CountQuestion question;
  question.by = Service();
  question.step_us = kSecond;
  question.limit = 1;
  const Counts counts = CountNow(fixture, question);
  ASSERT_EQ(counts.rows.size(), 2u);
  EXPECT_EQ(counts.rows[0].value, "big");
  EXPECT_EQ(counts.rows[0].counts.back(), 5);
  EXPECT_EQ(counts.rows[1].count, 300);
  EXPECT_EQ(counts.rows[1].counts[7], 1);
  EXPECT_EQ(counts.total, 305);
}

TEST(CountTest, LeavesOutWhatIsOutsideOfTheRangeWithoutDisturbingNeighbours) {
  StoreFixture fixture;
  for (const int64_t second : {0, 1, 1}) AddAt(fixture, kNewYear + second * kSecond, "a");
  AddAt(fixture, kNewYear + 50 * kSecond, "a");
  AddAt(fixture, kNewYear - 50 * kSecond, "a");
  AddAt(fixture, kNewYear + kSecond, "a");
  CountQuestion question;
  question.step_us = kSecond;
  question.range.start_us = kNewYear;
  question.range.end_us = kNewYear + 2 * kSecond;
  EXPECT_EQ(CountNow(fixture, question).rows.front().counts, (std::vector<int64_t>{1, 3}));
}

TEST(CountTest, AnEmptyStoreHasNoRows) {
  StoreFixture fixture;
  CountQuestion question;
  question.step_us = kSecond;
  EXPECT_TRUE(CountNow(fixture, question).rows.empty());
}

}  // namespace
}  // namespace faultline::query
