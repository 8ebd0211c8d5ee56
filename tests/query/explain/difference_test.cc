#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>

#include "base/varint.h"
#include "query/explain/difference_answer.h"
#include "tests/query/store_fixture.h"

namespace faultline::query {
namespace {

using Request = v1::ExplainDifferenceRequest;
using Response = v1::ExplainDifferenceResponse;
using ::testing::HasSubstr;

constexpr int64_t kMinute = 60 * kSecond;

class DifferenceTest : public ::testing::Test {
 protected:
  // One failure; `time_us` counts from the new year.
  void AddFailure(int64_t time_us, const std::string& region, const std::string& version, uint64_t signature,
                  const std::string& elapsed_ms = "") {
    store::Event event;
    event.time_us = kNewYear + time_us;
    event.severity = store::kErrorSeverity;
    event.signature = signature;
    event.message = "failed";
    SetDimension(event, store::Dimension::kRegion, fixture_.Keep(region));
    SetDimension(event, store::Dimension::kAppVersion, fixture_.Keep(version));
    std::string attributes;
    if (!elapsed_ms.empty()) {
      AppendString(attributes, "elapsed_ms");
      AppendString(attributes, elapsed_ms);
    }
    event.attributes = fixture_.Keep(attributes);
    fixture_.Add(event);
  }

  // 5 minutes of an even mix, then 5 in which version 2 in "us" has 200 failures more.
  void AddIncident() {
    for (int i = 0; i < 600; ++i) {
      AddFailure(i * kSecond, i % 2 == 0 ? "eu" : "us", i % 3 == 0 ? "1" : "2", 7, std::to_string(100 + i % 50));
    }
    for (int i = 0; i < 200; ++i) AddFailure(5 * kMinute + i * kSecond, "us", "2", 8, std::to_string(900 + i % 50));
  }

  absl::Status Ask(const Request& request) {
    response_.Clear();
    return AnswerDifference({overlaid_, nullptr, fixture_.view(), {}, decisions_.overlay()}, request, response_);
  }

  static void SetRange(int64_t from_us, int64_t until_us, v1::TimeRange& range) {
    range.mutable_start()->set_seconds((kNewYear + from_us) / kSecond);
    range.mutable_end()->set_seconds((kNewYear + until_us) / kSecond);
  }

  static Request BeforeAndNow() {
    Request request;
    SetRange(5 * kMinute, 10 * kMinute, *request.mutable_range());
    SetRange(0, 5 * kMinute, *request.mutable_baseline_range());
    return request;
  }

  StoreFixture fixture_;
  const DecisionLog decisions_{fixture_.store().options()};
  const OverlaidStore overlaid_{fixture_.store(), decisions_};
  Response response_;
};

TEST_F(DifferenceTest, FindsTheCombinationThatCameUpSinceBefore) {
  AddIncident();
  fixture_.Seal();
  Request request = BeforeAndNow();
  request.add_dimensions("region");
  request.add_dimensions("app_version");
  ASSERT_THAT(Ask(request), testing::IsOk());
  ASSERT_GT(response_.explanations_size(), 0);
  const v1::Explanation& first = response_.explanations(0);
  EXPECT_EQ(first.rank(), 1);
  EXPECT_EQ(first.values().at("region"), "us");
  EXPECT_EQ(first.values().at("app_version"), "2");
  EXPECT_TRUE(first.significant());
  EXPECT_EQ(first.failures(), 300);  // 200 and a third of 300
  EXPECT_GT(first.lift(), 1.5);
  EXPECT_EQ(response_.totals().failures(), 500);
  EXPECT_EQ(response_.totals().measure(), Request::MEASURE_EVENTS);
}

TEST_F(DifferenceTest, ComparesOneSignatureWithAllOtherFailures) {
  AddIncident();
  Request request;
  request.set_filter("signature = v1:0000000000000008");
  ASSERT_THAT(Ask(request), testing::IsOk());
  ASSERT_GT(response_.explanations_size(), 0);
  EXPECT_EQ(response_.explanations(0).values().at("region"), "us");
  EXPECT_EQ(response_.explanations(0).support(), 1);
  EXPECT_EQ(response_.totals().failures(), 200);
  EXPECT_EQ(response_.totals().attempts(), 800);
}

TEST_F(DifferenceTest, NamesEveryCombinationOnceAndNoneThatIsRarer) {
  AddIncident();
  for (int i = 0; i < 300; ++i) AddFailure(i * kSecond, "ap", "3", 9);  // before: rarer in the target
  fixture_.Seal();
  Request request = BeforeAndNow();
  for (const char* dimension : {"region", "app_version", "signature"}) request.add_dimensions(dimension);
  ASSERT_THAT(Ask(request), testing::IsOk());
  ASSERT_GT(response_.explanations_size(), 1);
  std::set<std::map<std::string, std::string>> seen;
  for (int i = 0; i < response_.explanations_size(); ++i) {
    const v1::Explanation& row = response_.explanations(i);
    EXPECT_EQ(row.rank(), i + 1);
    EXPECT_GT(row.lift(), 1) << row.summary();
    EXPECT_TRUE(seen.emplace(row.values().begin(), row.values().end()).second) << row.summary();
  }
  // Every failure of signature 8 is in "us" and of version 2: one row, which says so.
  const v1::Explanation& first = response_.explanations(0);
  EXPECT_EQ(first.values_size(), 1);
  EXPECT_EQ(first.values().count("signature"), 1);
  EXPECT_THAT(first.summary(), HasSubstr("all with region = us and app_version = 2"));
}

TEST_F(DifferenceTest, NamesTheNumberThatGrewWithBothMedians) {
  AddIncident();
  fixture_.Seal();
  Request request;
  request.set_filter("signature = v1:0000000000000008");
  ASSERT_THAT(Ask(request), testing::IsOk());
  ASSERT_EQ(response_.numbers_size(), 1);
  EXPECT_EQ(response_.numbers(0).field(), "attributes.elapsed_ms");
  EXPECT_NEAR(response_.numbers(0).median(), 925, 10);
  EXPECT_NEAR(response_.numbers(0).baseline_median(), 124, 2);
  EXPECT_DOUBLE_EQ(response_.numbers(0).distance(), 1);
}

TEST_F(DifferenceTest, DoesNotExplainByAFieldThatTheFilterNames) {
  AddIncident();
  Request request;
  request.set_filter("region = us");
  ASSERT_THAT(Ask(request), testing::IsOk());
  for (const v1::Explanation& row : response_.explanations()) EXPECT_FALSE(row.values().contains("region"));
}

TEST_F(DifferenceTest, CountsAUnitOnceAmongItsAttempts) {
  for (int i = 0; i < 900; ++i) {
    store::Event event;
    event.time_us = kNewYear + i % 60 * kSecond;
    event.severity = store::kErrorSeverity;
    event.signature = 5;
    SetDimension(event, store::Dimension::kRegion, i < 750 ? "us" : "eu");
    SetId(event, store::IdKind::kMessage, fixture_.Keep("message" + std::to_string(i % 750 / 3)));  // 250 units
    fixture_.Add(event);
  }
  fixture_.AddAttempts(kNewYear / kMinute, "us", 1000);
  fixture_.AddAttempts(kNewYear / kMinute, "eu", 9000);
  fixture_.Seal();
  ASSERT_THAT(Ask(Request()), testing::IsOk());
  EXPECT_EQ(response_.totals().measure(), Request::MEASURE_ATTEMPTS);
  EXPECT_EQ(response_.totals().failures(), 250);
  EXPECT_EQ(response_.totals().attempts(), 10000);
  ASSERT_GT(response_.explanations_size(), 0);
  EXPECT_EQ(response_.explanations(0).values().at("region"), "us");
  EXPECT_EQ(response_.explanations(0).rate(), 0.25);
}

TEST_F(DifferenceTest, SaysWhatIsMissingInsteadOfAnEmptyAnswer) {
  AddIncident();
  Request future = BeforeAndNow();
  SetRange(100'000 * kMinute, 100'005 * kMinute, *future.mutable_range());
  ASSERT_THAT(Ask(future), testing::IsOk());
  EXPECT_EQ(response_.explanations_size(), 0);
  ASSERT_EQ(response_.notes_size(), 1);
  EXPECT_THAT(response_.notes(0), HasSubstr("no event fits the target"));
  EXPECT_THAT(response_.notes(0), HasSubstr("2026-01-01T00:00:00Z"));

  EXPECT_THAT(Ask(Request()).message(), HasSubstr("nothing to compare with"));
  Request overlapping = BeforeAndNow();
  SetRange(0, 6 * kMinute, *overlapping.mutable_baseline_range());
  EXPECT_THAT(Ask(overlapping).message(), HasSubstr("overlaps"));
  Request misspelt = BeforeAndNow();
  misspelt.add_dimensions("regoin");
  EXPECT_THAT(Ask(misspelt).message(), HasSubstr("did you mean region"));
  Request rates = BeforeAndNow();
  rates.set_measure(Request::MEASURE_ATTEMPTS);
  EXPECT_THAT(Ask(rates).message(), HasSubstr("no attempts records"));
}

}  // namespace
}  // namespace faultline::query
