#include "store/hyperloglog.h"

#include <gtest/gtest.h>
#include <xxhash.h>

#include <cmath>

namespace faultline::store {
namespace {

uint64_t Hash(uint64_t number) { return XXH3_64bits(&number, sizeof number); }

TEST(HyperLogLogTest, IsWithinFivePercentFromOneToTenMillion) {
  HyperLogLog sketch;
  EXPECT_EQ(sketch.Estimate(), 0);
  uint64_t next = 0;
  for (const uint64_t count : {1, 10, 100, 1'000, 3'000, 10'000, 100'000, 1'000'000, 10'000'000}) {
    while (next < count) sketch.Add(Hash(next++));
    const auto exact = static_cast<double>(count);
    EXPECT_NEAR(sketch.Estimate(), exact, std::max(0.6, 0.05 * exact)) << count;
  }
}

TEST(HyperLogLogTest, RepeatsCountOnce) {
  HyperLogLog sketch;
  for (int i = 0; i < 100'000; ++i) sketch.Add(Hash(static_cast<uint64_t>(i % 50)));
  EXPECT_NEAR(sketch.Estimate(), 50, 1);
}

TEST(HyperLogLogTest, MergedIsAsIfAddedToOne) {
  HyperLogLog a, b, both;
  for (uint64_t i = 0; i < 30'000; ++i) {
    (i % 3 == 0 ? a : b).Add(Hash(i));
    both.Add(Hash(i));
  }
  a.Merge(b);
  EXPECT_EQ(a.bytes(), both.bytes());
  HyperLogLog empty;
  a.Merge(empty);
  EXPECT_EQ(a.bytes(), both.bytes());
  empty.Merge(a);
  EXPECT_EQ(empty.bytes(), both.bytes());
}

TEST(HyperLogLogTest, TakesItsOwnBytesAndNoOthers) {
  HyperLogLog sketch, copy;
  for (uint64_t i = 0; i < 1'000; ++i) sketch.Add(Hash(i));
  ASSERT_TRUE(copy.SetBytes(sketch.bytes()));
  EXPECT_EQ(copy.Estimate(), sketch.Estimate());
  EXPECT_TRUE(copy.SetBytes(""));
  EXPECT_TRUE(copy.empty());
  EXPECT_FALSE(copy.SetBytes("short"));
  EXPECT_FALSE(copy.SetBytes(std::string(4'096, '\x7f')));
  EXPECT_EQ(copy.Estimate(), 0);
}

}  // namespace
}  // namespace faultline::store
