// What decisions come to, taken together.
#include "query/decisions/overlay.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <set>
#include <string>

#include "tests/query/decisions/decision_maker.h"

namespace faultline::query {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// Events of region "eu" and service "a".
std::string_view Eu(store::Dimension dimension) {
  return dimension == store::Dimension::kRegion ? "eu" : dimension == store::Dimension::kService ? "a" : "";
}

Overlay Of(std::vector<v1::Decision> decisions) {
  int64_t number = 0;
  for (v1::Decision& decision : decisions) decision.set_number(++number);
  return Overlay(std::move(decisions));
}

TEST(OverlayTest, WithoutDecisionsEventsCountAsRecorded) {
  const Overlay overlay;
  EXPECT_EQ(overlay.CountsAs(7, Eu), 7U);
  EXPECT_FALSE(overlay.Regroups());
  EXPECT_EQ(overlay.last_decision(), 0);
  EXPECT_EQ(overlay.last_regrouping(), 0);
}

TEST(OverlayTest, MergesGoOnToTheLast) {
  const Overlay overlay = Of({Merge(1, {2, 3}), Merge(4, {1})});
  for (const uint64_t signature : {1, 2, 3, 4}) EXPECT_EQ(overlay.CountsAs(signature, Eu), 4U);
  EXPECT_EQ(overlay.CountsAs(5, Eu), 5U);
  EXPECT_THAT(overlay.MembersOf(4), ElementsAre(1, 2, 3));
  EXPECT_THAT(overlay.MembersOf(1), IsEmpty());
}

TEST(OverlayTest, AMemberBringsItsWholeGroup) {
  const Overlay overlay = Of({Merge(1, {2}), Merge(3, {2})});
  EXPECT_EQ(overlay.CountsAs(1, Eu), 3U);
}

TEST(OverlayTest, NoMergeMakesARing) {
  const Overlay overlay = Of({Merge(1, {2}), Merge(2, {1}), Merge(2, {3}), Merge(3, {1})});
  for (const uint64_t signature : {1, 2, 3}) EXPECT_EQ(overlay.CountsAs(signature, Eu), 1U);
}

TEST(OverlayTest, OneLeavesItsGroup) {
  const Overlay overlay = Of({Merge(1, {2, 3}), Split(2, "")});
  EXPECT_EQ(overlay.CountsAs(2, Eu), 2U);
  EXPECT_EQ(overlay.CountsAs(3, Eu), 1U);
}

TEST(OverlayTest, PartsAreByValueAndTheRestStays) {
  const Overlay overlay = Of({Split(1, "region")});
  EXPECT_EQ(overlay.CountsAs(1, Eu), PartOf(1, store::Dimension::kRegion, "eu"));
  EXPECT_EQ(overlay.CountsAs(1, [](store::Dimension) { return std::string_view(); }), 1U);
  EXPECT_NE(PartOf(1, store::Dimension::kRegion, "eu"), PartOf(1, store::Dimension::kRegion, "us"));
  EXPECT_NE(PartOf(1, store::Dimension::kRegion, "eu"), PartOf(2, store::Dimension::kRegion, "eu"));
  EXPECT_NE(PartOf(1, store::Dimension::kRegion, "eu"), PartOf(1, store::Dimension::kHost, "eu"));
}

// Ids of parts are in links and in decisions of every store: they may not change with a release.
TEST(OverlayTest, IdsOfPartsAreForEver) {
  EXPECT_EQ(store::FormatSignature(PartOf(0x0123456789abcdef, store::Dimension::kService, "gateway")),
            "v1:87cf6fa6963fdd44");
}

TEST(OverlayTest, ASplitGroupAndAMergedPart) {
  const uint64_t part = PartOf(1, store::Dimension::kRegion, "eu");
  const Overlay overlay = Of({Merge(1, {2}), Split(1, "region"), Merge(9, {part})});
  EXPECT_EQ(overlay.CountsAs(2, Eu), 9U);
  EXPECT_TRUE(overlay.IsSplitOnWalk(2));
  // Back into what it is a part of.
  const Overlay back = Of({Split(1, "region"), Merge(1, {part})});
  EXPECT_EQ(back.CountsAs(1, Eu), 1U);
}

TEST(OverlayTest, PartsAreSplitAgain) {
  const uint64_t eu = PartOf(1, store::Dimension::kRegion, "eu");
  const Overlay overlay = Of({Split(1, "region"), Split(eu, "service")});
  EXPECT_EQ(overlay.CountsAs(1, Eu), PartOf(eu, store::Dimension::kService, "a"));
  EXPECT_THAT(overlay.SplitDimensions(), ElementsAre(store::Dimension::kService, store::Dimension::kRegion));
}

TEST(OverlayTest, UndoIsAsIfItHadNotBeen) {
  const Overlay undone = Of({Merge(1, {2}), Merge(3, {1}), Undo(1)});
  EXPECT_EQ(undone.CountsAs(2, Eu), 2U);
  EXPECT_EQ(undone.CountsAs(1, Eu), 3U);
  EXPECT_EQ(undone.decisions()[0].undone_by(), 3);
  const Overlay redone = Of({Merge(1, {2}), Merge(3, {1}), Undo(1), Undo(3)});
  EXPECT_EQ(redone.CountsAs(2, Eu), 3U);
  EXPECT_EQ(redone.decisions()[0].undone_by(), 0);
  EXPECT_EQ(redone.decisions()[2].undone_by(), 4);
}

TEST(OverlayTest, OnlyWhatRegroupsSaysSo) {
  EXPECT_EQ(Of({Merge(1, {2}), Rename(1, "x")}).last_regrouping(), 1);
  EXPECT_EQ(Of({Rename(1, "x"), Undo(1)}).last_regrouping(), 0);
  EXPECT_EQ(Of({Merge(1, {2}), Rename(1, "x"), Undo(1)}).last_regrouping(), 3);
  EXPECT_EQ(Of({Merge(1, {2}), Undo(1), Undo(2)}).last_regrouping(), 3);
}

TEST(OverlayTest, MutedForAWhile) {
  v1::Decision mute = Made(v1::DECISION_KIND_MUTE, 1);
  mute.mutable_until()->set_seconds(100);
  const Overlay overlay = Of({mute, Made(v1::DECISION_KIND_MUTE, 2), Made(v1::DECISION_KIND_RESOLVE, 2)});
  EXPECT_TRUE(overlay.IsMuted(1, 99'999'999));
  EXPECT_FALSE(overlay.IsMuted(1, 100'000'000));
  EXPECT_TRUE(overlay.IsMuted(2, INT64_MAX));
  EXPECT_EQ(overlay.ShownAs(2)->resolved_us, 1'767'225'600'000'000);
  EXPECT_EQ(overlay.ShownAs(3), nullptr);
}

TEST(OverlayTest, WhatMakesNoSenseDoesNothing) {
  v1::Decision no_signature = Merge(1, {2});
  no_signature.set_signature("v1:xyz");
  v1::Decision no_other = Merge(1, {});
  no_other.add_others("nobody");
  const Overlay overlay = Of({no_signature, no_other, Split(1, "message"), Undo(99), Undo(5), v1::Decision()});
  EXPECT_FALSE(overlay.Regroups());
  EXPECT_EQ(overlay.CountsAs(1, Eu), 1U);
}

// Whatever is decided, a walk ends, and what it ends at is where walks from there end too, unless it was split.
TEST(OverlayTest, AnyDecisionsLeadSomewhere) {
  for (unsigned seed = 0; seed < 300; ++seed) {
    std::mt19937 random(seed);
    std::vector<uint64_t> known = {1, 2, 3, 4, 5};
    const auto any = [&] { return known[random() % known.size()]; };
    std::vector<v1::Decision> decisions;
    for (int i = 0; i < 40; ++i) {
      switch (random() % 5) {
        case 0:
          decisions.push_back(Split(any(), random() % 2 == 0 ? "region" : "service"));
          break;
        case 1:
          known.push_back(PartOf(any(), store::Dimension::kRegion, "eu"));
          break;
        case 2:
          decisions.push_back(Undo(static_cast<int64_t>(random() % 40) + 1));
          break;
        case 3:
          decisions.push_back(Split(any(), ""));
          break;
        default:
          decisions.push_back(Merge(any(), {any(), any()}));
      }
    }
    const Overlay overlay = Of(decisions);
    for (const uint64_t signature : known) {
      const uint64_t now = overlay.CountsAs(signature, Eu);
      EXPECT_EQ(overlay.RootOf(now), now) << seed;
    }
  }
}

}  // namespace
}  // namespace faultline::query
