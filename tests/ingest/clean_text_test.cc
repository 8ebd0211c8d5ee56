// The guards' shortcuts must give what repair, redaction and sanitising one after the other give.
#include "ingest/clean_text.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

#include "base/text.h"
#include "ingest/clean_values.h"
#include "store/event.h"

namespace faultline::ingest {
namespace {

std::string RandomText(std::mt19937& random) {
  static constexpr std::string_view kPieces[] = {"failed ",
                                                 "for ",
                                                 "+15550108579",
                                                 "4111 1111 1111 1111",
                                                 "user@canary.example",
                                                 "10.1.2.3",
                                                 "at",
                                                 "\n",
                                                 "\t",
                                                 "503",
                                                 "token=",
                                                 "abcdef0123",
                                                 "lat=52.5200",
                                                 "\xc3\xa9",
                                                 "ok ",
                                                 "Bearer xyzxyzxyz1",
                                                 "\r\n",
                                                 "\x1b[",
                                                 "\xff",
                                                 "\xe2\x80\xae",
                                                 "\x7f",
                                                 "shard 1407 ",
                                                 "a",
                                                 "b"};
  std::string text;
  const size_t common = random() % 3 == 0 ? std::size(kPieces) : 17;  // mostly without odd bytes
  for (size_t left = random() % 14; left > 0; --left) text.append(kPieces[random() % common]);
  return text;
}

TEST(CleanTextTest, IsRepairRedactionAndSanitising) {
  const Redactor redactor;
  std::mt19937 random(11);
  for (int i = 0; i < 20'000; ++i) {
    const std::string text = RandomText(random);
    Arena arena;
    const std::string_view repaired = RepairUtf8(text, arena);
    const std::string_view redacted = redactor.Redact(repaired, arena);
    const std::string_view expected = SanitiseText(redacted, arena);
    uint16_t flags = 0;
    ASSERT_EQ(CleanText(text, 1'024, redactor, arena, flags), expected) << text;
    const bool changed = repaired != text || expected != redacted;
    ASSERT_EQ((flags & store::kTextRepaired) != 0, changed) << text;
    ASSERT_EQ((flags & store::kTextRedacted) != 0, redacted.data() != repaired.data()) << text;
    ASSERT_EQ(IsPlainText(text),
              std::none_of(text.begin(), text.end(),
                           [](char c) { return c != '\n' && c != '\t' && (c < ' ' || c == '\x7f'); }))
        << text;
  }
}

TEST(CleanTextTest, IsCutToTheLimitAfterRedaction) {
  const Redactor redactor;
  Arena arena;
  uint16_t flags = 0;
  EXPECT_EQ(CleanText("for +15550108579", 9, redactor, arena, flags), "for <phon");
  EXPECT_EQ(flags, store::kTextRedacted | store::kTextTruncated);
}

TEST(CleanValuesTest, KnowsWhatWasAddedAndNothingElse) {
  CleanValues values;
  std::mt19937 random(5);
  std::vector<std::string> added;
  for (int i = 0; i < 5'000; ++i) {
    std::string text(1 + random() % 60, 'x');
    for (char& c : text) c = static_cast<char>('a' + random() % 2);
    if (random() % 4 == 0) {
      values.Add(text);
      EXPECT_EQ(values.Has(text), text.size() <= CleanValues::kMaxBytes);
      added.push_back(std::move(text));
    } else if (values.Has(text)) {
      EXPECT_NE(std::find(added.begin(), added.end(), text), added.end()) << text;
    }
  }
  EXPECT_FALSE(values.Has(""));
}

}  // namespace
}  // namespace faultline::ingest
