#include "base/varint.h"

#include <gtest/gtest.h>

#include <limits>

namespace faultline {
namespace {

constexpr uint64_t kValues[] = {
    0, 1, 127, 128, 16'383, 16'384, uint64_t{1} << 63, std::numeric_limits<uint64_t>::max()};

TEST(VarintTest, ComesBackAsItWent) {
  for (const uint64_t value : kValues) {
    std::string bytes;
    AppendVarint(bytes, value);
    char buffer[10];
    EXPECT_EQ(std::string(buffer, WriteVarint(buffer, value)), bytes);
    bytes += "rest";
    std::string_view from = bytes;
    uint64_t back = 0;
    ASSERT_TRUE(ReadVarint(from, back)) << value;
    EXPECT_EQ(back, value);
    EXPECT_EQ(from, "rest");
  }
}

TEST(VarintTest, RefusesACutOrEndlessNumber) {
  uint64_t value = 0;
  std::string_view cut = "\x80\x80";
  EXPECT_FALSE(ReadVarint(cut, value));
  const std::string endless(20, '\x80');
  std::string_view from = endless;
  EXPECT_FALSE(ReadVarint(from, value));
}

TEST(ReadStringTest, ComesBackAsItWent) {
  std::string bytes;
  AppendString(bytes, "");
  AppendString(bytes, "hello");
  std::string_view from = bytes, first, second;
  ASSERT_TRUE(ReadString(from, first) && ReadString(from, second));
  EXPECT_EQ(first, "");
  EXPECT_EQ(second, "hello");
  EXPECT_TRUE(from.empty());
}

TEST(ReadStringTest, RefusesALengthBeyondTheEnd) {
  std::string_view from =
                       "\x05"
                       "abc",
                   text;
  EXPECT_FALSE(ReadString(from, text));
}

TEST(ZigZagTest, KeepsSmallNumbersSmall) {
  EXPECT_EQ(ZigZag(-1), 1U);
  EXPECT_EQ(ZigZag(1), 2U);
  for (const int64_t value : {std::numeric_limits<int64_t>::min(), std::numeric_limits<int64_t>::max(), int64_t{0}}) {
    EXPECT_EQ(UnZigZag(ZigZag(value)), value);
  }
}

}  // namespace
}  // namespace faultline
