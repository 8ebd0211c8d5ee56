// From a topic to a store and back to the committed offset, with the real parts.
#include "base/pseudonym.h"
#include "ingest/pipeline.h"
#include "store/store.h"
#include "tests/kafka/kafka_fixture.h"
#include "tests/testing/temp_dir.h"

namespace faultline::ingest {
namespace {

using ::faultline::testing::HasCode;
using ::faultline::testing::IsOk;
using ::faultline::testing::ProducedRecord;
using ::faultline::testing::TempDir;

ProducedRecord Failure(const std::string& message) {
  return {R"({"level":"error","service":"call-signal","message":")" + message + R"("})", "", {}};
}

class KafkaPipelineTest : public ::faultline::testing::KafkaFixture {
 protected:
  // Consumes `topic` into the store at `path` until `done` or an error.
  absl::Status Consume(const std::string& path, const KafkaOptions& options,
                       const std::function<bool(const PipelineCounters&)>& done) {
    store::StoreOptions store_options;
    store_options.path = path;
    auto store = store::Store::Open(store_options);
    if (!store.ok()) return store.status();
    auto writer = store::Writer::Start({}, **store);
    if (!writer.ok()) return writer.status();
    KafkaSource source(options);
    std::vector<RuleError> errors;
    Pipeline pipeline({}, source, **writer, pseudonyms_, RuleSet::Parse("", "none.yaml", errors));
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    pipeline.OnBatch([&](const PipelineCounters& counters) {
      if (done(counters) || std::chrono::steady_clock::now() > deadline) pipeline.RequestStop();
    });
    absl::Status status = pipeline.Run();
    if (status.ok()) status = (*writer)->Close();
    positions_ = (*store)->Positions();
    return status;
  }

  TempDir dir_;
  const Pseudonyms pseudonyms_ = Pseudonyms::FromKey({1, 2, 3});
  std::vector<store::StreamPosition> positions_;
};

TEST_F(KafkaPipelineTest, EveryRecordIsStoredOrADeadLetterAndCommitted) {
  const std::string topic = NewTopic();
  broker_->Produce(topic, 0,
                   {Failure("send failed"), {R"({"message":"cut)", "", {}}, {std::nullopt, "", {}}, Failure("again")},
                   "zstd");
  const KafkaOptions options = OptionsFor(topic);
  ASSERT_THAT(Consume(dir_ / "store", options, [](const auto& counters) { return counters.records >= 4; }), IsOk());
  ASSERT_EQ(positions_.size(), 1u);
  EXPECT_EQ(positions_[0].stream, "kafka:" + topic + "/0");
  EXPECT_EQ(positions_[0].next_offset, 4);
  EXPECT_EQ(positions_[0].stored, 2);
  EXPECT_EQ(positions_[0].dead_letters, 2);
  EXPECT_EQ(broker_->Committed(options.group, topic, 0), 4);
}

TEST_F(KafkaPipelineTest, TheStoreAndNotTheGroupSaysWhereToGoOn) {
  const std::string topic = NewTopic();
  broker_->Produce(topic, 0, {Failure("one"), Failure("two")});
  const KafkaOptions options = OptionsFor(topic);
  const auto two = [](const PipelineCounters& counters) { return counters.events >= 2; };
  ASSERT_THAT(Consume(dir_ / "store", options, two), IsOk());
  broker_->Produce(topic, 0, {Failure("three"), Failure("four")});
  ASSERT_THAT(Consume(dir_ / "store", options, two), IsOk());
  EXPECT_EQ(positions_[0].stored, 4);
  EXPECT_EQ(positions_[0].repeats, 0);
  // A new store begins at the start, though the group has committed the end.
  ASSERT_THAT(Consume(dir_ / "new", options, [](const auto& counters) { return counters.events >= 4; }), IsOk());
  EXPECT_EQ(positions_[0].stored, 4);
}

TEST_F(KafkaPipelineTest, ARecreatedTopicStopsAndRestartsUnderANewEpoch) {
  const std::string topic = NewTopic();
  broker_->Produce(topic, 0, {Failure("one"), Failure("two")});
  KafkaOptions options = OptionsFor(topic);
  const auto two = [](const PipelineCounters& counters) { return counters.records >= 2; };
  ASSERT_THAT(Consume(dir_ / "store", options, two), IsOk());
  const uint32_t epoch = positions_[0].epoch;
  broker_->DeleteTopic(topic);
  broker_->CreateTopic(topic, 1);
  broker_->Produce(topic, 0, {Failure("other"), Failure("topic")});
  EXPECT_THAT(Consume(dir_ / "store", options, two), HasCode(absl::StatusCode::kDataLoss));
  EXPECT_EQ(positions_[0].stored, 2);
  options.on_mismatch = KafkaOptions::OnMismatch::kRestart;
  ASSERT_THAT(Consume(dir_ / "store", options, two), IsOk());
  EXPECT_EQ(positions_[0].stored, 4);
  EXPECT_EQ(positions_[0].next_offset, 2);
  EXPECT_GT(positions_[0].epoch, epoch);
}

}  // namespace
}  // namespace faultline::ingest
