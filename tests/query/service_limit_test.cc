// What one query may take: time, events, bytes, and how many run at once.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <thread>

#include "tests/query/endless_store.h"
#include "tests/query/service_fixture.h"
#include "tests/query/store_fixture.h"

namespace faultline::query {
namespace {

using ::testing::HasSubstr;
using Stub = v1::FailureQueryService::Stub;

// Large enough that the answer would not fit into what gRPC takes.
TEST(ServiceLimitTest, CutsAPageBeforeFourMegabytes) {
  StoreFixture store;
  for (int i = 0; i < 400; ++i) {
    store::Event event;
    event.time_us = kNewYear + i * kSecond;
    event.message = store.Keep(std::string(16'000, 'x'));
    store.Add(event);
  }
  ServiceFixture service(store.store());
  v1::SearchEventsRequest request;
  request.set_page_size(1000);
  std::set<std::string> ids;
  int pages = 0;
  do {
    v1::SearchEventsResponse response;
    const grpc::Status status = service.Call(&Stub::SearchEvents, request, response);
    ASSERT_TRUE(status.ok()) << status.error_message();
    for (const auto& event : response.events()) ids.insert(event.id());
    request.set_page_token(response.next_page_token());
    ++pages;
  } while (!request.page_token().empty());
  EXPECT_EQ(pages, 2);
  EXPECT_EQ(ids.size(), 400u);
}

ServiceOptions Endless() {
  ServiceOptions options;
  options.scan_budget_events = INT64_MAX;
  return options;
}

TEST(ServiceLimitTest, StopsScanningWhenTheCallerGoesAway) {
  EndlessStore store;
  auto service = std::make_unique<ServiceFixture>(store, Endless());
  grpc::ClientContext context;
  std::thread caller([&] {
    v1::CountEventsResponse response;
    const grpc::Status status = service->stub().CountEvents(&context, v1::CountEventsRequest(), &response);
    EXPECT_EQ(status.error_code(), grpc::StatusCode::CANCELLED);
  });
  store.segment().chunks_read().wait(0);
  context.TryCancel();
  caller.join();
  service->server().Shutdown(std::chrono::minutes(10));  // waits for the query to end by itself
  EXPECT_LT(store.segment().chunks_read(), EndlessStore::kChunks);
}

TEST(ServiceLimitTest, StopsScanningAtTheCallersDeadline) {
  EndlessStore store;
  ServiceFixture service(store, Endless());
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::milliseconds(50));
  v1::CountEventsResponse response;
  const grpc::Status status = service.stub().CountEvents(&context, v1::CountEventsRequest(), &response);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::DEADLINE_EXCEEDED);
  service.server().Shutdown(std::chrono::minutes(10));
  EXPECT_LT(store.segment().chunks_read(), EndlessStore::kChunks);
}

TEST(ServiceLimitTest, HasADeadlineOfItsOwn) {
  EndlessStore store;
  ServiceOptions options = Endless();
  options.max_deadline_seconds = 0;
  ServiceFixture service(store, options);
  v1::CountEventsResponse response;
  const grpc::Status status = service.Call(&Stub::CountEvents, v1::CountEventsRequest(), response);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::DEADLINE_EXCEEDED);
}

TEST(ServiceLimitTest, SaysWhenTheScanBudgetWasSpent) {
  EndlessStore store;
  ServiceOptions options;
  options.scan_budget_events = 3 * store::kChunkEvents;
  ServiceFixture service(store, options);
  v1::CountEventsResponse response;
  ASSERT_TRUE(service.Call(&Stub::CountEvents, v1::CountEventsRequest(), response).ok());
  EXPECT_EQ(response.total(), 3 * store::kChunkEvents);
  EXPECT_TRUE(response.completeness().partial());
  EXPECT_THAT(response.completeness().partial_reason(), HasSubstr("stopped after looking at 6144 events"));
}

TEST(ServiceLimitTest, RefusesMoreQueriesThanMayRun) {
  EndlessStore store;
  ServiceOptions options = Endless();
  options.max_concurrent_queries = 1;
  options.queue_timeout_ms = 0;
  ServiceFixture service(store, options);
  grpc::ClientContext context;
  std::thread caller([&] {
    v1::CountEventsResponse response;
    service.stub().CountEvents(&context, v1::CountEventsRequest(), &response);
  });
  store.segment().chunks_read().wait(0);
  v1::GetEventRequest request;
  request.set_id("0");
  v1::GetEventResponse response;
  const grpc::Status status = service.Call(&Stub::GetEvent, request, response);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
  context.TryCancel();
  caller.join();
}

}  // namespace
}  // namespace faultline::query
