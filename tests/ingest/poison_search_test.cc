#include "ingest/poison_search.h"

#include <gtest/gtest.h>

namespace faultline::ingest {
namespace {

struct Found {
  int64_t resume = -1;
  int probes = 0;
};

// Runs a search on a log of [0, log_end) in which [bad, good) cannot be read.
Found Search(int64_t bad, int64_t good, int64_t log_end) {
  PoisonSearch search;
  Found found;
  PoisonSearch::Step step;
  for (int i = 0; i < 3; ++i) step = search.OnError(bad, log_end);
  while (step.probe.has_value() && found.probes < 100) {
    ++found.probes;
    EXPECT_GT(*step.probe, bad);
    const bool readable = *step.probe >= good;
    step = readable ? search.OnReadable() : search.OnError(-1, log_end);
  }
  found.resume = step.resume.value_or(-1);
  EXPECT_FALSE(search.searching());
  return found;
}

TEST(PoisonSearchTest, FindsTheFirstReadableOffsetExactly) {
  for (int64_t length = 1; length <= 70; ++length) {
    EXPECT_EQ(Search(1'000, 1'000 + length, 5'000).resume, 1'000 + length) << length;
    EXPECT_EQ(Search(1'000, 1'000 + length, /*log_end=*/-1).resume, 1'000 + length) << length;
  }
}

TEST(PoisonSearchTest, TheEndOfTheLogIsReadable) {
  EXPECT_EQ(Search(10, 50, 50).resume, 50);
  EXPECT_EQ(Search(10, 11, 11).resume, 11);
}

TEST(PoisonSearchTest, ProbesGrowWithTheLogarithmOfTheBatch) { EXPECT_LE(Search(0, 1'000'000, 2'000'000).probes, 45); }

TEST(PoisonSearchTest, TwoErrorsAndErrorsAtDifferentPlacesStartNothing) {
  PoisonSearch search;
  EXPECT_FALSE(search.OnError(5, 100).probe.has_value());
  EXPECT_FALSE(search.OnError(5, 100).probe.has_value());
  EXPECT_FALSE(search.OnError(6, 100).probe.has_value());
  search.OnProgress();
  EXPECT_FALSE(search.OnError(6, 100).probe.has_value());
  EXPECT_FALSE(search.searching());
}

}  // namespace
}  // namespace faultline::ingest
