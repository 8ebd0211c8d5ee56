#include "ingest/rule_time.h"

#include <gmock/gmock.h>

#include "base/timestamp.h"

namespace faultline::ingest {
namespace {

std::string Read(std::string_view text) {
  const auto time = ParseRuleTime(text);
  return time ? FormatTime(*time) : "none";
}

TEST(RuleTimeTest, FormsOfServersAreRead) {
  EXPECT_EQ(Read("24/Nov/2026:15:00:00 +0100"), "2026-11-24T14:00:00Z");
  EXPECT_EQ(Read("24/Nov/2026:15:00:00.088"), "2026-11-24T15:00:00.088Z");
  EXPECT_EQ(Read("24-Nov-2026 15:00:00.425"), "2026-11-24T15:00:00.425Z");
  EXPECT_EQ(Read("4 Nov 2026 15:00:00.425"), "2026-11-04T15:00:00.425Z");
  EXPECT_EQ(Read("Tue Nov 24 15:00:00.123456 2026"), "2026-11-24T15:00:00.123456Z");
  EXPECT_EQ(Read("Tue Nov  4 15:00:00 2026"), "2026-11-04T15:00:00Z");
  EXPECT_EQ(Read("Tue Nov 24 15:00:00 UTC 2026"), "2026-11-24T15:00:00Z");
  EXPECT_EQ(Read("Nov 24, 2026 3:00:00 PM"), "2026-11-24T15:00:00Z");
  EXPECT_EQ(Read("Nov 24, 2026 12:00:00 AM"), "2026-11-24T00:00:00Z");
  EXPECT_EQ(Read("2026-11-24  5:13:12"), "2026-11-24T05:13:12Z");
  EXPECT_EQ(Read("261124 15:00:00"), "2026-11-24T15:00:00Z");
  EXPECT_EQ(Read("261124 150000"), "2026-11-24T15:00:00Z");
  EXPECT_EQ(Read("2026-11-24 15:00:00.536 UTC"), "2026-11-24T15:00:00.536Z");
  EXPECT_EQ(Read("2026-11-24 15:00:00 CET"), "2026-11-24T14:00:00Z");
  EXPECT_EQ(Read("26/11/24 15:00:00"), "2026-11-24T15:00:00Z");
  EXPECT_EQ(Read("2026-11-24T15:00:00Z"), "2026-11-24T15:00:00Z");
}

TEST(RuleTimeTest, WhatIsNoTimeIsNone) {
  for (const std::string_view text :
       {"", "yesterday at noon", "24/Foo/2026:15:00:00 +0000", "Nov 24 15:00:00", "2026-11-24 15:00:00 ZZZ",
        "Tue Nov 44 15:00:00 2026", "2026-13-24  5:13:12", "Nov 24, 2026 13:00:00 PM", "24/Nov/2026", "261324 15:00:00",
        "Tue Nov 24 15:00:00 2026 and more text", "1/1/1/1/1/1/1/1"}) {
    EXPECT_EQ(Read(text), "none") << text;
  }
}

}  // namespace
}  // namespace faultline::ingest
