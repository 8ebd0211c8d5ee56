// Decisions written by each released format must be read for ever: tests/query/decisions/golden/vN.control holds some,
// and expected.txt what they say. A new format gets a new folder:
//   FAULTLINE_WRITE_GOLDEN=tests/query/decisions/golden/vN decision_log_test
#include "query/decisions/decision_log.h"

#include <gmock/gmock.h>
#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "tests/query/decisions/decision_maker.h"
#include "tests/testing/status_matchers.h"
#include "tests/testing/temp_dir.h"

namespace faultline::query {
namespace {

using ::faultline::testing::IsOk;
using ::faultline::testing::TempDir;

const std::string kGolden = FAULTLINE_SOURCE_DIR "/tests/query/decisions/golden/v1";

store::StoreOptions At(const std::string& path) {
  store::StoreOptions options;
  options.path = path;
  return options;
}

std::vector<v1::Decision> OneOfEachKind() {
  v1::Decision mute = Made(v1::DECISION_KIND_MUTE, 5);
  mute.mutable_until()->set_seconds(1'800'000'000);
  v1::Decision merge = Merge(1, {2, 3});
  merge.set_why("one cause");
  (*merge.mutable_templates())["v1:0000000000000001"] = "write to <*> failed";
  return {merge,  Split(4, "region"), Split(2, ""), Rename(1, "writes"), mute, Made(v1::DECISION_KIND_RESOLVE, 1),
          Undo(4)};
}

std::string TextOf(const Overlay& overlay) {
  std::string text;
  for (const v1::Decision& decision : overlay.decisions()) {
    std::string one;
    google::protobuf::TextFormat::PrintToString(decision, &one);
    text += one + "\n";
  }
  return text;
}

TEST(DecisionLogTest, WhatIsAppendedIsReadByOthers) {
  const TempDir dir;
  DecisionLog log(At(dir / "store")), other(At(dir / "store"));
  const auto written = log.Append([](const Overlay&) { return OneOfEachKind(); });
  ASSERT_THAT(written, IsOk());
  EXPECT_EQ(written->back().number(), 7);
  EXPECT_EQ(other.overlay()->last_decision(), 0);
  ASSERT_THAT(other.Refresh(), IsOk());
  EXPECT_EQ(TextOf(*other.overlay()), TextOf(*log.overlay()));
  EXPECT_EQ(other.overlay()->decisions()[3].undone_by(), 7);
}

TEST(DecisionLogTest, WhoIsLateIsAskedAgainOnWhatIsThereNow) {
  const TempDir dir;
  DecisionLog log(At(dir / "store")), other(At(dir / "store"));
  int asked = 0;
  const auto written = log.Append([&](const Overlay& overlay) {
    if (++asked == 1) {
      EXPECT_THAT(other.Append([](const Overlay&) { return std::vector{Rename(1, "first")}; }), IsOk());
    }
    EXPECT_EQ(overlay.last_decision(), asked - 1);
    return std::vector{Rename(1, "second")};
  });
  ASSERT_THAT(written, IsOk());
  EXPECT_EQ(asked, 2);
  EXPECT_EQ(log.overlay()->ShownAs(1)->name, "second");
  EXPECT_EQ(log.overlay()->last_decision(), 2);
}

TEST(DecisionLogTest, AStoreInMemoryKeepsNone) {
  store::StoreOptions options = At("in memory");
  options.in_memory = true;
  DecisionLog log(options);
  EXPECT_THAT(log.Refresh(), IsOk());
  EXPECT_TRUE(absl::IsFailedPrecondition(log.Append([](const Overlay&) { return OneOfEachKind(); }).status()));
}

TEST(DecisionLogTest, GoldenDecisionsAreRead) {
  if (const char* folder = std::getenv("FAULTLINE_WRITE_GOLDEN")) {
    DecisionLog log(At(folder));
    ASSERT_THAT(log.Append([](const Overlay&) { return OneOfEachKind(); }), IsOk());
    std::filesystem::create_directories(folder);
    std::ofstream(std::string(folder) + "/expected.txt") << TextOf(*log.overlay());
    return;
  }
  const TempDir dir;
  std::filesystem::copy(kGolden + ".control", dir / "store.control", std::filesystem::copy_options::recursive);
  DecisionLog log(At(dir / "store"));
  ASSERT_THAT(log.Refresh(), IsOk());
  std::ifstream file(kGolden + "/expected.txt");
  const std::string expected{std::istreambuf_iterator<char>(file), {}};
  EXPECT_NE(expected, "");
  EXPECT_EQ(TextOf(*log.overlay()), expected);
}

}  // namespace
}  // namespace faultline::query
