#include "ingest/formats/csv.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/ingest/formats/decoding.h"

namespace faultline::ingest {
namespace {

using ::faultline::testing::AttributeOf;
using ::faultline::testing::Decoding;
using ::faultline::testing::OnlyReason;
using ::testing::ElementsAre;
using ::testing::SizeIs;

std::vector<std::string> Split(std::string_view line) {
  Arena arena;
  std::vector<std::string_view> fields;
  if (!SplitCsv(line, arena, fields)) return {"malformed"};
  return {fields.begin(), fields.end()};
}

TEST(CsvTest, SplitsFieldsAndUndoesQuotes) {
  EXPECT_THAT(Split(R"(a,"b, ""c""",,d)"), ElementsAre("a", "b, \"c\"", "", "d"));
  EXPECT_THAT(Split("\"open"), ElementsAre("malformed"));
  EXPECT_THAT(Split("\"a\"b,c"), ElementsAre("malformed"));
}

TEST(CsvTest, RowsTakeTheirMeaningFromTheHeaderOfTheirStream) {
  Decoding decode;
  EXPECT_EQ(OnlyReason(decode("timestamp,level,service,message,shard")), "csv_header");
  const Decoded& decoded = decode(R"(2026-11-24T15:00:00Z,error,mailbox,"write failed, again",7)");
  ASSERT_THAT(decoded.records, SizeIs(1));
  EXPECT_EQ(decoded.format, Format::kCsv);
  const LogRecord& record = decoded.records[0];
  EXPECT_EQ(record.message, "write failed, again");
  EXPECT_EQ(record.dimension(store::Dimension::kService), "mailbox");
  EXPECT_EQ(record.severity, 17);
  EXPECT_EQ(AttributeOf(record, "shard"), "7");
}

TEST(CsvTest, ARowOfAnotherShapeIsNamed) {
  Decoding decode;
  decode("timestamp,level,service,message,shard");
  EXPECT_EQ(OnlyReason(decode("2026-11-24T15:00:00Z,error,mailbox,\"cut")), "csv_malformed");
}

TEST(CsvTest, OrdinaryLinesWithCommasAreNoCsv) {
  Decoding decode;
  EXPECT_EQ(decode("send failed, shard 7, level 3").format, Format::kText);
  EXPECT_EQ(decode("send failed, shard 8, level 4").format, Format::kText);
}

TEST(CsvTest, NamesTheWorkloadOfAPod) {
  EXPECT_EQ(WorkloadOf("ts-order-service-5b67c48447-fj8b7"), "ts-order-service");
  EXPECT_EQ(WorkloadOf("mailbox"), "mailbox");
}

}  // namespace
}  // namespace faultline::ingest
