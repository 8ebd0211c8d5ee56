#include "deploy/server/connect_protocol.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace faultline::deploy {
namespace {

using std::chrono::microseconds;

TEST(ConnectProtocolTest, TellsFormsByTheirContentType) {
  EXPECT_EQ(WireFormOf("application/json"), (WireForm{false, false, true, false}));
  EXPECT_EQ(WireFormOf("Application/Connect+Proto ; a=b"), (WireForm{false, true, false, false}));
  EXPECT_EQ(WireFormOf("application/grpc-web-text+proto"), (WireForm{true, true, false, true}));
  EXPECT_EQ(WireFormOf("application/grpc"), std::nullopt);
  EXPECT_EQ(WireFormOf(""), std::nullopt);
}

TEST(ConnectProtocolTest, TakesOneMessageOutOfItsEnvelope) {
  EXPECT_EQ(*OnlyMessage(Envelope(0, "abc")), "abc");
  EXPECT_EQ(*OnlyMessage(Envelope(0, "")), "");
  EXPECT_FALSE(OnlyMessage("").ok());
  EXPECT_FALSE(OnlyMessage(std::string(4, '\0')).ok());
  EXPECT_FALSE(OnlyMessage(Envelope(0, "abc").substr(0, 7)).ok());
  EXPECT_FALSE(OnlyMessage(Envelope(0, "a") + Envelope(0, "b")).ok());
  EXPECT_FALSE(OnlyMessage(Envelope(1, "zip")).ok());
  EXPECT_FALSE(OnlyMessage("\x00\xff\xff\xff\xff_").ok());
}

TEST(ConnectProtocolTest, ReadsTimeouts) {
  EXPECT_EQ(*ConnectTimeout(""), std::nullopt);
  EXPECT_EQ(*ConnectTimeout("1500"), microseconds(1'500'000));
  for (const char* wrong : {"-1", "1.5", "12345678901", "1s", " 1"}) EXPECT_FALSE(ConnectTimeout(wrong).ok()) << wrong;
  EXPECT_EQ(*GrpcTimeout("2S"), microseconds(2'000'000));
  EXPECT_EQ(*GrpcTimeout("99999999H"), microseconds(std::chrono::hours(99'999'999)));
  EXPECT_EQ(*GrpcTimeout("1500n"), microseconds(1));
  for (const char* wrong : {"S", "1", "1x", "123456789S", "-1S"}) EXPECT_FALSE(GrpcTimeout(wrong).ok()) << wrong;
}

TEST(ConnectProtocolTest, GivesEveryCodeItsNameAndStatus) {
  EXPECT_EQ(ConnectCode(grpc::StatusCode::CANCELLED), "canceled");
  EXPECT_EQ(HttpStatus(grpc::StatusCode::CANCELLED), 499);
  EXPECT_EQ(ConnectCode(grpc::StatusCode::UNAUTHENTICATED), "unauthenticated");
  EXPECT_EQ(HttpStatus(grpc::StatusCode::UNAUTHENTICATED), 401);
  EXPECT_EQ(ConnectCode(static_cast<grpc::StatusCode>(99)), "unknown");
}

TEST(ConnectProtocolTest, EscapesWhatErrorsSay) {
  EXPECT_EQ(ConnectError({grpc::StatusCode::INTERNAL, "a \"b\"\n\x01<script>"}),
            R"({"code":"internal","message":"a \"b\"\n\u0001\u003cscript>"})");
  EXPECT_EQ(ConnectEnd(grpc::Status::OK, {}), "{}");
  EXPECT_EQ(ConnectEnd(grpc::Status::OK, {{"a", "1"}, {"a", "2"}, {"b", "3"}}),
            R"({"metadata":{"a":["1","2"],"b":["3"]}})");
  EXPECT_EQ(GrpcWebTrailers({grpc::StatusCode::NOT_FOUND, "50 %\r\nset-cookie: x"}, {}),
            "grpc-status: 5\r\ngrpc-message: 50 %25%0D%0Aset-cookie: x\r\n");
}

TEST(ConnectProtocolTest, KeepsHeadersOfHttpToItself) {
  for (const char* name :
       {"host", "cookie", "content-type", "sec-fetch-mode", "connect-timeout-ms", "grpc-timeout", ":path", ""}) {
    EXPECT_FALSE(IsMetadata(name)) << name;
  }
  for (const char* name : {"authorization", "x-request-id", "traceparent", "token-bin"}) EXPECT_TRUE(IsMetadata(name));
  EXPECT_EQ(FromHeader("token-bin", "AP8="), std::string("\x00\xff", 2));
  EXPECT_EQ(FromHeader("token-bin", "AP8"), std::string("\x00\xff", 2));
  EXPECT_EQ(FromHeader("token-bin", "*"), std::nullopt);
  EXPECT_EQ(FromHeader("name", "\xff"), std::nullopt);
  EXPECT_EQ(ToHeader("token-bin", std::string("\x00\xff", 2)), "AP8");
}

}  // namespace
}  // namespace faultline::deploy
