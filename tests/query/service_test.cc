#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/query/service_fixture.h"
#include "tests/query/store_fixture.h"

namespace faultline::query {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;
using Stub = v1::FailureQueryService::Stub;

constexpr uint64_t kSignature = 0xabc;

// Ten events, a second apart; every second one is a client's.
void AddEvents(StoreFixture& fixture) {
  store::SignatureDefinition definition;
  definition.signature = kSignature;
  definition.side = store::Side::kClient;
  definition.origin = "message";
  definition.title = "failure";
  definition.parts = {"CLIENT", "failure"};
  fixture.Define(definition);
  for (int i = 0; i < 10; ++i) {
    store::Event event;
    event.time_us = kNewYear + i * kSecond;
    event.side = i % 2 == 0 ? store::Side::kClient : store::Side::kServer;
    event.severity = 17;
    event.signature = i % 2 == 0 ? kSignature : 0xdef;
    event.flags = store::kTextRedacted;
    event.message = "failure";
    event.stacktrace = "at Main.main";
    SetDimension(event, store::Dimension::kService, "service");
    SetId(event, store::IdKind::kMessage, fixture.Keep("m" + std::to_string(i / 2)));
    fixture.Add(event);
  }
  fixture.AddDeadLetter("json_malformed");
  fixture.AddDeadLetter("too_large");
  fixture.Seal();
}

class ServiceTest : public ::testing::Test {
 protected:
  ServiceTest() { AddEvents(store_); }
  StoreFixture store_;
  ServiceFixture service_{store_.store()};
};

TEST_F(ServiceTest, SearchPagesThroughAllEvents) {
  v1::SearchEventsRequest request;
  request.set_page_size(4);
  v1::SearchEventsResponse response;
  std::vector<std::string> ids;
  for (int page = 0; page < 3; ++page) {
    ASSERT_TRUE(service_.Call(&Stub::SearchEvents, request, response).ok());
    for (const auto& event : response.events()) ids.push_back(event.id());
    request.set_page_token(response.next_page_token());
    request.set_page_size(3);  // may change
  }
  EXPECT_THAT(ids, ::testing::ElementsAre("9", "8", "7", "6", "5", "4", "3", "2", "1", "0"));
  EXPECT_EQ(response.next_page_token(), "");
  EXPECT_EQ(response.completeness().complete_up_to().seconds(), kNewYear / kSecond + 9);
}

TEST_F(ServiceTest, ShowsStackTraceAndWhyInTheFullViewOnly) {
  v1::SearchEventsRequest request;
  request.set_filter("side = client");
  request.set_page_size(1);
  v1::SearchEventsResponse response;
  ASSERT_TRUE(service_.Call(&Stub::SearchEvents, request, response).ok());
  EXPECT_EQ(response.events(0).stacktrace(), "");
  EXPECT_EQ(response.events(0).why(), "");
  EXPECT_EQ(response.events(0).service(), "service");
  EXPECT_EQ(response.events(0).ids(0).kind(), v1::ID_KIND_MESSAGE);
  EXPECT_EQ(response.events(0).notices(0), "text_redacted");
  request.set_view(v1::EVENT_VIEW_FULL);
  ASSERT_TRUE(service_.Call(&Stub::SearchEvents, request, response).ok());
  EXPECT_EQ(response.events(0).stacktrace(), "at Main.main");
  EXPECT_EQ(response.events(0).why(),
            "v1:0000000000000abc was made from its message with the variable parts masked; hashed were, in order: "
            "CLIENT | failure");
}

TEST_F(ServiceTest, ErrorsNameTheField) {
  v1::SearchEventsRequest request;
  v1::SearchEventsResponse response;
  const auto message = [&] {
    const grpc::Status status = service_.Call(&Stub::SearchEvents, request, response);
    EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
    request.Clear();
    return status.error_message();
  };
  request.set_page_size(-1);
  EXPECT_EQ(message(), "page_size: must not be negative, is -1");
  request.set_filter("servce = x");
  EXPECT_EQ(message(), "filter: column 1: unknown field \"servce\", did you mean service?");
  request.set_filter(std::string(5000, 'x'));
  EXPECT_THAT(message(), StartsWith("filter: 5000 bytes long"));
  request.set_page_token("x");
  EXPECT_THAT(message(), StartsWith("page_token: "));
  request.mutable_range()->mutable_start()->set_seconds(10);
  request.mutable_range()->mutable_end()->set_seconds(9);
  EXPECT_EQ(message(), "range: the end is before the start");
  request.mutable_range()->mutable_start()->set_nanos(-1);
  EXPECT_EQ(message(), "range.start: no time between the years 1 and 9999");
  request.set_view(static_cast<v1::EventView>(9));
  EXPECT_EQ(message(), "view: has no value 9");
}

TEST_F(ServiceTest, ErrorsOfOtherMethodsNameTheirFields) {
  v1::CorrelateResponse correlated;
  v1::CorrelateRequest correlate;
  correlate.set_server_filter("side = clint");
  EXPECT_THAT(service_.Call(&Stub::Correlate, correlate, correlated).error_message(),
              StartsWith("server_filter: column 8: "));
  v1::CountEventsResponse counted;
  v1::CountEventsRequest count;
  count.set_by("message");
  EXPECT_THAT(service_.Call(&Stub::CountEvents, count, counted).error_message(), StartsWith("by: unknown field"));
  count.set_by("");
  count.mutable_step()->set_nanos(1);
  EXPECT_THAT(service_.Call(&Stub::CountEvents, count, counted).error_message(), StartsWith("step: "));
  v1::GetSignatureResponse signature;
  v1::GetSignatureRequest get;
  get.set_signature("zz");
  EXPECT_THAT(service_.Call(&Stub::GetSignature, get, signature).error_message(), StartsWith("signature: "));
  v1::GetJourneyResponse journey;
  v1::GetJourneyRequest follow;
  EXPECT_THAT(service_.Call(&Stub::GetJourney, follow, journey).error_message(), StartsWith("id: "));
}

TEST_F(ServiceTest, APageTokenBelongsToItsQuestion) {
  v1::SearchEventsRequest request;
  request.set_page_size(1);
  v1::SearchEventsResponse response;
  ASSERT_TRUE(service_.Call(&Stub::SearchEvents, request, response).ok());
  request.set_page_token(response.next_page_token());
  request.set_filter("side = client");
  EXPECT_EQ(service_.Call(&Stub::SearchEvents, request, response).error_code(), grpc::StatusCode::INVALID_ARGUMENT);
}

TEST_F(ServiceTest, GetsOneEventOrSaysThatThereIsNone) {
  v1::GetEventRequest request;
  request.set_id("3");
  v1::GetEventResponse response;
  ASSERT_TRUE(service_.Call(&Stub::GetEvent, request, response).ok());
  EXPECT_EQ(response.event().id(), "3");
  EXPECT_EQ(response.event().stacktrace(), "at Main.main");
  request.set_id("10");
  EXPECT_EQ(service_.Call(&Stub::GetEvent, request, response).error_code(), grpc::StatusCode::NOT_FOUND);
  for (const char* id : {"", "-1", "3x", "99999999999999999999"}) {
    request.set_id(id);
    EXPECT_EQ(service_.Call(&Stub::GetEvent, request, response).error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  }
}

TEST_F(ServiceTest, ExplainsAnEventByWhoKnowsTheRules) {
  v1::ExplainEventRequest request;
  request.set_id("3");
  v1::ExplainEventResponse response;
  EXPECT_EQ(service_.Call(&Stub::ExplainEvent, request, response).error_code(), grpc::StatusCode::FAILED_PRECONDITION);
  ServiceOptions options;
  options.explainer = [](const store::Event& event, const store::SignatureDefinition*, v1::ExplainEventResponse& told) {
    told.set_template_(std::string(event.message));
    return absl::OkStatus();
  };
  ServiceFixture knowing(store_.store(), options);
  ASSERT_TRUE(knowing.Call(&Stub::ExplainEvent, request, response).ok());
  EXPECT_EQ(response.event().id(), "3");
  EXPECT_EQ(response.event().message(), response.template_());
  request.set_id("10");
  EXPECT_EQ(knowing.Call(&Stub::ExplainEvent, request, response).error_code(), grpc::StatusCode::NOT_FOUND);
}

TEST_F(ServiceTest, ShowsAJourney) {
  v1::GetJourneyRequest request;
  request.set_id("m2");
  v1::GetJourneyResponse response;
  ASSERT_TRUE(service_.Call(&Stub::GetJourney, request, response).ok());
  ASSERT_EQ(response.events_size(), 2);
  EXPECT_EQ(response.events(0).id(), "4");
  EXPECT_EQ(response.ids(0).id().kind(), v1::ID_KIND_MESSAGE);
  EXPECT_EQ(response.ids(0).events(), 2);
  request.set_page_size(1);
  ASSERT_TRUE(service_.Call(&Stub::GetJourney, request, response).ok());
  EXPECT_TRUE(response.completeness().partial());
}

TEST_F(ServiceTest, CountsOverTime) {
  v1::CountEventsRequest request;
  request.set_by("side");
  request.mutable_step()->set_seconds(5);
  v1::CountEventsResponse response;
  ASSERT_TRUE(service_.Call(&Stub::CountEvents, request, response).ok());
  ASSERT_EQ(response.rows_size(), 2);
  EXPECT_EQ(response.rows(0).value(), "CLIENT");
  EXPECT_THAT(response.rows(0).counts(), ::testing::ElementsAre(3, 2));
  EXPECT_EQ(response.bucket_starts(1).seconds(), kNewYear / kSecond + 5);
  EXPECT_EQ(response.total(), 10);
}

TEST_F(ServiceTest, PagesThroughSignaturesAndKeepsTheFirstAnswer) {
  v1::ListSignaturesRequest request;
  request.set_page_size(1);
  v1::ListSignaturesResponse response;
  ASSERT_TRUE(service_.Call(&Stub::ListSignatures, request, response).ok());
  ASSERT_EQ(response.signatures_size(), 1);
  EXPECT_EQ(response.total_size(), 2);
  const std::string first = response.signatures(0).signature();
  // A third signature arrives between the pages, and would come first.
  for (int i = 0; i < 20; ++i) {
    store::Event event;
    event.time_us = kNewYear + 60 * kSecond;
    event.side = store::Side::kServer;
    event.severity = 17;
    event.signature = 0x999;
    store_.Add(event);
  }
  request.set_page_token(response.next_page_token());
  ASSERT_TRUE(service_.Call(&Stub::ListSignatures, request, response).ok());
  ASSERT_EQ(response.signatures_size(), 1);
  EXPECT_NE(response.signatures(0).signature(), first);
  EXPECT_NE(response.signatures(0).signature(), "v1:0000000000000999");
  EXPECT_EQ(response.next_page_token(), "");
  EXPECT_FALSE(response.completeness().partial());
}

TEST_F(ServiceTest, ShowsASignatureInAndOutOfItsWindow) {
  v1::GetSignatureRequest request;
  request.set_signature(store::FormatSignature(kSignature));
  v1::GetSignatureResponse response;
  ASSERT_TRUE(service_.Call(&Stub::GetSignature, request, response).ok());
  EXPECT_EQ(response.signature().lines(), 5);
  EXPECT_THAT(response.parts(), ::testing::ElementsAre("CLIENT", "failure"));
  EXPECT_THAT(response.why(), HasSubstr("CLIENT | failure"));
  request.mutable_range()->mutable_end()->set_seconds(1);
  ASSERT_TRUE(service_.Call(&Stub::GetSignature, request, response).ok());
  EXPECT_EQ(response.signature().lines(), 0);
  EXPECT_EQ(response.signature().title(), "failure");
  request.set_signature("v1:00000000000000ff");
  EXPECT_EQ(service_.Call(&Stub::GetSignature, request, response).error_code(), grpc::StatusCode::NOT_FOUND);
}

TEST_F(ServiceTest, CorrelatesTheSidesOfAUnit) {
  v1::CorrelateRequest request;
  request.set_all_pairs(true);
  v1::CorrelateResponse response;
  ASSERT_TRUE(service_.Call(&Stub::Correlate, request, response).ok());
  ASSERT_EQ(response.pairs_size(), 1);
  EXPECT_EQ(response.pairs(0).together(), 5);
  EXPECT_TRUE(response.completeness().has_complete_up_to());
}

TEST_F(ServiceTest, PagesThroughDeadLetters) {
  v1::ListDeadLettersRequest request;
  request.set_page_size(1);
  v1::ListDeadLettersResponse response;
  ASSERT_TRUE(service_.Call(&Stub::ListDeadLetters, request, response).ok());
  ASSERT_EQ(response.dead_letters_size(), 1);
  EXPECT_EQ(response.dead_letters(0).reason(), "json_malformed");
  EXPECT_EQ(response.dead_letters(0).stream(), "file:test");
  request.set_page_token(response.next_page_token());
  ASSERT_TRUE(service_.Call(&Stub::ListDeadLetters, request, response).ok());
  EXPECT_EQ(response.dead_letters(0).reason(), "too_large");
  EXPECT_EQ(response.next_page_token(), "");
}

TEST_F(ServiceTest, StatusAccountsForEveryRecord) {
  v1::GetStatusResponse response;
  ASSERT_TRUE(service_.Call(&Stub::GetStatus, v1::GetStatusRequest(), response).ok());
  EXPECT_EQ(response.role(), "query");
  EXPECT_EQ(response.rules(), 3);
  EXPECT_EQ(response.store().events(), 10);
  EXPECT_EQ(response.store().last_time().seconds(), kNewYear / kSecond + 9);
  ASSERT_EQ(response.streams_size(), 1);
  EXPECT_EQ(response.streams(0).lag(), 5);
  const auto& totals = response.totals();
  EXPECT_EQ(totals.consumed(), 12);
  EXPECT_EQ(totals.consumed(), totals.stored() + totals.attempts() + totals.dead_letters() + totals.repeats());
  EXPECT_NE(response.version(), "");
}

TEST_F(ServiceTest, StatusSaysWhatIsBoundedAndHowMuchOfItIsInUse) {
  v1::CorrelateResponse pairs;
  ASSERT_TRUE(service_.Call(&Stub::Correlate, v1::CorrelateRequest(), pairs).ok());
  v1::GetStatusResponse response;
  ASSERT_TRUE(service_.Call(&Stub::GetStatus, v1::GetStatusRequest(), response).ok());
  std::map<std::string, v1::Budget> budgets;
  for (const v1::Budget& budget : response.budgets()) {
    EXPECT_GT(budget.limit(), 0) << budget.name();
    EXPECT_NE(budget.beyond(), "") << budget.name();
    budgets[budget.name()] = budget;
  }
  EXPECT_EQ(budgets["queries"].used(), 1);  // this one
  EXPECT_EQ(budgets["queries"].limit(), 16);
  EXPECT_EQ(budgets["graph"].used(), 10);
  EXPECT_EQ(budgets["followers"].used(), 0);
  EXPECT_FALSE(budgets.contains("disk"));  // the store is in memory
  EXPECT_EQ(response.stages_size(), 0);    // and nobody ingests
}

}  // namespace
}  // namespace faultline::query
