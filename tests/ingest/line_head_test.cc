#include "ingest/line_head.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

#include "base/arena.h"
#include "ingest/signature.h"

namespace faultline::ingest {
namespace {

// What is left of `line` behind its head, masked, with "<*>" for holes.
std::string MessageOf(const std::string& line) {
  Arena arena;
  std::string_view masked = MaskMessage(line, arena).text;
  masked.remove_prefix(LineHeadBytes(masked));
  std::string text;
  for (const char c : masked) text += c == store::kTemplateHole ? "<*>" : std::string(1, c);
  return text;
}

struct Case {
  std::string name, line, message;
};
class LineHeadTest : public ::testing::TestWithParam<Case> {};

TEST_P(LineHeadTest, IsCutOff) { EXPECT_EQ(MessageOf(GetParam().line), GetParam().message); }

const Case kCases[] = {
    {"Log4j", "2026-11-24 15:00:00,123 INFO [main] chat.store.Writer: sealed 5 parts", "sealed <*> parts"},
    {"Logback", "15:00:00.123 [main] DEBUG chat.Store - sealed 5 parts", "sealed <*> parts"},
    {"ThreadInThreads", "2026-11-24 15:00:00 - WARN  [Peer[id=1]/0.0.0.0:2181:Vote@774] - no quorum", "no quorum"},
    {"Syslog", "Nov 24 15:00:00 web1 sshd[4711]: bad key of user17", "bad key of user<*>"},
    {"Logcat", "11-24 15:00:00.123  1702  2395 D Window: shown", "shown"},
    {"Apache", "[Sun Dec 04 04:47:44 2005] [error] child in state 6", "child in state <*>"},
    {"LevelInAnyCaseBehindTheTime", "2026-11-24 15:00:00, Info      CBS    loaded stack v6.1", "loaded stack v<*>"},
    {"Bars", "20261124-15:00:00:606|Steps|30002312|standing 3579", "standing <*>"},
    {"ProgramBeforeADash", "[11.24 15:00:00] mail.exe - connection closed", "connection closed"},
    {"RequestInBrackets", "2026-11-24 15:00:00.008 25746 INFO api.server [req-1 - -] \"GET /v2\" took 3",
     "\"GET <*>\" took <*>"},
    {"NoHead", "connection refused: bad key", "connection refused: bad key"},
    {"ANumberIsNoTime", "12 errors found in file: x.c", "errors found in file: x.c"},
    {"Empty", "", ""},
    {"TimeAlone", "2026-11-24 15:00:00", "<*>"},
};
INSTANTIATE_TEST_SUITE_P(All, LineHeadTest, ::testing::ValuesIn(kCases),
                         [](const auto& instance) { return instance.param.name; });

TEST(LineHeadFuzzTest, NeverLongerThanTheLine) {
  std::mt19937 random(5);
  const std::string alphabet = "a1 [](:|-.\x01 E\nI";
  for (int i = 0; i < 50'000; ++i) {
    std::string line(random() % 60, ' ');
    for (char& c : line) c = alphabet[random() % alphabet.size()];
    ASSERT_LE(LineHeadBytes(line), line.size()) << line;
  }
}

}  // namespace
}  // namespace faultline::ingest
