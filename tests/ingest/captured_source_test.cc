#include "ingest/captured_source.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <fstream>

#include "tests/testing/temp_dir.h"

namespace faultline::ingest {
namespace {

// Streams as a store without anything in it would open them.
class Streams final : public StreamRegistry {
 public:
  std::pair<uint32_t, store::StreamPosition> Open(const store::StreamPosition& initial) override {
    names.push_back(initial.stream);
    return {static_cast<uint32_t>(names.size() - 1), initial};
  }
  std::optional<store::StreamPosition> Find(std::string_view) const override { return std::nullopt; }
  void Reset(uint32_t, int64_t) override {}
  absl::Status Flush() override { return absl::OkStatus(); }

  std::vector<std::string> names;
};

class CapturedSourceTest : public ::testing::Test {
 protected:
  std::string Write(const std::string& name, const std::string& text) {
    const std::string path = folder_.path() + "/" + name;
    std::ofstream(path, std::ios::binary) << text;
    return path;
  }

  testing::TempDir folder_;
  Streams streams_;
  SourceBatch batch_;
};

TEST_F(CapturedSourceTest, GivesOffsetTimeKeyHeadersAndValueBack) {
  CapturedSourceOptions options;
  options.paths = {Write("a", R"({"topic":"logs","partition":2,"offset":41,"timestamp_ms":1795558474000,)"
                              R"("key_b64":"aG9zdA==","headers":[["traceparent","eA=="]],"value_b64":"AAH/"})"
                              "\n")};
  CapturedSource source(options);
  ASSERT_TRUE(source.Start(streams_).ok());
  ASSERT_TRUE(source.Poll({}, batch_).ok());
  ASSERT_EQ(batch_.records.size(), 1u);
  const SourceRecord& record = batch_.records[0];
  EXPECT_EQ(record.offset, 41);
  EXPECT_EQ(record.next_offset, 42);
  EXPECT_EQ(record.kafka_time_us, 1795558474000000);
  EXPECT_EQ(record.key, "host");
  EXPECT_EQ(record.value, std::string_view("\0\1\xff", 3));
  ASSERT_EQ(record.headers.size(), 1u);
  EXPECT_EQ(record.headers[0].first, "traceparent");
  EXPECT_EQ(record.headers[0].second, "x");
  EXPECT_THAT(streams_.names, ::testing::ElementsAre(::testing::MatchesRegex("records:[0-9a-f]+:logs/2")));
  ASSERT_TRUE(source.Poll({}, batch_).ok());
  EXPECT_TRUE(batch_.end_of_input);
}

TEST_F(CapturedSourceTest, ReadsANullValueAsATombstone) {
  CapturedSourceOptions options;
  options.paths = {Write("a", "{\"value_b64\":null}\n")};
  CapturedSource source(options);
  ASSERT_TRUE(source.Start(streams_).ok());
  ASSERT_TRUE(source.Poll({}, batch_).ok());
  ASSERT_EQ(batch_.records.size(), 1u);
  EXPECT_EQ(batch_.records[0].value, "");
}

TEST_F(CapturedSourceTest, CountsOffsetsWhereLinesHaveNone) {
  CapturedSourceOptions options;
  options.paths = {Write("a", "{\"value_b64\":\"YQ==\"}\n\n{\"value_b64\":\"Yg==\"}\n")};
  CapturedSource source(options);
  ASSERT_TRUE(source.Start(streams_).ok());
  ASSERT_TRUE(source.Poll({}, batch_).ok());
  ASSERT_EQ(batch_.records.size(), 2u);
  EXPECT_EQ(batch_.records[0].offset, 0);
  EXPECT_EQ(batch_.records[1].offset, 1);
}

TEST_F(CapturedSourceTest, TwoFilesOfOneTopicAreTwoStreams) {
  CapturedSourceOptions options;
  options.paths = {Write("a", "{\"topic\":\"t\",\"value_b64\":\"YQ==\"}\n"),
                   Write("b", "{\"topic\":\"t\",\"value_b64\":\"Yg==\"}\n")};
  CapturedSource source(options);
  ASSERT_TRUE(source.Start(streams_).ok());
  do ASSERT_TRUE(source.Poll({}, batch_).ok());
  while (!batch_.end_of_input);
  ASSERT_EQ(streams_.names.size(), 2u);
  EXPECT_NE(streams_.names[0], streams_.names[1]);
}

TEST_F(CapturedSourceTest, NamesTheLineThatIsNoRecordAfterGivingThoseBeforeIt) {
  CapturedSourceOptions options;
  options.paths = {Write("a", "{\"value_b64\":\"YQ==\"}\n{\"value_b64\":\"?\"}\n")};
  CapturedSource source(options);
  ASSERT_TRUE(source.Start(streams_).ok());
  ASSERT_TRUE(source.Poll({}, batch_).ok());
  EXPECT_EQ(batch_.records.size(), 1u);
  const absl::Status status = source.Poll({}, batch_);
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(status.message()), ::testing::HasSubstr("a:2: no captured record: \"value_b64\""));
}

TEST(CapturedRecordTest, RefusesWhatIsNoCapturedRecord) {
  for (const char* line :
       {"", "[]", "{}", "{\"value_b64\":1}", "{\"value_b64\":\"YQ==\",\"offset\":\"x\"}",
        "{\"value_b64\":\"YQ==\",\"headers\":[\"a\"]}", "{\"value_b64\":\"YQ==\",\"partition\":-1}"}) {
    EXPECT_FALSE(ParseCapturedRecord(line).ok()) << line;
  }
}

}  // namespace
}  // namespace faultline::ingest
