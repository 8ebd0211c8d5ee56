#include "store/word_numbers.h"

#include <gtest/gtest.h>

#include <string>

#include "store/event.h"
#include "store/text_chunk.h"

namespace faultline::store {
namespace {

bool IsInWord(std::string before, const std::string& after) {
  const size_t at = before.size();
  return WordNumbers::IsInWord(before + kTemplateHole + after, at);
}

TEST(WordNumbersTest, AWordGoesOnOnBothSides) {
  EXPECT_TRUE(IsInWord("account user", "@example.com"));
  EXPECT_TRUE(IsInWord("pod-", "-a"));
  EXPECT_FALSE(IsInWord("code ", "x"));
  EXPECT_FALSE(IsInWord("user", " failed"));
  EXPECT_FALSE(IsInWord("", "x"));
  EXPECT_FALSE(IsInWord("x", ""));
  EXPECT_FALSE(IsInWord("x", std::string(1, kTemplateHole)));
}

TEST(WordNumbersTest, KnowsThoseOfEachChunk) {
  WordNumbers numbers;
  for (const char* number : {"4711", "815", "4711"}) numbers.Add(number);
  numbers.EndChunk();
  numbers.EndChunk();
  numbers.Add("99");
  numbers.EndChunk();
  EXPECT_TRUE(numbers.MayHave(0, "4711"));
  EXPECT_TRUE(numbers.MayHave(kEventsPerTextChunk - 1, "815"));
  EXPECT_FALSE(numbers.MayHave(0, "99"));
  EXPECT_FALSE(numbers.MayHave(kEventsPerTextChunk, "4711"));
  EXPECT_FALSE(numbers.MayHave(2 * kEventsPerTextChunk, "4711"));
  EXPECT_TRUE(numbers.MayHave(2 * kEventsPerTextChunk, "99"));
}

TEST(WordNumbersTest, AChunkWithTooManyOrThatIsNotKnownMayHaveAny) {
  WordNumbers numbers;
  for (size_t i = 0; i < 4 * WordNumbers::kMaxOfChunk; ++i) numbers.Add(std::to_string(i));
  numbers.EndChunk();
  numbers.Add("1");
  numbers.EndChunk();
  EXPECT_TRUE(numbers.MayHave(0, "123456"));
  EXPECT_FALSE(numbers.MayHave(kEventsPerTextChunk, "123456"));
  EXPECT_TRUE(numbers.MayHave(2 * kEventsPerTextChunk, "123456"));
}

}  // namespace
}  // namespace faultline::store
