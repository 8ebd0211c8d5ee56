#include "query/shared_dimension.h"

#include <gmock/gmock.h>

#include <random>
#include <string>

#include "tests/query/correlator_fixture.h"

namespace faultline::query {
namespace {

using store::Side;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr int kMinutes = 10, kUnitsAMinute = 100;

class SharedDimensionTest : public CorrelatorTest {
 protected:
  // In the load test half of all units fail on either side, independently; nothing fails elsewhere.
  void AddLoadTest(const std::string& server_environment = "load-test") {
    std::mt19937 random(11);
    for (int i = 0; i < kMinutes * kUnitsAMinute; ++i) {
      const std::string id = "m" + std::to_string(i);
      const int64_t at = i / kUnitsAMinute * kMinute + i % kUnitsAMinute * kSecond / 2;
      if (random() % 2 == 0) Add({.at_us = at, .message_id = id, .environment = "load-test"});
      if (random() % 2 == 0) {
        Add({.side = Side::kServer,
             .signature = kServerSignature,
             .at_us = at,
             .message_id = id,
             .environment = server_environment});
      }
    }
  }
  void AddAttemptsOf(std::string_view environment, int64_t count) {
    for (int64_t minute = 0; minute < kMinutes; ++minute) {
      store::Attempts attempts;
      attempts.minute = kFirstMinute + minute;
      attempts.count = count;
      attempts.dimensions[static_cast<size_t>(store::Dimension::kEnvironment)] = environment;
      fixture_.AddAttempts(attempts);
    }
  }
};

TEST_F(SharedDimensionTest, APairThatHasNoExcessWithinADimensionIsReportedAsThatDimension) {
  AddLoadTest();
  AddAttemptsOf("load-test", kUnitsAMinute);
  AddAttemptsOf("production", 1'000'000);
  fixture_.Seal();
  const v1::CorrelateResponse response = Ask({});
  ASSERT_EQ(response.pairs_size(), 1);
  const v1::CorrelatedPair& pair = response.pairs(0);
  EXPECT_GT(pair.lift(), 100) << "by minutes alone it looks strong";
  EXPECT_FALSE(pair.significant());
  EXPECT_EQ(pair.shared_dimension().dimension(), "deployment.environment.name");
  EXPECT_EQ(pair.shared_dimension().values(), 1);
  EXPECT_NEAR(pair.shared_dimension().lift(), 1, 0.15);
  EXPECT_EQ(response.totals().significant_pairs(), 0);
  EXPECT_EQ(response.totals().shared_dimension_pairs(), 1);
  EXPECT_THAT(pair.summary(), HasSubstr("within one value of deployment.environment.name expected"));
}

TEST_F(SharedDimensionTest, APairWithAnExcessWithinTheDimensionStaysOne) {
  for (int i = 0; i < 60; ++i) {
    const std::string id = "m" + std::to_string(i), environment = i % 2 == 0 ? "load-test" : "production";
    Add({.at_us = i * kSecond, .message_id = id, .environment = environment});
    Add({.side = Side::kServer,
         .signature = kServerSignature,
         .at_us = i * kSecond,
         .message_id = id,
         .environment = environment});
  }
  AddAttemptsOf("load-test", 1000);
  AddAttemptsOf("production", 1'000'000);
  fixture_.Seal();
  const v1::CorrelateResponse response = Ask({});
  ASSERT_EQ(response.pairs_size(), 1);
  EXPECT_TRUE(response.pairs(0).significant());
  EXPECT_FALSE(response.pairs(0).has_shared_dimension());
}

TEST_F(SharedDimensionTest, AttemptsThatDoNotStateTheDimensionCannotTell) {
  AddLoadTest();
  AddAttempts(1'000'000);
  const v1::CorrelateResponse response = Ask({});
  ASSERT_EQ(response.pairs_size(), 1);
  EXPECT_TRUE(response.pairs(0).significant());
  EXPECT_THAT(response.pairs(0).summary(), Not(HasSubstr("deployment.environment.name")));
}

TEST_F(SharedDimensionTest, ADimensionInWhichTheSidesDifferIsNotShared) {
  AddLoadTest("backend");
  AddAttemptsOf("load-test", kUnitsAMinute);
  AddAttemptsOf("production", 1'000'000);
  fixture_.Seal();
  EXPECT_FALSE(Ask({}).pairs(0).has_shared_dimension());
}

}  // namespace
}  // namespace faultline::query
