#include "ingest/kafka_config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ingest/kafka_statistics.h"
#include "tests/testing/status_matchers.h"

namespace faultline::ingest {
namespace {

using ::faultline::testing::HasCode;
using ::faultline::testing::IsOk;
using ::testing::HasSubstr;
using ::testing::Not;

KafkaOptions Valid() {
  KafkaOptions options;
  options.brokers = "localhost:9092";
  options.topics = {"logs"};
  return options;
}

std::string ValueOf(const rd_kafka_conf_t* conf, const char* name) {
  char value[256] = "";
  size_t size = sizeof value;
  rd_kafka_conf_get(conf, name, value, &size);
  return value;
}

TEST(KafkaConfigTest, TheSettingsThatExactlyOnceDependsOnAreFixed) {
  const auto conf = MakeKafkaConf(Valid());
  ASSERT_THAT(conf, IsOk());
  EXPECT_EQ(ValueOf(conf->get(), "enable.auto.commit"), "false");
  EXPECT_EQ(ValueOf(conf->get(), "enable.auto.offset.store"), "false");
  EXPECT_EQ(ValueOf(conf->get(), "auto.offset.reset"), "error");
  EXPECT_EQ(ValueOf(conf->get(), "partition.assignment.strategy"), "range");
  EXPECT_EQ(ValueOf(conf->get(), "check.crcs"), "true");
}

TEST(KafkaConfigTest, SaysHowMuchIsFetchedAhead) {
  KafkaOptions options = Valid();
  EXPECT_EQ(QueueLimitBytes(**MakeKafkaConf(options)), 32 << 20);
  options.properties["queued.max.messages.kbytes"] = "1000";
  EXPECT_EQ(QueueLimitBytes(**MakeKafkaConf(options)), 1'024'000);
}

TEST(KafkaStatisticsTest, FindsTheQueueThatPartitionsShare) {
  EXPECT_EQ(QueuedBytes(R"({"topics":{"a":{"partitions":{"0":{"fetchq_size":70},"-1":{"fetchq_size":0}}},
                            "b":{"partitions":{"0":{"fetchq_size":70}}}}})"),
            70);
  EXPECT_EQ(QueuedBytes(R"({"topics":{}})"), 0);
  EXPECT_EQ(QueuedBytes(R"({"topics":{"a":{"partitions":{"0":{"fetchq_size":"much"}}}}})"), 0);
  EXPECT_EQ(QueuedBytes(R"({"topics":[]})"), std::nullopt);
  EXPECT_EQ(QueuedBytes("{"), std::nullopt);
  EXPECT_EQ(QueuedBytes(""), std::nullopt);
}

TEST(KafkaConfigTest, TheyCannotBeOverridden) {
  for (const std::string name :
       {"enable.auto.commit", "enable.auto.offset.store", "auto.offset.reset", "partition.assignment.strategy"}) {
    KafkaOptions options = Valid();
    options.properties[name] = "true";
    const auto conf = MakeKafkaConf(options);
    EXPECT_THAT(conf, HasCode(absl::StatusCode::kInvalidArgument));
    EXPECT_THAT(std::string(conf.status().message()), HasSubstr(name));
  }
}

TEST(KafkaConfigTest, WhatHasAnOptionOfItsOwnIsNamed) {
  KafkaOptions options = Valid();
  options.properties["group.id"] = "g";
  EXPECT_THAT(std::string(MakeKafkaConf(options).status().message()), HasSubstr("use kafka.group"));
}

TEST(KafkaConfigTest, OtherPropertiesAreTaken) {
  KafkaOptions options = Valid();
  options.properties = {{"security.protocol", "sasl_ssl"},
                        {"sasl.mechanism", "SCRAM-SHA-512"},
                        {"sasl.username", "u"},
                        {"sasl.password", "p"},
                        {"queued.max.messages.kbytes", "16384"}};
  const auto conf = MakeKafkaConf(options);
  ASSERT_THAT(conf, IsOk());
  EXPECT_EQ(ValueOf(conf->get(), "security.protocol"), "sasl_ssl");
  EXPECT_EQ(ValueOf(conf->get(), "queued.max.messages.kbytes"), "16384");
}

TEST(KafkaConfigTest, AnUnknownPropertyIsNamedAndItsValueIsNot) {
  KafkaOptions options = Valid();
  options.properties["sasl.pasword"] = "hunter2";
  const auto conf = MakeKafkaConf(options);
  EXPECT_THAT(conf, HasCode(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(std::string(conf.status().message()), HasSubstr("sasl.pasword"));
  EXPECT_THAT(std::string(conf.status().message()), Not(HasSubstr("hunter2")));
}

TEST(KafkaConfigTest, BrokersGroupAndTopicsAreRequired) {
  KafkaOptions options = Valid();
  options.brokers.clear();
  EXPECT_THAT(MakeKafkaConf(options), HasCode(absl::StatusCode::kInvalidArgument));
  options = Valid();
  options.topics.clear();
  EXPECT_THAT(MakeKafkaConf(options), HasCode(absl::StatusCode::kInvalidArgument));
  options = Valid();
  options.group.clear();
  EXPECT_THAT(MakeKafkaConf(options), HasCode(absl::StatusCode::kInvalidArgument));
}

}  // namespace
}  // namespace faultline::ingest
