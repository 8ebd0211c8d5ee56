#include "base/text.h"

#include <gtest/gtest.h>

#include <string>

namespace faultline {
namespace {

constexpr char kBad[] = "\xEF\xBF\xBD";

std::string Repair(std::string_view text) {
  Arena arena;
  return std::string(RepairUtf8(text, arena));
}

std::string Sanitise(std::string_view text) {
  Arena arena;
  return std::string(SanitiseText(text, arena));
}

std::string Utf8(uint32_t code) {
  std::string text;
  if (code < 0x80) return {static_cast<char>(code)};
  const int more = code < 0x800 ? 1 : code < 0x10000 ? 2 : 3;
  text.push_back(static_cast<char>((0xFF00 >> (more + 1)) | (code >> (6 * more))));
  for (int i = more - 1; i >= 0; --i) text.push_back(static_cast<char>(0x80 | ((code >> (6 * i)) & 0x3F)));
  return text;
}

TEST(IsUtf8Test, AcceptsEveryScalarValueAndNoSurrogate) {
  for (uint32_t code = 0; code <= 0x10FFFF; ++code) {
    const bool surrogate = code >= 0xD800 && code <= 0xDFFF;
    ASSERT_EQ(IsUtf8(Utf8(code)), !surrogate) << code;
  }
}

TEST(IsUtf8Test, RefusesOverlongCutAndTooLargeForms) {
  for (const char* text :
       {"\xC0\x80", "\xC1\xBF", "\xE0\x80\x80", "\xE0\x9F\xBF", "\xF0\x80\x80\x80", "\xF4\x90\x80\x80",
        "\xF5\x80\x80\x80", "\x80", "\xC3", "\xE2\x82", "\xF0\x9F\x98", "\xFF", "a\xC3z"}) {
    EXPECT_FALSE(IsUtf8(text)) << text;
  }
}

TEST(IsUtf8Test, FindsABadByteAtAnyPlaceOfALongText) {
  for (size_t at = 0; at < 100; ++at) {
    std::string text(100, 'a');
    ASSERT_TRUE(IsUtf8(text));
    text[at] = '\xFF';
    ASSERT_FALSE(IsUtf8(text)) << at;
  }
}

TEST(RepairUtf8Test, ReturnsGoodTextItself) {
  Arena arena;
  const std::string_view text = "gr\xC3\xBC\xC3\x9F dich, \xE4\xB8\x96\xE7\x95\x8C \xF0\x9F\x98\x80";
  EXPECT_EQ(RepairUtf8(text, arena).data(), text.data());
  EXPECT_EQ(arena.used_bytes(), 0U);
}

TEST(RepairUtf8Test, ReplacesEachMaximalIllFormedSequenceOnce) {
  const std::string bad = kBad;
  EXPECT_EQ(Repair("a\xFF"
                   "b"),
            "a" + bad + "b");
  EXPECT_EQ(Repair("\xE2\x82"), bad);  // one cut character
  EXPECT_EQ(Repair("\xE2\x82z"), bad + "z");
  EXPECT_EQ(Repair("\xE0\x80\x80"), bad + bad + bad);  // no prefix of a character
  EXPECT_EQ(Repair("\xF0\x9F\x98\xF0\x9F\x98\x80"), bad + "\xF0\x9F\x98\x80");
  EXPECT_EQ(Repair("\xED\xA0\x80"), bad + bad + bad);  // a surrogate
}

// The example of Unicode 15, table 3-8.
TEST(RepairUtf8Test, FollowsTheExampleOfTheStandard) {
  const std::string bad = kBad;
  EXPECT_EQ(Repair("a\xF1\x80\x80\xE1\x80\xC2"
                   "b\x80"
                   "c\x80\xBF"
                   "d"),
            "a" + bad + bad + bad + "b" + bad + "c" + bad + bad + "d");
}

TEST(RepairUtf8Test, GivesUtf8ForEveryPairOfBytes) {
  for (int first = 0; first < 256; ++first) {
    for (int second = 0; second < 256; ++second) {
      const std::string text = {'x', static_cast<char>(first), static_cast<char>(second)};
      ASSERT_TRUE(IsUtf8(Repair(text))) << first << " " << second;
    }
  }
}

TEST(SanitiseTextTest, ReturnsHarmlessTextItself) {
  Arena arena;
  const std::string_view text = "java.lang.X: gr\xC3\xBC\xC3\x9F\n\tat a.b(C.java:1)\n\tat d.e(F.java:2)";
  EXPECT_EQ(SanitiseText(text, arena).data(), text.data());
}

TEST(SanitiseTextTest, TakesOutWhatDrivesATerminal) {
  const std::string bad = kBad;
  EXPECT_EQ(Sanitise("a\x1B[31mb"), "a" + bad + "[31mb");
  EXPECT_EQ(Sanitise(std::string_view("a\0b", 3)), "a" + bad + "b");
  EXPECT_EQ(Sanitise("a\x7F\xC2\x9B"
                     "b"),
            "a" + bad + bad + "b");
  EXPECT_EQ(Sanitise("a\rb\r\nc\r"), "a" + bad + "b\nc" + bad);
}

TEST(SanitiseTextTest, TakesOutTheStoresOwnMarks) { EXPECT_EQ(Sanitise("\x01"), kBad); }

TEST(SanitiseTextTest, TakesOutWhatHidesOrReorders) {
  for (const uint32_t code : {0x61CU, 0x200BU, 0x200DU, 0x200EU, 0x202AU, 0x202EU, 0x2028U, 0x2060U, 0x2066U, 0x2069U,
                              0xFEFFU, 0xE0001U, 0xE0041U}) {
    EXPECT_EQ(Sanitise("a" + Utf8(code) + "b"), std::string("a") + kBad + "b") << std::hex << code;
  }
}

TEST(SanitiseTextTest, FindsAControlCharacterAtAnyPlace) {
  for (size_t at = 0; at < 50; ++at) {
    std::string text(50, 'a');
    text[at] = '\x07';
    EXPECT_EQ(Sanitise(text).size(), 52U) << at;
  }
}

TEST(TerminalLineTest, IsOneLine) { EXPECT_EQ(TerminalLine("a\n\tb\r\nc\xFF"), std::string("a  b c") + kBad); }

TEST(TerminalTextTest, KeepsLines) { EXPECT_EQ(TerminalText("a\n\tb"), "a\n b"); }

TEST(CutUtf8Test, CutsBetweenCharacters) {
  const std::string_view text = "a\xF0\x9F\x98\x80z";
  EXPECT_EQ(CutUtf8(text, 6), text);
  EXPECT_EQ(CutUtf8(text, 5), "a\xF0\x9F\x98\x80");
  for (size_t limit = 1; limit < 5; ++limit) EXPECT_EQ(CutUtf8(text, limit), "a") << limit;
  EXPECT_EQ(CutUtf8(text, 0), "");
}

TEST(CutUtf8Test, CutsWhatIsNoUtf8AtTheLimit) { EXPECT_EQ(CutUtf8("\x80\x80\x80\x80\x80\x80\x80", 6).size(), 6U); }

}  // namespace
}  // namespace faultline
