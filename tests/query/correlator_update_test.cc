#include <gmock/gmock.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "query/correlator.h"
#include "tests/query/correlator_fixture.h"

namespace faultline::query {
namespace {

using store::Side;
using ::testing::HasSubstr;
using testing::IsOk;

class CorrelatorUpdateTest : public CorrelatorTest {};

TEST_F(CorrelatorUpdateTest, OpenAndSealedSegmentsGiveTheSame) {
  AddLinked(10);
  const v1::CorrelateResponse open = AskAll();
  fixture_.Seal();
  const v1::CorrelateResponse again = AskAll();
  ASSERT_EQ(again.pairs_size(), 1);
  EXPECT_EQ(again.pairs(0).SerializeAsString(), open.pairs(0).SerializeAsString());
  const auto fresh = Correlator::Create({}, fixture_.store());
  Correlator::Question question;
  question.all_pairs = true;
  const auto sealed = fresh->Correlate(question, QueryControl());
  ASSERT_THAT(sealed, IsOk());
  ASSERT_EQ(sealed->pairs_size(), 1);
  EXPECT_EQ(sealed->pairs(0).SerializeAsString(), open.pairs(0).SerializeAsString());
}

TEST_F(CorrelatorUpdateTest, ALateEventIsCountedByTheNextQuestion) {
  Add({.side = Side::kServer, .signature = kServerSignature, .at_us = 0, .message_id = "m"});
  fixture_.Seal();
  EXPECT_EQ(AskAll().pairs_size(), 0);
  Add({.at_us = 3 * kSecond, .message_id = "m"});  // into an open segment that is then read twice
  EXPECT_EQ(AskAll().pairs_size(), 1);
  Add({.at_us = 4 * kSecond, .message_id = "m"});
  ASSERT_EQ(AskAll().pairs_size(), 1);
  EXPECT_EQ(AskAll().pairs(0).together(), 1);
}

TEST_F(CorrelatorUpdateTest, APartlyReadSegmentIsReadOnAfterItWasMerged) {
  AddLinked(3);
  EXPECT_EQ(AskAll().pairs(0).together(), 3);
  for (int i = 3; i < 40; ++i) {
    const std::string id = "m" + std::to_string(i);
    Add({.side = Side::kServer, .signature = kServerSignature, .at_us = i * kSecond, .message_id = id});
    Add({.at_us = i * kSecond, .message_id = id});
    fixture_.Seal();
  }
  EXPECT_THAT(fixture_.store().Maintain(), IsOk());
  ASSERT_LT(fixture_.view()->segments.size(), 37);
  EXPECT_EQ(AskAll().pairs(0).together(), 40);
}

TEST_F(CorrelatorUpdateTest, TheOrderOfArrivalChangesNoNumber) {
  std::vector<Told> events;
  for (int i = 0; i < 60; ++i) {
    const std::string id = "m" + std::to_string(i);
    events.push_back({.side = Side::kServer,
                      .signature = kServerSignature + i % 3u,
                      .at_us = i * 7 * kSecond,
                      .message_id = id,
                      .region = i % 2 == 0 ? "eu" : ""});
    events.push_back({.signature = kClientSignature + i % 2u, .at_us = i * 7 * kSecond + 9, .message_id = id});
  }
  const auto numbers = [](const std::vector<Told>& in_order) {
    StoreFixture fixture;
    for (const Told& told : in_order) fixture.Add(ToEvent(told));
    Correlator::Question question;
    question.all_pairs = true;
    auto response = Correlator::Create({}, fixture.store())->Correlate(question, QueryControl());
    EXPECT_THAT(response, IsOk());
    std::string text;
    for (const v1::CorrelatedPair& pair : response->pairs()) text += pair.SerializeAsString();
    return text;
  };
  const std::string want = numbers(events);
  for (uint32_t seed = 1; seed <= 3; ++seed) {
    std::mt19937 random(seed);
    std::shuffle(events.begin(), events.end(), random);
    EXPECT_EQ(numbers(events), want);
  }
}

TEST_F(CorrelatorUpdateTest, AStoreBeyondTheBoundAnswersOverLessAndSaysSo) {
  CorrelatorOptions options;
  options.max_graph_events = 10;
  correlator_ = Correlator::Create(options, fixture_.store());
  AddLinked(5);
  fixture_.Seal();
  EXPECT_FALSE(AskAll().completeness().partial());
  AddLinked(5);
  fixture_.Seal();
  const v1::CorrelateResponse response = AskAll();
  EXPECT_TRUE(response.completeness().partial());
  EXPECT_THAT(response.completeness().partial_reason(), HasSubstr("more than 10 events"));
  EXPECT_EQ(response.pairs(0).together(), 5);
}

TEST_F(CorrelatorUpdateTest, ALargeStoreIsAskedAroundTheWindowOnly) {
  CorrelatorOptions options;
  options.max_graph_events = 10;
  options.link_window_seconds = 60;
  correlator_ = Correlator::Create(options, fixture_.store());
  AddLinked(5);
  for (int i = 0; i < 30; ++i) Add({.at_us = 1000 * kMinute + i, .message_id = "later" + std::to_string(i)});
  Correlator::Question question;
  question.all_pairs = true;
  question.range = {kNewYear, kNewYear + kMinute};
  const v1::CorrelateResponse response = Ask(question);
  EXPECT_FALSE(response.completeness().partial());
  ASSERT_EQ(response.pairs_size(), 1);
  EXPECT_EQ(response.pairs(0).together(), 5);
}

TEST_F(CorrelatorUpdateTest, ACallerWhoWentAwayEndsTheQuestion) {
  AddLinked(3);
  QueryControl control;
  control.cancelled = [] { return true; };
  EXPECT_THAT(correlator_->Correlate({}, control), testing::HasCode(absl::StatusCode::kCancelled));
  EXPECT_EQ(AskAll().pairs(0).together(), 3);  // the next one is not harmed
}

}  // namespace
}  // namespace faultline::query
