#include "deploy/server/connect_front.h"

#include <gmock/gmock.h>
#include <sys/socket.h>
#include <unistd.h>

#include "absl/strings/escaping.h"
#include "tests/deploy/http/echo_fixture.h"

namespace faultline::testing {
namespace {

using ::testing::AllOf;
using ::testing::Eq;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

constexpr char kSay[] = "/faultline.testing.Echo/Say";
constexpr char kRepeat[] = "/faultline.testing.Echo/Repeat";

using ConnectFrontTest = HttpFixture;

std::string Frame(char flags, const std::string& bytes) { return deploy::Envelope(flags, bytes); }

TEST_F(ConnectFrontTest, AnswersConnectInJson) {
  Start();
  const HttpAnswer answer = Post(kSay, "application/json; charset=utf-8", R"({"text":"ab","times":"2"})");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, R"({"text":"abab","number":"1152921504606846976"})");
  EXPECT_THAT(answer.head, AllOf(HasSubstr("content-type: application/json\r\n"), HasSubstr("x-head: h\r\n"),
                                 HasSubstr("trailer-x-tail: t\r\n"), HasSubstr("trailer-x-tail-bin: ap8\r\n")));
}

TEST_F(ConnectFrontTest, AnswersConnectInBinary) {
  Start();
  EchoRequest request;
  request.set_text("x");
  request.set_times(3);
  const HttpAnswer answer = Post(kSay, "application/proto", request.SerializeAsString());
  EchoResponse response;
  ASSERT_TRUE(response.ParseFromString(answer.body));
  EXPECT_EQ(response.text(), "xxx");
}

TEST_F(ConnectFrontTest, StreamsConnectInEnvelopesAndClosesWithTheTrailers) {
  Start();
  const HttpAnswer answer = Post(kRepeat, "application/connect+json", Frame(0, R"({"text":"a","times":"2"})"));
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, Frame(0, R"({"text":"a"})") + Frame(0, R"({"text":"a","number":"1"})") +
                             Frame(2, R"({"metadata":{"x-tail":["t"],"x-tail-bin":["AP8"]}})"));
}

TEST_F(ConnectFrontTest, ClosesAFailedStreamWithTheError) {
  Start();
  const HttpAnswer answer = Post(kRepeat, "application/connect+json", Frame(0, R"({"times":"1","code":5})"));
  EXPECT_THAT(answer.body, HasSubstr(R"({"error":{"code":"not_found","message":"no more"},"metadata":)"));
}

TEST_F(ConnectFrontTest, AnswersGrpcWebWithTrailersInTheBody) {
  Start();
  EchoRequest request;
  request.set_text("x");
  request.set_times(1);
  request.set_code(9);
  const HttpAnswer answer = Post(kSay, "application/grpc-web+proto", Frame(0, request.SerializeAsString()));
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, Frame('\x80',
                               "grpc-status: 9\r\ngrpc-message: said \"no\", 100 %25 sure\r\nx-tail: t\r\n"
                               "x-tail-bin: AP8\r\n"));
}

TEST_F(ConnectFrontTest, AnswersGrpcWebAsText) {
  Start();
  EchoRequest request;
  request.set_code(5);
  request.set_times(1);
  const HttpAnswer answer =
      Post(kSay, "application/grpc-web-text", absl::Base64Escape(Frame(0, request.SerializeAsString())));
  std::string decoded;
  ASSERT_TRUE(absl::Base64Unescape(answer.body, &decoded)) << answer.body;
  EXPECT_THAT(decoded, StartsWith(Frame('\x80', "grpc-status: 5\r\n").substr(0, 1)));
  EXPECT_THAT(decoded, HasSubstr("grpc-status: 5\r\n"));
  EXPECT_THAT(answer.head, HasSubstr("content-type: application/grpc-web-text+proto"));
}

TEST_F(ConnectFrontTest, GivesErrorsTheirCodeAndStatus) {
  Start();
  const HttpAnswer answer = Post(kSay, "application/json", R"({"code":3})");
  EXPECT_EQ(answer.status, 400);
  EXPECT_EQ(answer.body, R"({"code":"invalid_argument","message":"said \"no\", 100 % sure"})");
  EXPECT_EQ(Post(kSay, "application/json", R"({"code":8})").status, 429);
  EXPECT_EQ(Post(kSay, "application/json", R"({"code":14})").status, 503);
}

TEST_F(ConnectFrontTest, NamesTheFieldOfARequestThatIsWrong) {
  Start();
  const HttpAnswer answer = Post(kSay, "application/json", R"({"txt":"a"})");
  EXPECT_EQ(answer.status, 400);
  EXPECT_THAT(answer.body, AllOf(HasSubstr("invalid_argument"), HasSubstr("EchoRequest"), HasSubstr("txt")));
  for (const char* body : {"{", "[]", "nonsense", R"({"times":"many"})", "\xff\xfe"}) {
    EXPECT_EQ(Post(kSay, "application/json", body).status, 400) << body;
  }
}

TEST_F(ConnectFrontTest, RefusesWhatItDoesNotUnderstand) {
  Start();
  EXPECT_EQ(Post(kSay, "text/plain", "{}").status, 415);
  EXPECT_EQ(Post(kRepeat, "application/json", "{}").status, 415) << "a stream needs the enveloped form";
  EXPECT_EQ(Post("/faultline.testing.Echo/Sing", "application/json", "{}").status, 501);
  EXPECT_EQ(Post("/nowhere", "application/json", "{}").status, 501);
  EXPECT_EQ(Post(kSay, "application/json", "{}", "Content-Encoding: gzip\r\n").status, 501);
  EXPECT_EQ(Post(kSay, "application/json", "{}", "Connect-Timeout-Ms: soon\r\n").status, 400);
  EXPECT_EQ(Post(kSay, "application/json", "{}", "X-Echo-Bin: ***\r\n").status, 400);
  EXPECT_THAT(Post("/faultline.testing.Echo/Collect", "application/grpc-web", Frame(0, "")).body,
              HasSubstr("grpc-status: 12\r\n"));
  EXPECT_THAT(Post(kSay, "application/grpc-web", "\x01").body, HasSubstr("grpc-status: 3\r\n"));
}

TEST_F(ConnectFrontTest, RefusesABodyThatIsTooLarge) {
  Start();
  const HttpAnswer answer = Post(kSay, "application/json", "{\"text\":\"" + std::string(300 << 10, 'x') + "\"}");
  EXPECT_EQ(answer.status, 429);
  EXPECT_THAT(answer.body, HasSubstr("262144 bytes"));
}

TEST_F(ConnectFrontTest, PassesMetadataOnAndKeepsTheBrowsersOwn) {
  Start();
  const HttpAnswer answer =
      Post(kSay, "application/json", "{}",
           "Authorization: Bearer t\r\nX-Echo: e\r\nCookie: secret\r\nUser-Agent: me\r\nX-Grpc-Web: 1\r\n");
  EXPECT_THAT(answer.body, AllOf(HasSubstr(R"("authorization":"Bearer t")"), HasSubstr(R"("x-echo":"e")"),
                                 Not(HasSubstr("secret")), Not(HasSubstr("x-grpc-web"))));
}

TEST_F(ConnectFrontTest, EndsACallAtItsTimeout) {
  Start();
  const HttpAnswer answer = Post(kSay, "application/json", R"({"wait":true})", "Connect-Timeout-Ms: 50\r\n");
  EXPECT_EQ(answer.status, 504);
  EXPECT_THAT(answer.body, StartsWith(R"({"code":"deadline_exceeded")"));
  EXPECT_THAT(Post(kSay, "application/grpc-web", Frame(0, std::string("\x20\x01", 2)), "grpc-timeout: 50m\r\n").body,
              HasSubstr("grpc-status: 4\r\n"));
}

TEST_F(ConnectFrontTest, CancelsACallWhoseCallerGoesAway) {
  Start();
  const int before = server_->service.cancelled;
  const std::string request =
      "POST /faultline.testing.Echo/Say HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
      "Content-Length: 13\r\n\r\n{\"wait\":true}";
  const int connection = Open(request);
  ASSERT_TRUE(Eventually([this] { return server_->service.running == 1; }));
  close(connection);
  EXPECT_TRUE(Eventually([&] { return server_->service.cancelled == before + 1; }));
}

TEST_F(ConnectFrontTest, CancelsAStreamWhoseCallerGoesAway) {
  Start();
  const int before = server_->service.cancelled;
  const std::string body = Frame(0, "{}");
  const int connection = Open(
      "POST /faultline.testing.Echo/Repeat HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/connect+json\r\n"
      "Content-Length: 7\r\n\r\n" +
      body);
  char part[16];
  ASSERT_GT(recv(connection, part, sizeof part, 0), 0);
  close(connection);
  EXPECT_TRUE(Eventually([&] { return server_->service.cancelled == before + 1; }));
}

TEST_F(ConnectFrontTest, RefusesMoreCallsThanItMayMake) {
  deploy::HttpOptions options;
  options.max_calls = 1;
  Start(options);
  const int connection = Open(
      "POST /faultline.testing.Echo/Say HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
      "Content-Length: 13\r\n\r\n{\"wait\":true}");
  ASSERT_TRUE(Eventually([this] { return server_->service.running == 1; }));
  EXPECT_EQ(Post(kSay, "application/json", "{}").status, 429);
  EXPECT_EQ(Send("GET /livez HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n").status, 200) << "health is answered all the same";
  close(connection);
}

TEST_F(ConnectFrontTest, NamesTheMethodsOfAService) {
  Start();
  const std::string ask = " HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";
  EXPECT_EQ(Send("GET /methods/faultline.testing.Echo" + ask).body, R"(["Say","Repeat","Collect"])");
  EXPECT_EQ(Send("GET /methods/nobody.Knows" + ask).body, "[]");
}

TEST_F(ConnectFrontTest, IsUnavailableWithoutAServer) {
  Start();
  server_->http->Detach();
  const HttpAnswer answer = Post(kSay, "application/json", "{}");
  server_->http->Attach(server_->grpc->InProcessChannel({}));
  EXPECT_EQ(answer.status, 503);
  EXPECT_THAT(answer.body, StartsWith(R"({"code":"unavailable")"));
}

}  // namespace
}  // namespace faultline::testing
