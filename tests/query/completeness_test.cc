#include "query/completeness.h"

#include <gtest/gtest.h>

namespace faultline::query {
namespace {

store::StreamPosition At(std::string stream, int64_t seconds) {
  store::StreamPosition position;
  position.stream = std::move(stream);
  position.watermark_us = seconds * 1'000'000;
  return position;
}

TEST(CompletenessTest, IsTheSmallestWatermarkOfStreamsThatSawAnEvent) {
  const auto completeness = CompletenessOf({At("a", 100), At("b", 90), At("unread", 0)});
  EXPECT_EQ(completeness.complete_up_to().seconds(), 90);
  EXPECT_EQ(completeness.streams_size(), 0);
  EXPECT_FALSE(completeness.partial());
}

TEST(CompletenessTest, IsAbsentWhenNothingHasBeenRead) {
  EXPECT_FALSE(CompletenessOf(std::vector<store::StreamPosition>()).has_complete_up_to());
  EXPECT_FALSE(CompletenessOf({At("unread", 0)}).has_complete_up_to());
}

TEST(CompletenessTest, ListsStreamsThatDifferByMoreThanAMinuteLaggardsFirst) {
  EXPECT_EQ(CompletenessOf({At("a", 100), At("b", 160)}).streams_size(), 0);
  const auto completeness = CompletenessOf({At("a", 161), At("b", 100)});
  ASSERT_EQ(completeness.streams_size(), 2);
  EXPECT_EQ(completeness.streams(0).stream(), "b");
  EXPECT_EQ(completeness.streams(0).lag(), -1);
}

TEST(CompletenessTest, ReasonsAddUp) {
  v1::Completeness completeness;
  AddPartialReason("one", completeness);
  ScanResult scan;
  AddScan(scan, completeness);
  EXPECT_EQ(completeness.partial_reason(), "one");
  scan.budget_exceeded = true;
  scan.events_looked_at = 7;
  AddScan(scan, completeness);
  EXPECT_EQ(completeness.partial_reason(),
            "one; stopped after looking at 7 events; narrow the time range or the filter");
}

}  // namespace
}  // namespace faultline::query
