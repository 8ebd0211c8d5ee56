#include "ingest/severity.h"

#include <gtest/gtest.h>

#include "ingest/side_names.h"

namespace faultline::ingest {
namespace {

TEST(SeverityTest, KnowsTheWordsOfEveryDialect) {
  EXPECT_EQ(SeverityFromText("ERROR"), 17);
  EXPECT_EQ(SeverityFromText(" Warning "), 13);
  EXPECT_EQ(SeverityFromText("Information"), 9);
  EXPECT_EQ(SeverityFromText("dpanic"), 18);
  EXPECT_EQ(SeverityFromText("SEVERE"), 17);
  EXPECT_EQ(SeverityFromText("crit"), 18);
  EXPECT_EQ(SeverityFromText("CRITICAL"), 21);
  EXPECT_EQ(SeverityFromText("emerg"), 21);
  EXPECT_EQ(SeverityFromText("FINE"), 5);
  EXPECT_EQ(SeverityFromText(""), 0);
  EXPECT_EQ(SeverityFromText("nothing we know of"), 0);
}

TEST(SeverityTest, ReadsShortFormsInAFieldAlone) {
  EXPECT_EQ(SeverityFromLevelField("ERR"), 17);
  EXPECT_EQ(SeverityFromLevelField("WRN"), 13);
  EXPECT_EQ(SeverityFromLevelField("eror"), 17);
  EXPECT_EQ(SeverityFromLevelField("dbug"), 5);
  EXPECT_EQ(SeverityFromLevelField("ERROR+4"), 21);
  EXPECT_EQ(SeverityFromLevelField("INFO-2"), 7);
  EXPECT_EQ(SeverityFromLevelField("FATAL+9"), 24);
  EXPECT_EQ(SeverityFromLevelField("ERROR+"), 0);
  EXPECT_EQ(SeverityFromLevelField("+4"), 0);
  EXPECT_EQ(SeverityFromLevelField(""), 0);
  EXPECT_EQ(SeverityFromText("WRN"), 0);
}

TEST(SeverityTest, MapsSyslogsEightPriorities) {
  const uint8_t wanted[] = {21, 19, 18, 17, 13, 10, 9, 5};
  for (int priority = 0; priority < 8; ++priority) EXPECT_EQ(SeverityFromSyslog(priority), wanted[priority]);
  EXPECT_EQ(SeverityFromSyslog(8), 0);
  EXPECT_EQ(SeverityFromSyslog(-1), 0);
}

TEST(SeverityTest, TellsNumericDialectsBySize) {
  EXPECT_EQ(SeverityFromNumber(3), 17);       // syslog
  EXPECT_EQ(SeverityFromNumber(30), 9);       // pino
  EXPECT_EQ(SeverityFromNumber(60), 21);      // pino
  EXPECT_EQ(SeverityFromNumber(400), 17);     // monolog
  EXPECT_EQ(SeverityFromNumber(1000), 17);    // java.util.logging
  EXPECT_EQ(SeverityFromNumber(40'000), 17);  // logback
  EXPECT_EQ(SeverityFromNumber(-5), 0);
  EXPECT_EQ(SeverityFromNumber(1'000'000), 0);
}

TEST(SeverityTest, ReadsPythonsNumbers) {
  EXPECT_EQ(SeverityFromPython(30), 13);
  EXPECT_EQ(SeverityFromPython(25), 9);
  EXPECT_EQ(SeverityFromPython(50), 21);
  EXPECT_EQ(SeverityFromPython(0), 0);
}

TEST(SideNamesTest, KnowsTheUsualWords) {
  EXPECT_EQ(SideFromText("client"), store::Side::kClient);
  EXPECT_EQ(SideFromText("MOBILE"), store::Side::kClient);
  EXPECT_EQ(SideFromText("backend"), store::Side::kServer);
  EXPECT_EQ(SideFromText("network"), store::Side::kNetwork);
  EXPECT_EQ(SideFromText("user"), store::Side::kUser);
  EXPECT_EQ(SideFromText("elsewhere"), store::Side::kUnspecified);
}

}  // namespace
}  // namespace faultline::ingest
