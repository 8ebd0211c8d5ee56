#include "base/log.h"

#include <gtest/gtest.h>

namespace faultline {
namespace {

std::string Line(LogFields fields) { return FormatLogLine(0, LogLevel::kInfo, "store opened", fields); }

TEST(FormatLogLineTest, HasTimeLevelMessageAndFields) {
  EXPECT_EQ(Line({{"path", "/var/lib/x"}, {"segments", 3}, {"ok", true}}),
            "1970-01-01T00:00:00Z info store opened path=/var/lib/x segments=3 ok=true");
}

TEST(FormatLogLineTest, QuotesWhatCouldBeReadAsMore) {
  EXPECT_EQ(Line({{"a", "b c=d"}, {"e", ""}, {"f", "say \"hi\"\n"}}),
            "1970-01-01T00:00:00Z info store opened a=\"b c=d\" e=\"\" f=\"say \\\"hi\\\"\\n\"");
}

TEST(FormatLogLineTest, IsOneLineWhateverIsInIt) {
  EXPECT_EQ(Line({{"a", "x\x1B[2Jy\r\n"}}).find_first_of("\x1B\r\n"), std::string::npos);
}

TEST(FormatLogLineTest, ShowsAStatus) {
  EXPECT_EQ(Line({{"error", absl::NotFoundError("no file")}}),
            "1970-01-01T00:00:00Z info store opened error=\"NOT_FOUND: no file\"");
}

TEST(LogTest, LeavesOutWhatIsBelowItsLevel) {
  ASSERT_TRUE(SetLogLevel("warning"));
  ::testing::internal::CaptureStderr();
  LogInfo("quiet");
  LogWarning("loud", {{"n", 1}});
  const std::string written = ::testing::internal::GetCapturedStderr();
  SetLogLevel(LogLevel::kInfo);
  EXPECT_EQ(written.find("quiet"), std::string::npos);
  EXPECT_NE(written.find(" warning loud n=1\n"), std::string::npos);
}

TEST(LogTest, RefusesAnUnknownLevel) { EXPECT_FALSE(SetLogLevel("loud")); }

}  // namespace
}  // namespace faultline
