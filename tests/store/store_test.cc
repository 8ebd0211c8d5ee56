#include "store/store.h"

#include <gtest/gtest.h>

#include <memory>
#include <vector>

#include "store/writer.h"
#include "tests/store/event_maker.h"
#include "tests/store/store_checks.h"
#include "tests/testing/status_matchers.h"
#include "tests/testing/temp_dir.h"

namespace faultline::store {
namespace {

using ::faultline::testing::AddRecord;
using ::faultline::testing::EventMaker;
using ::faultline::testing::ExpectEvents;
using ::faultline::testing::ExpectView;
using ::faultline::testing::IsOk;
using ::faultline::testing::NewStream;
using ::faultline::testing::OnDisk;
using ::faultline::testing::TempDir;
using ::faultline::testing::WriteAll;

TEST(StoreTest, AnOpenSegmentGivesBackWhatWasWritten) {
  EventMaker maker(1);
  const std::vector<Event> events = maker.MakeMany(3'000);
  StoreOptions options = OnDisk("memory");
  options.in_memory = true;
  auto store = Store::Open(options);
  ASSERT_THAT(store, IsOk());
  auto writer = Writer::Start({}, **store);
  ASSERT_THAT(writer, IsOk());
  const uint32_t stream = (*writer)->AddStream(NewStream("test"));
  for (const Event& event : events) ASSERT_THAT(AddRecord(**writer, stream, {&event, 1}), IsOk());
  ExpectView(**store, events);
}

TEST(StoreTest, SealedSegmentsGiveBackWhatWasWritten) {
  EventMaker maker(2);
  const std::vector<Event> events = maker.MakeMany(5'000);
  TempDir dir;
  auto store = Store::Open(OnDisk(dir.path()));
  ASSERT_THAT(store, IsOk());
  WriteAll(**store, events, 3'000);
  EXPECT_EQ((*store)->view()->segments.size(), 2u);
  ExpectView(**store, events);
}

TEST(StoreTest, AReopenedStoreGivesBackWhatWasWritten) {
  EventMaker maker(3);
  const std::vector<Event> events = maker.MakeMany(2'500);
  TempDir dir;
  {
    auto store = Store::Open(OnDisk(dir.path()));
    ASSERT_THAT(store, IsOk());
    WriteAll(**store, events, 1'000);
    ASSERT_THAT((*store)->Close(), IsOk());
  }
  auto store = Store::Open(OnDisk(dir.path()));
  ASSERT_THAT(store, IsOk());
  ExpectView(**store, events);
}

TEST(StoreTest, AStoreDroppedWithoutCloseKeepsWhatWasSealed) {
  EventMaker maker(4);
  const std::vector<Event> events = maker.MakeMany(700);
  TempDir dir;
  {
    auto store = Store::Open(OnDisk(dir.path()));
    ASSERT_THAT(store, IsOk());
    WriteAll(**store, events, 200);
  }
  auto store = Store::Open(OnDisk(dir.path()));
  ASSERT_THAT(store, IsOk());
  ExpectView(**store, events);
}

TEST(StoreTest, ASecondaryShowsWhatTheWriterSealed) {
  EventMaker maker(5);
  std::vector<Event> events = maker.MakeMany(900);
  TempDir dir;
  TempDir scratch;
  auto store = Store::Open(OnDisk(dir.path()));
  ASSERT_THAT(store, IsOk());
  auto secondary = Store::OpenSecondary(OnDisk(dir.path()), scratch.path());
  ASSERT_THAT(secondary, IsOk());
  EXPECT_TRUE((*secondary)->view()->segments.empty());
  WriteAll(**store, events, 400);
  ASSERT_THAT((*secondary)->CatchUp(), IsOk());
  ExpectView(**secondary, events);
  EXPECT_EQ((*secondary)->Positions().size(), 1u);
}

TEST(StoreTest, MergedSegmentsKeepEventsAndSequences) {
  EventMaker maker(6);
  const std::vector<Event> events = maker.MakeMany(3'200);
  TempDir dir;
  TempDir scratch;
  StoreOptions options = OnDisk(dir.path());
  options.merge_fan_in = 4;
  options.bucket_hours = 24;
  auto store = Store::Open(options);
  ASSERT_THAT(store, IsOk());
  auto secondary = Store::OpenSecondary(OnDisk(dir.path()), scratch.path());
  ASSERT_THAT(secondary, IsOk());
  WriteAll(**store, events, 100);
  ASSERT_THAT((*secondary)->CatchUp(), IsOk());
  const std::shared_ptr<const View> before = (*secondary)->view();
  EXPECT_GE(before->segments.size(), 32u);
  ASSERT_THAT((*store)->Maintain(), IsOk());
  EXPECT_LE((*store)->view()->segments.size(), 3u);
  ExpectView(**store, events);
  // What was merged away can still be read for a while.
  ASSERT_THAT((*secondary)->CatchUp(), IsOk());
  ExpectEvents(*before->segments[0], std::span(events).subspan(0, before->segments[0]->size()));
  ExpectView(**secondary, events);
  ASSERT_THAT((*store)->Settle(), IsOk());
  ASSERT_THAT((*store)->Close(), IsOk());
  store = Store::Open(options);
  ASSERT_THAT(store, IsOk());
  ExpectView(**store, events);
}

}  // namespace
}  // namespace faultline::store
