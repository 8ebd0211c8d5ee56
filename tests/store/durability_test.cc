#include <gtest/gtest.h>
#include <rocksdb/write_batch.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <numeric>
#include <vector>

#include "base/timestamp.h"
#include "store/database.h"
#include "store/keys.h"
#include "store/rocksdb_status.h"
#include "store/store.h"
#include "store/writer.h"
#include "tests/store/event_maker.h"
#include "tests/store/store_checks.h"
#include "tests/testing/status_matchers.h"
#include "tests/testing/temp_dir.h"

namespace faultline::store {
namespace {

using ::faultline::testing::AddRecord;
using ::faultline::testing::EventMaker;
using ::faultline::testing::ExpectView;
using ::faultline::testing::HasCode;
using ::faultline::testing::IsOk;
using ::faultline::testing::NewStream;
using ::faultline::testing::OnDisk;
using ::faultline::testing::TempDir;
using ::faultline::testing::WriteAll;

constexpr int64_t kHourMicros = 3'600'000'000;

TEST(DurabilityTest, ANewerFormatIsRefused) {
  TempDir dir;
  {
    auto database = Database::Open(OnDisk(dir.path()));
    ASSERT_THAT(database, IsOk());
    rocksdb::WriteBatch batch;
    ASSERT_TRUE(
        batch.Put((*database)->family(Family::kMeta), ToSlice(kMetaFormat), NumberValue(kFormatVersion + 1)).ok());
    ASSERT_THAT((*database)->Write(batch), IsOk());
    ASSERT_THAT((*database)->Close(), IsOk());
  }
  const auto store = Store::Open(OnDisk(dir.path()));
  ASSERT_THAT(store, HasCode(absl::StatusCode::kFailedPrecondition));
  EXPECT_NE(store.status().message().find("format " + std::to_string(kFormatVersion + 1)), absl::string_view::npos)
      << store.status();
}

TEST(DurabilityTest, ASecondWriterIsRefused) {
  TempDir dir;
  auto store = Store::Open(OnDisk(dir.path()));
  ASSERT_THAT(store, IsOk());
  const auto second = Store::Open(OnDisk(dir.path()));
  ASSERT_THAT(second, HasCode(absl::StatusCode::kFailedPrecondition));
  EXPECT_NE(second.status().message().find("open in another process"), absl::string_view::npos) << second.status();
}

TEST(DurabilityTest, ASecondaryOfNothingIsNotFound) {
  TempDir dir;
  TempDir scratch;
  EXPECT_THAT(Store::OpenSecondary(OnDisk(dir.path()), scratch.path()), HasCode(absl::StatusCode::kNotFound));
}

TEST(DurabilityTest, AFlippedByteIsFoundOut) {
  EventMaker maker(1);
  const std::vector<Event> events = maker.MakeMany(1'500);
  TempDir dir;
  {
    auto store = Store::Open(OnDisk(dir.path()));
    ASSERT_THAT(store, IsOk());
    WriteAll(**store, events, 1'500);
    ASSERT_THAT((*store)->Close(), IsOk());
  }
  // The largest table is that of the segments.
  std::filesystem::path largest;
  for (const auto& entry : std::filesystem::directory_iterator(dir.path())) {
    if (entry.path().extension() != ".sst") continue;
    if (largest.empty() || entry.file_size() > std::filesystem::file_size(largest)) largest = entry.path();
  }
  std::fstream file(largest, std::ios::in | std::ios::out | std::ios::binary);
  const auto middle = static_cast<std::streamoff>(std::filesystem::file_size(largest) / 2);
  file.seekg(middle);
  const char byte = static_cast<char>(file.get() ^ 0x10);
  file.seekp(middle);
  file.put(byte);
  file.close();

  auto store = Store::Open(OnDisk(dir.path()));
  absl::Status status = store.status();
  for (int kind = 0; store.ok() && kind < kIdKinds; ++kind) {
    for (const auto& segment : (*store)->view()->segments) {
      status.Update(segment->ForEachId(static_cast<IdKind>(kind), [](auto, auto) {}));
      for (uint32_t chunk = 0; chunk < segment->chunk_count(); ++chunk) {
        Columns columns;
        status.Update(segment->ReadColumns(chunk, kAllColumns, columns));
      }
      std::vector<uint32_t> all(segment->size());
      std::iota(all.begin(), all.end(), 0);
      status.Update(segment->ReadMessages(all, [](auto, auto) {}));
    }
  }
  EXPECT_THAT(status, HasCode(absl::StatusCode::kDataLoss));
}

// One segment of `count` events in the hour that began `hours_ago` hours ago.
void WriteHour(Store& store, EventMaker& maker, int64_t hours_ago, size_t count) {
  std::vector<Event> events = maker.MakeMany(count);
  const int64_t start_us = (NowMicros() / kHourMicros - hours_ago) * kHourMicros;
  for (size_t i = 0; i < events.size(); ++i) events[i].time_us = start_us + static_cast<int64_t>(i);
  auto writer = Writer::Start({}, store);
  ASSERT_THAT(writer, IsOk());
  const uint32_t stream = (*writer)->AddStream(NewStream("s"));
  ASSERT_THAT(AddRecord(**writer, stream, events), IsOk());
  Attempts attempts;
  attempts.minute = start_us / 60'000'000;
  attempts.operation = "send";
  attempts.count = 1;
  const DeadLetter letter{"reason", "", "", 0, start_us};
  RecordOutcome outcome;
  outcome.stream = stream;
  outcome.offset = (*writer)->PositionOf(stream).next_offset;
  outcome.next_offset = outcome.offset + 1;
  outcome.attempts = {&attempts, 1};
  outcome.dead_letters = {&letter, 1};
  ASSERT_THAT((*writer)->Add(outcome), IsOk());
  ASSERT_THAT((*writer)->Close(), IsOk());
}

TEST(DurabilityTest, RetentionDropsWholeBucketsAndWhatBelongsToThem) {
  EventMaker maker(2);
  TempDir dir;
  StoreOptions options = OnDisk(dir.path());
  options.retention_hours = 5;
  auto store = Store::Open(options);
  ASSERT_THAT(store, IsOk());
  for (const int64_t hours_ago : {9, 7, 5, 1}) WriteHour(**store, maker, hours_ago, 10);
  ASSERT_THAT((*store)->Maintain(), IsOk());
  const auto view = (*store)->view();
  ASSERT_EQ(view->segments.size(), 2u);
  EXPECT_EQ(view->segments[0]->base_sequence(), 20u);
  EXPECT_EQ(view->next_sequence, 40u);
  EXPECT_EQ((*store)->ReadAttempts(0, INT64_MAX)->size(), 2u);
  EXPECT_EQ((*store)->ReadDeadLetters(0, 100)->size(), 2u);
  // Nothing of it comes back, and no sequence number is used again.
  ASSERT_THAT((*store)->Close(), IsOk());
  store = Store::Open(options);
  ASSERT_THAT(store, IsOk());
  EXPECT_EQ((*store)->view()->segments.size(), 2u);
  EXPECT_EQ((*store)->view()->next_sequence, 40u);
  EXPECT_EQ((*store)->ReadDeadLetters(0, 100)->front().number, 3u);
}

TEST(DurabilityTest, SegmentsOfDifferentBucketsAreNotMerged) {
  EventMaker maker(3);
  TempDir dir;
  auto store = Store::Open(OnDisk(dir.path()));
  ASSERT_THAT(store, IsOk());
  for (const int64_t hours_ago : {3, 3, 3, 2, 2}) WriteHour(**store, maker, hours_ago, 10);
  ASSERT_THAT((*store)->Maintain(), IsOk());
  const auto view = (*store)->view();
  ASSERT_EQ(view->segments.size(), 3u);  // the newer two wait for more of their hour
  EXPECT_EQ(view->segments[0]->size(), 30u);
}

TEST(DurabilityTest, MergedAwaySegmentsLeaveNoBytesBehind) {
  EventMaker maker(4);
  const std::vector<Event> events = maker.MakeMany(2'000);
  TempDir merged_dir;
  TempDir whole_dir;
  StoreOptions options = OnDisk(merged_dir.path());
  options.bucket_hours = 24;
  options.merge_fan_in = 40;
  auto merged = Store::Open(options);
  ASSERT_THAT(merged, IsOk());
  WriteAll(**merged, events, 50);
  ASSERT_THAT((*merged)->Settle(), IsOk());
  ASSERT_THAT((*merged)->Close(), IsOk());
  auto whole = Store::Open(OnDisk(whole_dir.path()));
  ASSERT_THAT(whole, IsOk());
  WriteAll(**whole, events, 2'000);
  ASSERT_THAT((*whole)->Settle(), IsOk());
  ASSERT_THAT((*whole)->Close(), IsOk());
  EXPECT_LT((*merged)->MeasureSize()->disk_bytes, (*whole)->MeasureSize()->disk_bytes + 60'000);
}

}  // namespace
}  // namespace faultline::store
