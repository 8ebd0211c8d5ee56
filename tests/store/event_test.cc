#include "store/event.h"

#include <gtest/gtest.h>

#include <limits>
#include <set>
#include <string>

namespace faultline::store {
namespace {

TEST(SignatureTextTest, ComesBackAsItWent) {
  for (const uint64_t value : {uint64_t{0}, uint64_t{1}, uint64_t{0x0123456789abcdef}, ~uint64_t{0}}) {
    EXPECT_EQ(ParseSignature(FormatSignature(value)), value);
  }
  EXPECT_EQ(FormatSignature(0x0123456789abcdef), "v1:0123456789abcdef");
}

TEST(SignatureTextTest, HasOneForm) {
  for (const char* text :
       {"", "v1:", "0123456789abcdef", "v2:0123456789abcdef", "v1:0123456789ABCDEF", "v1:0123456789abcde",
        "v1:0123456789abcdef0", "v1:0123456789abcdeg", "v1:-123456789abcdef", " v1:0123456789abcdef"}) {
    EXPECT_EQ(ParseSignature(text), std::nullopt) << text;
  }
}

TEST(NormaliseIdTest, GivesIdsOneForm) {
  struct Case {
    const char* raw;
    const char* id;
  };
  for (const Case& c : {Case{"F797B4911E9A4CAC16B77AFADD48BFCC", "f797b4911e9a4cac16b77afadd48bfcc"},
                        Case{"01234567-89AB-4def-8123-456789abcdef", "0123456789ab4def8123456789abcdef"},
                        Case{"{01234567-89ab-4def-8123-456789abcdef}", "0123456789ab4def8123456789abcdef"},
                        Case{"  u-98fe3bfda0bc\n", "u-98fe3bfda0bc"}, Case{"01J9ZQ3K", "01J9ZQ3K"},
                        Case{"Req-ABC", "Req-ABC"}, Case{"a:b/c@d.e_f+g=h", "a:b/c@d.e_f+g=h"}, Case{"7", "7"}}) {
    EXPECT_EQ(NormaliseId(IdKind::kMessage, c.raw), c.id) << c.raw;
    EXPECT_EQ(NormaliseId(IdKind::kMessage, c.id), c.id) << "not stable: " << c.id;
  }
}

TEST(NormaliseIdTest, RefusesWhatIdentifiesNothing) {
  for (const std::string& raw :
       {std::string(), std::string("  "), std::string("-"), std::string("NULL"), std::string("none"),
        std::string("N/A"), std::string("undefined"), std::string("00000000000000000000000000000000"), std::string("0"),
        std::string("00000000-0000-0000-0000-000000000000"), std::string("a b"), std::string("a\"b"),
        std::string("a\nb"), std::string("\xC3\xBC"), std::string("{}"), std::string("a\0b", 3),
        std::string(129, 'a')}) {
    EXPECT_EQ(NormaliseId(IdKind::kTrace, raw), "") << raw;
  }
  EXPECT_EQ(NormaliseId(IdKind::kTrace, std::string(128, 'x')).size(), 128U);
}

TEST(EventTest, CountsAsAnErrorFromSeventeenOnOrWhenNothingIsStated) {
  Event event;
  EXPECT_TRUE(event.IsError());
  event.severity = 16;
  EXPECT_FALSE(event.IsError());
  event.severity = 17;
  EXPECT_TRUE(event.IsError());
  event.outcome = Outcome::kSuccess;
  EXPECT_FALSE(event.IsError());
}

TEST(EventTest, NamesEveryFieldDifferently) {
  std::set<std::string_view> names;
  for (int d = 0; d < kDimensions; ++d) names.insert(DimensionName(static_cast<Dimension>(d)));
  for (int k = 0; k < kIdKinds; ++k) names.insert(IdKindName(static_cast<IdKind>(k)));
  EXPECT_EQ(names.size(), static_cast<size_t>(kDimensions + kIdKinds));
  EXPECT_EQ(SideName(Side::kClient), "CLIENT");
  EXPECT_EQ(SideName(Side::kUnspecified), "");
}

}  // namespace
}  // namespace faultline::store
