#include "query/text_pattern.h"

#include <gtest/gtest.h>

#include "query/natural_order.h"

namespace faultline::query {
namespace {

using Match = TextPattern::Match;

TEST(TextPatternTest, WholeTextMustFitWithoutAnAsterisk) {
  const TextPattern pattern("gateway", Match::kWhole, false);
  EXPECT_TRUE(pattern.Matches("gateway"));
  EXPECT_FALSE(pattern.Matches("gateway2"));
  EXPECT_FALSE(pattern.Matches("Gateway"));
}

TEST(TextPatternTest, AnAsteriskStandsForAnyText) {
  const TextPattern pattern("a*b*c", Match::kWhole, false);
  EXPECT_TRUE(pattern.Matches("abc"));
  EXPECT_TRUE(pattern.Matches("a-b-b-c"));
  EXPECT_FALSE(pattern.Matches("a-c"));
  EXPECT_FALSE(pattern.Matches("a-b-c-"));
  // The suffix may not overlap what the pieces before it took.
  EXPECT_FALSE(TextPattern("ab*ba", Match::kWhole, false).Matches("aba"));
  EXPECT_TRUE(TextPattern("**x", Match::kWhole, false).Matches("x"));
}

TEST(TextPatternTest, AnEscapedAsteriskIsItself) {
  const TextPattern pattern(R"(5 \* 3)", Match::kWhole, false);
  EXPECT_TRUE(pattern.IsExact());
  EXPECT_TRUE(pattern.Matches("5 * 3"));
  EXPECT_FALSE(pattern.Matches("5 x 3"));
}

TEST(TextPatternTest, ContainsIgnoresCaseAndAnchorsAtAsterisks) {
  EXPECT_TRUE(TextPattern("TimeOut", Match::kContains, true).Matches("read TIMEOUT after 5 s"));
  EXPECT_TRUE(TextPattern("read*", Match::kContains, true).Matches("Read timeout"));
  EXPECT_FALSE(TextPattern("timeout*", Match::kContains, true).Matches("Read timeout"));
}

TEST(TextPatternTest, AnAsteriskAloneAsksForAnyTextAtAll) {
  const TextPattern pattern("*", Match::kWhole, false);
  EXPECT_TRUE(pattern.Matches("x"));
  EXPECT_FALSE(pattern.Matches(""));
}

TEST(NaturalOrderTest, ComparesRunsOfDigitsAsNumbers) {
  EXPECT_LT(CompareNatural("9", "10"), 0);
  EXPECT_LT(CompareNatural("5.9.1", "5.10.0"), 0);
  EXPECT_EQ(CompareNatural("v007", "v7"), 0);
  EXPECT_GT(CompareNatural("b1", "a2"), 0);
  EXPECT_LT(CompareNatural("5", "5.1"), 0);
}

TEST(NaturalOrderTest, DoesNotOrderWordsAmongNumbers) {
  EXPECT_FALSE(IsComparable("ECONNRESET", "500"));
  EXPECT_FALSE(IsComparable("", "500"));
  EXPECT_TRUE(IsComparable("404", "500"));
}

}  // namespace
}  // namespace faultline::query
