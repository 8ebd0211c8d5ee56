#include <gmock/gmock.h>

#include <random>

#include "base/varint.h"
#include "ingest/signature.h"

namespace faultline::ingest {
namespace {

// The template with "<*>" for each hole.
std::string Masked(std::string_view message) {
  Arena arena;
  std::string shown;
  for (const char c : MaskMessage(message, arena).text) {
    if (c == store::kTemplateHole) {
      shown += "<*>";
    } else {
      shown += c;
    }
  }
  return shown;
}

// Template and parameters put together again.
std::string Restored(std::string_view message) {
  Arena arena;
  const MaskedMessage masked = MaskMessage(message, arena);
  std::string text;
  std::string_view parameters = masked.parameters, run;
  for (const char c : masked.text) {
    if (c != store::kTemplateHole) {
      text += c;
    } else if (ReadString(parameters, run)) {
      text += run;
    } else {
      text += "<no parameter>";
    }
  }
  return parameters.empty() ? text : text + "<parameters left>";
}

struct Case {
  std::string name, message, masked;
};
class MaskTest : public ::testing::TestWithParam<Case> {};

TEST_P(MaskTest, CutsOutWhatVariesAndNothingElse) {
  EXPECT_EQ(Masked(GetParam().message), GetParam().masked);
  EXPECT_EQ(Restored(GetParam().message), GetParam().message);
}

const Case kCases[] = {
    {"Empty", "", ""},
    {"PlainWords", "connection reset by peer", "connection reset by peer"},
    {"Numbers", "after 1234 ms (attempt 3)", "after <*> ms (attempt <*>)"},
    {"Signs", "a=-5 b +7 5-10", "a=<*> b <*> <*>-<*>"},
    {"SignBehindAnUnderscore", "block blk_-6952 of a_-7", "block blk_<*> of a_<*>"},
    {"DecimalsAndExponents", "0.25 1e-05 3.5e+7", "<*> <*> <*>"},
    {"Units", "took 12ms of 1h30m, 3.5MB", "took <*> of <*>, <*>"},
    {"Percent", "at 95%", "at <*>%"},
    {"Prefixed", "0x7ffd1234 0x1f", "<*> <*>"},
    {"Hex", "object 99c7187a7a3611c9 size 3195234", "object <*> size <*>"},
    {"HexOfDigitsAlone", "object 1234567890123456 size 1", "object <*> size <*>"},
    {"HexOfLettersAlone", "object abcdefabcdefabcd size 1", "object <*> size <*>"},
    {"HexWordsStay", "facade decade deadbeef", "facade decade deadbeef"},
    {"Uuid", "id 123e4567-e89b-12d3-a456-426614174000.", "id <*>."},
    {"UuidThatBeginsWithLetters", "id deadbeef-aaaa-bbbb-cccc-abcdefabcdef", "id <*>"},
    {"Ipv4", "peer=10.1.2.3:1234", "peer=<*>:<*>"},
    {"Ipv6", "from 2001:db8::8a2e:370:7334 to fe80::1", "from <*> to <*>"},
    {"HardwareAddress", "mac 00:1a:2b:3c:4d:5e", "mac <*>"},
    {"ScopesAreNoAddress", "std::vector a::b", "std::vector a::b"},
    {"IsoTime", "at 2026-11-24T15:00:00.123Z", "at <*>"},
    {"IsoTimeWithZone", "at 2026-11-24 15:00:00,5 +0100 x", "at <*> x"},
    {"SlashTime", "2026/11/24 15:00:00 x", "<*> x"},
    {"Date", "since 2026-11-24.", "since <*>."},
    {"ClockTime", "at 15:00:00.5", "at <*>"},
    {"SyslogTime", "on Nov  4 15:00:00 x", "on <*> x"},
    {"CtimeTime", "[Sun Dec 04 04:47:44 2005] x", "[<*>] x"},
    {"CommonLogTime", "[24/Nov/2026:15:00:00 +0000] x", "[<*>] x"},
    {"Versions", "v1.2.3 and 7.1.1", "v<*> and <*>"},
    {"Paths", "/var/log/app12/2024-01-02.log", "/var/log/app<*>/<*>.log"},
    {"PathOfIds", "/api/users/u8f3a2b/inbox", "/api/users/<*>/inbox"},
    {"NamesWithANumber", "shard-17 chat-router-7 user123", "shard-<*> chat-router-<*> user<*>"},
    {"RandomNames", "k3j9x2 of key_12_ab3", "<*> of key_<*>_ab<*>"},
    {"LongTokens", "t AbC1dE2fGh3/Ij4+kLmNo5== x", "t <*> x"},
    {"DoubleQuotes", "table \"users\" and \"\"", "table \"<*>\" and \"<*>\""},
    {"SingleQuotes", "can't open 'my file'", "can't open '<*>'"},
    {"Possessives", "the users' data isn't here", "the users' data isn't here"},
    {"RequestMethodsStay", "\"GET /inbox?u=ann HTTP/1.1\" and \"POST /x\"", "\"GET <*>\" and \"POST <*>\""},
    {"QuotedWordsAreNoMethods", "\"GET\" \"GETS /x\"", "\"<*>\" \"<*>\""},
    {"TechnicalTermsStay", "ssh2 with SHA256 over IPv4, x86 and sha3", "ssh2 with SHA256 over IPv4, x86 and sha<*>"},
    {"OpenQuote", "a \"b c", "a \"b c"},
    {"JsonKeysStay", R"({"error":"disk full","size":7})", R"({"error":"<*>","size":<*>})"},
    {"RedactionMarks", "account <email> token <token> for <phone>", "account <*> token <*> for <*>"},
    {"OtherAnglesStay", "in <init> of <lambda>", "in <init> of <lambda>"},
    {"HttpStatusStays", "http 503 from edge", "http 503 from edge"},
    {"StatusAfterProtocol", "HTTP/1.1 502 in 7 ms", "HTTP/1.1 502 in <*> ms"},
    {"StatusFields", "status=404 statusCode: 500 {\"code\":12}", "status=404 statusCode: 500 {\"code\":12}"},
    {"ExitCodes", "exit code 137, errno 104, signal 11", "exit code 137, errno 104, signal 11"},
    {"StatusClass", "too many 5xx", "too many 5xx"},
    {"BarcodeIsNoCode", "barcode 123", "barcode <*>"},
    {"LargeCodes", "code 123456", "code <*>"},
    {"NonAsciiWords", "Größe 12 für é1é", "Größe <*> für é<*>é"},
    {"HoleInTheText", "a\x01z", "a<*>z"},
    {"BlockBoundary", std::string(52, ' ') + "abcdefabcdefabcd x " + std::string(40, '.') + "1",
     std::string(52, ' ') + "<*> x " + std::string(40, '.') + "<*>"},
};
INSTANTIATE_TEST_SUITE_P(All, MaskTest, ::testing::ValuesIn(kCases),
                         [](const auto& instance) { return instance.param.name; });

TEST(MaskMessageTest, RedactedAndRawTextGroupTheSame) {
  EXPECT_EQ(Masked("x peer=10.1.2.3:1234 for +15550106479"), Masked("x peer=<ip>:99 for <phone>"));
}

TEST(MaskMessageTest, RandomTextIsRestoredByteForByte) {
  std::mt19937 random(11);
  const std::string alphabet = "aZbf019_-.:/\"'<>=+ ,()\n\x01\x80\xffTemailp";
  for (int i = 0; i < 20'000; ++i) {
    std::string message(random() % 160, ' ');
    for (char& c : message) c = alphabet[random() % alphabet.size()];
    ASSERT_EQ(Restored(message), message);
  }
}

TEST(MaskMessageTest, WhereAWordStandsDoesNotMatter) {
  // The scan works on blocks; shifting a message through them changes nothing.
  const std::string message = "object abcdefabcdefabcd of 'a b' at 2026-11-24T15:00:00Z for <email>";
  for (size_t shift = 0; shift < 130; ++shift) {
    const std::string blanks(shift, ' ');
    ASSERT_EQ(Masked(blanks + message), blanks + "object <*> of '<*>' at <*> for <*>") << shift;
  }
}

TEST(MaskMessageTest, UnbalancedQuotesCostOneScan) {
  std::string message;
  for (int i = 0; i < 200'000; ++i) message += " 'a";
  EXPECT_EQ(Restored(message), message);
}

}  // namespace
}  // namespace faultline::ingest
