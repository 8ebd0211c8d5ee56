#include "deploy/cli/time_range.h"

#include <gtest/gtest.h>

#include "base/timestamp.h"
#include "deploy/cli/display_zone.h"
#include "tests/testing/status_matchers.h"

namespace faultline::deploy {
namespace {

using ::faultline::testing::HasCode;
using ::faultline::testing::IsOk;

const int64_t kNow = *ParseTime("2026-11-25T12:00:00Z");

class TimeRangeTest : public ::testing::Test {
 protected:
  void TearDown() override { ASSERT_THAT(SetDisplayZone("UTC"), IsOk()); }
};

std::string Moment(const std::string& text) {
  const absl::StatusOr<int64_t> moment = ResolveMoment("--since", text, kNow);
  return moment.ok() ? FormatTime(*moment) : std::string(moment.status().message());
}

TEST_F(TimeRangeTest, MomentsAreReadAsPeopleWriteThem) {
  EXPECT_EQ(Moment("15m"), "2026-11-25T11:45:00Z");
  EXPECT_EQ(Moment("1h30m ago"), "2026-11-25T10:30:00Z");
  EXPECT_EQ(Moment("now"), "2026-11-25T12:00:00Z");
  EXPECT_EQ(Moment("today"), "2026-11-25T00:00:00Z");
  EXPECT_EQ(Moment("yesterday"), "2026-11-24T00:00:00Z");
  EXPECT_EQ(Moment("10:42"), "2026-11-25T10:42:00Z");
  EXPECT_EQ(Moment("2026-11-20"), "2026-11-20T00:00:00Z");
  EXPECT_EQ(Moment("2026-11-20 10:42"), "2026-11-20T10:42:00Z");
  EXPECT_EQ(Moment("2026-11-20T10:42:00+02:00"), "2026-11-20T08:42:00Z");
  EXPECT_EQ(Moment("1764000000"), "2025-11-24T16:00:00Z");
}

TEST_F(TimeRangeTest, ATimeWithoutAZoneIsOfTheZoneThatIsShown) {
  ASSERT_THAT(SetDisplayZone("America/New_York"), IsOk());
  EXPECT_EQ(Moment("10:42"), "2026-11-25T15:42:00Z");
  EXPECT_EQ(Moment("today"), "2026-11-25T05:00:00Z");
  EXPECT_EQ(Moment("2026-07-01 00:00"), "2026-07-01T04:00:00Z");  // daylight saving
  EXPECT_EQ(Moment("2026-11-20T10:42:00Z"), "2026-11-20T10:42:00Z");
  EXPECT_EQ(DisplayTime(1'764'000'000), "2025-11-24 11:00:00");
}

TEST_F(TimeRangeTest, AroundIsBothSidesOfAMoment) {
  const auto range = ResolveTimeRange({.since = "", .until = "", .at = "10:42", .around = "90s"}, kNow);
  ASSERT_THAT(range.status(), IsOk());
  EXPECT_EQ(range->start().seconds(), *ParseTime("2026-11-25T10:40:30Z") / 1'000'000);
  EXPECT_EQ(range->end().seconds(), *ParseTime("2026-11-25T10:43:30Z") / 1'000'000);
}

TEST_F(TimeRangeTest, WhatIsNoTimeOrNoRangeIsRefused) {
  const auto code = [](const TimeOptions& options) { return ResolveTimeRange(options, kNow).status(); };
  EXPECT_THAT(code({.since = "soon", .until = "", .at = "", .around = ""}),
              HasCode(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(code({.since = "5m", .until = "10m", .at = "", .around = ""}),
              HasCode(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(code({.since = "5m", .until = "", .at = "10:42", .around = ""}),
              HasCode(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(code({.since = "", .until = "", .at = "", .around = "5m"}), HasCode(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(code({.since = "", .until = "", .at = "10:42", .around = "0"}),
              HasCode(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(SetDisplayZone("Mars/Olympus"), HasCode(absl::StatusCode::kInvalidArgument));
}

}  // namespace
}  // namespace faultline::deploy
