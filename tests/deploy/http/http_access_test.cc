#include "deploy/server/http_access.h"

#include <gmock/gmock.h>

#include "tests/deploy/http/echo_fixture.h"

namespace faultline::testing {
namespace {

using deploy::HttpAccess;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(HttpAccessTest, LetsProgramsAndItsOwnPageIn) {
  const HttpAccess access("127.0.0.1:7412", {});
  EXPECT_TRUE(access.Check("127.0.0.1:7412", "").ok());
  EXPECT_TRUE(access.Check("localhost:7412", "http://localhost:7412").ok());
  EXPECT_TRUE(access.Check("[::1]:7412", "http://[::1]:7412").ok());
  EXPECT_TRUE(access.Check("", "").ok());
}

TEST(HttpAccessTest, RefusesPagesOfOthers) {
  const HttpAccess access("127.0.0.1:7412", {"https://good.example"});
  EXPECT_FALSE(access.Check("127.0.0.1:7412", "https://evil.example").ok());
  EXPECT_FALSE(access.Check("127.0.0.1:7412", "http://127.0.0.1:9999").ok());
  EXPECT_FALSE(access.Check("127.0.0.1:7412", "null").ok());
  EXPECT_TRUE(access.Check("127.0.0.1:7412", "https://good.example").ok());
  EXPECT_FALSE(access.Listed("http://127.0.0.1:7412"));
}

TEST(HttpAccessTest, RefusesANameThatWasMadeToPointHere) {
  const HttpAccess loopback("127.0.0.1:7412", {"https://good.example"});
  EXPECT_FALSE(loopback.Check("evil.example:7412", "http://evil.example:7412").ok());
  EXPECT_FALSE(loopback.Check("127.0.0.1.evil.example", "").ok());
  EXPECT_TRUE(loopback.Check("good.example", "https://good.example").ok());
  EXPECT_TRUE(HttpAccess("0.0.0.0:7412", {}).Check("host.internal:7412", "http://host.internal:7412").ok());
}

TEST(HttpAccessTest, TakesOnlyOriginsThatAreSome) {
  EXPECT_TRUE(HttpAccess::CheckOrigins({"*", "https://a.example", "http://a.example:80"}).ok());
  for (const char* wrong : {"a.example", "https://", "https://a.example/", "ftp://a.example", ""}) {
    EXPECT_FALSE(HttpAccess::CheckOrigins({wrong}).ok()) << wrong;
  }
}

using HttpServerTest = HttpFixture;

TEST_F(HttpServerTest, AnswersPreflightsOfListedPagesAlone) {
  deploy::HttpOptions options;
  options.allowed_origins = {"https://good.example"};
  Start(options);
  const std::string ask =
      "OPTIONS /faultline.testing.Echo/Say HTTP/1.1\r\nHost: 127.0.0.1\r\n"
      "Access-Control-Request-Method: POST\r\nAccess-Control-Request-Headers: "
      "content-type,connect-protocol-version\r\n";
  const HttpAnswer good = Send(ask + "Origin: https://good.example\r\n\r\n");
  EXPECT_EQ(good.status, 204);
  EXPECT_THAT(good.head, HasSubstr("access-control-allow-origin: https://good.example\r\n"));
  EXPECT_THAT(good.head, HasSubstr("access-control-allow-headers: content-type,connect-protocol-version\r\n"));
  const HttpAnswer evil = Send(ask + "Origin: https://evil.example\r\n\r\n");
  EXPECT_EQ(evil.status, 403);
  EXPECT_THAT(evil.head, Not(HasSubstr("access-control")));
  EXPECT_EQ(Post("/faultline.testing.Echo/Say", "application/json", "{}", "Origin: https://evil.example\r\n").status,
            403);
}

TEST_F(HttpServerTest, KeepsQueriesOutWhereTheyAreOff) {
  deploy::HttpOptions options;
  options.queries = false;
  Start(options);
  EXPECT_EQ(Post("/faultline.testing.Echo/Say", "application/json", "{}").status, 403);
  EXPECT_EQ(Send("GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n").status, 403);
  EXPECT_EQ(Send("GET /metrics HTTP/1.1\r\nHost: any.example\r\n\r\n").body, "a_metric 1\n");
}

TEST_F(HttpServerTest, AnswersOnlyKnownMethods) {
  Start();
  EXPECT_EQ(Send("DELETE /metrics HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n").status, 405);
  EXPECT_EQ(Send("PUT / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 0\r\n\r\n").status, 405);
  EXPECT_EQ(Send("GET /elsewhere HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n").status, 404);
}

}  // namespace
}  // namespace faultline::testing
