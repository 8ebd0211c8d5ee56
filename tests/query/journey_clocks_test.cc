#include <gmock/gmock.h>

#include "query/journey.h"
#include "tests/query/correlator_fixture.h"

namespace faultline::query {
namespace {

using ::testing::ElementsAre;

class JourneyClocksTest : public CorrelatorTest {
 protected:
  Journey Follow(const std::string& id) {
    auto journey = FindJourney(*fixture_.view(), {.id = id}, nullptr, {});
    EXPECT_THAT(journey, testing::IsOk());
    return journey.ok() ? *std::move(journey) : Journey{};
  }
};

TEST_F(JourneyClocksTest, TheOrderInsideADeviceIsThatOfItsClock) {
  // The first failure was 9 s on its way and seems to come last.
  Add({.at_us = 9 * kSecond, .message_id = "m", .session = "s", .clock_offset_us = 9 * kSecond});
  Add({.at_us = 3 * kSecond, .message_id = "m", .session = "s", .clock_offset_us = kSecond});
  Add({.side = store::Side::kServer, .at_us = 500'000, .message_id = "m"});
  fixture_.Seal();
  Add({.at_us = 40 * kSecond, .message_id = "other", .session = "s", .clock_offset_us = kSecond / 5});
  const Journey journey = Follow("m");
  std::vector<std::pair<uint64_t, int64_t>> places;
  for (const auto& event : journey.events) places.emplace_back(event.sequence, event.event.time_us - kNewYear);
  EXPECT_THAT(places, ElementsAre(std::pair(0, kSecond / 5), std::pair(2, 500'000), std::pair(1, 2'200'000)));
}

TEST_F(JourneyClocksTest, EventsWithoutASessionStayWhereTheyAre) {
  Add({.at_us = 9 * kSecond, .message_id = "m", .clock_offset_us = 9 * kSecond});
  EXPECT_EQ(Follow("m").events.front().event.time_us, kNewYear + 9 * kSecond);
}

}  // namespace
}  // namespace faultline::query
