#include "query/query_limiter.h"

#include <gtest/gtest.h>

#include <optional>
#include <thread>

#include "faultline/v1/failure_query_service.pb.h"
#include "query/answer_cache.h"
#include "query/refresher.h"
#include "tests/query/endless_store.h"
#include "tests/testing/status_matchers.h"

namespace faultline::query {
namespace {

using ::faultline::testing::HasCode;
using ::faultline::testing::IsOk;
using std::chrono::milliseconds;

TEST(QueryLimiterTest, RefusesMoreThanMayRun) {
  QueryLimiter limiter(1, milliseconds(0));
  const auto first = limiter.Enter({});
  ASSERT_THAT(first, IsOk());
  EXPECT_THAT(limiter.Enter({}), HasCode(absl::StatusCode::kResourceExhausted));
}

TEST(QueryLimiterTest, WhoLeavesMakesRoom) {
  QueryLimiter limiter(1, milliseconds(0));
  { ASSERT_THAT(limiter.Enter({}), IsOk()); }
  EXPECT_THAT(limiter.Enter({}), IsOk());
}

TEST(QueryLimiterTest, AWaitingQueryRunsWhenAnotherEnds) {
  QueryLimiter limiter(1, std::chrono::minutes(1));
  std::optional<QueryLimiter::Admission> first(*limiter.Enter({}));
  absl::Status second;
  std::thread waiting([&] { second = limiter.Enter({}).status(); });
  first.reset();
  waiting.join();
  EXPECT_THAT(second, IsOk());
}

TEST(QueryLimiterTest, DoesNotWaitBeyondTheDeadline) {
  QueryLimiter limiter(1, std::chrono::hours(1));
  const auto first = limiter.Enter({});
  QueryControl control;
  control.deadline = std::chrono::steady_clock::now() + milliseconds(5);
  EXPECT_THAT(limiter.Enter(control), HasCode(absl::StatusCode::kDeadlineExceeded));
}

TEST(AnswerCacheTest, KeepsTheLatestAnswersOnly) {
  AnswerCache<v1::CorrelateResponse> cache(2, 1'000'000);
  for (uint64_t i = 0; i < 3; ++i) cache.Insert({i, 0}, std::make_shared<const v1::CorrelateResponse>());
  EXPECT_EQ(cache.Find({0, 0}), nullptr);
  EXPECT_NE(cache.Find({1, 0}), nullptr);
  EXPECT_EQ(cache.Find({1, 5}), nullptr) << "another snapshot";
  cache.Insert({3, 0}, std::make_shared<const v1::CorrelateResponse>());
  EXPECT_NE(cache.Find({1, 0}), nullptr) << "it was used after the other one";
  EXPECT_EQ(cache.Find({2, 0}), nullptr);
}

TEST(AnswerCacheTest, BoundsTheBytesOfOlderAnswers) {
  AnswerCache<v1::CorrelateResponse> cache(8, 100);
  auto large = std::make_shared<v1::CorrelateResponse>();
  large->set_next_page_token(std::string(200, 'x'));
  cache.Insert({1, 0}, large);
  EXPECT_NE(cache.Find({1, 0}), nullptr);
  cache.Insert({2, 0}, std::make_shared<const v1::CorrelateResponse>());
  EXPECT_EQ(cache.Find({1, 0}), nullptr);
}

TEST(RefresherTest, LetsTheStoreCatchUpOnceInAWhile) {
  EndlessStore store;
  Refresher seldom(store, std::chrono::hours(1));
  ASSERT_THAT(seldom.Refresh(), IsOk());
  ASSERT_THAT(seldom.Refresh(), IsOk());
  EXPECT_EQ(store.catch_ups(), 1);
  Refresher always(store, milliseconds(0));
  ASSERT_THAT(always.Refresh(), IsOk());
  ASSERT_THAT(always.Refresh(), IsOk());
  EXPECT_EQ(store.catch_ups(), 3);
}

}  // namespace
}  // namespace faultline::query
