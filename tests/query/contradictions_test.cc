#include "query/contradictions.h"

#include <gmock/gmock.h>

#include <string>

#include "tests/query/correlator_fixture.h"

namespace faultline::query {
namespace {

using store::Side;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class ContradictionsTest : public CorrelatorTest {
 protected:
  void AddServer(const std::string& id, int64_t at_us = 0) {
    Add({.side = Side::kServer, .signature = kServerSignature, .at_us = at_us, .message_id = id});
  }
  void AddSuccess(const std::string& id, int64_t at_us = 0) {
    Add({.side = Side::kServer, .signature = 0, .at_us = at_us, .message_id = id, .severity = 9, .success = true});
  }
  v1::GetContradictionsResponse Find(const Correlator::ContradictionQuestion& question = {}) {
    auto response = correlator_->Contradict(question, QueryControl());
    EXPECT_THAT(response, testing::IsOk());
    return response.ok() ? *response : v1::GetContradictionsResponse();
  }
  static const v1::ContradictionRow* RowOf(const v1::GetContradictionsResponse& response, v1::ContradictionKind kind,
                                           const std::string& dimension, const std::string& value) {
    for (const v1::ContradictionRow& row : response.rows()) {
      if (row.kind() == kind && row.dimension() == dimension && row.value() == value) return &row;
    }
    return nullptr;
  }
};

TEST_F(ContradictionsTest, ASuccessOfTheServerAndAFailureOfTheClientIsALostReply) {
  AddSuccess("m1");
  Add({.at_us = 2 * kSecond, .message_id = "m1"});
  Add({.at_us = 4 * kSecond, .message_id = "m1"});  // tried again
  Add({.at_us = kSecond, .message_id = "m2"});
  const auto response = Find();
  EXPECT_EQ(response.lost_reply_units(), 1);
  EXPECT_EQ(response.hidden_by_retry_units(), 0);
  EXPECT_EQ(response.client_units(), 2);
  const auto* row = RowOf(response, v1::CONTRADICTION_KIND_LOST_REPLY, "", "");
  ASSERT_NE(row, nullptr);
  EXPECT_EQ(row->rate(), 0.5);
  ASSERT_EQ(row->exemplars_size(), 1);
  EXPECT_EQ(row->exemplars(0).id().value(), "m1");
  EXPECT_THAT(row->summary(), HasSubstr("1 of 2 units that failed on a client (50 %) were recorded as success"));
}

TEST_F(ContradictionsTest, AFailureOfTheServerWithALaterSuccessIsHiddenByARetry) {
  AddServer("m1", 0);
  AddSuccess("m1", kSecond);
  AddServer("m2", 2 * kSecond);
  AddSuccess("m2", 2 * kSecond);  // in the same millisecond
  AddSuccess("m3", 0);
  AddServer("m3", kSecond);  // failed after it had succeeded
  AddServer("m4", 0);
  const auto response = Find();
  EXPECT_EQ(response.hidden_by_retry_units(), 2);
  EXPECT_EQ(response.server_units(), 4);
  EXPECT_EQ(response.success_records(), 3);
}

TEST_F(ContradictionsTest, AFailureThatTheClientNoticedIsNotHidden) {
  AddServer("m1", 0);
  AddSuccess("m1", kSecond);
  Add({.at_us = 2 * kSecond, .message_id = "m1"});
  const auto response = Find();
  EXPECT_EQ(response.hidden_by_retry_units(), 0);
  EXPECT_EQ(response.lost_reply_units(), 1);
}

TEST_F(ContradictionsTest, OnlyWhatARuleMarksIsASuccess) {
  Add({.side = Side::kServer, .signature = 0, .message_id = "m1", .severity = 9});
  Add({.side = Side::kClient, .signature = 0, .message_id = "m2", .severity = 9, .success = true});
  Add({.message_id = "m1"});
  AddServer("m2");
  const auto response = Find();
  EXPECT_EQ(response.lost_reply_units() + response.hidden_by_retry_units(), 0);
  EXPECT_THAT(response.notes(), Contains(HasSubstr("marked as success")));
}

TEST_F(ContradictionsTest, RatesAreGivenByRegionVersionAndEndpoint) {
  for (int i = 0; i < 10; ++i) {
    const std::string id = "m" + std::to_string(i);
    const bool eu = i < 4;
    Add({.at_us = i * kSecond, .message_id = id, .region = eu ? "eu" : "us", .app_version = eu ? "4.1" : "4.2"});
    if (i < 3) AddSuccess(id, i * kSecond);
  }
  fixture_.AddAttempts(kFirstMinute, "eu", 1000);
  fixture_.AddAttempts(kFirstMinute, "us", 9000);
  fixture_.Seal();
  const auto response = Find();
  const auto* eu = RowOf(response, v1::CONTRADICTION_KIND_LOST_REPLY, "region", "eu");
  ASSERT_NE(eu, nullptr);
  EXPECT_EQ(eu->units(), 3);
  EXPECT_EQ(eu->failing_units(), 4);
  EXPECT_EQ(eu->rate(), 0.75);
  EXPECT_EQ(eu->attempts(), 1000);
  EXPECT_EQ(eu->rate_per_attempt(), 0.003);
  const auto* version = RowOf(response, v1::CONTRADICTION_KIND_LOST_REPLY, "version", "4.2");
  ASSERT_NE(version, nullptr);
  EXPECT_EQ(version->units(), 0);
  EXPECT_EQ(version->failing_units(), 6);
  EXPECT_EQ(version->attempts(), 0) << "attempts do not say the version";
  EXPECT_THAT(response.notes(), Contains("no failure of a client states an endpoint"));
}

TEST_F(ContradictionsTest, ValuesBeyondTheLimitShareARow) {
  for (int i = 0; i < 6; ++i) {
    const std::string id = "m" + std::to_string(i);
    Add({.message_id = id, .endpoint = "send" + std::to_string(i % 3)});
    AddSuccess(id);
  }
  Correlator::ContradictionQuestion question;
  question.limit = 1;
  int64_t units = 0, others = 0;
  const auto response = Find(question);
  for (const v1::ContradictionRow& row : response.rows()) {
    if (row.dimension() != "endpoint") continue;
    units += row.units();
    others += row.other() ? 1 : 0;
  }
  EXPECT_EQ(units, 6);
  EXPECT_EQ(others, 1);
}

TEST_F(ContradictionsTest, UnitsThatNoIdIdentifiesAreCountedApart) {
  for (int i = 0; i < 70; ++i) Add({.at_us = i * kSecond, .trace_id = "0af7651916cd43dd8448eb211c80319c"});
  Add({.side = Side::kServer,
       .signature = 0,
       .trace_id = "0af7651916cd43dd8448eb211c80319c",
       .severity = 9,
       .success = true});
  Add({});
  const auto response = Find();
  EXPECT_EQ(response.lost_reply_units(), 0);
  EXPECT_EQ(response.client_units_not_linkable(), 71);
  EXPECT_THAT(response.notes(), Contains(HasSubstr("71 client and 0 server units carry no id that identifies them")));
}

TEST_F(ContradictionsTest, AnEmptyWindowIsSaidInWords) {
  AddSuccess("m1");
  Add({.message_id = "m1"});
  Correlator::ContradictionQuestion question;
  question.range = {kNewYear + 1000 * kMinute, kNewYear + 1001 * kMinute};
  const auto response = Find(question);
  EXPECT_THAT(response.rows(), IsEmpty());
  EXPECT_THAT(response.notes(), Contains("no unit failed in this time range and filter"));
  EXPECT_THAT(response.summary(), Not(IsEmpty()));
}

TEST_F(ContradictionsTest, FiltersLimitTheFailuresOfTheirSide) {
  for (const std::string region : {"eu", "us"}) {
    Add({.message_id = "c" + region, .region = region});
    AddSuccess("c" + region);
  }
  Correlator::ContradictionQuestion question;
  question.client_filter = Parsed("region = eu");
  EXPECT_EQ(Find(question).lost_reply_units(), 1);
}

}  // namespace
}  // namespace faultline::query
