#include "ingest/redactor.h"

#include <gtest/gtest.h>

#include <string>

#include "base/text.h"

namespace faultline::ingest {
namespace {

std::string Redact(std::string_view text) {
  Arena arena;
  return std::string(Redactor().Redact(text, arena));
}

struct Case {
  const char* text;
  const char* redacted;
};

void ExpectAll(std::initializer_list<Case> cases) {
  for (const Case& c : cases) {
    EXPECT_EQ(Redact(c.text), c.redacted) << c.text;
    EXPECT_EQ(Redact(c.redacted), c.redacted) << "not stable";
  }
}

void ExpectKept(std::initializer_list<const char*> texts) {
  for (const char* text : texts) EXPECT_EQ(Redact(text), text);
}

TEST(RedactorTest, TakesOutPhoneNumbers) {
  ExpectAll({
      {"quota exceeded for +15550108579", "quota exceeded for <phone>"},
      {"to=+15550108579&x=1", "to=<phone>&x=1"},
      {"to=%2B15550108579&x=1", "to=<phone>&x=1"},
      {"sms to +49 30 901820 failed", "sms to <phone> failed"},
      {"call +1 (555) 010-1234, please", "call <phone>, please"},
      {"call +1-555-010-1234.", "call <phone>."},
      {"call +44 20 7946 0958 17 times", "call <phone> 17 times"},
      {"call (555) 010-1234 now", "call <phone> now"},
      {"call 555-010-1234 now", "call <phone> now"},
      {"call 0171-1234567 now", "call <phone> now"},
      {"phone=15550101234 gone", "phone=<phone> gone"},
      {"\"msisdn\": \"15550101234\"", "\"msisdn\": \"<phone>\""},
      {"for+15550108579", "for<phone>"},
      {"[+15550108579,+15550108580]", "[<phone>,<phone>]"},
      {"\"+15550108579\"", "\"<phone>\""},
  });
}

TEST(RedactorTest, TakesOutEmailAddresses) {
  ExpectAll({
      {"account user58518@canary.example token x", "account <email> token x"},
      {"from <a.b+c@mail.example.org>, ok", "from <<email>>, ok"},
      {"mailto:joe_x@a-b.example.", "mailto:<email>."},
      {"u=joe%40canary.example&x", "u=<email>&x"},
      {"j\xC3\xBCrgen@b\xC3\xBC"
       "cher.example hi",
       "<email> hi"},
      {"mail x@y.example\xEF\xBC\x8Cplease", "mail <email>\xEF\xBC\x8Cplease"},
      {"1.2.3.4a@x.example", "<email>"},
  });
}

TEST(RedactorTest, TakesOutIpAddressesAndKeepsPorts) {
  ExpectAll({
      {"deadline exceeded peer=10.146.70.46:48333", "deadline exceeded peer=<ip>:48333"},
      {"dest: /10.251.73.220:50010", "dest: /<ip>:50010"},
      {"db/10.0.0.1:5432 refused", "db/<ip>:5432 refused"},
      {"route 10.0.0.0/8 via 10.0.0.1.", "route <ip>/8 via <ip>."},
      {"http://192.168.1.1/x", "http://<ip>/x"},
      {"peer [2001:db8::8a2e:370:7334]:443", "peer [<ip>]:443"},
      {"peer 2001:0db8:85a3:0000:0000:8a2e:0370:7334 gone", "peer <ip> gone"},
      {"from ::ffff:10.1.2.3 port 22", "from <ip> port 22"},
      {"fe80::1%eth0 down", "<ip>%eth0 down"},
      {"listen on ::1: in use", "listen on <ip>: in use"},
      {"2001:db8::/32 unreachable", "<ip>/32 unreachable"},
  });
}

TEST(RedactorTest, TakesOutTokens) {
  ExpectAll({
      {"token tok_canary_fa33cd863be8", "token <token>"},
      {"found tok_canary_abcdefabcdef here", "found <token> here"},
      {"Authorization: Bearer abc123def", "Authorization: Bearer <token>"},
      {"Authorization: Basic dXNlcjpwYXNzMQ==", "Authorization: Basic <token>"},
      {"GET /x?token=a1b2c3d4&y=2", "GET /x?token=<token>&y=2"},
      {"api_key: Zx81kk02", "api_key: <token>"},
      {"X-Api-Key: 0123456789abcdef", "X-Api-Key: <token>"},
      {"password=hunter user=joe", "password=<token> user=joe"},
      {"{\"password\":\"correct horse\",\"a\":1}", "{\"password\":\"<token>\",\"a\":1}"},
      {"client_secret=abc", "client_secret=<token>"},
      {"key ghp_0123456789abcdefABCD used", "key <token> used"},
      {"gho_16C7e42F292c6912E7 and github_pat_11ABCDE00", "<token> and <token>"},
      {"sk_live_4eC39HqLyjWDarjtT1 pk_live_4eC39HqLyjWDarjtT1", "<token> <token>"},
      {"xoxb-123456789012-abcdef", "<token>"},
      {"AKIAIOSFODNN7EXAMPLE leaked", "<token> leaked"},
      {"AIzaSyA1234567890abcdefghijklmnopqrstu", "<token>"},
      {"jwt eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1g", "jwt <token>"},
  });
}

TEST(RedactorTest, TakesOutCardsThatPassLuhn) {
  ExpectAll({
      {"card 4111111111111111 declined", "card <card> declined"},
      {"card 4111 1111 1111 1111 declined", "card <card> declined"},
      {"card 4111-1111-1111-1111.", "card <card>."},
      {"4111 1111 1111 1111 12 declined", "<card> 12 declined"},
      {"amex 378282246310005", "amex <card>"},
      {"amex 3782 822463 10005", "amex <card>"},
      {"mc 5555555555554444, 2223003122003222", "mc <card>, <card>"},
      {"card-4111111111111111", "card-<card>"},
  });
  ExpectKept({"card 4111111111111112", "card 4111 1111 1111 1112", "order 9111111111111111"});
}

TEST(RedactorTest, TakesOutImeisBesideTheirName) {
  ExpectAll({{"IMEI: 490154203237518", "IMEI: <imei>"}, {"490154203237518 (imei)", "<imei> (imei)"}});
  ExpectKept({"bytes 490154203237518", "IMEI 490154203237519"});
}

TEST(RedactorTest, TakesOutCoordinates) {
  ExpectAll({
      {"at 52.5200, 13.4050 now", "at <coordinates> now"},
      {"lat=52.52001 lon=13.40495", "lat=<coordinates> lon=<coordinates>"},
      {"geo:-33.8688,151.2093", "geo:<coordinates>"},
      {"{\"lat\":52.52001,\"lng\":-13.40495}", "{\"lat\":<coordinates>,\"lng\":<coordinates>}"},
      {"52.5200\xC2\xB0 N, 13.4050\xC2\xB0 E", "<coordinates>"},
  });
}

TEST(RedactorTest, KeepsWhatLogsAreFullOf) {
  ExpectKept({
      "took 1234567890 ms",
      "shard 4095 epoch 12345",
      "2026-11-24 15:00:00",
      "2026-11-24T15:00:00.123456+01:00 host app[4242]: ok",
      "2026-11-24 15:00:00,123 +0000 INFO",
      "24/Nov/2026:15:00:00 +0100",
      "1732462699137474",
      "1732462699.137474",
      "Received block blk_-1608999687919862906 of size 91178",
      "blk_4568434182693165548 terminating",
      "request 4ef0391d0e5efca525ce trace f797b4911e9a4cac16b77afadd48bfcc",
      "id 01234567-89ab-4def-8123-456789abcdef",
      "id 11111111-4111-4111-8111-111111111111",
      "version 7.2.1, 10.4.0-beta1x",
      "app version 7.2.1.4",
      "Mozilla/5.0 Chrome/120.0.0.0 Safari/537.36",
      "oid 1.3.6.1.4.1.311",
      "load average: 0.525, 0.586, 0.597",
      "took 12.345 ms",
      "ratio 0.4111111111111111",
      "mac 00:1a:2b:3c:4d:5e",
      "std::string a::b Foo::Bar::baz() ::add(x) ns::v1",
      "at net.chat.push.Handler.run(Handler.java:73)",
      "at java.base/java.lang.Thread.run(Thread.java:1583)",
      "java.lang.Object@1a2b3c4d",
      "Started getty@tty1.service and user@1000.service",
      "push token failed: unexpected token '}'",
      "invalid token: expired",
      "token bucket empty, tokens=409600",
      "Failed password for invalid user root from",
      "basic authentication required",
      "sudo: PWD=/home/joe1 ; USER=root ; COMMAND=/bin/ls",
      "task_struct sk_buff k8s_pod_name",
      "POST /v1/messages?limit=100 200 1532",
      "queue=53 depth=76284 [TokenExpiredException]",
      "0xffff888012345678 0x0000000000000040",
      "user-agent okhttp/4.12.0",
      "1,234,567.89 and 3+4=7 and 1e+10",
      "500 Internal Server Error 12-34-56",
      "<phone> <email> <ip>:443 <token> <card> <imei> <coordinates>",
      "",
  });
}

TEST(RedactorTest, ReturnsTextItselfWhenThereIsNothingToTakeOut) {
  Arena arena;
  const std::string_view text = "deliver prekey bundle failed: deadline exceeded object 99c7187a7a3611c9 size 3195234";
  EXPECT_EQ(Redactor().Redact(text, arena).data(), text.data());
  EXPECT_EQ(arena.used_bytes(), 0U);
}

TEST(RedactorTest, FindsPrivateDataAtBothEndsAndBetween) {
  for (const std::string secret : {"+15550108579", "user1@canary.example", "10.1.2.3", "tok_canary_fa33cd863be8"}) {
    for (const std::string before : {"", " ", "x ", "\n", "(", "'", "\"", "=", "/", "\xC3\xBC "}) {
      for (const std::string after : {"", " ", ".", ",", ")", "'", "\"", ";", "\n", " \xC3\xBC", ": x"}) {
        EXPECT_EQ(Redact(before + secret + after).find(secret), std::string::npos) << before << secret << after;
      }
    }
  }
}

TEST(RedactorTest, StaysLinearOnHostileText) {
  for (const std::string unit :
       {"token=", "eyJ-", "a@b.", "tok_", "1.", "1:", "::", "password=\"", "+1", "4111 ", "-1."}) {
    std::string text;
    while (text.size() < 64 * 1024) text += unit;
    EXPECT_LE(Redact(text).size(), 4 * text.size());
  }
}

TEST(IsDeniedFieldTest, LooksAtTheLastPartOfThePath) {
  for (const char* key : {"password", "user.password", "DB_PASSWORD", "http.request.headers.Authorization", "x-api-key",
                          "accessToken", "refresh_token", "Set-Cookie", "client_secret", "http.request.body", "body",
                          "geo.lat", "user.email", "phone_number", "device.imei"}) {
    EXPECT_TRUE(Redactor::IsDeniedField(key)) << key;
  }
  for (const char* key : {"", "message", "tokens", "token_count", "password.policy", "passwords_checked", "lateness",
                          "pinned", "body_bytes", "author", "platform", "latency", "."}) {
    EXPECT_FALSE(Redactor::IsDeniedField(key)) << key;
  }
}

}  // namespace
}  // namespace faultline::ingest
