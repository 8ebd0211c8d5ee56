#include "base/timestamp.h"

#include <gtest/gtest.h>

#include <ctime>
#include <limits>
#include <string>

namespace faultline {
namespace {

constexpr int64_t kNov24 = 1'795'532'400'000'000;  // 2026-11-24T15:00:00Z

TEST(ParseIso8601Test, ReadsTheFormsThatLogsUse) {
  struct Case {
    const char* text;
    int64_t micros;
  };
  const Case cases[] = {
      {"2026-11-24T15:00:00Z", kNov24},
      {"2026-11-24t15:00:00z", kNov24},
      {"2026-11-24 15:00:00", kNov24},
      {"2026/11/24 15:00:00", kNov24},
      {"2026-11-24T15:00:00.1Z", kNov24 + 100'000},
      {"2026-11-24T15:00:00,123", kNov24 + 123'000},
      {"2026-11-24T15:00:00.123456Z", kNov24 + 123'456},
      {"2026-11-24T15:00:00.123456789Z", kNov24 + 123'456},
      {"2026-11-24T15:00:00.6767145Z", kNov24 + 676'714},
      {"2026-11-24T16:30:00+01:30", kNov24},
      {"2026-11-24T08:00:00-0700", kNov24},
      {"2026-11-24T08:00:00-07", kNov24},
      {"2026-11-24 08:00:00.5 -0700", kNov24 + 500'000},
      {"1970-01-01T00:00:00Z", 0},
      {"1969-12-31T23:59:59Z", -1'000'000},
      {"2000-02-29T00:00:00Z", 951'782'400'000'000},
      {"2016-12-31T23:59:60Z", 1'483'228'800'000'000},
  };
  for (const Case& c : cases) EXPECT_EQ(ParseIso8601(c.text), c.micros) << c.text;
}

TEST(ParseIso8601Test, RefusesWhatIsNoTime) {
  for (const char* text :
       {"", "2026", "2026-11-24", "2026-13-24T15:00:00Z", "2026-00-24T15:00:00Z", "2026-02-29T15:00:00Z",
        "1900-02-29T15:00:00Z", "2026-11-31T15:00:00Z", "2026-11-24T24:00:00Z", "2026-11-24T15:60:00Z",
        "2026-11-24T15:00:61Z", "2026-11-24X15:00:00Z", "2026-11/24 15:00:00", "2o26-11-24T15:00:00Z",
        "2026-11-24T15:00:00.1234567890Z", "2026-11-24T15:00:00Zx", "2026-11-24T15:00:00."}) {
    EXPECT_EQ(ParseIso8601(text), std::nullopt) << text;
  }
}

TEST(ParseIso8601Test, SaysHowMuchOfALineIsTheTime) {
  const auto consumed = [](std::string_view text) {
    size_t size = 0;
    EXPECT_TRUE(ParseIso8601(text, &size).has_value()) << text;
    return std::string(text.substr(0, size));
  };
  EXPECT_EQ(consumed("2026-11-24T15:00:00Z host app: x"), "2026-11-24T15:00:00Z");
  EXPECT_EQ(consumed("2026-11-24 15:00:00. Then"), "2026-11-24 15:00:00");
  EXPECT_EQ(consumed("2026-11-24 15:00:00,123 ERROR"), "2026-11-24 15:00:00,123");
  EXPECT_EQ(consumed("2026-11-24 15:00:00 +0000 ERROR"), "2026-11-24 15:00:00 +0000");
  EXPECT_EQ(consumed("2026-11-24 15:00:00 -07 degrees"), "2026-11-24 15:00:00");
  EXPECT_EQ(consumed("2026-11-24T15:00:00+01:0 x"), "2026-11-24T15:00:00+01");
  EXPECT_EQ(consumed("2026-11-24T15:00:00+12345"), "2026-11-24T15:00:00");
}

TEST(ParseIso8601Test, AgreesWithTheSystemOnEveryDay) {
  for (int64_t day = -100'000; day < 200'000; day += 1) {
    const std::time_t seconds = day * 86'400;
    std::tm fields{};
    gmtime_r(&seconds, &fields);
    char text[32];
    std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &fields);
    ASSERT_EQ(ParseIso8601(text), seconds * 1'000'000) << text;
    ASSERT_EQ(FormatTime(seconds * 1'000'000), text);
  }
}

TEST(ParseEpochTest, TellsTheUnitByTheSize) {
  EXPECT_EQ(ParseEpoch("1732462699"), 1'732'462'699'000'000);
  EXPECT_EQ(ParseEpoch("1732462699137"), 1'732'462'699'137'000);
  EXPECT_EQ(ParseEpoch("1732462699137474"), 1'732'462'699'137'474);
  EXPECT_EQ(ParseEpoch("1732462699137474123"), 1'732'462'699'137'474);
  EXPECT_EQ(ParseEpoch("1732462699.137474"), 1'732'462'699'137'474);
  EXPECT_EQ(ParseEpoch("1732462699.1374740600585938"), 1'732'462'699'137'474);
  EXPECT_EQ(ParseEpoch("1385053862.3072"), 1'385'053'862'307'200);
  EXPECT_EQ(ParseEpoch("1732462699137.25"), 1'732'462'699'137'250);
  EXPECT_EQ(ParseEpoch("1.732462699e9"), 1'732'462'699'000'000);
}

TEST(ParseEpochTest, RefusesWhatIsNoNumber) {
  for (const char* text : {"", "-1", "+1", "abc", "1.", "1,5", ".5", "1.5.5", "99999999999999999999", "nan", "1e999",
                           "12 ", "0x10", "1.12345678901x"}) {
    EXPECT_EQ(ParseEpoch(text), std::nullopt) << text;
  }
}

TEST(EpochToMicrosTest, RefusesWhatIsNoTime) {
  EXPECT_EQ(EpochToMicros(std::numeric_limits<double>::quiet_NaN()), std::nullopt);
  EXPECT_EQ(EpochToMicros(std::numeric_limits<double>::infinity()), std::nullopt);
  EXPECT_EQ(EpochToMicros(-1), std::nullopt);
  EXPECT_EQ(EpochToMicros(1732462699.137474), 1'732'462'699'137'474);
}

TEST(ParseTimeTest, TakesDatesAndNumbers) {
  EXPECT_EQ(ParseTime("2026-11-24T15:00:00Z"), kNov24);
  EXPECT_EQ(ParseTime("1795532400"), kNov24);
  EXPECT_EQ(ParseTime("1795532400000000000"), kNov24);
  EXPECT_EQ(ParseTime("yesterday"), std::nullopt);
}

TEST(ParseDurationTest, AddsItsParts) {
  EXPECT_EQ(ParseDuration("15m"), 900'000'000);
  EXPECT_EQ(ParseDuration("1h30m"), 5'400'000'000);
  EXPECT_EQ(ParseDuration("2d"), 172'800'000'000);
  EXPECT_EQ(ParseDuration("250ms"), 250'000);
  EXPECT_EQ(ParseDuration("0s"), 0);
}

TEST(ParseDurationTest, RefusesWhatIsNoDuration) {
  for (const char* text : {"", "5", "m", "-5m", "5 m", "5x", "1h30", "99999999999999999999s", "9223372036854775807d",
                           "106751991d106751991d"}) {
    EXPECT_EQ(ParseDuration(text), std::nullopt) << text;
  }
}

TEST(FormatTimeTest, DropsZerosInGroupsOfThree) {
  EXPECT_EQ(FormatTime(kNov24), "2026-11-24T15:00:00Z");
  EXPECT_EQ(FormatTime(kNov24 + 100'000), "2026-11-24T15:00:00.100Z");
  EXPECT_EQ(FormatTime(kNov24 + 123'450), "2026-11-24T15:00:00.123450Z");
  EXPECT_EQ(FormatTime(-1), "1969-12-31T23:59:59.999999Z");
}

}  // namespace
}  // namespace faultline
