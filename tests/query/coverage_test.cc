#include "query/coverage.h"

#include <map>

#include "query/settled_time.h"
#include "tests/query/correlator_fixture.h"

namespace faultline::query {
namespace {

using store::Side;

class CoverageTest : public CorrelatorTest {
 protected:
  static Correlator::CoverageQuestion Question(Side side = Side::kClient) {
    Correlator::CoverageQuestion question;
    question.side = side;
    question.read_us = INT64_MAX;  // everything has been read
    return question;
  }
  v1::GetCoverageResponse Cover(const Correlator::CoverageQuestion& question) {
    auto response = correlator_->Cover(question, QueryControl());
    EXPECT_THAT(response, testing::IsOk());
    if (!response.ok()) return {};
    int64_t in_rows = 0;
    for (const v1::CoverageRow& row : response->rows()) in_rows += row.units();
    EXPECT_EQ(in_rows, response->total());
    EXPECT_EQ(response->linked() + response->client_only() + response->server_only() + response->ambiguous() +
                  response->still_open(),
              response->total());
    return *response;
  }
  static std::map<v1::CoverageReason, int64_t> ReasonsOf(const v1::GetCoverageResponse& response) {
    std::map<v1::CoverageReason, int64_t> reasons;
    for (const v1::CoverageRow& row : response.rows()) reasons[row.reason()] += row.units();
    return reasons;
  }
  void AddServer(const std::string& message_id, int64_t at_us = 0, uint8_t severity = store::kErrorSeverity) {
    Add({.side = Side::kServer,
         .signature = kServerSignature,
         .at_us = at_us,
         .message_id = message_id,
         .severity = severity});
  }
};

TEST_F(CoverageTest, EveryUnitCountsOnceWhereItBelongs) {
  AddLinked(3);
  Add({.at_us = kSecond, .message_id = "client alone"});
  Add({.at_us = 2 * kSecond, .message_id = "client-alone"});  // the id above is none: blanks
  Add({.at_us = 3 * kSecond, .message_id = "client-alone"});  // tried again
  AddServer("server-alone");
  const auto response = Cover(Question());
  EXPECT_EQ(response.total(), 6);
  EXPECT_EQ(response.linked(), 3);
  EXPECT_EQ(response.client_only(), 2);
  EXPECT_EQ(response.server_only(), 1);
  EXPECT_EQ(response.client_units(), 5);
  EXPECT_EQ(response.server_units(), 4);
}

TEST_F(CoverageTest, SaysWhyAUnitIsOneSided) {
  Add({.at_us = 0});
  Add({.at_us = kSecond, .message_id = "unseen"});
  Add({.at_us = kSecond, .message_id = "seen"});
  AddServer("seen", 0, /*severity=*/9);
  const auto reasons = ReasonsOf(Cover(Question()));
  EXPECT_EQ(reasons.at(v1::COVERAGE_REASON_NO_ID), 1);
  EXPECT_EQ(reasons.at(v1::COVERAGE_REASON_NEVER_SEEN), 1);
  EXPECT_EQ(reasons.at(v1::COVERAGE_REASON_SEEN_WITHOUT_ERROR), 1);
}

TEST_F(CoverageTest, AUnitIsOpenUntilTheOtherSideCannotComeAnyMore) {
  Add({.at_us = 0, .message_id = "early"});
  Add({.at_us = kMinute, .message_id = "late"});
  Add({.at_us = kMinute});  // nothing can come for it
  auto question = Question();
  question.read_us = kNewYear + 3 * 60 * kMinute;
  const auto response = Cover(question);
  EXPECT_EQ(response.client_only(), 2);
  EXPECT_EQ(response.still_open(), 1);
  EXPECT_EQ(response.client_units_without_id(), 1);
  EXPECT_EQ(response.settled_up_to().seconds(), kNewYear / kSecond);
}

TEST_F(CoverageTest, AUnitBesideDroppedTimesMayHaveLostItsOtherSide) {
  Add({.at_us = 0, .message_id = "m1"});
  auto question = Question();
  question.kept_from_us = kNewYear - kMinute;
  EXPECT_EQ(ReasonsOf(Cover(question)).at(v1::COVERAGE_REASON_OUT_OF_RETENTION), 1);
  question.kept_from_us = kNewYear - 3 * 60 * kMinute;
  EXPECT_EQ(ReasonsOf(Cover(question)).at(v1::COVERAGE_REASON_NEVER_SEEN), 1);
}

TEST_F(CoverageTest, AnIdOfTooManyEventsIsAmbiguous) {
  for (int i = 0; i < 65; ++i) Add({.at_us = i * kSecond, .trace_id = "0af7651916cd43dd8448eb211c80319c"});
  Add({.at_us = 0, .message_id = "m1", .trace_id = "0af7651916cd43dd8448eb211c80319c"});
  const auto response = Cover(Question());
  EXPECT_EQ(response.ambiguous(), 65);
  EXPECT_EQ(response.client_only(), 1);  // its message id says which one it is
}

TEST_F(CoverageTest, BothSidesGiveTheSameNumbers) {
  AddLinked(3);
  Add({.at_us = 0});
  Add({.at_us = 0, .message_id = "client-alone"});
  AddServer("server-alone");
  AddServer("");
  auto client = Cover(Question(Side::kClient)), server = Cover(Question(Side::kServer));
  EXPECT_EQ(client.summary(), server.summary());
  EXPECT_EQ(client.server_units_without_id(), 1);
  EXPECT_EQ(server.server_units_without_id(), 1);
}

TEST_F(CoverageTest, AFilterLeavesOutLinkedUnitsOfOthers) {
  AddLinked(3);
  Add({.signature = kOtherClient, .at_us = 0, .message_id = "other"});
  AddServer("server-alone");
  auto question = Question();
  question.filter = Parsed("signature = " + store::FormatSignature(kOtherClient));
  const auto response = Cover(question);
  EXPECT_EQ(response.client_units(), 1);
  EXPECT_EQ(response.linked(), 0);
  EXPECT_EQ(response.server_only(), 1);
}

TEST_F(CoverageTest, TheOtherSideCountsOutsideOfTheWindowToo) {
  AddServer("m1", 0);
  Add({.at_us = 2 * kMinute, .message_id = "m1"});
  auto question = Question();
  question.range = {kNewYear + kMinute, INT64_MAX};
  EXPECT_EQ(Cover(question).linked(), 1);
  question.range = {INT64_MIN, kNewYear + kMinute};
  EXPECT_EQ(Cover(question).total(), 0) << "it belongs to the window of its client failure";
  question.side = Side::kServer;
  EXPECT_EQ(Cover(question).linked(), 1);
}

TEST_F(CoverageTest, AnEmptyWindowIsSaidInWords) {
  AddLinked(1);
  auto question = Question();
  question.range = {kNewYear + 1000 * kMinute, kNewYear + 1001 * kMinute};
  const auto response = Cover(question);
  EXPECT_EQ(response.total(), 0);
  EXPECT_EQ(response.rows_size(), 0);
  EXPECT_EQ(response.summary(), "no unit failed in this time range and filter");
}

TEST_F(CoverageTest, ExemplarsLeadToUnits) {
  Add({.at_us = 0, .message_id = "m1"});
  const auto response = Cover(Question());
  ASSERT_EQ(response.rows_size(), 1);
  ASSERT_EQ(response.rows(0).exemplars_size(), 1);
  EXPECT_EQ(response.rows(0).exemplars(0).id().value(), "m1");
  EXPECT_EQ(response.rows(0).exemplars(0).message(), "send failed");
  EXPECT_EQ(response.rows(0).summary(),
            "1 units (100 %) failed on a client alone: their ids were never seen on a server");
}

store::StreamPosition Position(const std::string& stream, int64_t watermark_us, int64_t updated_us) {
  store::StreamPosition position;
  position.stream = stream;
  position.watermark_us = watermark_us;
  position.updated_us = updated_us;
  return position;
}

constexpr int64_t kNow = kNewYear + 100 * kMinute;

TEST(SettledTimeTest, FilesAreReadToTheirEnd) {
  EXPECT_EQ(ReadUpTo({Position("file:a", kNewYear, kNewYear)}, {}, kNow), kNow);
  EXPECT_EQ(ReadUpTo({}, {}, kNow), kNow);
}

TEST(SettledTimeTest, APartitionIsReadUpToItsWatermarkWhileRecordsWait) {
  const auto partition = Position("kafka:t/0", kNewYear, kNow);
  EXPECT_EQ(ReadUpTo({partition}, {{"kafka:t/0", 7}}, kNow), kNewYear);
  EXPECT_EQ(ReadUpTo({partition}, {{"kafka:t/0", 0}}, kNow), kNow);
  EXPECT_EQ(ReadUpTo({partition}, {{"kafka:t/0", -1}}, kNow), kNewYear);
}

TEST(SettledTimeTest, AQuietPartitionHoldsUpNothingWhenOthersMovedOn) {
  const auto quiet = Position("kafka:t/0", kNewYear, kNewYear);
  const auto busy = Position("kafka:t/1", kNow - kSecond, kNow - kSecond);
  EXPECT_EQ(ReadUpTo({quiet, busy}, {}, kNow), kNow - kSecond);
}

}  // namespace
}  // namespace faultline::query
