// Plans say what was read, so they are compared with what must and must not be.
#include <gmock/gmock.h>

#include <algorithm>
#include <string>

#include "base/varint.h"
#include "store/message_template.h"
#include "tests/query/service_fixture.h"
#include "tests/query/store_fixture.h"

namespace faultline::query {
namespace {

constexpr int64_t kMinute = 60 * kSecond;
constexpr int kSegments = 3, kEventsOfSegment = 3'000;

int64_t BytesOf(const v1::QueryPlan& plan, const std::string& part) {
  for (const v1::PlanRead& read : plan.reads()) {
    if (read.part() == part) return read.bytes();
  }
  return 0;
}

const v1::PlanStep* StepOf(const v1::QueryPlan& plan, const std::string& name) {
  const auto found =
      std::find_if(plan.steps().begin(), plan.steps().end(), [&](const auto& step) { return step.name() == name; });
  return found == plan.steps().end() ? nullptr : &*found;
}

void ExpectSound(const v1::QueryPlan& plan) {
  EXPECT_EQ(plan.segments(), plan.segments_skipped_by_time() + plan.segments_skipped_by_filter() +
                                 plan.segments_from_rollups() + plan.segments_read() + plan.segments_not_reached());
  int64_t of_steps = 0, of_parts = 0, nanos = 0;
  for (const v1::PlanStep& step : plan.steps()) {
    of_steps += step.bytes();
    nanos += step.elapsed().seconds() * 1'000'000'000 + step.elapsed().nanos();
    EXPECT_GT(step.calls(), 0);
  }
  for (const v1::PlanRead& read : plan.reads()) of_parts += read.bytes();
  EXPECT_LE(of_steps, of_parts);
  EXPECT_LE(nanos, plan.elapsed().seconds() * 1'000'000'000 + plan.elapsed().nanos());
}

// Segment i has minutes 10 i … 10 i + 4, a service of its own, and messages of one template; the last one's hole has
// words.
class QueryPlanTest : public ::testing::Test {
 protected:
  QueryPlanTest() : service_(fixture_.store()) {
    for (int segment = 0; segment < kSegments; ++segment) {
      for (int i = 0; i < kEventsOfSegment; ++i) AddEvent(segment, i);
      fixture_.Seal();
    }
  }
  void AddEvent(int segment, int i) {
    store::Event event;
    event.time_us = kNewYear + segment * 10 * kMinute + i * (5 * kMinute) / kEventsOfSegment;
    event.severity = 17;
    event.signature = static_cast<uint64_t>(segment + 1);
    const std::string service = "service-" + std::to_string(segment);
    event.dimensions[static_cast<size_t>(store::Dimension::kService)] = service;
    const std::string id = "m-" + std::to_string(segment) + "-" + std::to_string(i);
    event.ids[static_cast<size_t>(store::IdKind::kMessage)] = id;
    const std::string value = segment == kSegments - 1 ? "word" + std::to_string(i) + "x" : std::to_string(i);
    const std::string text = segment == 0 ? "disk full after \x01 ms" : "quorum lost after \x01 ms";
    std::string parameters, message;
    AppendString(parameters, value);
    EXPECT_TRUE(store::AppendMessage(text, parameters, message));
    event.message = message;
    event.message_template = text;
    event.parameters = parameters;
    fixture_.Add(event);
  }
  v1::CountEventsResponse Count(const std::string& filter, const std::string& by, int64_t step_seconds) {
    v1::CountEventsRequest request;
    request.set_filter(filter);
    request.set_by(by);
    if (step_seconds > 0) request.mutable_step()->set_seconds(step_seconds);
    request.set_explain(true);
    v1::CountEventsResponse response;
    EXPECT_TRUE(service_.Call(&v1::FailureQueryService::Stub::CountEvents, request, response).ok());
    ExpectSound(response.plan());
    EXPECT_EQ(response.plan().segments(), kSegments);
    return response;
  }
  v1::SearchEventsResponse Search(v1::SearchEventsRequest request) {
    request.set_explain(true);
    v1::SearchEventsResponse response;
    EXPECT_TRUE(service_.Call(&v1::FailureQueryService::Stub::SearchEvents, request, response).ok());
    ExpectSound(response.plan());
    return response;
  }

  StoreFixture fixture_;
  ServiceFixture service_;
};

TEST_F(QueryPlanTest, AHistogramByServiceReadsRollupsAlone) {
  const v1::CountEventsResponse counts = Count("severity >= ERROR", "service", 60);
  EXPECT_EQ(counts.total(), kSegments * kEventsOfSegment);
  EXPECT_EQ(counts.plan().segments_from_rollups(), kSegments);
  EXPECT_GT(BytesOf(counts.plan(), "rollups"), 0);
  EXPECT_EQ(BytesOf(counts.plan(), "text"), 0);
  EXPECT_EQ(BytesOf(counts.plan(), "columns"), 0);
  EXPECT_LT(counts.plan().events_looked_at(), 100);
}

TEST_F(QueryPlanTest, WhatRollupsDoNotTellIsReadFromColumns) {
  const v1::CountEventsResponse counts = Count("NOT host = nowhere", "", 0);
  EXPECT_EQ(counts.plan().segments_read(), kSegments);
  EXPECT_GT(BytesOf(counts.plan(), "columns"), 0);
  EXPECT_EQ(BytesOf(counts.plan(), "text"), 0);
  EXPECT_EQ(counts.plan().events_looked_at(), kSegments * kEventsOfSegment);
  EXPECT_EQ(counts.plan().chunks_read(), kSegments * 2);
}

TEST_F(QueryPlanTest, APhraseReadsTextOnlyWhereTemplatesLeaveItOpen) {
  Count("message : \"lost\"", "", 0);  // what templates look like is read once, and kept
  const v1::CountEventsResponse in_templates = Count("message : \"lost\"", "", 0);
  EXPECT_EQ(in_templates.total(), 2 * kEventsOfSegment);
  EXPECT_EQ(BytesOf(in_templates.plan(), "text"), 0);
  EXPECT_EQ(in_templates.plan().segments_skipped_by_filter(), 1) << "the one without quorums";
  const v1::CountEventsResponse in_hole = Count("message : \"word77x\"", "", 0);
  EXPECT_EQ(in_hole.total(), 1);
  EXPECT_EQ(in_hole.plan().segments_skipped_by_filter(), kSegments - 1) << "holes of digits hold no words";
  EXPECT_GT(BytesOf(in_hole.plan(), "text"), 0);
  const v1::PlanStep* const match = StepOf(in_hole.plan(), "match the filter");
  ASSERT_NE(match, nullptr);
  EXPECT_GT(match->bytes(), 0);
}

TEST_F(QueryPlanTest, AFullPageLeavesEarlierSegmentsUnread) {
  v1::SearchEventsRequest request;
  request.set_page_size(5);
  const v1::SearchEventsResponse latest = Search(request);
  ASSERT_EQ(latest.events_size(), 5);
  EXPECT_EQ(latest.plan().segments_read(), 1);
  EXPECT_EQ(latest.plan().segments_skipped_by_time(), kSegments - 1);
  ASSERT_NE(StepOf(latest.plan(), "read events"), nullptr);
  request.set_filter("service = service-0");
  EXPECT_EQ(Search(request).plan().segments_skipped_by_filter(), kSegments - 1);
}

TEST_F(QueryPlanTest, AJourneyReadsTheSegmentsOfItsIds) {
  v1::GetJourneyRequest request;
  request.set_id("m-1-17");
  request.set_explain(true);
  v1::GetJourneyResponse response;
  ASSERT_TRUE(service_.Call(&v1::FailureQueryService::Stub::GetJourney, request, response).ok());
  ASSERT_EQ(response.events_size(), 1);
  ExpectSound(response.plan());
  EXPECT_EQ(response.plan().segments_read(), 1);
  EXPECT_GT(BytesOf(response.plan(), "ids"), 0);
  EXPECT_NE(StepOf(response.plan(), "ask id filters"), nullptr);
}

TEST_F(QueryPlanTest, NobodyAskedNothingSaid) {
  v1::CountEventsRequest request;
  v1::CountEventsResponse response;
  ASSERT_TRUE(service_.Call(&v1::FailureQueryService::Stub::CountEvents, request, response).ok());
  EXPECT_FALSE(response.has_plan());
}

TEST(QueryPlanBudgetTest, SaysThatTheBudgetEndedTheAnswer) {
  StoreFixture fixture;
  ServiceOptions options;
  options.scan_budget_events = 2'000;
  for (int segment = 0; segment < 3; ++segment) {
    for (int i = 0; i < 2'500; ++i) {
      store::Event event;
      event.time_us = kNewYear + i;
      fixture.Add(event);
    }
    fixture.Seal();
  }
  ServiceFixture service(fixture.store(), options);
  v1::CountEventsRequest request;
  request.set_filter("NOT host = nowhere");
  request.set_explain(true);
  v1::CountEventsResponse response;
  ASSERT_TRUE(service.Call(&v1::FailureQueryService::Stub::CountEvents, request, response).ok());
  EXPECT_TRUE(response.completeness().partial());
  ExpectSound(response.plan());
  EXPECT_TRUE(response.plan().budget_exceeded());
  EXPECT_EQ(response.plan().scan_budget(), 2'000);
  EXPECT_EQ(response.plan().segments_not_reached(), 2);
}

}  // namespace
}  // namespace faultline::query
