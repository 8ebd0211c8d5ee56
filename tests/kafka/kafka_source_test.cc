#include <set>

#include "tests/kafka/kafka_fixture.h"

namespace faultline::ingest {
namespace {

using ::faultline::testing::FakeRegistry;
using ::faultline::testing::HasCode;
using ::faultline::testing::IsOk;
using ::faultline::testing::KafkaWorker;
using ::faultline::testing::Numbered;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;

class KafkaSourceTest : public ::faultline::testing::KafkaFixture {};

TEST_F(KafkaSourceTest, EveryCodecArrives) {
  const std::string topic = NewTopic();
  size_t sent = 0;
  FakeRegistry registry;
  KafkaWorker worker(OptionsFor(topic), registry);
  for (const std::string codec : {"none", "gzip", "snappy", "lz4", "zstd"}) {
    broker_->Produce(topic, 0, Numbered(codec + std::string(200, ' '), 500), codec);
    ReadUntil(worker, registry, sent += 500);
    EXPECT_EQ(registry.values.back(), codec + std::string(200, ' ') + "499");
  }
  EXPECT_EQ(registry.positions()[0].stream, "kafka:EveryCodecArrives/0");
  EXPECT_EQ(worker.source().counters().records.load(), 2'500);
}

TEST_F(KafkaSourceTest, KeysHeadersTimesAndTombstonesArrive) {
  const std::string topic = NewTopic();
  broker_->Produce(topic, 0, {{"value", "key", {{"traceparent", "00-ab"}, {"empty", ""}}}, {std::nullopt, "gone", {}}});
  FakeRegistry registry;
  KafkaWorker worker(OptionsFor(topic), registry);
  ReadUntil(worker, registry, 2);
  const std::vector<SourceRecord>& records = worker.batch().records;
  ASSERT_EQ(records.size(), 2u);
  EXPECT_EQ(records[0].key, "key");
  EXPECT_THAT(records[0].headers, ElementsAre(Pair("traceparent", "00-ab"), Pair("empty", "")));
  EXPECT_GT(records[0].kafka_time_us, 1'500'000'000'000'000);
  EXPECT_EQ(records[1].value, "");
  EXPECT_EQ(records[1].key, "gone");
}

TEST_F(KafkaSourceTest, AMessageOfFourMegabytesArrivesAndALargerOneIsCut) {
  const std::string topic = NewTopic(1, {{"max.message.bytes", "12000000"}});
  broker_->Produce(topic, 0, {{std::string(4 << 20, 'x'), "", {}}});
  broker_->Produce(topic, 0, {{std::string(9 << 20, 'y'), "", {}}});
  FakeRegistry registry;
  KafkaWorker worker(OptionsFor(topic), registry);
  ReadUntil(worker, registry, 2);
  EXPECT_EQ(registry.values[0].size(), 4u << 20);
  EXPECT_EQ(registry.values[1].size(), 8u << 20);
  EXPECT_THAT(registry.errors, ElementsAre("", "record_too_large"));
  EXPECT_EQ(registry.sizes[1], 9 << 20);
}

TEST_F(KafkaSourceTest, ARestartedWorkerGoesOnWhereTheStoreStands) {
  const std::string topic = NewTopic(2);
  broker_->Produce(topic, 0, Numbered("a", 100));
  FakeRegistry registry;
  {
    KafkaWorker worker(OptionsFor(topic), registry);
    ReadUntil(worker, registry, 100);
  }
  broker_->Produce(topic, 0, Numbered("b", 10));
  broker_->Produce(topic, 1, Numbered("c", 10));
  KafkaWorker worker(OptionsFor(topic), registry);
  ReadUntil(worker, registry, 120);
  EXPECT_EQ(registry.repeats, 0);
}

TEST_F(KafkaSourceTest, TheLatestStartTakesOnlyWhatComesAfter) {
  const std::string topic = NewTopic();
  broker_->Produce(topic, 0, Numbered("old", 50));
  KafkaOptions options = OptionsFor(topic);
  options.start = KafkaOptions::Start::kLatest;
  FakeRegistry registry;
  KafkaWorker worker(options, registry);
  StepUntil({&worker}, [&] { return !registry.positions().empty(); });
  broker_->Produce(topic, 0, Numbered("new", 5));
  ReadUntil(worker, registry, 5);
  EXPECT_EQ(registry.values[0], "new0");
}

TEST_F(KafkaSourceTest, NewPartitionsAndNewTopicsOfAPatternArePickedUp) {
  const std::string topic = NewTopic();
  FakeRegistry registry;
  KafkaWorker worker(OptionsFor("^" + topic), registry);
  broker_->Produce(topic, 0, Numbered("a", 5));
  ReadUntil(worker, registry, 5);
  broker_->AddPartitions(topic, 3);
  broker_->Produce(topic, 2, Numbered("b", 5));
  ReadUntil(worker, registry, 10);
  broker_->CreateTopic(topic + ".second", 1);
  broker_->Produce(topic + ".second", 0, Numbered("c", 5));
  ReadUntil(worker, registry, 15);
  EXPECT_EQ(registry.repeats, 0);
}

TEST_F(KafkaSourceTest, ATopicThatDoesNotExistYetIsWaitedFor) {
  const std::string topic = "ATopicThatDoesNotExistYetIsWaitedFor";
  FakeRegistry registry;
  KafkaWorker worker(OptionsFor(topic), registry);
  for (int i = 0; i < 10; ++i) worker.Step();
  broker_->CreateTopic(topic, 1);
  broker_->Produce(topic, 0, Numbered("a", 5));
  ReadUntil(worker, registry, 5);
}

TEST_F(KafkaSourceTest, LagAndCommittedOffsetsAreVisible) {
  const std::string topic = NewTopic();
  broker_->Produce(topic, 0, Numbered("a", 100));
  KafkaOptions options = OptionsFor(topic);
  options.max_batch_records = 40;
  FakeRegistry registry;
  KafkaWorker worker(options, registry);
  StepUntil({&worker}, [&] { return !registry.values.empty(); });
  ASSERT_THAT(worker.source().Commit(registry.positions()), IsOk());
  const auto read = static_cast<int64_t>(registry.values.size());
  EXPECT_THAT(worker.source().Lag(), ElementsAre(Pair("kafka:" + topic + "/0", 100 - read)));
  StepUntil({&worker}, [&] { return broker_->Committed(options.group, topic, 0) == read; });
  ReadUntil(worker, registry, 100);
  ASSERT_THAT(worker.source().Commit(registry.positions()), IsOk());
  EXPECT_THAT(worker.source().Lag(), ElementsAre(Pair("kafka:" + topic + "/0", 0)));
  worker.source().Stop();
  EXPECT_EQ(broker_->Committed(options.group, topic, 0), 100);
}

TEST_F(KafkaSourceTest, WhatComesWhilePausedIsKept) {
  const std::string topic = NewTopic();
  broker_->Produce(topic, 0, Numbered("a", 5));
  FakeRegistry registry;
  KafkaWorker worker(OptionsFor(topic), registry);
  ReadUntil(worker, registry, 5);
  worker.source().SetPaused(true);
  broker_->Produce(topic, 0, Numbered("b", 5));
  const auto long_enough = std::chrono::steady_clock::now() + std::chrono::milliseconds(1'500);
  StepUntil({&worker}, [&] { return std::chrono::steady_clock::now() > long_enough; });
  EXPECT_EQ(registry.values.size(), 5u);
  worker.source().SetPaused(false);
  ReadUntil(worker, registry, 10);
  EXPECT_EQ(registry.repeats, 0);
}

TEST_F(KafkaSourceTest, WorkersThatComeAndGoShareEveryRecordOnce) {
  const std::string topic = NewTopic(4);
  const auto produce = [&](const std::string& prefix) {
    for (int32_t p = 0; p < 4; ++p) broker_->Produce(topic, p, Numbered(prefix + std::to_string(p) + "-", 500));
  };
  KafkaOptions options = OptionsFor(topic);
  options.max_batch_records = 50;
  FakeRegistry registry;  // stands for one store, which both would not share outside of tests
  KafkaWorker first(options, registry);
  const auto assigned = [](KafkaWorker& worker) { return worker.source().counters().assigned_partitions.load(); };
  produce("a");
  StepUntil({&first}, [&] { return registry.values.size() >= 300; });
  auto second = std::make_unique<KafkaWorker>(options, registry);
  StepUntil({&first, second.get()}, [&] { return assigned(first) == 2 && assigned(*second) == 2; });
  produce("b");
  StepUntil({&first, second.get()}, [&] { return second->source().counters().records > 100; });
  EXPECT_GT(registry.flushes, 0);
  second.reset();  // in the middle of its partitions
  produce("c");
  StepUntil({&first}, [&] { return registry.values.size() >= 6'000 && assigned(first) == 4; });
  EXPECT_EQ(std::set<std::string>(registry.values.begin(), registry.values.end()).size(), 6'000u);
  EXPECT_EQ(registry.values.size(), 6'000u);
  EXPECT_EQ(registry.repeats, 0);
  EXPECT_THAT(first.status(), IsOk());
}

TEST_F(KafkaSourceTest, TheSameInstanceIdTwiceStopsTheFirst) {
  const std::string topic = NewTopic();
  KafkaOptions options = OptionsFor(topic);
  options.instance_id = "worker-1";
  FakeRegistry registry, other;
  KafkaWorker first(options, registry);
  StepUntil({&first}, [&] { return first.source().counters().assignments > 0; });
  KafkaWorker second(options, other);
  StepUntil({&first, &second}, [&] { return !first.status().ok() || !second.status().ok(); });
  const absl::Status& status = first.status().ok() ? second.status() : first.status();
  EXPECT_THAT(status, HasCode(absl::StatusCode::kFailedPrecondition));
  EXPECT_THAT(std::string(status.message()), HasSubstr("kafka.instance_id"));
}

}  // namespace
}  // namespace faultline::ingest
