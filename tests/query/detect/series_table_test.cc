#include "query/detect/series_table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>
#include <string>

#include "tests/testing/status_matchers.h"

namespace faultline::query {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::IsOk;

constexpr int64_t kMinute = 60'000'000;

absl::StatusOr<SeriesTable> Read(const std::string& text, const std::string& attempts = "") {
  std::istringstream input(text);
  SeriesTableOptions options;
  options.time_column = "t";
  options.count_column = "n";
  options.attempts_column = attempts;
  return ReadSeriesTable(input, options);
}

std::string ErrorOf(const std::string& text, const std::string& attempts = "") {
  const auto table = Read(text, attempts);
  return table.ok() ? "no error" : std::string(table.status().message());
}

TEST(SeriesTableTest, NamesSeriesByTheOtherColumnsAndAddsUpTheirRows) {
  const auto table = Read("t,host,n\n0,a,1\n0,b,2\n0,a,3\n5,b,4\n");
  ASSERT_THAT(table, IsOk());
  EXPECT_THAT(table->columns, ElementsAre("host"));
  ASSERT_EQ(table->series.size(), 2u);
  const auto& a = table->series.at({"a"});
  ASSERT_EQ(a.size(), 1u);
  EXPECT_EQ(a[0].count, 4);
  EXPECT_EQ(table->series.at({"b"}).size(), 2u);
}

TEST(SeriesTableTest, ReadsTimesInEveryForm) {
  for (const std::string time : {"2026-11-24T15:01:30Z", "1795532490", "1795532490000", "\" 2026-11-24 15:01:30\""}) {
    const auto table = Read("t,n\n" + time + ",1\n");
    ASSERT_THAT(table, IsOk());
    EXPECT_EQ(table->first * table->bucket_us, 1795532460 * int64_t{1'000'000}) << time;
  }
  EXPECT_EQ(Read("t,n\n7,1\n")->first, 7);  // minutes
}

TEST(SeriesTableTest, TakesTheWidthOfABucketFromTheTimes) {
  EXPECT_EQ(Read("t,n\n0,1\n5,1\n15,1\n")->bucket_us, 5 * kMinute);
  EXPECT_EQ(Read("t,n\n0,1\n5,1\n16,1\n")->bucket_us, kMinute);
  EXPECT_EQ(Read("t,n\n1795532461,1\n1795532467.5,1\n")->bucket_us, kMinute);
  EXPECT_EQ(Read("t,n\n3,1\n")->bucket_us, kMinute);
  EXPECT_EQ(Read("t,n\n0,1\n14400,1\n")->bucket_us, 1440 * kMinute);  // a day at most
}

TEST(SeriesTableTest, SaysWhatIsWrongAndWhere) {
  EXPECT_THAT(ErrorOf(""), HasSubstr("it has no header"));
  EXPECT_THAT(ErrorOf("t,n\n"), HasSubstr("no rows"));
  EXPECT_THAT(ErrorOf("t,m\n1,2\n"), HasSubstr("count: the table has no column \"n\""));
  EXPECT_THAT(ErrorOf("t,n\n1,2\nsoon,3\n"), HasSubstr("line 3, column 1 (t): \"soon\" is no time"));
  EXPECT_THAT(ErrorOf("t,n\n1,-2\n"), HasSubstr("line 2, column 2 (n): \"-2\" is negative"));
  EXPECT_THAT(ErrorOf("t,n\n1,nan\n"), HasSubstr("no finite number"));
  EXPECT_THAT(ErrorOf("t,n\n1\n"), HasSubstr("line 2: has 1 fields, the header has 2"));
  EXPECT_THAT(ErrorOf("t,n\n1,2\n", "n"), HasSubstr("different columns"));
  EXPECT_THAT(ErrorOf("t,n\n1970-01-01T00:00:00Z,1\n1970-01-01T00:01:00Z,1\n2900-01-01T00:01:00Z,1\n"),
              HasSubstr("is a time wrong?"));
}

// Two days at `per_minute`, ten minutes of `spike`, then an hour as before.
std::string WithSpike(int per_minute, int spike, const std::string& attempts) {
  std::string text = "t,region,n,all\n";
  for (int minute = 0; minute < 2880 + 70; ++minute) {
    const int count = minute >= 2880 && minute < 2890 ? spike : per_minute + minute % 3 - 1;
    text += std::to_string(minute) + ",eu," + std::to_string(count) + "," + attempts + "\n";
  }
  return text;
}

TEST(SeriesTableTest, FindsASpikeWithItsNumbersInWords) {
  std::istringstream input(WithSpike(20, 100, "1"));
  SeriesTableOptions options{"t", "n", "", {"region"}, 0};
  const auto table = ReadSeriesTable(input, options);
  ASSERT_THAT(table, IsOk());
  const auto findings = DetectInTable(*table);
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_EQ(findings[0].kind(), "spike");
  EXPECT_EQ(findings[0].series().at("region"), "eu");
  EXPECT_EQ(findings[0].start().seconds(), 2880 * 60);
  EXPECT_LE(findings[0].found().seconds(), 2882 * 60);
  EXPECT_EQ(findings[0].end().seconds(), 2890 * 60);
  EXPECT_THAT(findings[0].reason(), HasSubstr("events in 2 min, expected 40"));
  EXPECT_GT(findings[0].observed(), findings[0].interval().high());
}

TEST(SeriesTableTest, WatchesRatesWhereThereAreAttempts) {
  std::istringstream input(WithSpike(20, 100, "1000"));
  const auto table = ReadSeriesTable(input, {"t", "n", "all", {}, 0});
  ASSERT_THAT(table, IsOk());
  const auto findings = DetectInTable(*table);
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_EQ(findings[0].kind(), "rate");
  EXPECT_THAT(findings[0].reason(), HasSubstr("of so many attempts"));
}

TEST(SeriesTableTest, CountsMinutesWithoutARowAsNoneAndNoticesSilence) {
  std::string text = "t,host,n\n";
  for (int minute = 0; minute < 3000; ++minute) {
    if (minute < 2900) text += std::to_string(minute) + ",a,30\n";
    text += std::to_string(minute) + ",b,30\n";
  }
  const auto table = Read(text);
  ASSERT_THAT(table, IsOk());
  const auto findings = DetectInTable(*table);
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_EQ(findings[0].kind(), "silence");
  EXPECT_EQ(findings[0].series().at("host"), "a");
  EXPECT_EQ(findings[0].start().seconds(), 2900 * 60);
  EXPECT_FALSE(findings[0].has_end());
}

TEST(SeriesTableTest, SaysOfRowsThatCannotBe) {
  const auto table = Read("t,n,all\n0,5,0\n1,5,2\n2,0,0\n", "all");
  ASSERT_THAT(table, IsOk());
  EXPECT_THAT(table->notes,
              ElementsAre(HasSubstr("1 buckets have more failures than attempts"),
                          HasSubstr("1 buckets have failures and no attempts"), HasSubstr("3 buckets long")));
  EXPECT_THAT(DetectInTable(*table), IsEmpty());
}

}  // namespace
}  // namespace faultline::query
