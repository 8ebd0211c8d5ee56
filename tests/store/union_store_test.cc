#include "store/union_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "store/writer.h"
#include "tests/testing/status_matchers.h"
#include "tests/testing/temp_dir.h"

namespace faultline::store {
namespace {

using testing::HasCode;
using testing::IsOk;

// A store of `events` events with the ids "ID0", "ID1", …, one attempts record and one dead letter.
std::unique_ptr<Store> MakeStore(const std::string& path, const std::string& id, int events) {
  StoreOptions options;
  options.path = path;
  options.background = false;
  options.in_memory = true;
  auto store = Store::Open(options);
  EXPECT_THAT(store, IsOk());
  auto writer = Writer::Start(WriterOptions(), **store);
  EXPECT_THAT(writer, IsOk());
  StreamPosition position;
  position.stream = "kafka:logs/" + id;
  const uint32_t stream = (*writer)->AddStream(position);
  for (int i = 0; i < events; ++i) {
    const std::string message_id = id + std::to_string(i);
    Event event;
    event.time_us = 1'767'225'600'000'000 + i;
    event.side = Side::kClient;
    event.signature = 7;
    event.message = "failed";
    event.ids[static_cast<size_t>(IdKind::kMessage)] = message_id;
    Attempts attempts{29'453'760, "send", 100, {}};
    DeadLetter letter{"json_malformed", "", "{", 1, 1};
    RecordOutcome outcome;
    outcome.stream = stream;
    outcome.offset = i;
    outcome.next_offset = i + 1;
    outcome.events = {&event, 1};
    if (i == 0) outcome.attempts = {&attempts, 1};
    if (i == 0) outcome.dead_letters = {&letter, 1};
    EXPECT_THAT((*writer)->Add(outcome), IsOk());
  }
  SignatureDefinition definition;
  definition.signature = 7;
  definition.title = "failed in " + id;
  (*writer)->AddSignature(definition);
  EXPECT_THAT((*writer)->Close(), IsOk());
  return *std::move(store);
}

class UnionStoreTest : public ::testing::Test {
 protected:
  UnionStoreTest() {
    std::vector<std::unique_ptr<Store>> stores;
    stores.push_back(MakeStore(dir_ / "a", "a", 3));
    stores.push_back(MakeStore(dir_ / "b", "b", 5));
    union_ = MakeUnion(std::move(stores));
  }
  testing::TempDir dir_;
  std::unique_ptr<Store> union_;
};

TEST_F(UnionStoreTest, EventsOfAllStoresHaveNumbersOfTheirOwnThatAscend) {
  const auto view = union_->view();
  uint64_t next = 0;
  std::vector<std::string> ids;
  for (const auto& segment : view->segments) {
    EXPECT_GE(segment->base_sequence(), next);
    next = segment->base_sequence() + segment->size();
    std::vector<uint32_t> ordinals;
    for (uint32_t i = 0; i < segment->size(); ++i) ordinals.push_back(i);
    const auto events = segment->ReadEvents(ordinals);
    ASSERT_THAT(events, IsOk());
    for (const OwnedEvent& event : *events) {
      EXPECT_EQ(event.sequence, segment->base_sequence() + (ids.size() < 3 ? ids.size() : ids.size() - 3));
      ids.emplace_back(event.event.id(IdKind::kMessage));
    }
  }
  EXPECT_EQ(view->next_sequence, next);
  EXPECT_THAT(ids, ::testing::ElementsAre("a0", "a1", "a2", "b0", "b1", "b2", "b3", "b4"));
  EXPECT_EQ(union_->view(), view) << "nothing changed";
}

TEST_F(UnionStoreTest, WhatIsBesideTheEventsIsThatOfAll) {
  EXPECT_EQ(union_->Positions().size(), 2u);
  EXPECT_EQ(union_->view()->positions.size(), 2u);
  const auto attempts = union_->ReadAttempts(29'453'760, 29'453'761);
  ASSERT_THAT(attempts, IsOk());
  int64_t tried = 0;
  for (const AttemptsCell& cell : *attempts) tried += cell.count;
  EXPECT_EQ(tried, 200);
  const auto definition = union_->FindSignature(7);
  ASSERT_THAT(definition, IsOk());
  EXPECT_EQ((*definition)->title, "failed in a");
  const auto size = union_->MeasureSize();
  ASSERT_THAT(size, IsOk());
  EXPECT_EQ(size->events, 8);
  EXPECT_THAT(union_->Maintain(), HasCode(absl::StatusCode::kFailedPrecondition));
}

TEST_F(UnionStoreTest, DeadLettersAreReadOneStoreAfterTheOther) {
  std::vector<uint64_t> numbers;
  uint64_t after = 0;
  while (true) {
    const auto page = union_->ReadDeadLetters(after, 1);
    ASSERT_THAT(page, IsOk());
    if (page->empty()) break;
    after = page->front().number;
    numbers.push_back(after);
  }
  ASSERT_EQ(numbers.size(), 2u);
  EXPECT_LT(numbers[0], numbers[1]);
}

}  // namespace
}  // namespace faultline::store
