#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>

#include "tests/query/correlator_fixture.h"
#include "tests/query/service_fixture.h"

namespace faultline::query {
namespace {

using ::testing::HasSubstr;

class FindingsServiceTest : public CorrelatorTest {
 protected:
  // A linked failure of both sides, ten times as frequent from minute 120 to 125.
  FindingsServiceTest() {
    for (int64_t minute = 0; minute < 150; ++minute) {
      const int count = minute >= 120 && minute < 125 ? 50 : 5;
      for (int i = 0; i < count; ++i) {
        const std::string id = "m" + std::to_string(minute) + "-" + std::to_string(i);
        const int64_t at_us = minute * kMinute + i * kSecond;
        Add({.side = store::Side::kServer, .signature = kServerSignature, .at_us = at_us, .message_id = id});
        Add({.at_us = at_us + kSecond, .message_id = id});
      }
    }
    for (const auto& [side, signature] :
         {std::pair(store::Side::kClient, kClientSignature), std::pair(store::Side::kServer, kServerSignature)}) {
      store::SignatureDefinition definition;
      definition.signature = signature;
      definition.side = side;
      definition.title = side == store::Side::kClient ? "send failed" : "write failed";
      fixture_.Define(definition);
    }
    for (int64_t minute = 0; minute < 150; ++minute) fixture_.AddAttempts(kFirstMinute + minute, "", 5000);
    fixture_.Seal();
  }

  grpc::Status List(const v1::ListFindingsRequest& request) {
    return service_.Call(&v1::FailureQueryService::Stub::ListFindings, request, response_);
  }

  ServiceFixture service_{fixture_.store(), {}, nullptr, "offline"};
  v1::ListFindingsResponse response_;
};

TEST_F(FindingsServiceTest, TellsASpikeInWordsWithTheOtherSide) {
  v1::ListFindingsRequest request;
  request.set_signature(store::FormatSignature(kClientSignature));
  request.add_kinds("spike");
  ASSERT_TRUE(List(request).ok());
  ASSERT_EQ(response_.total_size(), 2);  // by itself and in the pair
  const auto& rows = response_.findings();
  const auto own = std::find_if(rows.begin(), rows.end(), [](const v1::Finding& f) { return f.series_size() == 1; });
  ASSERT_NE(own, rows.end());
  EXPECT_EQ(own->title(), "send failed");
  EXPECT_EQ(own->side(), "CLIENT");
  EXPECT_THAT(own->reason(), HasSubstr("events in "));
  EXPECT_EQ(own->other_signature(), store::FormatSignature(kServerSignature));
  EXPECT_THAT(own->other_side(), HasSubstr("goes with server mailbox: write failed; together"));
  EXPECT_FALSE(response_.replaying());
}

TEST_F(FindingsServiceTest, HandsOutEveryFindingOnceOverPages) {
  v1::ListFindingsRequest request;
  request.set_page_size(1);
  std::set<std::string> seen;
  int pages = 0;
  do {
    request.set_page_token(response_.next_page_token());
    ASSERT_TRUE(List(request).ok());
    ++pages;
    for (const v1::Finding& finding : response_.findings()) seen.insert(finding.SerializeAsString());
  } while (!response_.next_page_token().empty() && pages < 10);
  EXPECT_EQ(pages, response_.total_size());
  EXPECT_EQ(seen.size(), static_cast<size_t>(response_.total_size()));
  EXPECT_EQ(response_.total_size(), 3);
}

TEST_F(FindingsServiceTest, SelectsByWindowAndWhetherItIsOpen) {
  v1::ListFindingsRequest request;
  request.mutable_range()->mutable_start()->set_seconds((kNewYear + 140 * kMinute) / kSecond);
  ASSERT_TRUE(List(request).ok());
  EXPECT_EQ(response_.total_size(), 0);
  request.mutable_range()->mutable_start()->set_seconds(4'000'000'000);  // in the future
  ASSERT_TRUE(List(request).ok());
  EXPECT_EQ(response_.total_size(), 0);
  request.clear_range();
  request.set_open_only(true);
  ASSERT_TRUE(List(request).ok());
  EXPECT_EQ(response_.total_size(), 0);
}

TEST_F(FindingsServiceTest, SaysWhatIsWrongWithARequest) {
  v1::ListFindingsRequest request;
  request.add_kinds("spikes");
  EXPECT_THAT(List(request).error_message(), HasSubstr("kinds: there is no \"spikes\", did you mean spike?"));
  request.clear_kinds();
  request.set_signature("3cd4");
  EXPECT_THAT(List(request).error_message(), HasSubstr("signature: \"3cd4\" is no signature"));
  request.clear_signature();
  request.set_page_size(-1);
  EXPECT_THAT(List(request).error_message(), HasSubstr("page_size"));
}

}  // namespace
}  // namespace faultline::query
