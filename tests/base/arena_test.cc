#include "base/arena.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace faultline {
namespace {

TEST(ArenaTest, KeepsCopiesWhereTheyAre) {
  Arena arena(/*block_bytes=*/64);
  std::vector<std::string_view> copies;
  for (int i = 0; i < 100; ++i) copies.push_back(arena.Copy("text " + std::to_string(i)));
  for (int i = 0; i < 100; ++i) EXPECT_EQ(copies[static_cast<size_t>(i)], "text " + std::to_string(i));
}

TEST(ArenaTest, TakesWhatIsLargerThanABlock) {
  Arena arena(/*block_bytes=*/16);
  const std::string large(1000, 'x');
  EXPECT_EQ(arena.Copy(large), large);
}

TEST(ArenaTest, CountsWhatItHandedOut) {
  Arena arena;
  arena.Copy("12345");
  EXPECT_EQ(arena.used_bytes(), 5U);
  arena.Reset();
  EXPECT_EQ(arena.used_bytes(), 0U);
}

TEST(ArenaTest, UsesItsFirstBlockAgain) {
  Arena arena(/*block_bytes=*/64);
  const char* first = arena.Allocate(10);
  arena.Allocate(100);
  arena.Reset();
  EXPECT_EQ(arena.Allocate(10), first);
}

TEST(ArenaTest, HandsOutNothingToo) {
  Arena arena;
  EXPECT_TRUE(arena.Copy("").empty());
}

}  // namespace
}  // namespace faultline
