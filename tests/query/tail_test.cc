// Following a store as it grows: the pure part, and over a real connection.
#include "query/tail.h"

#include <gmock/gmock.h>

#include "tests/query/service_fixture.h"
#include "tests/query/store_fixture.h"

namespace faultline::query {
namespace {

using ::faultline::testing::HasCode;
using ::faultline::testing::IsOk;
using ::testing::ElementsAre;

class TailTest : public ::testing::Test {
 protected:
  void Add(const std::string& service, int count = 1) {
    store::Event event;
    event.time_us = kNewYear + seconds_++ * kSecond;
    SetDimension(event, store::Dimension::kService, service);
    event.message = "failed";
    for (int i = 0; i < count; ++i) store_.Add(event);
  }
  static Filter Only(const std::string& service) {
    auto filter = Filter::Parse("service = \"" + service + "\"", nullptr);
    EXPECT_THAT(filter.status(), IsOk());
    return *filter;
  }
  std::vector<uint64_t> Look(Tail& tail) {
    batch_ = {};
    auto batch = tail.Look(*store_.view(), {});
    EXPECT_THAT(batch.status(), IsOk());
    batch_ = *std::move(batch);
    std::vector<uint64_t> sequences;
    for (const store::OwnedEvent& event : batch_.events) sequences.push_back(event.sequence);
    return sequences;
  }

  StoreFixture store_;
  TailBatch batch_;
  int64_t seconds_ = 0;
};

TEST_F(TailTest, EveryLookGivesWhatCameSinceTheLastAcrossSegments) {
  Tail tail(Only("a"), 0);
  EXPECT_THAT(Look(tail), ElementsAre());
  Add("a");
  Add("b");
  Add("a");
  EXPECT_THAT(Look(tail), ElementsAre(0, 2));
  EXPECT_THAT(Look(tail), ElementsAre());
  Add("a");
  store_.Seal();
  Add("b");
  Add("a");
  EXPECT_THAT(Look(tail), ElementsAre(3, 5));
  EXPECT_EQ(tail.next_sequence(), 6u);
}

TEST_F(TailTest, AFullBatchGoesOnWhereItEnded) {
  Add("a", 2500);
  Tail tail(Only("a"), 0);
  EXPECT_EQ(Look(tail).size(), 1000u);
  EXPECT_TRUE(batch_.more);
  EXPECT_EQ(Look(tail).front(), 1000u);
  EXPECT_EQ(Look(tail).size(), 500u);
  EXPECT_FALSE(batch_.more);
}

TEST_F(TailTest, AFollowerFarBehindIsToldWhatItMissed) {
  Add("b", 1);
  Add("a", static_cast<int>(kMaxTailBehind));
  Tail tail(Only("a"), 0);
  EXPECT_EQ(Look(tail).front(), 1u);
  EXPECT_EQ(batch_.skipped, 1);
}

TEST_F(TailTest, TheLatestOfAFilterComeFirst) {
  Add("a", 3);
  store_.Seal();
  Add("b", 5);
  Add("a");
  EXPECT_EQ(*StartOfLatest(*store_.view(), Only("a"), 2, {}), 2u);
  EXPECT_EQ(*StartOfLatest(*store_.view(), Only("a"), 0, {}), 9u);
  EXPECT_EQ(*StartOfLatest(*store_.view(), Only("c"), 2, {}), 9u);
}

TEST_F(TailTest, AStreamGoesOnByItsTokenOnAnotherConnection) {
  Add("a");
  ServiceFixture service(store_.store());
  v1::TailEventsRequest request;
  request.set_filter("service = a");
  request.set_backlog(10);
  v1::TailEventsResponse message;
  {
    grpc::ClientContext context;
    const auto stream = service.stub().TailEvents(&context, request);
    ASSERT_TRUE(stream->Read(&message));
    ASSERT_EQ(message.events_size(), 1);
    EXPECT_EQ(message.events(0).service(), "a");
    context.TryCancel();
  }
  Add("b");
  Add("a");
  request.set_resume_token(message.resume_token());
  request.set_backlog(0);
  grpc::ClientContext context;
  const auto stream = service.stub().TailEvents(&context, request);
  ASSERT_TRUE(stream->Read(&message));
  ASSERT_EQ(message.events_size(), 1);
  EXPECT_EQ(message.events(0).id(), "2");
  context.TryCancel();
}

TEST_F(TailTest, AStreamShowsThatItLivesBeforeAnythingHappens) {
  ServiceFixture service(store_.store());
  grpc::ClientContext context;
  const auto stream = service.stub().TailEvents(&context, {});
  v1::TailEventsResponse message;
  ASSERT_TRUE(stream->Read(&message));
  EXPECT_EQ(message.events_size(), 0);
  EXPECT_FALSE(message.resume_token().empty());
  context.TryCancel();
}

TEST_F(TailTest, AWrongRequestIsRefusedByTheFieldsName) {
  ServiceFixture service(store_.store());
  const auto refusal = [&](const v1::TailEventsRequest& request) {
    grpc::ClientContext context;
    const auto stream = service.stub().TailEvents(&context, request);
    v1::TailEventsResponse message;
    EXPECT_FALSE(stream->Read(&message));
    const grpc::Status status = stream->Finish();
    EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
    return status.error_message().substr(0, status.error_message().find(':'));
  };
  v1::TailEventsRequest request;
  request.set_filter("servce = a");
  EXPECT_EQ(refusal(request), "filter");
  request.set_filter("");
  request.set_backlog(-1);
  EXPECT_EQ(refusal(request), "backlog");
  request.set_backlog(0);
  request.set_resume_token("nonsense");
  EXPECT_EQ(refusal(request), "resume_token");
}

TEST_F(TailTest, OneFollowerTooManyIsTurnedAway) {
  ServiceOptions options;
  options.max_followers = 1;
  ServiceFixture service(store_.store(), options);
  grpc::ClientContext first_context;
  const auto first = service.stub().TailEvents(&first_context, {});
  v1::TailEventsResponse message;
  ASSERT_TRUE(first->Read(&message));
  grpc::ClientContext second_context;
  const auto second = service.stub().TailEvents(&second_context, {});
  EXPECT_FALSE(second->Read(&message));
  EXPECT_EQ(second->Finish().error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
  first_context.TryCancel();
}

}  // namespace
}  // namespace faultline::query
