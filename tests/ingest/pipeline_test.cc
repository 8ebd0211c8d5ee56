// The whole way from a record to a stored event, over a real store.
#include "ingest/pipeline.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <xxhash.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include "store/store.h"
#include "tests/testing/status_matchers.h"
#include "tests/testing/temp_dir.h"

namespace faultline::ingest {
namespace {

using ::faultline::testing::IsOk;
using ::faultline::testing::TempDir;

// Delivers given values as one stream, from the position the registry names
// minus `step_back` records, as a source that repeats itself would.
class ListSource final : public RecordSource {
 public:
  explicit ListSource(std::vector<std::string> values, int64_t step_back = 0)
      : values_(std::move(values)), step_back_(step_back) {}

  // Starts the stream again from 0 once `records` were delivered, as a source
  // does that finds another topic under the same name.
  void ResetAfter(int64_t records) { reset_after_ = records; }

  absl::Status Start(StreamRegistry& registry) override {
    store::StreamPosition initial;
    initial.stream = "file:list";
    initial.label = "/logs/list.ndjson";
    registry_ = &registry;
    const auto [stream, position] = registry.Open(initial);
    stream_ = stream;
    next_ = std::max<int64_t>(0, position.next_offset - step_back_);
    return absl::OkStatus();
  }
  absl::Status Poll(std::chrono::milliseconds, SourceBatch& batch) override {
    batch.records.clear();
    if (next_ == reset_after_) {
      registry_->Reset(stream_, 0);
      next_ = 0;
      reset_after_ = -1;
    }
    for (; next_ < static_cast<int64_t>(values_.size()) && batch.records.size() < 100 && next_ != reset_after_;
         ++next_) {
      SourceRecord& record = batch.records.emplace_back();
      record.stream = stream_;
      record.offset = next_;
      record.next_offset = next_ + 1;
      record.value = values_[static_cast<size_t>(next_)];
    }
    batch.end_of_input = next_ == static_cast<int64_t>(values_.size());
    return absl::OkStatus();
  }
  absl::Status Commit(const std::vector<store::StreamPosition>& durable) override {
    durable_ = durable;
    return absl::OkStatus();
  }
  void SetPaused(bool) override {}
  std::vector<std::pair<std::string, int64_t>> Lag() const override { return {}; }
  void Stop() override {}

  const std::vector<store::StreamPosition>& durable() const { return durable_; }

 private:
  const std::vector<std::string> values_;
  const int64_t step_back_;
  int64_t reset_after_ = -1;
  StreamRegistry* registry_ = nullptr;
  uint32_t stream_ = 0;
  int64_t next_ = 0;
  std::vector<store::StreamPosition> durable_;
};

class PipelineTest : public ::testing::Test {
 protected:
  void Open() {
    store::StoreOptions options;
    options.path = dir_ / "store";
    options.background = false;
    auto opened = store::Store::Open(options);
    ASSERT_THAT(opened, IsOk());
    store_ = *std::move(opened);
  }

  // Runs `source` to its end through a pipeline of its own.
  void Run(ListSource& source) {
    RunAndCount(source, [](const PipelineCounters&) {});
  }

  // The same, and shows the pipeline's own counters before it goes.
  void RunAndCount(ListSource& source, const std::function<void(const PipelineCounters&)>& check) {
    auto writer = store::Writer::Start({}, *store_);
    ASSERT_THAT(writer, IsOk());
    std::vector<RuleError> errors;
    Pipeline pipeline({}, source, **writer, pseudonyms_, RuleSet::Parse("", "none.yaml", errors));
    ASSERT_THAT(pipeline.Run(), IsOk());
    check(pipeline.counters());
    ASSERT_THAT((*writer)->Close(), IsOk());
  }

  store::StreamPosition OnlyPosition() {
    const auto positions = store_->Positions();
    EXPECT_EQ(positions.size(), 1u);
    return positions.empty() ? store::StreamPosition{} : positions[0];
  }

  int64_t StoredEvents() {
    int64_t events = 0;
    for (const auto& segment : store_->view()->segments) events += segment->size();
    return events;
  }

  TempDir dir_;
  const Pseudonyms pseudonyms_ = Pseudonyms::FromKey({1, 2, 3});
  std::unique_ptr<store::Store> store_;
};

std::string Failure(int i) {
  return R"({"timestamp":"2026-11-18T11:06:00.018Z","side":"server","level":"error","service":"call-signal",)"
         R"("trace_id":"2ccf7545b49bd6c2e79daffa2c76c4)" +
         std::to_string(10 + i % 90) + R"(","message":"deliver prekey bundle failed: deadline exceeded after )" +
         std::to_string(i) + R"( ms"})";
}

std::vector<std::string> HostileValues() {
  std::string deep;
  for (int i = 0; i < 300; ++i) deep += R"({"a":)";
  deep += "1";
  deep += std::string(300, '}');
  return {
      Failure(1),
      "",                                                           // empty
      std::string("\x02\x00\x01\xff\xfe\x80\x00\x7f\x03\x04", 10),  // binary
      "{\"message\":\"bad \xff\xc3 bytes\",\"level\":\"error\"}",   // invalid UTF-8
      deep,
      "{\"message\":\"" + std::string(5 << 20, 'x') + "\"}",  // above the document cap
      std::string("{\"message\":\"nul\x00byte\"}", 22),
      R"({"timestamp":"2099-01-01T00:00:00Z","level":"error","message":"from the future"})",
      R"({"timestamp":"1970-01-01T00:00:01Z","level":"error","message":"from the past"})",
      R"({"trace_id":17,"message_id":["a","b"],"span_id":{"x":1},"level":"error","message":"ids of the wrong kind"})",
      R"({"message":"cut off)",
      R"({"timestamp":"2026-11-18T11:06:00Z","kind":"attempts","operation":"send","region":"eu","window_seconds":60,"count":5})",
      R"({"timestamp":"2026-11-18T11:06:00Z","kind":"attempts","operation":"send","region":"eu","window_seconds":60,"count":-5})",
      std::string("\x0a\x96\x01\x0a\x10", 5),  // OTLP, cut short
      std::string(9 << 20, 'y'),               // above the record cap
  };
}

TEST_F(PipelineTest, EveryRecordEndsAsAnEventAnAttemptOrADeadLetter) {
  Open();
  const std::vector<std::string> values = HostileValues();
  ListSource source(values);
  Run(source);
  const store::StreamPosition position = OnlyPosition();
  EXPECT_EQ(position.next_offset, static_cast<int64_t>(values.size()));
  EXPECT_GE(position.consumed, static_cast<int64_t>(values.size()));
  EXPECT_EQ(position.consumed, position.stored + position.attempts + position.dead_letters + position.repeats);
  EXPECT_EQ(position.repeats, 0);
  EXPECT_EQ(position.attempts, 1);
  EXPECT_EQ(position.stored, StoredEvents());
  const auto letters = store_->ReadDeadLetters(0, 100);
  ASSERT_THAT(letters, IsOk());
  EXPECT_EQ(static_cast<int64_t>(letters->size()), position.dead_letters);
  std::vector<std::string> reasons;
  for (const auto& letter : *letters) {
    EXPECT_FALSE(letter.letter.reason.empty());
    EXPECT_LE(letter.letter.bytes.size(), 4096u);
    reasons.push_back(letter.letter.reason);
  }
  EXPECT_THAT(reasons, ::testing::IsSupersetOf({"empty", "binary", "document_too_large", "record_too_large",
                                                "json_malformed", "attempts_malformed"}));
}

TEST_F(PipelineTest, CommitsWhatIsDurableAtTheEnd) {
  Open();
  ListSource source({Failure(1), Failure(2)});
  Run(source);
  ASSERT_EQ(source.durable().size(), 1u);
  EXPECT_EQ(source.durable()[0].next_offset, 2);
  EXPECT_EQ(source.durable()[0].last_checksum, XXH3_64bits(Failure(2).data(), Failure(2).size()));
}

TEST_F(PipelineTest, GoesOnWhereTheStoreStopped) {
  Open();
  std::vector<std::string> values;
  for (int i = 0; i < 500; ++i) values.push_back(Failure(i));
  ListSource first(std::vector<std::string>(values.begin(), values.begin() + 200));
  Run(first);
  ListSource second(values);
  Run(second);
  EXPECT_EQ(StoredEvents(), 500);
  EXPECT_EQ(OnlyPosition().consumed, 500);
}

TEST_F(PipelineTest, CountsRecordsBelowThePositionAsRepeatsAndDropsThem) {
  Open();
  std::vector<std::string> values;
  for (int i = 0; i < 50; ++i) values.push_back(Failure(i));
  ListSource first(values);
  Run(first);
  ListSource again(values, /*step_back=*/10);
  Run(again);
  const store::StreamPosition position = OnlyPosition();
  EXPECT_EQ(StoredEvents(), 50);
  EXPECT_EQ(position.repeats, 10);
  EXPECT_EQ(position.consumed, position.stored + position.repeats);
}

TEST_F(PipelineTest, CountsWhatFollowsAResetAsNewInTheStoreAndInItsOwnCounters) {
  Open();
  ListSource source({Failure(1), Failure(2), Failure(3)});
  source.ResetAfter(2);
  RunAndCount(source, [](const PipelineCounters& counters) {
    EXPECT_EQ(counters.events, 5);
    EXPECT_EQ(counters.repeats, 0);
  });
  EXPECT_EQ(StoredEvents(), 5);
  EXPECT_EQ(OnlyPosition().repeats, 0);
}

TEST_F(PipelineTest, GivesTheSameSignatureAfterARestart) {
  Open();
  ListSource first({Failure(1)});
  Run(first);
  ASSERT_THAT(store_->Close(), IsOk());
  store_.reset();
  Open();
  ListSource second({Failure(1), Failure(2)});
  Run(second);
  std::vector<uint64_t> signatures;
  for (const auto& segment : store_->view()->segments) {
    const auto found = segment->signatures();
    ASSERT_THAT(found, IsOk());
    for (const uint64_t signature : **found) {
      if (signature != 0) signatures.push_back(signature);
    }
  }
  ASSERT_EQ(signatures.size(), 2u);
  EXPECT_EQ(signatures[0], signatures[1]);
  const auto definition = store_->FindSignature(signatures[0]);
  ASSERT_THAT(definition, IsOk());
  ASSERT_TRUE(definition->has_value());
  EXPECT_THAT((*definition)->title, ::testing::HasSubstr("deliver prekey bundle failed"));
}

TEST_F(PipelineTest, WritesNoPrivateDataToAnyFile) {
  Open();
  ListSource source({
      R"({"level":"error","message":"no route for +15550101234","user_id":"u-secret-person","device_id":"d-secret-phone"})",
      R"({"level":"error","message":"login of user77@canary.example token tok_canary_0123456789ab failed","host":"203.0.113.77"})",
      R"({"level":"error","message":"x","password":"hunter2hunter2","note":"call +15550104321"})",
      R"({"broken for +15550109999)",
  });
  Run(source);
  ASSERT_THAT(store_->Settle(), IsOk());
  ASSERT_THAT(store_->Close(), IsOk());
  int files = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(dir_.path())) {
    if (!entry.is_regular_file()) continue;
    ++files;
    std::ifstream in(entry.path(), std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(in), {}};
    for (const char* secret : {"+1555010", "canary.example", "tok_canary_", "u-secret-person", "d-secret-phone",
                               "hunter2", "203.0.113.77"}) {
      EXPECT_EQ(bytes.find(secret), std::string::npos) << secret << " in " << entry.path();
    }
  }
  EXPECT_GT(files, 0);
}

}  // namespace
}  // namespace faultline::ingest
