#include "query/journey.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/query/store_fixture.h"

namespace faultline::query {
namespace {

using ::faultline::testing::HasCode;
using ::faultline::testing::IsOk;
using store::IdKind;
using ::testing::ElementsAre;
using Ids = std::vector<std::pair<IdKind, std::string>>;

uint64_t AddWith(StoreFixture& fixture, int64_t second, const Ids& ids) {
  store::Event event;
  event.time_us = kNewYear + second * kSecond;
  for (const auto& [kind, id] : ids) SetId(event, kind, fixture.Keep(id));
  return fixture.Add(event);
}

Journey Follow(StoreFixture& fixture, const JourneyQuestion& question, const Pseudonyms* key = nullptr) {
  auto journey = FindJourney(*fixture.view(), question, key, {});
  EXPECT_THAT(journey, IsOk());
  return journey.ok() ? *std::move(journey) : Journey{};
}

std::vector<uint64_t> Sequences(const Journey& journey) {
  std::vector<uint64_t> sequences;
  for (const auto& event : journey.events) sequences.push_back(event.sequence);
  return sequences;
}

TEST(JourneyTest, FollowsTheIdsOfItsEventsOneStepInTimeOrder) {
  StoreFixture fixture;
  AddWith(fixture, 9, {{IdKind::kMessage, "m1"}, {IdKind::kTrace, "t1"}});
  fixture.Seal();
  AddWith(fixture, 2, {{IdKind::kTrace, "t1"}, {IdKind::kRequest, "r1"}});
  fixture.Seal();
  AddWith(fixture, 5, {{IdKind::kRequest, "r1"}});  // two steps away
  const Journey journey = Follow(fixture, {.id = "m1"});
  EXPECT_THAT(Sequences(journey), ElementsAre(1, 0));
  ASSERT_EQ(journey.ids.size(), 2u);
  EXPECT_EQ(journey.ids[0].id, "m1");
  EXPECT_EQ(journey.ids[0].events, 1);
  EXPECT_EQ(journey.ids[1].id, "t1");
  EXPECT_EQ(journey.ids[1].events, 2);
}

TEST(JourneyTest, DoesNotFollowAnIdWithTooManyEvents) {
  StoreFixture fixture;
  for (int i = 0; i < 65; ++i) AddWith(fixture, 100 + i, {{IdKind::kTrace, "session-long"}});
  AddWith(fixture, 1, {{IdKind::kMessage, "m1"}, {IdKind::kTrace, "session-long"}});
  const Journey journey = Follow(fixture, {.id = "m1"});
  EXPECT_THAT(Sequences(journey), ElementsAre(65));
  ASSERT_EQ(journey.ids.size(), 2u);
  EXPECT_EQ(journey.ids[1].events, 66);
  EXPECT_TRUE(journey.ids[1].not_identifying);
}

TEST(JourneyTest, AnIdAskedForShowsItsEventsEvenWhenItIdentifiesNothing) {
  StoreFixture fixture;
  for (int i = 0; i < 65; ++i) {
    AddWith(fixture, 65 - i, {{IdKind::kTrace, "busy"}, {IdKind::kMessage, "m" + std::to_string(i)}});
  }
  AddWith(fixture, 99, {{IdKind::kMessage, "m3"}});
  const Journey journey = Follow(fixture, {.id = "busy", .limit = 2});
  EXPECT_THAT(Sequences(journey), ElementsAre(64, 63));
  EXPECT_TRUE(journey.more);
  ASSERT_EQ(journey.ids.size(), 1u);
  EXPECT_TRUE(journey.ids[0].not_identifying);
}

TEST(JourneyTest, ExactlySixtyFourEventsStillIdentify) {
  StoreFixture fixture;
  for (int i = 0; i < 64; ++i) AddWith(fixture, i, {{IdKind::kTrace, "t"}});
  const Journey journey = Follow(fixture, {.id = "t"});
  EXPECT_EQ(journey.events.size(), 64u);
  EXPECT_FALSE(journey.ids[0].not_identifying);
}

TEST(JourneyTest, WeakIdsLeadToExactOnesButAreNotFollowedThemselves) {
  StoreFixture fixture;
  AddWith(fixture, 1, {{IdKind::kSession, "s1"}, {IdKind::kMessage, "m1"}});
  AddWith(fixture, 2, {{IdKind::kMessage, "m1"}});
  AddWith(fixture, 3, {{IdKind::kSession, "s1"}});
  EXPECT_THAT(Sequences(Follow(fixture, {.id = "s1"})), ElementsAre(0, 1, 2));
  EXPECT_THAT(Sequences(Follow(fixture, {.id = "m1"})), ElementsAre(0, 1));
}

TEST(JourneyTest, KindsAreNotMixedWhenOneIsAskedFor) {
  StoreFixture fixture;
  AddWith(fixture, 1, {{IdKind::kTrace, "x1"}});
  AddWith(fixture, 2, {{IdKind::kMessage, "x1"}});
  EXPECT_THAT(Sequences(Follow(fixture, {.id = "x1"})), ElementsAre(0, 1));
  EXPECT_THAT(Sequences(Follow(fixture, {.id = "x1", .kind = IdKind::kMessage})), ElementsAre(1));
}

TEST(JourneyTest, FindsAUserByNameAndByKeyedHash) {
  const Pseudonyms key = Pseudonyms::FromKey(std::array<unsigned char, 32>{9});
  StoreFixture fixture;
  AddWith(fixture, 1, {{IdKind::kUser, key.Of("alice")}});
  EXPECT_THAT(Sequences(Follow(fixture, {.id = "alice"}, &key)), ElementsAre(0));
  EXPECT_THAT(Sequences(Follow(fixture, {.id = key.Of("alice")}, &key)), ElementsAre(0));
  EXPECT_THAT(Sequences(Follow(fixture, {.id = key.Of("alice")})), ElementsAre(0));
}

TEST(JourneyTest, ShowsOnlyEventsInsideTheRangeButCountsAll) {
  StoreFixture fixture;
  AddWith(fixture, 1, {{IdKind::kTrace, "t"}});
  AddWith(fixture, 5, {{IdKind::kTrace, "t"}});
  const Journey journey = Follow(fixture, {.id = "t", .range = {kNewYear + 2 * kSecond, kNewYear + 6 * kSecond}});
  EXPECT_THAT(Sequences(journey), ElementsAre(1));
  EXPECT_EQ(journey.ids[0].events, 2);
}

TEST(JourneyTest, AnUnknownIdGivesAnEmptyJourneyAndAnImpossibleOneAnError) {
  StoreFixture fixture;
  AddWith(fixture, 1, {{IdKind::kTrace, "t"}});
  const Journey journey = Follow(fixture, {.id = "absent"});
  EXPECT_TRUE(journey.events.empty());
  EXPECT_TRUE(journey.ids.empty());
  EXPECT_THAT(FindJourney(*fixture.view(), {.id = ""}, nullptr, {}), HasCode(absl::StatusCode::kInvalidArgument));
}

}  // namespace
}  // namespace faultline::query
