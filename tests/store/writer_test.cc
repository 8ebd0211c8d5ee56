#include "store/writer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <memory>
#include <numeric>
#include <string>
#include <thread>
#include <vector>

#include "store/store.h"
#include "tests/store/event_maker.h"
#include "tests/store/store_checks.h"
#include "tests/testing/status_matchers.h"
#include "tests/testing/temp_dir.h"

namespace faultline::store {
namespace {

using ::faultline::testing::AddRecord;
using ::faultline::testing::EventMaker;
using ::faultline::testing::HasCode;
using ::faultline::testing::IsOk;
using ::faultline::testing::NewStream;
using ::faultline::testing::OnDisk;
using ::faultline::testing::TempDir;

class WriterTest : public ::testing::Test {
 protected:
  void SetUp() override {
    StoreOptions options = OnDisk("memory");
    options.in_memory = true;
    auto store = Store::Open(options);
    ASSERT_THAT(store, IsOk());
    store_ = *std::move(store);
  }
  std::unique_ptr<Writer> Start(const WriterOptions& options = {}) {
    auto writer = Writer::Start(options, *store_);
    EXPECT_THAT(writer, IsOk());
    return *std::move(writer);
  }

  EventMaker maker_{1};
  std::unique_ptr<Store> store_;
};

StreamPosition OnlyPosition(const Store& store) {
  const std::vector<StreamPosition> positions = store.Positions();
  EXPECT_EQ(positions.size(), 1u);
  return positions.empty() ? StreamPosition() : positions[0];
}

TEST_F(WriterTest, EveryLogRecordIsCountedOnce) {
  auto writer = Start();
  const uint32_t stream = writer->AddStream(NewStream("s"));
  const std::vector<Event> events = maker_.MakeMany(3);
  std::vector<Attempts> attempts(2);
  attempts[0].minute = attempts[1].minute = 1000;
  attempts[0].operation = attempts[1].operation = "send";
  attempts[0].count = 5;
  attempts[1].count = 7;
  const std::vector<DeadLetter> letters = {{"json_malformed", "bad", "{", 1, 9}};
  RecordOutcome outcome;
  outcome.stream = stream;
  outcome.offset = 0;
  outcome.next_offset = 10;
  outcome.checksum = 77;
  outcome.events = events;
  outcome.attempts = attempts;
  outcome.dead_letters = letters;
  ASSERT_THAT(writer->Add(outcome), IsOk());
  ASSERT_THAT(writer->Add(outcome), IsOk());  // a repeat
  ASSERT_THAT(writer->Flush(), IsOk());

  const StreamPosition position = OnlyPosition(*store_);
  EXPECT_EQ(position.next_offset, 10);
  EXPECT_EQ(position.last_offset, 0);
  EXPECT_EQ(position.last_checksum, 77u);
  EXPECT_EQ(position.stored, 3);
  EXPECT_EQ(position.attempts, 2);
  EXPECT_EQ(position.dead_letters, 1);
  EXPECT_EQ(position.repeats, 6);
  EXPECT_EQ(position.consumed, position.stored + position.attempts + position.dead_letters + position.repeats);

  const auto cells = store_->ReadAttempts(1000, 1001);
  ASSERT_THAT(cells, IsOk());
  ASSERT_EQ(cells->size(), 1u);
  EXPECT_EQ((*cells)[0].operation, "send");
  EXPECT_EQ((*cells)[0].count, 12);
  const auto stored = store_->ReadDeadLetters(0, 10);
  ASSERT_THAT(stored, IsOk());
  ASSERT_EQ(stored->size(), 1u);
  EXPECT_EQ((*stored)[0].letter.reason, "json_malformed");
  EXPECT_EQ((*stored)[0].stream, "s");
}

TEST_F(WriterTest, AttemptsOfLaterSegmentsAddUp) {
  auto writer = Start();
  const uint32_t stream = writer->AddStream(NewStream("s"));
  Attempts attempts;
  attempts.minute = 5;
  attempts.operation = "login";
  attempts.count = 3;
  for (int i = 0; i < 3; ++i) {
    RecordOutcome outcome;
    outcome.stream = stream;
    outcome.offset = i;
    outcome.next_offset = i + 1;
    outcome.attempts = {&attempts, 1};
    ASSERT_THAT(writer->Add(outcome), IsOk());
    ASSERT_THAT(writer->Flush(), IsOk());
  }
  const auto cells = store_->ReadAttempts(0, 6);
  ASSERT_THAT(cells, IsOk());
  ASSERT_EQ(cells->size(), 1u);
  EXPECT_EQ((*cells)[0].count, 9);
}

// Nothing but dead letters and attempts, far more than may be held.
TEST_F(WriterTest, WhatIsNoEventIsHeldWithinTheLimitToo) {
  WriterOptions options;
  options.max_segment_bytes = 100'000;
  options.max_segment_events = 1;
  options.seal_interval_ms = 3'600'000;
  auto writer = Start(options);
  const uint32_t stream = writer->AddStream(NewStream("s"));
  constexpr int kRecords = 5000;
  constexpr int64_t kBeyond = 4 * 1000;  // of four batches, each its last record
  int64_t most = 0;
  for (int i = 0; i < kRecords; ++i) {
    Attempts attempts;
    const std::string operation = "operation " + std::to_string(i);
    attempts.operation = operation;
    attempts.count = 1;
    const DeadLetter letter{.reason = "test", .detail = "", .bytes = std::string(500, 'x')};
    RecordOutcome outcome;
    outcome.stream = stream;
    outcome.offset = i;
    outcome.next_offset = i + 1;
    outcome.attempts = {&attempts, 1};
    outcome.dead_letters = {&letter, 1};
    ASSERT_THAT(writer->Add(outcome), IsOk());
    const Writer::Memory memory = writer->MeasureMemory();
    ASSERT_LE(memory.bytes, memory.limit_bytes + kBeyond);
    most = std::max(most, memory.bytes);
  }
  EXPECT_GT(most, 50'000);
  ASSERT_THAT(writer->Flush(), IsOk());
  EXPECT_EQ(writer->MeasureMemory().bytes, 0);
  EXPECT_EQ(store_->ReadDeadLetters(0, kRecords + 1)->size(), static_cast<size_t>(kRecords));
  EXPECT_EQ(store_->ReadAttempts(0, 1)->size(), static_cast<size_t>(kRecords));
}

TEST_F(WriterTest, AStreamGoesOnWhereTheStoreHasIt) {
  const std::vector<Event> events = maker_.MakeMany(4);
  {
    auto writer = Start();
    const uint32_t stream = writer->AddStream(NewStream("s"));
    ASSERT_THAT(AddRecord(*writer, stream, events), IsOk());
    ASSERT_THAT(writer->Close(), IsOk());
  }
  auto writer = Start();
  ASSERT_TRUE(writer->FindStream("s").has_value());
  EXPECT_FALSE(writer->FindStream("t").has_value());
  StreamPosition position = NewStream("s");
  position.next_offset = 100;
  position.label = "renamed";
  const uint32_t stream = writer->AddStream(position);
  EXPECT_EQ(writer->PositionOf(stream).next_offset, 1);
  EXPECT_EQ(writer->PositionOf(stream).label, "renamed");
  EXPECT_EQ(writer->PositionOf(stream).epoch, 2u);
  writer->ResetStream(stream, 0);
  EXPECT_EQ(writer->PositionOf(stream).next_offset, 0);
  EXPECT_EQ(writer->PositionOf(stream).last_offset, -1);
  EXPECT_EQ(writer->PositionOf(stream).stored, 4);
}

TEST_F(WriterTest, ARecordThatDoesNotFitSealsTheSegmentBeforeIt) {
  WriterOptions options;
  options.max_segment_events = 10;
  auto writer = Start(options);
  const uint32_t stream = writer->AddStream(NewStream("s"));
  const std::vector<Event> events = maker_.MakeMany(22);
  ASSERT_THAT(AddRecord(*writer, stream, std::span(events).first(7)), IsOk());
  ASSERT_THAT(AddRecord(*writer, stream, std::span(events).subspan(7, 15)), IsOk());  // larger than a segment
  ASSERT_THAT(writer->Close(), IsOk());
  const auto view = store_->view();
  ASSERT_EQ(view->segments.size(), 2u);
  EXPECT_EQ(view->segments[0]->size(), 7u);
  EXPECT_EQ(view->segments[1]->size(), 15u);
}

TEST_F(WriterTest, TooManyEventsInOneRecordAreRefused) {
  auto writer = Start();
  const uint32_t stream = writer->AddStream(NewStream("s"));
  const std::vector<Event> events(kMaxSegmentEvents + 1);
  EXPECT_THAT(AddRecord(*writer, stream, events), HasCode(absl::StatusCode::kInvalidArgument));
}

TEST_F(WriterTest, AFullSegmentOfDistinctValuesKeepsThemApart) {
  auto writer = Start();
  const uint32_t stream = writer->AddStream(NewStream("s"));
  std::vector<std::string> hosts;
  std::vector<Event> events(kMaxSegmentEvents);
  for (size_t i = 0; i < events.size(); ++i) hosts.push_back("h" + std::to_string(i));
  for (size_t i = 0; i < events.size(); ++i) {
    events[i].signature = i + 1;
    events[i].dimensions[static_cast<size_t>(Dimension::kHost)] = hosts[i];
  }
  ASSERT_THAT(AddRecord(*writer, stream, events), IsOk());
  ASSERT_THAT(writer->Flush(), IsOk());
  const auto view = store_->view();
  ASSERT_EQ(view->segments.size(), 1u);
  const uint32_t last = kMaxSegmentEvents - 1;
  const auto read = view->segments[0]->ReadEvents({&last, 1});
  ASSERT_THAT(read, IsOk());
  EXPECT_EQ((*read)[0].event.dimension(Dimension::kHost), hosts.back());
  EXPECT_EQ((*read)[0].event.signature, events.size());
}

TEST_F(WriterTest, AnOldSegmentIsSealedByTick) {
  WriterOptions options;
  options.seal_interval_ms = 0;
  auto writer = Start(options);
  const uint32_t stream = writer->AddStream(NewStream("s"));
  ASSERT_THAT(AddRecord(*writer, stream, maker_.MakeMany(1)), IsOk());
  ASSERT_THAT(writer->Tick(), IsOk());
  while (store_->Positions().empty()) std::this_thread::yield();
  EXPECT_EQ(OnlyPosition(*store_).stored, 1);
}

TEST_F(WriterTest, PositionsAreSyncedAfterAFlush) {
  WriterOptions options;
  options.sync_interval_ms = 3'600'000;
  auto writer = Start(options);
  const uint32_t stream = writer->AddStream(NewStream("s"));
  EXPECT_TRUE(writer->SyncedPositions().empty());
  ASSERT_THAT(AddRecord(*writer, stream, maker_.MakeMany(1)), IsOk());
  ASSERT_THAT(writer->Flush(), IsOk());
  ASSERT_EQ(writer->SyncedPositions().size(), 1u);
  EXPECT_EQ(writer->SyncedPositions()[0].next_offset, 1);
}

TEST_F(WriterTest, ASignatureIsFoundAtOnceAndAfterSealing) {
  auto writer = Start();
  SignatureDefinition definition;
  definition.signature = 42;
  definition.side = Side::kServer;
  definition.origin = "message";
  definition.title = "disk full";
  definition.parts = {"v1", "disk full"};
  EXPECT_FALSE(writer->HasSignature(42));
  writer->AddSignature(definition);
  EXPECT_TRUE(writer->HasSignature(42));
  for (int i = 0; i < 2; ++i) {
    const auto found = store_->FindSignature(42);
    ASSERT_THAT(found, IsOk());
    ASSERT_TRUE(found->has_value());
    EXPECT_EQ((*found)->title, "disk full");
    EXPECT_EQ((*found)->parts, definition.parts);
    ASSERT_THAT(writer->Flush(), IsOk());
  }
  EXPECT_FALSE(store_->FindSignature(43)->has_value());
}

TEST_F(WriterTest, ThereIsOneWriterAtATime) {
  auto writer = Start();
  EXPECT_THAT(Writer::Start({}, *store_), HasCode(absl::StatusCode::kFailedPrecondition));
  ASSERT_THAT(writer->Close(), IsOk());
  EXPECT_THAT(Writer::Start({}, *store_), IsOk());
}

TEST_F(WriterTest, AWriterDroppedWithoutCloseTakesItsEventsOutOfTheView) {
  {
    auto writer = Start();
    const uint32_t stream = writer->AddStream(NewStream("s"));
    ASSERT_THAT(AddRecord(*writer, stream, maker_.MakeMany(5)), IsOk());
    EXPECT_EQ(store_->view()->next_sequence, 5u);
  }
  EXPECT_TRUE(store_->view()->segments.empty());
}

TEST(WriterOnDiskTest, AnErrorOfTheStoreStaysForEver) {
  TempDir dir;
  StoreOptions options = OnDisk(dir.path());
  options.max_disk_bytes = 1;  // no table can be written
  auto store = Store::Open(options);
  ASSERT_THAT(store, IsOk());
  auto writer = Writer::Start({}, **store);
  ASSERT_THAT(writer, IsOk());
  EventMaker maker(2);
  const uint32_t stream = (*writer)->AddStream(NewStream("s"));
  ASSERT_THAT(AddRecord(**writer, stream, maker.MakeMany(10)), IsOk());
  ASSERT_THAT((*writer)->Flush(), IsOk());  // in the WAL
  (*store)->Settle().IgnoreError();         // meets the limit, now or with the next write
  ASSERT_THAT(AddRecord(**writer, stream, maker.MakeMany(10)), IsOk());
  EXPECT_FALSE((*writer)->Flush().ok());
  EXPECT_FALSE((*writer)->Tick().ok());
  EXPECT_FALSE(AddRecord(**writer, stream, maker.MakeMany(1)).ok());
}

TEST_F(WriterTest, ReadersSeeEveryEventOnceWhileTheWriterWrites) {
  constexpr uint32_t kEvents = 6'000;
  WriterOptions options;
  options.max_segment_events = 500;
  auto writer = Start(options);
  const uint32_t stream = writer->AddStream(NewStream("s"));
  const std::vector<Event> events = maker_.MakeMany(kEvents);
  std::atomic<bool> done{false};
  std::atomic<uint64_t> reads{0};
  std::jthread reader([&] {
    Columns columns;
    uint64_t last = 0;
    while (!done.load()) {
      const auto view = store_->view();
      uint64_t next = 0;
      for (const auto& segment : view->segments) {
        ASSERT_EQ(segment->base_sequence(), next);
        const auto hosts = segment->dictionary(Dimension::kHost);
        ASSERT_THAT(hosts, IsOk());
        for (uint32_t chunk = 0; chunk < segment->chunk_count(); ++chunk) {
          ASSERT_THAT(segment->ReadColumns(chunk, kTimeColumn | DimensionColumn(Dimension::kHost), columns), IsOk());
          for (uint32_t i = 0; i < columns.size; ++i) {
            const Event& event = events[next + columns.first_ordinal + i];
            ASSERT_EQ(columns.time_us[i], event.time_us);
            ASSERT_EQ((**hosts)[columns.dimensions[static_cast<size_t>(Dimension::kHost)][i]],
                      event.dimension(Dimension::kHost));
          }
        }
        const uint32_t newest = segment->size() - 1;
        ASSERT_THAT(segment->ReadEvents({&newest, 1}), IsOk());
        ASSERT_THAT(segment->FindId(IdKind::kTrace, events[next].id(IdKind::kTrace)), IsOk());
        next += segment->size();
      }
      ASSERT_GE(next, last);
      last = next;
      reads.fetch_add(1);
    }
  });
  for (uint32_t i = 0; i < kEvents; ++i) {
    ASSERT_THAT(AddRecord(*writer, stream, {&events[i], 1}), IsOk());
    if (i % 1'000 == 999) {
      ASSERT_THAT(store_->Maintain(), IsOk());
    }
  }
  ASSERT_THAT(writer->Close(), IsOk());
  while (reads.load() == 0) std::this_thread::yield();
  done = true;
  reader.join();
  EXPECT_EQ(store_->view()->next_sequence, kEvents);
}

}  // namespace
}  // namespace faultline::store
