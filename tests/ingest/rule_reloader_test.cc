#include "ingest/rule_reloader.h"

#include <gmock/gmock.h>

#include <condition_variable>
#include <fstream>
#include <mutex>

#include "tests/testing/status_matchers.h"
#include "tests/testing/temp_dir.h"

namespace faultline::ingest {
namespace {

using ::faultline::testing::HasCode;
using ::faultline::testing::IsOk;
using ::testing::IsEmpty;

class RuleReloaderTest : public ::testing::Test {
 protected:
  void Write(const std::string& text, const std::string& name = "pack.yaml") {
    std::ofstream(dir_ / name, std::ios::trunc) << text;
  }

  RuleReloader& Make(std::chrono::milliseconds interval = std::chrono::milliseconds(2)) {
    std::vector<RuleError> errors;
    auto loaded = RuleSet::Load({dir_.path()}, errors);
    EXPECT_THAT(loaded, IsOk());
    reloader_ = std::make_unique<RuleReloader>(
        RuleReloader::Options{{dir_.path()}, interval}, *loaded,
        [this](std::shared_ptr<const RuleSet> set, const std::vector<RuleError>& refused) {
          const std::lock_guard lock(mu_);
          set_ = std::move(set);
          errors_ = refused;
          ++published_;
          changed_.notify_all();
        });
    return *reloader_;
  }

  // Waits until the published set has a rule that matches `message`.
  bool WaitForMatch(const std::string& message) {
    std::unique_lock lock(mu_);
    return changed_.wait_for(lock, std::chrono::seconds(10), [&] { return set_ != nullptr && Winner(message) != ""; });
  }
  std::string Winner(const std::string& message) {
    LogRecord record;
    record.message = message;
    const auto names = set_->Matching(record);
    return names.empty() ? "" : std::string(names[0]);
  }

  testing::TempDir dir_;
  std::mutex mu_;
  std::condition_variable changed_;
  std::shared_ptr<const RuleSet> set_;
  std::vector<RuleError> errors_;
  int published_ = 0;
  std::unique_ptr<RuleReloader> reloader_;  // last: its thread calls back
};

TEST_F(RuleReloaderTest, PublishesAChangedFile) {
  Write("rules: [{name: a, match: old}]");
  Make().Start();
  Write("rules: [{name: b, match: new}]");
  EXPECT_TRUE(WaitForMatch("new"));
  reloader_->Stop();
  EXPECT_EQ(Winner("old"), "");
}

TEST_F(RuleReloaderTest, PublishesANewFileOfTheFolder) {
  Write("rules: [{name: a, match: one}]");
  Make().Start();
  Write("rules: [{name: b, match: two}]", "second.yaml");
  EXPECT_TRUE(WaitForMatch("two"));
  reloader_->Stop();
  EXPECT_EQ(Winner("one"), "a");
}

TEST_F(RuleReloaderTest, ABrokenRuleKeepsItsLastGoodVersion) {
  Write("rules: [{name: a, match: old}, {name: b, match: other}]");
  RuleReloader& reloader = Make();
  Write("rules: [{name: a, match: '('}, {name: b, match: changed}]");
  ASSERT_THAT(reloader.Reload(), IsOk());
  EXPECT_EQ(Winner("old"), "a");
  EXPECT_EQ(Winner("changed"), "b");
  EXPECT_EQ(Winner("other"), "");
  ASSERT_EQ(errors_.size(), 1u);
  EXPECT_EQ(errors_[0].rule, "a");
  EXPECT_EQ(errors_[0].line, 1);
}

TEST_F(RuleReloaderTest, ABrokenRuleIsKeptOverSeveralReloads) {
  Write("rules: [{name: a, match: old}]");
  RuleReloader& reloader = Make();
  Write("rules: [{name: a, match: '('}]");
  ASSERT_THAT(reloader.Reload(), IsOk());
  Write("rules: [{name: a, match: '(('}]");
  ASSERT_THAT(reloader.Reload(), IsOk());
  EXPECT_EQ(Winner("old"), "a");
}

TEST_F(RuleReloaderTest, AnUnreadableFileKeepsAllItsRules) {
  Write("rules: [{name: a, match: one}, {name: b, match: two}]");
  Write("rules: [{name: c, match: three}]", "second.yaml");
  RuleReloader& reloader = Make();
  Write("rules: [");
  ASSERT_THAT(reloader.Reload(), IsOk());
  EXPECT_EQ(Winner("one"), "a");
  EXPECT_EQ(Winner("two"), "b");
  EXPECT_EQ(Winner("three"), "c");
  EXPECT_EQ(errors_.size(), 1u);
}

TEST_F(RuleReloaderTest, ARemovedRuleGoes) {
  Write("rules: [{name: a, match: one}, {name: b, match: two}]");
  RuleReloader& reloader = Make();
  Write("rules: [{name: b, match: two}]");
  ASSERT_THAT(reloader.Reload(), IsOk());
  EXPECT_EQ(Winner("one"), "");
}

TEST_F(RuleReloaderTest, AMissingFolderLeavesTheSetAsItWas) {
  Write("rules: [{name: a, match: one}]");
  RuleReloader& reloader = Make();
  std::filesystem::remove_all(dir_.path());
  EXPECT_THAT(reloader.Reload(), HasCode(absl::StatusCode::kNotFound));
  EXPECT_EQ(published_, 0);
}

TEST_F(RuleReloaderTest, UnchangedFilesHaveOneState) {
  Write("rules: []");
  const uint64_t before = RuleFilesState({dir_.path()});
  Write("rules: []");
  EXPECT_EQ(RuleFilesState({dir_.path()}), before);
  Write("rules: [ ]");
  EXPECT_NE(RuleFilesState({dir_.path()}), before);
}

TEST_F(RuleReloaderTest, StopsAtOnceWhileItWaits) {
  RuleReloader& reloader = Make(std::chrono::hours(1));
  reloader.Start();
  reloader.Stop();
  reloader.Stop();
  EXPECT_EQ(published_, 0);
}

}  // namespace
}  // namespace faultline::ingest
