#include "query/page_token.h"

#include <gtest/gtest.h>

#include "absl/strings/escaping.h"
#include "faultline/v1/failure_query_service.pb.h"
#include "tests/testing/status_matchers.h"

namespace faultline::query {
namespace {

using ::faultline::testing::HasCode;
using ::faultline::testing::IsOk;

TEST(PageTokenTest, ComesBackAsItWasGiven) {
  const std::string text = EncodePageToken(17, {-5, INT64_MAX});
  const auto token = DecodePageToken(17, text);
  ASSERT_THAT(token, IsOk());
  EXPECT_EQ(token->first, -5);
  EXPECT_EQ(token->second, INT64_MAX);
  EXPECT_EQ(text.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"),
            std::string::npos);
}

TEST(PageTokenTest, RefusesOneOfAnotherRequest) {
  const auto token = DecodePageToken(18, EncodePageToken(17, {1, 2}));
  ASSERT_THAT(token, HasCode(absl::StatusCode::kInvalidArgument));
  EXPECT_EQ(token.status().message().substr(0, 12), "page_token: ");
}

TEST(PageTokenTest, RefusesEveryChangedByte) {
  std::string bytes;
  ASSERT_TRUE(absl::WebSafeBase64Unescape(EncodePageToken(17, {1, 2}), &bytes));
  for (size_t i = 0; i < bytes.size(); ++i) {
    std::string changed = bytes;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    EXPECT_THAT(DecodePageToken(17, absl::WebSafeBase64Escape(changed)), HasCode(absl::StatusCode::kInvalidArgument));
  }
}

TEST(PageTokenTest, RefusesWhatIsNoToken) {
  for (const std::string_view text : {"x", "====", "AAAA", "not a token at all", "\xff\xfe"}) {
    EXPECT_THAT(DecodePageToken(17, text), HasCode(absl::StatusCode::kInvalidArgument)) << text;
  }
}

TEST(PageTokenTest, OnlyThePageSizeMayChange) {
  v1::SearchEventsRequest request;
  request.set_filter("service = a");
  const uint64_t hash = HashRequest(request);
  request.set_page_size(7);
  request.set_page_token("abc");
  EXPECT_EQ(HashRequest(request), hash);
  request.set_ascending(true);
  EXPECT_NE(HashRequest(request), hash);
  v1::ListSignaturesRequest other;
  other.set_filter("service = a");
  EXPECT_NE(HashRequest(other), hash);
}

}  // namespace
}  // namespace faultline::query
