#include "ingest/memory_source.h"

#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "tests/testing/fake_registry.h"
#include "tests/testing/status_matchers.h"

namespace faultline::ingest {
namespace {

using ::faultline::testing::FakeRegistry;
using ::faultline::testing::HasCode;
using ::faultline::testing::IsOk;

std::vector<MemoryStream> TwoStreams(int records) {
  std::vector<MemoryStream> streams{{"memory:a", {}}, {"memory:b", {}}};
  for (int i = 0; i < records; ++i) {
    streams[0].records.push_back({absl::StrCat("a", i), "", {}, 0});
    streams[1].records.push_back({absl::StrCat("b", i), "", {}, 0});
  }
  return streams;
}

void ReadToEnd(MemorySource& source, FakeRegistry& registry) {
  SourceBatch batch;
  while (!batch.end_of_input) {
    ASSERT_THAT(source.Poll(std::chrono::milliseconds(0), batch), IsOk());
    registry.Take(batch);
  }
}

TEST(MemorySourceTest, GivesEveryRecordOnceInTheOrderOfItsStream) {
  FakeRegistry registry;
  MemorySource source({.seed = 7, .max_batch_records = 5, .shuffle = true}, TwoStreams(50));
  ASSERT_THAT(source.Start(registry), IsOk());
  ReadToEnd(source, registry);
  EXPECT_EQ(registry.values.size(), 100u);
  EXPECT_EQ(registry.positions()[0].next_offset, 50);
  EXPECT_EQ(registry.repeats, 0);
}

TEST(MemorySourceTest, TheSameSeedGivesTheSameOrder) {
  FakeRegistry first, second;
  for (FakeRegistry* registry : {&first, &second}) {
    MemorySource source({.seed = 3, .max_batch_records = 4, .shuffle = true}, TwoStreams(20));
    ASSERT_THAT(source.Start(*registry), IsOk());
    ReadToEnd(source, *registry);
  }
  EXPECT_EQ(first.values, second.values);
}

TEST(MemorySourceTest, RepeatsAreBelowThePositionAndNothingIsLost) {
  FakeRegistry registry;
  MemorySource source({.seed = 1, .max_batch_records = 8, .shuffle = true, .repeat_percent = 50}, TwoStreams(100));
  ASSERT_THAT(source.Start(registry), IsOk());
  ReadToEnd(source, registry);
  EXPECT_EQ(registry.values.size(), 200u);
  EXPECT_GT(registry.repeats, 0);
}

TEST(MemorySourceTest, GoesOnWhereTheRegistryStands) {
  FakeRegistry registry;
  MemorySource first({}, TwoStreams(10));
  ASSERT_THAT(first.Start(registry), IsOk());
  ReadToEnd(first, registry);
  MemorySource second({}, TwoStreams(12));
  ASSERT_THAT(second.Start(registry), IsOk());
  ReadToEnd(second, registry);
  EXPECT_EQ(registry.values.size(), 24u);
  EXPECT_EQ(registry.repeats, 0);
}

TEST(MemorySourceTest, OtherRecordsUnderTheSameNameAreAnError) {
  FakeRegistry registry;
  MemorySource first({}, TwoStreams(10));
  ASSERT_THAT(first.Start(registry), IsOk());
  ReadToEnd(first, registry);
  std::vector<MemoryStream> others = TwoStreams(10);
  others[0].records.back().value = "another";
  MemorySource second({}, others);
  EXPECT_THAT(second.Start(registry), HasCode(absl::StatusCode::kDataLoss));
}

}  // namespace
}  // namespace faultline::ingest
