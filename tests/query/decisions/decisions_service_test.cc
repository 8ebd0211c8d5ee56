// Decisions over gRPC: every answer about a store with decisions equals that about a store that was recorded so.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <random>
#include <string>

#include "google/protobuf/util/message_differencer.h"
#include "query/decisions/overlay.h"
#include "tests/query/decisions/decision_maker.h"
#include "tests/query/service_fixture.h"
#include "tests/query/store_fixture.h"

namespace faultline::query {
namespace {

using ::google::protobuf::util::MessageDifferencer;
using ::testing::HasSubstr;
using Stub = v1::FailureQueryService::Stub;

constexpr uint64_t kFirstServer = 0x100;
constexpr int kSignatures = 6;  // of each side

store::SignatureDefinition DefinitionOf(uint64_t signature) {
  store::SignatureDefinition definition;
  definition.signature = signature;
  definition.side = signature >= kFirstServer ? store::Side::kServer : store::Side::kClient;
  definition.origin = "message";
  definition.title = "failure " + std::to_string(signature);
  definition.parts = {"v1", definition.title};
  return definition;
}

// Two stores with the same events; `as` says what the second records each signature as.
class Twins {
 public:
  using As = std::function<uint64_t(const store::Event&)>;

  explicit Twins(const As& as) {
    for (int i = 1; i <= kSignatures; ++i) {
      for (const uint64_t signature : {uint64_t(i), kFirstServer + uint64_t(i)}) {
        decided.Define(DefinitionOf(signature));
        recorded.Define(DefinitionOf(signature));
      }
    }
    std::mt19937 random(7);
    for (int i = 0; i < 6'000; ++i) Add(random, i, as);
    decided.Seal();
    recorded.Seal();
    for (int i = 6'000; i < 6'500; ++i) Add(random, i, as);  // stay in open segments
  }

  StoreFixture decided{/*in_memory=*/false}, recorded;

 private:
  void Add(std::mt19937& random, int i, const As& as) {
    static constexpr std::array<std::string_view, 3> kRegions = {"eu", "us", ""};
    static constexpr std::array<std::string_view, 2> kServices = {"gateway", "mailbox"};
    store::Event event;
    const bool is_client = random() % 2 == 0;
    const uint64_t kind = 1 + random() % kSignatures;
    event.side = is_client ? store::Side::kClient : store::Side::kServer;
    event.signature = is_client ? kind : kFirstServer + kind;
    event.time_us = kNewYear + static_cast<int64_t>(i) * kSecond + static_cast<int64_t>(random() % 900'000);
    event.severity = random() % 10 == 0 ? 9 : store::kErrorSeverity;
    SetDimension(event, store::Dimension::kRegion, kRegions[random() % 3]);
    SetDimension(event, store::Dimension::kService, kServices[random() % 2]);
    const std::string id = "m" + std::to_string(random() % 3'000);
    if (random() % 20 != 0) SetId(event, store::IdKind::kMessage, id);
    const std::string text = "failure of " + std::to_string(random() % 50);
    event.message = text;
    decided.Add(event);
    event.signature = as(event);
    recorded.Add(event);
  }
};

// The answer of both, with what may differ taken out.
template <typename Request, typename Response>
void ExpectSame(ServiceFixture& decided, ServiceFixture& recorded,
                grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*), const Request& request,
                const std::function<void(Response&)>& clear = nullptr) {
  Response ours, theirs;
  const grpc::Status status = decided.Call(method, request, ours);
  ASSERT_TRUE(status.ok()) << status.error_message();
  ASSERT_TRUE(recorded.Call(method, request, theirs).ok());
  for (Response* response : {&ours, &theirs}) {
    response->clear_completeness();
    if (clear) clear(*response);
  }
  std::string difference;
  MessageDifferencer differencer;
  differencer.ReportDifferencesToString(&difference);
  EXPECT_TRUE(differencer.Compare(theirs, ours)) << request.ShortDebugString() << "\n" << difference.substr(0, 2'000);
}

void ExpectSameAnswers(ServiceFixture& decided, ServiceFixture& recorded, const std::vector<uint64_t>& signatures) {
  v1::ListSignaturesRequest list;
  const std::function<void(v1::ListSignaturesResponse&)> clear_decided = [](v1::ListSignaturesResponse& response) {
    for (v1::Signature& row : *response.mutable_signatures()) {
      row.clear_members();
      row.clear_split_from();
      row.clear_title();
      row.clear_origin();
    }
  };
  ExpectSame(decided, recorded, &Stub::ListSignatures, list, clear_decided);
  v1::CountEventsRequest count;
  count.set_by("signature");
  count.mutable_step()->set_seconds(60);
  ExpectSame<v1::CountEventsRequest, v1::CountEventsResponse>(decided, recorded, &Stub::CountEvents, count);
  count.set_filter("message : \"failure of 7\" AND service = gateway");
  ExpectSame<v1::CountEventsRequest, v1::CountEventsResponse>(decided, recorded, &Stub::CountEvents, count);
  v1::CorrelateRequest correlate;
  correlate.set_all_pairs(true);
  correlate.set_page_size(1'000);
  const std::function<void(v1::CorrelateResponse&)> clear_titles = [](v1::CorrelateResponse& response) {
    for (v1::CorrelatedPair& pair : *response.mutable_pairs()) {
      pair.mutable_client()->clear_title();
      pair.mutable_server()->clear_title();
    }
  };
  ExpectSame(decided, recorded, &Stub::Correlate, correlate, clear_titles);
  v1::GetCoverageRequest coverage;
  const std::function<void(v1::GetCoverageResponse&)> clear_clock = [](v1::GetCoverageResponse& response) {
    response.clear_settled_up_to();
  };
  for (const uint64_t signature : signatures) {
    const std::string filter = "signature = " + store::FormatSignature(signature);
    v1::SearchEventsRequest search;
    search.set_filter(filter);
    search.set_page_size(1'000);
    ExpectSame<v1::SearchEventsRequest, v1::SearchEventsResponse>(decided, recorded, &Stub::SearchEvents, search);
    count.set_filter("NOT " + filter);
    ExpectSame<v1::CountEventsRequest, v1::CountEventsResponse>(decided, recorded, &Stub::CountEvents, count);
    correlate.set_client_filter(filter);
    ExpectSame(decided, recorded, &Stub::Correlate, correlate, clear_titles);
    correlate.clear_client_filter();
    correlate.set_server_filter(filter);
    ExpectSame(decided, recorded, &Stub::Correlate, correlate, clear_titles);
    correlate.clear_server_filter();
    coverage.set_filter(filter);
    ExpectSame(decided, recorded, &Stub::GetCoverage, coverage, clear_clock);
  }
}

v1::Decision Decide(ServiceFixture& service, const v1::Decision& decision) {
  v1::DecideSignatureRequest request;
  *request.mutable_decision() = decision;
  v1::DecideSignatureResponse response;
  const grpc::Status status = service.Call(&Stub::DecideSignature, request, response);
  EXPECT_TRUE(status.ok()) << status.error_message();
  return response.decision();
}

grpc::Status TryToDecide(ServiceFixture& service, const v1::Decision& decision) {
  v1::DecideSignatureRequest request;
  *request.mutable_decision() = decision;
  v1::DecideSignatureResponse response;
  return service.Call(&Stub::DecideSignature, request, response);
}

TEST(DecisionsServiceTest, AMergeIsAsIfRecordedSo) {
  Twins twins([](const store::Event& event) {
    const uint64_t signature = event.signature;
    return signature == 2 || signature == 3 ? uint64_t{1}
           : signature == kFirstServer + 4  ? kFirstServer + 5
                                            : signature;
  });
  ServiceFixture decided(twins.decided.store()), recorded(twins.recorded.store());
  // Asked before, so that what is kept from before shows if it were used.
  v1::ListSignaturesRequest list;
  v1::ListSignaturesResponse before;
  ASSERT_TRUE(decided.Call(&Stub::ListSignatures, list, before).ok());
  EXPECT_EQ(Decide(decided, Merge(1, {2, 3})).number(), 1);
  EXPECT_EQ(Decide(decided, Merge(kFirstServer + 5, {kFirstServer + 4})).number(), 2);
  ExpectSameAnswers(decided, recorded, {1, 4, kFirstServer + 5, kFirstServer + 1});

  // Who asks for what was merged means what it counts as.
  v1::SearchEventsRequest former, now;
  former.set_filter("signature = " + store::FormatSignature(3));
  now.set_filter("signature = " + store::FormatSignature(1));
  v1::SearchEventsResponse by_former, by_now;
  ASSERT_TRUE(decided.Call(&Stub::SearchEvents, former, by_former).ok());
  ASSERT_TRUE(decided.Call(&Stub::SearchEvents, now, by_now).ok());
  EXPECT_GT(by_now.events_size(), 0);
  by_former.clear_next_page_token();
  by_now.clear_next_page_token();
  EXPECT_TRUE(MessageDifferencer::Equals(by_former, by_now));
  v1::GetSignatureRequest get;
  get.set_signature(store::FormatSignature(2));
  v1::GetSignatureResponse got;
  ASSERT_TRUE(decided.Call(&Stub::GetSignature, get, got).ok());
  EXPECT_EQ(got.signature().signature(), store::FormatSignature(1));
  EXPECT_EQ(got.signature().members_size(), 2);
  ASSERT_EQ(got.decisions_size(), 1);
  EXPECT_EQ(got.decisions(0).who(), "ada");

  // Taken back, everything is as before.
  Decide(decided, Undo(1));
  Decide(decided, Undo(2));
  v1::ListSignaturesResponse after;
  ASSERT_TRUE(decided.Call(&Stub::ListSignatures, list, after).ok());
  before.clear_completeness();
  after.clear_completeness();
  EXPECT_TRUE(MessageDifferencer::Equals(before, after));
}

TEST(DecisionsServiceTest, SplitsAreAsIfRecordedSo) {
  using store::Dimension;
  Twins twins([](const store::Event& event) {
    const std::string_view region = event.dimension(Dimension::kRegion), service = event.dimension(Dimension::kService);
    if (event.signature == 2 && !region.empty()) return PartOf(2, Dimension::kRegion, region);
    if (event.signature == kFirstServer + 3) {
      // One part was merged into another signature.
      return service == "gateway" ? kFirstServer + 1 : PartOf(kFirstServer + 3, Dimension::kService, service);
    }
    return event.signature;
  });
  ServiceFixture decided(twins.decided.store()), recorded(twins.recorded.store());
  Decide(decided, Split(2, "region"));
  Decide(decided, Split(kFirstServer + 3, "service.name"));
  const uint64_t gateway = PartOf(kFirstServer + 3, Dimension::kService, "gateway");
  Decide(decided, Merge(kFirstServer + 1, {gateway}));
  const uint64_t eu = PartOf(2, Dimension::kRegion, "eu");
  // Signature 2 itself means all of its parts to who asks for it, so that it is not among these.
  ExpectSameAnswers(decided, recorded,
                    {1, eu, kFirstServer + 1, PartOf(kFirstServer + 3, Dimension::kService, "mailbox")});

  v1::GetSignatureRequest get;
  get.set_signature(store::FormatSignature(eu));
  v1::GetSignatureResponse got;
  ASSERT_TRUE(decided.Call(&Stub::GetSignature, get, got).ok());
  EXPECT_EQ(got.signature().title(), "failure 2 [cloud.region = eu]");
  EXPECT_EQ(got.signature().split_from(), store::FormatSignature(2));
  EXPECT_EQ(got.signature().origin(), "split");

  // All parts together are what it was.
  v1::CountEventsRequest count;
  count.set_filter("signature = " + store::FormatSignature(2));
  v1::CountEventsResponse whole, sum;
  ASSERT_TRUE(decided.Call(&Stub::CountEvents, count, whole).ok());
  count.set_filter("signature = " + store::FormatSignature(eu) +
                   " OR signature = " + store::FormatSignature(PartOf(2, Dimension::kRegion, "us")) +
                   " OR (signature = " + store::FormatSignature(2) + " AND NOT region = eu AND NOT region = us)");
  ASSERT_TRUE(decided.Call(&Stub::CountEvents, count, sum).ok());
  EXPECT_GT(whole.total(), 0);
  EXPECT_EQ(whole.total(), sum.total());
}

TEST(DecisionsServiceTest, AnEventSaysWhatItWasRecordedAs) {
  Twins twins([](const store::Event& event) { return event.signature; });
  ServiceFixture service(twins.decided.store());
  Decide(service, Merge(1, {2}));
  v1::SearchEventsRequest search;
  search.set_filter("signature = " + store::FormatSignature(1));
  search.set_view(v1::EVENT_VIEW_FULL);
  search.set_page_size(1'000);
  v1::SearchEventsResponse found;
  ASSERT_TRUE(service.Call(&Stub::SearchEvents, search, found).ok());
  int moved = 0;
  for (const v1::Event& event : found.events()) {
    EXPECT_EQ(event.signature(), store::FormatSignature(1));
    if (event.why().find("by decision it counts as v1:0000000000000001") == std::string::npos) continue;
    EXPECT_THAT(event.why(), HasSubstr("v1:0000000000000002 was made from"));
    ++moved;
  }
  EXPECT_GT(moved, 0);
  EXPECT_LT(moved, found.events_size());
}

TEST(DecisionsServiceTest, NamesMutesAndResolutionsAreShown) {
  Twins twins([](const store::Event& event) { return event.signature; });
  ServiceFixture service(twins.decided.store());
  Decide(service, Rename(1, "the slow\x1b[31m edge"));
  Decide(service, Made(v1::DECISION_KIND_MUTE, 2));
  Decide(service, Made(v1::DECISION_KIND_RESOLVE, 3));
  v1::ListSignaturesRequest request;
  v1::ListSignaturesResponse shown, all;
  ASSERT_TRUE(service.Call(&Stub::ListSignatures, request, shown).ok());
  request.set_include_muted(true);
  ASSERT_TRUE(service.Call(&Stub::ListSignatures, request, all).ok());
  EXPECT_EQ(shown.muted(), 1);
  EXPECT_EQ(shown.total_size() + 1, all.total_size());
  std::map<std::string, v1::Signature> rows;
  for (const v1::Signature& row : all.signatures()) rows[row.signature()] = row;
  EXPECT_EQ(rows[store::FormatSignature(1)].title(), "the slow\uFFFD[31m edge");
  EXPECT_EQ(rows[store::FormatSignature(1)].template_(), "failure 1");
  EXPECT_TRUE(rows[store::FormatSignature(2)].muted());
  EXPECT_TRUE(rows[store::FormatSignature(3)].has_resolved_time());
  EXPECT_FALSE(rows[store::FormatSignature(3)].reopened());  // its failures are older than the decision

  // A failure after that reopens it.
  store::Event event;
  event.side = store::Side::kClient;
  event.signature = 3;
  event.severity = store::kErrorSeverity;
  event.time_us =
      google::protobuf::util::TimeUtil::TimestampToMicroseconds(rows[store::FormatSignature(3)].resolved_time()) +
      kSecond;
  twins.decided.Add(event);
  ASSERT_TRUE(service.Call(&Stub::ListSignatures, request, all).ok());
  for (const v1::Signature& row : all.signatures()) {
    EXPECT_EQ(row.reopened(), row.signature() == store::FormatSignature(3)) << row.signature();
  }
}

TEST(DecisionsServiceTest, DecisionsOutliveTheServerAndMeetNewEvents) {
  Twins twins([](const store::Event& event) { return event.signature; });
  const auto count = [](ServiceFixture& service, uint64_t signature) {
    v1::CountEventsRequest request;
    request.set_filter("signature = " + store::FormatSignature(signature));
    v1::CountEventsResponse response;
    EXPECT_TRUE(service.Call(&Stub::CountEvents, request, response).ok());
    return response.total();
  };
  int64_t before = 0;
  {
    ServiceFixture service(twins.decided.store());
    before = count(service, 1) + count(service, 2);
    Decide(service, Merge(1, {2}));
  }
  ServiceFixture service(twins.decided.store()), other(twins.decided.store());
  EXPECT_EQ(count(service, 1), before);
  store::Event event;
  event.signature = 2;
  event.side = store::Side::kClient;
  event.time_us = kNewYear;
  twins.decided.Add(event);
  EXPECT_EQ(count(service, 1), before + 1);
  // What another process decides shows with the next question.
  Decide(other, Undo(1));
  EXPECT_LT(count(service, 1), before);
}

TEST(DecisionsServiceTest, WhatCannotBeDoneIsSaid) {
  Twins twins([](const store::Event& event) { return event.signature; });
  ServiceFixture service(twins.decided.store());
  const auto expect = [&](const v1::Decision& decision, grpc::StatusCode code, const std::string& text) {
    const grpc::Status status = TryToDecide(service, decision);
    EXPECT_EQ(status.error_code(), code) << text;
    EXPECT_THAT(status.error_message(), HasSubstr(text));
  };
  const auto invalid = grpc::StatusCode::INVALID_ARGUMENT;
  expect(v1::Decision(), invalid, "decision.who: is required");
  v1::Decision decision = Merge(1, {2});
  decision.set_who(std::string(300, 'x'));
  expect(decision, invalid, "decision.who: is 300 bytes long");
  decision = Merge(1, {2});
  decision.set_kind(v1::DECISION_KIND_UNSPECIFIED);
  expect(decision, invalid, "decision.kind:");
  expect(Merge(1, {}), invalid, "decision.others: name at least one");
  expect(Merge(1, {1}), invalid, "cannot be merged into itself");
  expect(Merge(1, {0xdead}), grpc::StatusCode::NOT_FOUND, "has never seen the signature v1:000000000000dead");
  decision = Merge(1, {2});
  decision.set_signature("v1:");
  expect(decision, invalid, "decision.signature: \"v1:\" is no signature");
  expect(Split(1, "message"), invalid, "decision.split_by: \"message\" is no dimension");
  expect(Split(1, ""), invalid, "was merged into none that it could leave");
  expect(Rename(1, " "), invalid, "decision.name: is required");
  expect(Undo(0), invalid, "decision.undoes: is the number");
  expect(Undo(5), grpc::StatusCode::NOT_FOUND, "there is no decision 5");
  decision = Made(v1::DECISION_KIND_MUTE, 1);
  decision.mutable_until()->set_seconds(1);
  expect(decision, invalid, "decision.until: lies in the past");

  Decide(service, Merge(1, {2}));
  expect(Merge(1, {2}), invalid, "all of them count as v1:0000000000000001 already");
  expect(Split(2, "region"), invalid, "counts as v1:0000000000000001; split that");
  expect(Rename(2, "x"), invalid, "counts as v1:0000000000000001; decide about that");
  Decide(service, Split(1, "region"));
  expect(Split(1, "service"), invalid, "is split by cloud.region already");
  Decide(service, Undo(1));
  expect(Undo(1), invalid, "was taken back by 3 already");

  StoreFixture in_memory;
  in_memory.Define(DefinitionOf(1));
  in_memory.Define(DefinitionOf(2));
  ServiceFixture forgetful(in_memory.store());
  EXPECT_EQ(TryToDecide(forgetful, Merge(1, {2})).error_code(), grpc::StatusCode::FAILED_PRECONDITION);
}

TEST(DecisionsServiceTest, ListsByPageAndBySignature) {
  Twins twins([](const store::Event& event) { return event.signature; });
  ServiceFixture service(twins.decided.store());
  for (int i = 0; i < 5; ++i) Decide(service, Rename(1, "name " + std::to_string(i)));
  Decide(service, Merge(3, {4}));
  Decide(service, Undo(6));
  v1::ListDecisionsRequest request;
  request.set_page_size(3);
  v1::ListDecisionsResponse page;
  std::vector<int64_t> numbers;
  do {
    ASSERT_TRUE(service.Call(&Stub::ListDecisions, request, page).ok());
    EXPECT_EQ(page.total_size(), 7);
    for (const v1::Decision& decision : page.decisions()) numbers.push_back(decision.number());
    request.set_page_token(page.next_page_token());
  } while (!page.next_page_token().empty());
  EXPECT_THAT(numbers, ::testing::ElementsAre(7, 6, 5, 4, 3, 2, 1));
  request.Clear();
  request.set_signature(store::FormatSignature(4));
  ASSERT_TRUE(service.Call(&Stub::ListDecisions, request, page).ok());
  ASSERT_EQ(page.decisions_size(), 2);  // the merge, and that it was taken back
  EXPECT_EQ(page.decisions(1).undone_by(), 7);
  request.set_signature("nobody");
  EXPECT_EQ(service.Call(&Stub::ListDecisions, request, page).error_code(), grpc::StatusCode::INVALID_ARGUMENT);
}

v1::ImportDecisionsRequest AllOf(ServiceFixture& service) {
  v1::ListDecisionsRequest list;
  v1::ListDecisionsResponse all;
  EXPECT_TRUE(service.Call(&Stub::ListDecisions, list, all).ok());
  v1::ImportDecisionsRequest request;
  for (auto it = all.decisions().rbegin(); it != all.decisions().rend(); ++it) *request.add_decisions() = *it;
  return request;
}

TEST(DecisionsServiceTest, ImportTakesEachOnce) {
  Twins from([](const store::Event& event) { return event.signature; });
  Twins to([](const store::Event& event) { return event.signature; });
  ServiceFixture source(from.decided.store()), target(to.decided.store());
  Decide(source, Merge(1, {2}));
  Decide(source, Rename(1, "x"));
  Decide(source, Undo(2));
  Decide(target, Rename(5, "of its own"));  // so that numbers differ
  const v1::ImportDecisionsRequest request = AllOf(source);
  v1::ImportDecisionsResponse response;
  ASSERT_TRUE(target.Call(&Stub::ImportDecisions, request, response).ok());
  EXPECT_EQ(response.imported(), 3);
  EXPECT_EQ(response.repeated(), 0);
  EXPECT_EQ(response.notes_size(), 0);
  ASSERT_TRUE(target.Call(&Stub::ImportDecisions, request, response).ok());
  EXPECT_EQ(response.imported(), 0);
  EXPECT_EQ(response.repeated(), 3);
  const v1::ImportDecisionsRequest here = AllOf(target);
  ASSERT_EQ(here.decisions_size(), 4);
  EXPECT_EQ(here.decisions(3).undoes(), 3);
  EXPECT_EQ(here.decisions(2).undone_by(), 4);
  EXPECT_EQ(here.decisions(1).who(), "ada");
}

// The same failures under other ids, as after a change of the algorithm.
TEST(DecisionsServiceTest, ImportFindsSignaturesByTheirTemplate) {
  Twins from([](const store::Event& event) { return event.signature; });
  ServiceFixture source(from.decided.store());
  Decide(source, Merge(1, {2}));
  Decide(source, Rename(3, "gone"));
  StoreFixture to(/*in_memory=*/false);
  for (const uint64_t signature : {1, 2}) {
    store::SignatureDefinition definition = DefinitionOf(signature);
    definition.signature += 0xabc0;
    to.Define(definition);
    store::Event event;
    event.side = store::Side::kClient;
    event.signature = definition.signature;
    event.time_us = kNewYear;
    to.Add(event);
  }
  to.Seal();
  ServiceFixture target(to.store());
  v1::ImportDecisionsRequest request = AllOf(source);
  request.set_match_templates(true);
  v1::ImportDecisionsResponse response;
  ASSERT_TRUE(target.Call(&Stub::ImportDecisions, request, response).ok());
  EXPECT_EQ(response.imported(), 2);
  EXPECT_EQ(response.matched(), 2);
  ASSERT_EQ(response.notes_size(), 1);
  EXPECT_THAT(response.notes(0), HasSubstr("has never seen 1 of the signatures (v1:0000000000000003)"));
  v1::ListSignaturesRequest list;
  v1::ListSignaturesResponse listed;
  ASSERT_TRUE(target.Call(&Stub::ListSignatures, list, listed).ok());
  ASSERT_EQ(listed.signatures_size(), 1);
  EXPECT_EQ(listed.signatures(0).signature(), store::FormatSignature(0xabc1));
  EXPECT_EQ(listed.signatures(0).lines(), 2);
}

TEST(DecisionsServiceTest, AnImportIsWholeOrNothing) {
  Twins twins([](const store::Event& event) { return event.signature; });
  ServiceFixture service(twins.decided.store());
  v1::ImportDecisionsRequest request;
  *request.add_decisions() = Merge(1, {2});
  *request.add_decisions() = Undo(77);
  v1::ImportDecisionsResponse response;
  grpc::Status status = service.Call(&Stub::ImportDecisions, request, response);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(status.error_message(),
              HasSubstr("decisions[1]: decision.undoes: no decision before it has the number 77"));
  request.mutable_decisions(1)->clear_time();
  status = service.Call(&Stub::ImportDecisions, request, response);
  EXPECT_THAT(status.error_message(), HasSubstr("decisions[1]: decision.time: is required"));
  EXPECT_EQ(AllOf(service).decisions_size(), 0);
}

}  // namespace
}  // namespace faultline::query
