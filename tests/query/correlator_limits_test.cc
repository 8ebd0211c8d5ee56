// Input that is no good gets a correct or an openly limited answer: never NaN, never a silent zero.
#include <gmock/gmock.h>

#include <cmath>
#include <random>
#include <string>

#include "query/signature_list.h"
#include "tests/query/correlator_fixture.h"

namespace faultline::query {
namespace {

using store::Side;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr int64_t kYear = int64_t{365} * 24 * 60 * kMinute;

class CorrelatorLimitsTest : public CorrelatorTest {
 protected:
  void AddServer(const std::string& id, int64_t at_us, const std::string& region = "") {
    Add({.side = Side::kServer, .signature = kServerSignature, .at_us = at_us, .message_id = id, .region = region});
  }
  static void ExpectNumbers(const v1::CorrelateResponse& response) {
    for (const v1::CorrelatedPair& pair : response.pairs()) {
      const v1::QuietCells& quiet = pair.quiet_cells();
      for (const double value : {pair.expected(), pair.lift(), pair.lift_low(), pair.lift_high(), pair.explained(),
                                 pair.score(), pair.median_lag_seconds(), quiet.expected(), quiet.lift_high()}) {
        EXPECT_TRUE(std::isfinite(value)) << pair.DebugString();
      }
      EXPECT_GE(pair.expected(), 0);
      EXPECT_THAT(pair.summary(), Not(HasSubstr("nan")));
    }
  }
  v1::GetCoverageResponse Cover() {
    Correlator::CoverageQuestion question;
    question.read_us = INT64_MAX;
    auto response = correlator_->Cover(question, QueryControl());
    EXPECT_THAT(response, testing::IsOk());
    return response.ok() ? *response : v1::GetCoverageResponse();
  }
};

// Messages that vary in ways that no mask knows: a list of all would need the memory of all.
TEST_F(CorrelatorLimitsTest, OfVeryManySignaturesThoseWithTheMostLinesAreListed) {
  constexpr uint64_t kMore = 50;
  for (uint64_t i = 1; i <= kMaxListed + kMore; ++i) Add({.signature = i, .at_us = static_cast<int64_t>(i)});
  Add({.signature = kMaxListed + kMore, .at_us = kMinute});
  const auto response = correlator_->ListSignatures({}, Filter(), QueryControl());
  ASSERT_THAT(response, testing::IsOk());
  EXPECT_EQ(response->signatures_size(), static_cast<int>(kMaxListed));
  EXPECT_EQ(response->total_size(), static_cast<int>(kMaxListed + kMore));
  EXPECT_EQ(response->signatures(0).signature(), store::FormatSignature(kMaxListed + kMore));
  EXPECT_THAT(response->completeness().partial_reason(),
              HasSubstr("of 10050 signatures, only the 10000 with the most"));
}

TEST_F(CorrelatorLimitsTest, AStormOfBothSignaturesDoesNotHideALink) {
  // A link of 12 units over half an hour, and a minute in which 60 of 200 units fail on either side, independently.
  for (int i = 0; i < 12; ++i) {
    const std::string id = "linked" + std::to_string(i);
    AddServer(id, (i + 2) * kMinute, "eu");
    Add({.at_us = (i + 2) * kMinute + kSecond, .message_id = id, .region = "eu"});
  }
  std::mt19937 random(23);
  for (int i = 0; i < 200; ++i) {
    const std::string id = "storm" + std::to_string(i);
    if (random() % 10 < 3) AddServer(id, i * 100'000, "eu");
    if (random() % 10 < 3) Add({.at_us = i * 100'000, .message_id = id, .region = "eu"});
  }
  fixture_.AddAttempts(kFirstMinute, "eu", 200);
  for (int64_t minute = 1; minute < 60; ++minute) fixture_.AddAttempts(kFirstMinute + minute, "eu", 1000);
  fixture_.Seal();
  const v1::CorrelateResponse response = Ask({});
  ASSERT_EQ(response.pairs_size(), 1);
  const v1::CorrelatedPair& pair = response.pairs(0);
  EXPECT_LT(pair.lift_low(), 2) << "the storm holds nearly all that is expected";
  EXPECT_TRUE(pair.quiet_cells().decisive());
  EXPECT_EQ(pair.quiet_cells().together(), 12);
  EXPECT_NEAR(pair.quiet_cells().expected(), 12 * 0.001, 1e-9);
  EXPECT_THAT(pair.summary(), HasSubstr("in which chance alone gives one or more: together 12, expected 0.012"));
}

TEST_F(CorrelatorLimitsTest, ARegionThatOnlyOneSideKnowsIsTheUnits) {
  for (int i = 0; i < 8; ++i) {
    AddServer("m" + std::to_string(i), i * kSecond);
    Add({.at_us = i * kSecond, .message_id = "m" + std::to_string(i), .region = "eu"});
    AddServer("other" + std::to_string(i), i * kSecond);
  }
  fixture_.AddAttempts(kFirstMinute, "eu", 100);
  fixture_.AddAttempts(kFirstMinute, "us", 900);
  fixture_.Seal();
  const v1::CorrelateResponse response = AskAll();
  ASSERT_EQ(response.pairs_size(), 1);
  EXPECT_EQ(response.pairs(0).together(), 8);
  // 8 x 8 in the region, and 8 of servers that may have been in any of the minute.
  EXPECT_NEAR(response.pairs(0).expected(), 8.0 * 8 / 100 + 8.0 * 8 / 1000, 1e-9);
  ExpectNumbers(response);
}

TEST_F(CorrelatorLimitsTest, ClocksThatAreOffByYearsLeaveUnitsWhole) {
  for (const int64_t years : {-40, -5, 0, 5, 70}) {
    const std::string id = "m" + std::to_string(years);
    AddServer(id, 0);
    Add({.at_us = years * kYear + kSecond, .message_id = id});
  }
  AddAttempts(1000);
  const v1::CorrelateResponse response = AskAll();
  ASSERT_EQ(response.pairs_size(), 1);
  EXPECT_EQ(response.pairs(0).together(), 5);
  ExpectNumbers(response);
  const v1::GetCoverageResponse coverage = Cover();
  EXPECT_EQ(coverage.linked(), 5);
  EXPECT_EQ(coverage.total(), 5);
}

TEST_F(CorrelatorLimitsTest, AnIdSharedByEverythingLinksNothing) {
  for (int i = 0; i < 300; ++i) {
    Add({.side = i % 2 == 0 ? Side::kClient : Side::kServer,
         .signature = i % 2 == 0 ? kClientSignature : kServerSignature,
         .at_us = i * kSecond,
         .trace_id = "everything"});
  }
  const v1::CorrelateResponse response = AskAll();
  EXPECT_THAT(response.pairs(), IsEmpty());
  ASSERT_EQ(response.not_identifying_size(), 1);
  EXPECT_EQ(response.not_identifying(0).events(), 300);
  const v1::GetCoverageResponse coverage = Cover();
  EXPECT_EQ(coverage.ambiguous(), 300);
  EXPECT_EQ(coverage.total(), 300);
}

TEST_F(CorrelatorLimitsTest, WindowsWithoutFailuresSaySo) {
  AddLinked(3);
  Correlator::Question question;
  for (const store::TimeRange range : {store::TimeRange{kNewYear + kYear, INT64_MAX},  // the future
                                       store::TimeRange{kNewYear, kNewYear},           // nothing
                                       store::TimeRange{INT64_MIN, kNewYear - kYear}}) {
    question.range = range;
    const v1::CorrelateResponse response = Ask(question);
    EXPECT_THAT(response.pairs(), IsEmpty());
    EXPECT_THAT(response.notes(),
                ElementsAre("no unit failed on a client in this time range and filter, and none on a server"));
  }
}

TEST_F(CorrelatorLimitsTest, AFilterThatMatchesNothingSaysSo) {
  AddLinked(3);
  Correlator::Question question;
  question.server_filter = Parsed("service = nobody");
  const v1::CorrelateResponse response = Ask(question);
  EXPECT_THAT(response.pairs(), IsEmpty());
  EXPECT_EQ(response.totals().client_units(), 3);
  EXPECT_THAT(response.notes(), Contains("no unit failed on a server in this time range and filter"));
}

TEST_F(CorrelatorLimitsTest, SampledEventsHaveCountsAndNoTestOfChance) {
  for (int i = 0; i < 20; ++i) {
    const std::string id = "m" + std::to_string(i);
    AddServer(id, i * kSecond);
    Add({.at_us = i * kSecond, .message_id = id, .sampled = i == 7});
  }
  AddAttempts(1000);
  EXPECT_THAT(Ask({}).pairs(), IsEmpty());
  const v1::CorrelateResponse response = AskAll();
  ASSERT_EQ(response.pairs_size(), 1);
  const v1::CorrelatedPair& pair = response.pairs(0);
  EXPECT_EQ(pair.together(), 20);
  EXPECT_EQ(pair.sampled_events(), 1);
  EXPECT_EQ(pair.score(), 0);
  EXPECT_EQ(pair.lift(), 0);
  EXPECT_FALSE(pair.significant());
  EXPECT_THAT(pair.summary(), HasSubstr("sampled before they came, so chance cannot be told"));
  EXPECT_EQ(response.totals().sampled_events(), 1);
  EXPECT_THAT(response.notes(), Contains(HasSubstr("1 events say that they were sampled")));
}

TEST_F(CorrelatorLimitsTest, TheDenominatorIsNamed) {
  AddLinked(8);
  EXPECT_THAT(AskAll().totals().denominator(), HasSubstr("distinct units seen, as attempts are not known, by"));
  fixture_.AddAttempts(kFirstMinute, "eu", 1000);
  fixture_.Seal();
  EXPECT_EQ(AskAll().totals().denominator(), "attempts records, by minute and region");
}

}  // namespace
}  // namespace faultline::query
