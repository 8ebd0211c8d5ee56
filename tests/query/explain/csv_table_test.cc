#include "query/explain/csv_table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>
#include <string>

#include "query/explain/csv_reader.h"
#include "tests/testing/status_matchers.h"

namespace faultline::query {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

absl::StatusOr<CsvTable> Read(const std::string& text, const std::string& time = "", const std::string& at = "") {
  std::istringstream input(text);
  CsvTableOptions options;
  options.value_column = "bad";
  options.count_column = "all";
  options.time_column = time;
  options.at = at;
  return ReadCsvTable(input, options);
}

std::string ErrorOf(const std::string& text, const std::string& time = "", const std::string& at = "") {
  const auto table = Read(text, time, at);
  return table.ok() ? "no error" : std::string(table.status().message());
}

TEST(CsvReaderTest, ReadsQuotesCommasAndLineEndsInFields) {
  std::istringstream input(
      "\xef\xbb\xbf"
      "a,b\r\n\"x, \"\"y\"\"\",\"two\nlines\"\r\n\r\n,\"\"\nlast,1");
  CsvReader reader(input);
  std::vector<std::vector<std::string>> records;
  std::vector<int64_t> lines;
  while (*reader.Next()) {
    records.emplace_back(reader.fields().begin(), reader.fields().end());
    lines.push_back(reader.line());
  }
  EXPECT_THAT(records, ElementsAre(ElementsAre("a", "b"), ElementsAre("x, \"y\"", "two\nlines"), ElementsAre("", ""),
                                   ElementsAre("last", "1")));
  EXPECT_THAT(lines, ElementsAre(1, 2, 5, 6));
}

TEST(CsvReaderTest, NamesTheLineOfABrokenRecord) {
  std::istringstream open("a,b\n1,\"never\nclosed");
  CsvReader reader(open);
  EXPECT_TRUE(*reader.Next());
  EXPECT_THAT(std::string(reader.Next().status().message()), HasSubstr("line 2: a quote is opened"));
  std::istringstream behind("\"a\"b,c\n");
  CsvReader second(behind);
  EXPECT_THAT(std::string(second.Next().status().message()), HasSubstr("line 1: field 1 goes on"));
}

TEST(CsvReaderTest, RefusesALineWithoutEnd) {
  std::istringstream input(std::string(3'000'000, 'x'));
  CsvReader reader(input);
  EXPECT_THAT(std::string(reader.Next().status().message()), HasSubstr("more than 1000000 bytes"));
}

TEST(CsvTableTest, AddsUpRowsWithTheSameValues) {
  const auto csv = Read("host,bad,all\na,1,10\nb,0,5\na,2,10\n");
  ASSERT_THAT(csv, testing::IsOk());
  EXPECT_FALSE(csv->has_baseline);
  EXPECT_EQ(csv->table.rows(), 2u);
  EXPECT_EQ(csv->table.target(0).failures, 3);
  EXPECT_EQ(csv->table.target(0).attempts, 20);
  EXPECT_THAT(csv->notes, IsEmpty());
}

TEST(CsvTableTest, TakesEarlierRowsAsBaselineAndLeavesLaterOnes) {
  const auto csv = Read("t,host,bad,all\n9,a,1,10\n10,a,5,10\n11,a,9,10\n", "t", "10");
  ASSERT_THAT(csv, testing::IsOk());
  EXPECT_TRUE(csv->has_baseline);
  EXPECT_EQ(csv->table.target(0).failures, 5);
  EXPECT_EQ(csv->table.baseline(0).failures, 1);
  EXPECT_EQ(csv->other_rows, 1);
}

TEST(CsvTableTest, ComparesTimesInWordsAsText) {
  const auto csv =
      Read("t,host,bad,all\n2026-01-01T09:00:00Z,a,1,10\n2026-01-01T10:00:00Z,a,5,10\n", "t", "2026-01-01T10:00:00Z");
  ASSERT_THAT(csv, testing::IsOk());
  EXPECT_EQ(csv->baseline_rows, 1);
}

TEST(CsvTableTest, SaysThatThereIsNoBaseline) {
  const auto csv = Read("t,host,bad,all\n10,a,5,10\n10,b,0,10\n", "t", "10");
  ASSERT_THAT(csv, testing::IsOk());
  EXPECT_FALSE(csv->has_baseline);
  EXPECT_THAT(csv->notes, ElementsAre(HasSubstr("no row is earlier than 10")));
}

TEST(CsvTableTest, SaysWhatItMadeOfOddNumbers) {
  const auto csv = Read("host,bad,all\na,7,5\nb,0,0\n");
  ASSERT_THAT(csv, testing::IsOk());
  EXPECT_EQ(csv->table.target(0).attempts, 7);
  EXPECT_THAT(csv->notes,
              ElementsAre(HasSubstr("1 rows have more failures than attempts"), HasSubstr("1 rows have no attempts")));
}

TEST(CsvTableTest, NamesLineAndColumnOfABadNumber) {
  EXPECT_THAT(ErrorOf("host,bad,all\na,1,10\nb,x,10\n"),
              HasSubstr("line 3, column 2 (bad): \"x\" is no finite number"));
  EXPECT_THAT(ErrorOf("host,bad,all\na,1,nan\n"), HasSubstr("line 2, column 3 (all): \"nan\" is no finite number"));
  EXPECT_THAT(ErrorOf("host,bad,all\na,inf,1\n"), HasSubstr("line 2, column 2 (bad)"));
  EXPECT_THAT(ErrorOf("host,bad,all\na,1,-10\n"), HasSubstr("line 2, column 3 (all): \"-10\" is negative"));
  EXPECT_THAT(ErrorOf("host,bad,all\na,,10\n"), HasSubstr("line 2, column 2 (bad): \"\" is no finite number"));
  EXPECT_THAT(ErrorOf("host,bad,all\na,1,1e300\n"), HasSubstr("too large"));
}

TEST(CsvTableTest, NamesWhatIsMissing) {
  EXPECT_THAT(ErrorOf(""), HasSubstr("the table is empty"));
  EXPECT_THAT(ErrorOf("host,bad,all\n"), HasSubstr("a header and no rows"));
  EXPECT_THAT(ErrorOf("host,bads,all\na,1,2\n"), HasSubstr("no column \"bad\", did you mean bads?"));
  EXPECT_THAT(ErrorOf("host,bad,all\na,1\n"), HasSubstr("line 2: has 2 fields, the header has 3"));
  EXPECT_THAT(ErrorOf("bad,all\n1,2\n"), HasSubstr("nothing to explain by"));
  EXPECT_THAT(ErrorOf("host,host,bad,all\na,b,1,2\n"), HasSubstr("two columns are named \"host\""));
  EXPECT_THAT(ErrorOf("host,,bad,all\na,b,1,2\n"), HasSubstr("column 2 has no name"));
  EXPECT_THAT(ErrorOf("t,host,bad,all\n1,a,1,2\n5,a,1,2\n", "t", "3"),
              HasSubstr("no row has the t \"3\"; the table goes from 1 to 5"));
  EXPECT_THAT(ErrorOf("t,host,bad,all\nsoon,a,1,2\n", "t", "3"),
              HasSubstr("line 2, column 1 (t): \"soon\" is no number"));
  EXPECT_THAT(ErrorOf("t,host,bad,all\n1,a,1,2\n", "t", ""), HasSubstr("belong together"));
}

TEST(CsvTableTest, RepairsTextThatIsNotUtf8) {
  const auto csv = Read("host,bad,all\n\xff\x1b[31m,1,10\n");
  ASSERT_THAT(csv, testing::IsOk());
  EXPECT_EQ(csv->table.value(0, 0), "\uFFFD\uFFFD[31m");
}

TEST(CsvTableTest, KeepsABoundedNumberOfValues) {
  std::string text = "id,bad,all\n";
  for (size_t i = 0; i < kMaxExplainValues + 10; ++i) text += std::to_string(i) + ",0,1\n";
  const auto csv = Read(text);
  ASSERT_THAT(csv, testing::IsOk());
  EXPECT_EQ(csv->table.value_count(0), kMaxExplainValues);
  EXPECT_EQ(csv->table.rows(), kMaxExplainValues + 1);
  EXPECT_THAT(csv->notes, ElementsAre(HasSubstr("id has more than 50000 values")));
}

}  // namespace
}  // namespace faultline::query
