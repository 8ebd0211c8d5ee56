#include "query/revision_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace faultline::query {
namespace {

using ::testing::HasSubstr;

constexpr int64_t kTime = 1'795'532'400'000'000;  // 2026-11-24T15:00:00Z

TEST(RevisionLogTest, OtherNumbersForASettledRangeAreARevision) {
  RevisionLog log;
  EXPECT_EQ(log.Add({1, 100, 50, true, kTime}), "");
  EXPECT_EQ(log.Add({1, 100, 60, true, kTime + 1}), "");
  const std::string note = log.Add({1, 101, 63, true, kTime + 2});
  EXPECT_THAT(note, HasSubstr("2026-11-24T15:00:00"));
  EXPECT_THAT(note, HasSubstr("13 records have come since"));
  EXPECT_EQ(log.Add({1, 101, 70, true, kTime + 3}), note) << "the answer still revises the first";
}

TEST(RevisionLogTest, WhatWasNotCompleteIsNotRevised) {
  RevisionLog log;
  log.Add({1, 100, 50, false, kTime});
  EXPECT_EQ(log.Add({1, 101, 60, true, kTime}), "");
  EXPECT_NE(log.Add({1, 102, 70, true, kTime}), "");
}

TEST(RevisionLogTest, TimeAloneRevisesNothing) {
  RevisionLog log;
  log.Add({1, 100, 50, true, kTime});
  EXPECT_EQ(log.Add({1, 101, 50, true, kTime}), "");
}

TEST(RevisionLogTest, TheLeastRecentQuestionsAreForgotten) {
  RevisionLog log;
  log.Add({1, 100, 50, true, kTime});
  log.Add({2, 100, 50, true, kTime});
  for (uint64_t question = 3; question < RevisionLog::kMaxQuestions + 2; ++question) {
    log.Add({question, 100, 50, true, kTime});
    log.Add({2, 100, 50, true, kTime});
  }
  EXPECT_EQ(log.Add({1, 101, 60, true, kTime}), "");
  EXPECT_NE(log.Add({2, 101, 60, true, kTime}), "");
}

}  // namespace
}  // namespace faultline::query
