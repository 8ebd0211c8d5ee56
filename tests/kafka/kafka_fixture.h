// One broker for all tests of a binary, and workers that read from it.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "ingest/kafka_source.h"
#include "tests/kafka/kafka_broker.h"
#include "tests/testing/fake_registry.h"
#include "tests/testing/status_matchers.h"

namespace faultline::testing {

// A consumer and the registry that stores for it.
class KafkaWorker {
 public:
  KafkaWorker(const ingest::KafkaOptions& options, FakeRegistry& registry) : source_(options), registry_(registry) {
    EXPECT_THAT(source_.Start(registry), IsOk());
  }
  // Polls once and stores what came; remembers the first error.
  void Step() {
    if (!status_.ok()) return;
    status_ = source_.Poll(std::chrono::milliseconds(20), batch_);
    if (status_.ok()) registry_.Take(batch_);
  }
  ingest::KafkaSource& source() { return source_; }
  const absl::Status& status() const { return status_; }
  const ingest::SourceBatch& batch() const { return batch_; }

 private:
  ingest::KafkaSource source_;
  FakeRegistry& registry_;
  ingest::SourceBatch batch_;
  absl::Status status_;
};

class KafkaFixture : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    if (broker_ == nullptr) broker_ = KafkaBroker::Start(why_not_);
  }
  void SetUp() override {
    if (broker_ == nullptr) GTEST_SKIP() << why_not_;
  }

  // A topic named after the test.
  static std::string NewTopic(int partitions = 1, const std::map<std::string, std::string>& config = {}) {
    const std::string name = ::testing::UnitTest::GetInstance()->current_test_info()->name();
    broker_->CreateTopic(name, partitions, config);
    return name;
  }
  // Options for it, with a group of its own and quick to notice changes.
  static ingest::KafkaOptions OptionsFor(const std::string& topic) {
    ingest::KafkaOptions options;
    options.brokers = broker_->address();
    options.topics = {topic};
    options.group = std::string("group-") + ::testing::UnitTest::GetInstance()->current_test_info()->name();
    options.properties["topic.metadata.refresh.interval.ms"] = "300";
    options.properties["reconnect.backoff.max.ms"] = "500";
    return options;
  }
  // Steps the workers in turn until `done`; fails the test after 30 s.
  static void StepUntil(const std::vector<KafkaWorker*>& workers, const std::function<bool()>& done) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    while (!done()) {
      ASSERT_LT(std::chrono::steady_clock::now(), deadline) << "what was waited for did not happen";
      for (KafkaWorker* worker : workers) worker->Step();
    }
  }
  static void ReadUntil(KafkaWorker& worker, const FakeRegistry& registry, size_t count) {
    StepUntil({&worker}, [&] { return registry.values.size() >= count || !worker.status().ok(); });
    ASSERT_THAT(worker.status(), IsOk());
    ASSERT_EQ(registry.values.size(), count);
  }

  static inline std::unique_ptr<KafkaBroker> broker_;
  static inline std::string why_not_;
};

}  // namespace faultline::testing
