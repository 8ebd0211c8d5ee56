#include <algorithm>
#include <fstream>
#include <map>
#include <sstream>

#include "deploy/sample/generator.h"
#include "tests/testing/status_matchers.h"
#include "tests/testing/temp_dir.h"

namespace faultline::deploy {
namespace {

using ::faultline::testing::HasCode;
using ::faultline::testing::IsOk;
using ::faultline::testing::TempDir;

std::string ReadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

SampleOptions Options(uint64_t seed) {
  SampleOptions options;
  options.seed = seed;
  options.minutes = 5;
  options.start_us = 1'763'000'000'000'000;
  return options;
}

// All files of a sample, by name.
std::map<std::string, std::string> Generate(uint64_t seed) {
  TempDir folder;
  const absl::StatusOr<SampleSummary> summary = WriteSample(Options(seed), folder.path());
  EXPECT_THAT(summary, IsOk());
  std::map<std::string, std::string> files;
  if (!summary.ok()) return files;
  for (const SampleSummary::File& file : summary->files) {
    files[file.path.substr(folder.path().size())] = ReadFile(file.path);
  }
  return files;
}

TEST(SampleTest, TheSameSeedWritesTheSameBytes) { EXPECT_EQ(Generate(7), Generate(7)); }

TEST(SampleTest, AnotherSeedWritesOtherBytes) { EXPECT_NE(Generate(7), Generate(8)); }

TEST(SampleTest, TheSummaryCountsTheLines) {
  TempDir folder;
  const absl::StatusOr<SampleSummary> summary = WriteSample(Options(1), folder.path());
  ASSERT_THAT(summary, IsOk());
  for (const SampleSummary::File& file : summary->files) {
    const std::string text = ReadFile(file.path);
    EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), file.records) << file.path;
    EXPECT_GT(file.records, 0) << file.path;
  }
}

TEST(SampleTest, EveryCauseIsPlanted) {
  TempDir folder;
  SampleOptions options = Options(1);
  options.minutes = 30;
  const absl::StatusOr<SampleSummary> summary = WriteSample(options, folder.path());
  ASSERT_THAT(summary, IsOk());
  ASSERT_EQ(summary->planted.size(), 6U);
  for (const SampleSummary::Planted& planted : summary->planted) EXPECT_GE(planted.units, 100) << planted.service;
}

TEST(SampleTest, MinutesOutOfRangeAreRefused) {
  TempDir folder;
  SampleOptions options;
  options.minutes = 0;
  EXPECT_THAT(WriteSample(options, folder.path()), HasCode(absl::StatusCode::kInvalidArgument));
}

}  // namespace
}  // namespace faultline::deploy
