#include "base/byte_block.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

namespace faultline {
namespace {

constexpr ByteSet kSet([](char c) {
  return c == '\x03' || c == '%' || (c >= '0' && c <= '9') || c == '_' || c == '\x7f';
});

TEST(ByteBlockTest, TellsForEachByteWhetherItIsInASet) {
  for (int byte = 0; byte < 256; ++byte) {
    const char c = static_cast<char>(byte);
    const bool in_set = c == '\x03' || c == '%' || (c >= '0' && c <= '9') || c == '_' || c == '\x7f';
    EXPECT_EQ(kSet.Has(c), in_set) << byte;
    std::string text(32, 'a');
    text[static_cast<size_t>(byte) % 32] = c;
    const uint32_t bit = uint32_t{1} << (byte % 32);
    const ByteBlock block(text.data());
    EXPECT_EQ(block.In(kSet), in_set ? bit : 0) << byte;
    EXPECT_EQ(block.Controls(), byte < 0x20 ? bit : 0) << byte;
    EXPECT_EQ(block.NotAscii(), byte >= 0x80 ? bit : 0) << byte;
    EXPECT_EQ(block.Equal(c), c == 'a' ? ~uint32_t{0} : bit) << byte;
  }
}

TEST(ByteBlockTest, SeesEveryByteOfAShortText) {
  for (size_t size = 1; size <= 32; ++size) {
    // Of the exact size, so that a sanitizer sees reading beyond it.
    const std::vector<char> plain(size, 'a');
    EXPECT_EQ(ByteBlock::OfShort({plain.data(), size}).In(kSet), 0U) << size;
    for (size_t at = 0; at < size; ++at) {
      std::vector<char> text(size, 'a');
      text[at] = '7';
      EXPECT_NE(ByteBlock::OfShort({text.data(), size}).In(kSet), 0U) << size << " " << at;
    }
  }
}

TEST(ByteBlockTest, ComparesStarts) {
  const std::string text = "0123456789abcdefghijklmnopqrstuv", other = "0123456789abcdefghijklmnopqrstu?";
  const ByteBlock block(text.data());
  for (size_t size = 1; size < 32; ++size) EXPECT_TRUE(block.StartsWith(other.data(), size)) << size;
  EXPECT_FALSE(block.StartsWith(other.data(), 32));
}

TEST(ByteScanTest, FindsWhatALoopFinds) {
  std::mt19937 random(7);
  for (int round = 0; round < 2'000; ++round) {
    std::vector<char> text(random() % 150);
    for (char& c : text) c = random() % 12 == 0 ? '5' : static_cast<char>(random() % 4 == 0 ? random() : 'b');
    ByteScan scan({text.data(), text.size()}, kSet);
    for (size_t from = 0; from <= text.size(); from += 1 + random() % 9) {
      size_t expected = from;
      while (expected < text.size() && !kSet.Has(text[expected])) ++expected;
      ASSERT_EQ(scan.Next(from), expected);
    }
  }
}

TEST(BitsBelowTest, IsAllWithoutABit) {
  EXPECT_EQ(BitsBelow(0), ~uint32_t{0});
  EXPECT_EQ(BitsBelow(0b1100), 0b11U);
  EXPECT_EQ(BitsBelow(1), 0U);
}

}  // namespace
}  // namespace faultline
