#include "tests/kafka/kafka_fixture.h"

namespace faultline::ingest {
namespace {

using ::faultline::testing::FakeRegistry;
using ::faultline::testing::HasCode;
using ::faultline::testing::IsOk;
using ::faultline::testing::KafkaWorker;
using ::faultline::testing::Numbered;
using ::testing::HasSubstr;

class KafkaTroubleTest : public ::faultline::testing::KafkaFixture {
 protected:
  // A topic of which the registry has ten records, re-created with `count` others.
  std::string RecreatedTopic(FakeRegistry& registry, int count) {
    const std::string topic = NewTopic();
    broker_->Produce(topic, 0, Numbered("old", 10));
    KafkaWorker worker(OptionsFor(topic), registry);
    ReadUntil(worker, registry, 10);
    worker.source().Stop();
    Recreate(topic, count);
    return topic;
  }
  void Recreate(const std::string& topic, int count) {
    broker_->DeleteTopic(topic);
    broker_->CreateTopic(topic, 1);
    broker_->Produce(topic, 0, Numbered("new", count));
  }
  void ExpectDataLoss(KafkaWorker& worker, const std::string& topic) {
    StepUntil({&worker}, [&] { return !worker.status().ok(); });
    EXPECT_THAT(worker.status(), HasCode(absl::StatusCode::kDataLoss));
    EXPECT_THAT(std::string(worker.status().message()), HasSubstr("kafka:" + topic + "/0"));
    EXPECT_THAT(std::string(worker.status().message()), HasSubstr("kafka.on_mismatch: restart"));
  }
};

TEST_F(KafkaTroubleTest, ARecreatedTopicStopsTheWorker) {
  FakeRegistry registry;
  const std::string topic = RecreatedTopic(registry, 20);
  KafkaWorker worker(OptionsFor(topic), registry);
  ExpectDataLoss(worker, topic);
  EXPECT_EQ(registry.values.size(), 10u);
}

TEST_F(KafkaTroubleTest, ARecreatedTopicThatIsShorterStopsTheWorker) {
  FakeRegistry registry;
  const std::string topic = RecreatedTopic(registry, 3);
  KafkaWorker worker(OptionsFor(topic), registry);
  ExpectDataLoss(worker, topic);
}

TEST_F(KafkaTroubleTest, ARecreatedTopicIsReadFromItsStartWhereThatIsAllowed) {
  FakeRegistry registry;
  const std::string topic = RecreatedTopic(registry, 20);
  KafkaOptions options = OptionsFor(topic);
  options.on_mismatch = KafkaOptions::OnMismatch::kRestart;
  KafkaWorker worker(options, registry);
  ReadUntil(worker, registry, 30);
  EXPECT_EQ(registry.values[10], "new0");
  EXPECT_EQ(registry.values.back(), "new19");
  EXPECT_EQ(worker.source().counters().restarted_streams.load(), 1);
}

TEST_F(KafkaTroubleTest, AShorterTopicIsReadFromItsStartWhereThatIsAllowed) {
  FakeRegistry registry;
  const std::string topic = RecreatedTopic(registry, 3);
  KafkaOptions options = OptionsFor(topic);
  options.on_mismatch = KafkaOptions::OnMismatch::kRestart;
  KafkaWorker worker(options, registry);
  ReadUntil(worker, registry, 13);
}

TEST_F(KafkaTroubleTest, ATopicRecreatedUnderTheWorkerStopsIt) {
  const std::string topic = NewTopic();
  broker_->Produce(topic, 0, Numbered("old", 10));
  FakeRegistry registry;
  KafkaOptions options = OptionsFor(topic);
  options.properties.erase("topic.metadata.refresh.interval.ms");
  KafkaWorker worker(options, registry);
  ReadUntil(worker, registry, 10);
  Recreate(topic, 20);
  ExpectDataLoss(worker, topic);
  EXPECT_EQ(registry.values.size(), 10u);
}

TEST_F(KafkaTroubleTest, ABatchThatCannotBeDecodedIsSkippedAndNamed) {
  const std::string topic = NewTopic(1, {{"max.message.bytes", "100000000"}});
  broker_->Produce(topic, 0, Numbered("before", 5));
  // 37 MB of nothing in one small zstd batch: above the client's limit.
  broker_->Produce(topic, 0, std::vector<faultline::testing::ProducedRecord>(37, {std::string(1'000'000, ' '), "", {}}),
                   "zstd");
  for (int i = 0; i < 20; ++i) broker_->Produce(topic, 0, Numbered("after", 1));
  FakeRegistry registry;
  KafkaWorker worker(OptionsFor(topic), registry);
  ReadUntil(worker, registry, 5 + 1 + 20);
  EXPECT_EQ(registry.errors[5], "kafka_batch_undecodable");
  EXPECT_EQ(registry.values[5], "");
  EXPECT_EQ(registry.values[6], "after0");
  EXPECT_EQ(registry.positions()[0].next_offset, 5 + 37 + 20);
  EXPECT_EQ(worker.source().counters().undecodable_batches.load(), 1);
}

TEST_F(KafkaTroubleTest, ARestartedBrokerIsReadOn) {
  const std::string topic = NewTopic();
  broker_->Produce(topic, 0, Numbered("a", 100));
  FakeRegistry registry;
  KafkaWorker worker(OptionsFor(topic), registry);
  ReadUntil(worker, registry, 100);
  broker_->Stop();
  for (int i = 0; i < 20; ++i) worker.Step();
  EXPECT_THAT(worker.status(), IsOk());
  broker_->StartAgain();
  broker_->Produce(topic, 0, Numbered("b", 100));
  ReadUntil(worker, registry, 200);
  EXPECT_EQ(registry.repeats, 0);
}

}  // namespace
}  // namespace faultline::ingest
