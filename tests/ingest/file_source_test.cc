#include "ingest/file_source.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include "tests/testing/compress.h"
#include "tests/testing/fake_registry.h"
#include "tests/testing/status_matchers.h"
#include "tests/testing/temp_dir.h"

namespace faultline::ingest {
namespace {

using ::faultline::testing::AppendFile;
using ::faultline::testing::FakeRegistry;
using ::faultline::testing::Gzip;
using ::faultline::testing::HasCode;
using ::faultline::testing::IsOk;
using ::faultline::testing::TempDir;
using ::faultline::testing::WriteFile;
using ::faultline::testing::Zstd;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class FileSourceTest : public ::testing::Test {
 protected:
  // Reads the files to their end and returns what Poll said at last.
  absl::Status Load(const std::vector<std::string>& paths) {
    FileSourceOptions options = options_;
    options.paths = paths;
    FileSource source(options);
    absl::Status status = source.Start(registry_);
    SourceBatch batch;
    while (status.ok() && !batch.end_of_input) {
      status = source.Poll(std::chrono::milliseconds(50), batch);
      if (status.ok()) registry_.Take(batch);
    }
    source.Stop();
    return status;
  }
  // Loads `bytes` as standard input, through a pipe.
  absl::Status LoadPiped(const std::string& bytes) {
    const std::string command = "cat '" + (dir_ / "piped") + "'";
    WriteFile(dir_ / "piped", bytes);
    FILE* pipe = popen(command.c_str(), "r");
    const int saved = dup(STDIN_FILENO);
    dup2(fileno(pipe), STDIN_FILENO);
    const absl::Status status = Load({"-"});
    dup2(saved, STDIN_FILENO);
    close(saved);
    pclose(pipe);
    return status;
  }

  TempDir dir_;
  FileSourceOptions options_;
  FakeRegistry registry_;
};

TEST_F(FileSourceTest, ReadsFilesOneAfterTheOtherToTheirEnd) {
  WriteFile(dir_ / "a.log", "a1\na2\n");
  WriteFile(dir_ / "b.log", "b1\nb2");
  ASSERT_THAT(Load({dir_ / "*.log"}), IsOk());
  EXPECT_THAT(registry_.values, ElementsAre("a1", "a2", "b1", "b2"));
  EXPECT_EQ(registry_.positions()[0].label, dir_ / "a.log");
}

TEST_F(FileSourceTest, ReadsWhatIsCompressedWhateverItsName) {
  WriteFile(dir_ / "a", Gzip("a1\na2\n"));
  WriteFile(dir_ / "b", Zstd("b1\n"));
  ASSERT_THAT(Load({dir_ / "a", dir_ / "b"}), IsOk());
  EXPECT_THAT(registry_.values, ElementsAre("a1", "a2", "b1"));
}

TEST_F(FileSourceTest, LoadingAFileAgainDeliversNothing) {
  WriteFile(dir_ / "a", "a1\na2\n");
  ASSERT_THAT(Load({dir_ / "a"}), IsOk());
  ASSERT_THAT(Load({dir_ / "a", dir_ / "a"}), IsOk());
  EXPECT_THAT(registry_.values, ElementsAre("a1", "a2"));
  EXPECT_EQ(registry_.repeats, 0);
}

TEST_F(FileSourceTest, ARenamedOrCompressedOrPipedFileIsTheSame) {
  const std::string text = "first\r\nsecond\r\nlast without newline";
  WriteFile(dir_ / "a", text);
  ASSERT_THAT(Load({dir_ / "a"}), IsOk());
  std::filesystem::rename(dir_ / "a", dir_ / "b");
  WriteFile(dir_ / "c", Gzip(text));
  WriteFile(dir_ / "d", Zstd(text));
  ASSERT_THAT(Load({dir_ / "b", dir_ / "c", dir_ / "d"}), IsOk());
  ASSERT_THAT(LoadPiped(text), IsOk());
  ASSERT_THAT(LoadPiped(Gzip(text)), IsOk());
  EXPECT_EQ(registry_.values.size(), 3u);
  EXPECT_EQ(registry_.repeats, 0);
  EXPECT_EQ(registry_.positions().size(), 1u);
}

TEST_F(FileSourceTest, AFileThatHasGrownGoesOnWhereItWasLeft) {
  WriteFile(dir_ / "a", "a1\na2\n");
  ASSERT_THAT(Load({dir_ / "a"}), IsOk());
  AppendFile(dir_ / "a", "a3\n");
  ASSERT_THAT(Load({dir_ / "a"}), IsOk());
  EXPECT_THAT(registry_.values, ElementsAre("a1", "a2", "a3"));
  EXPECT_EQ(registry_.repeats, 0);
}

TEST_F(FileSourceTest, FilesThatOnlyBeginAlikeAreTwoStreams) {
  WriteFile(dir_ / "a", "# header\na2\na3\n");
  WriteFile(dir_ / "b", "# header\nb2\n");
  ASSERT_THAT(Load({dir_ / "a", dir_ / "b"}), IsOk());
  ASSERT_THAT(Load({dir_ / "b", dir_ / "a"}), IsOk());
  EXPECT_THAT(registry_.values, ElementsAre("# header", "a2", "a3", "# header", "b2"));
  EXPECT_EQ(registry_.positions().size(), 2u);
  EXPECT_NE(registry_.positions()[0].stream, registry_.positions()[1].stream);
}

TEST_F(FileSourceTest, PipesThatOnlyBeginAlikeAreTwoStreams) {
  ASSERT_THAT(LoadPiped("# header\na2\na3\n"), IsOk());
  ASSERT_THAT(LoadPiped("# header\nb2\nb3 is longer than the other\n"), IsOk());
  EXPECT_EQ(registry_.values.size(), 6u);
  EXPECT_EQ(registry_.positions()[1].label, "stdin");
}

TEST_F(FileSourceTest, AFileLoadedInPartGoesOnInTheMiddle) {
  std::string text;
  for (int i = 0; i < 20'000; ++i) text += "line " + std::to_string(i) + "\n";
  WriteFile(dir_ / "a", Zstd(text));
  options_.paths = {dir_ / "a"};
  options_.block_bytes = 10'000;
  {
    FileSource source(options_);
    ASSERT_THAT(source.Start(registry_), IsOk());
    SourceBatch batch;
    ASSERT_THAT(source.Poll(std::chrono::milliseconds(0), batch), IsOk());
    registry_.Take(batch);
  }
  ASSERT_LT(registry_.values.size(), 20'000u);
  ASSERT_THAT(Load({dir_ / "a"}), IsOk());
  ASSERT_EQ(registry_.values.size(), 20'000u);
  EXPECT_EQ(registry_.values.back(), "line 19999");
  EXPECT_EQ(registry_.repeats, 0);
}

TEST_F(FileSourceTest, ALineAboveTheLimitIsCutAndNamed) {
  WriteFile(dir_ / "a", "before\n" + std::string(9 << 20, 'x') + "\nafter\n");
  ASSERT_THAT(Load({dir_ / "a"}), IsOk());
  ASSERT_EQ(registry_.values.size(), 3u);
  EXPECT_EQ(registry_.values[1].size(), 8u << 20);
  EXPECT_THAT(registry_.errors, ElementsAre("", "record_too_large", ""));
  EXPECT_EQ(registry_.sizes[1], 9 << 20);
  EXPECT_EQ(registry_.values[2], "after");
}

TEST_F(FileSourceTest, AFileThatEndsInACutLineIsFoundAgain) {
  WriteFile(dir_ / "a", "before\n" + std::string(100, 'x') + "\n");
  options_.max_record_bytes = 10;
  ASSERT_THAT(Load({dir_ / "a"}), IsOk());
  ASSERT_THAT(Load({dir_ / "a"}), IsOk());
  EXPECT_EQ(registry_.values.size(), 2u);
  EXPECT_EQ(registry_.repeats, 0);
}

TEST_F(FileSourceTest, AnEmptyFileAndOneOfEmptyLinesHaveNoRecords) {
  WriteFile(dir_ / "a", "");
  WriteFile(dir_ / "b", "\n\r\n\n");
  WriteFile(dir_ / "c", Gzip(""));
  ASSERT_THAT(Load({dir_ / "a", dir_ / "b", dir_ / "c"}), IsOk());
  EXPECT_TRUE(registry_.positions().empty());
}

TEST_F(FileSourceTest, WhatCannotBeOpenedIsAnErrorThatNamesIt) {
  std::filesystem::create_directory(dir_ / "folder");
  WriteFile(dir_ / "good", "a\n");
  const absl::Status missing = Load({dir_ / "good", dir_ / "missing.log"});
  EXPECT_THAT(missing, HasCode(absl::StatusCode::kNotFound));
  EXPECT_THAT(std::string(missing.message()), HasSubstr("missing.log"));
  EXPECT_THAT(Load({dir_ / "*.none"}), HasCode(absl::StatusCode::kNotFound));
  EXPECT_THAT(Load({dir_ / "folder"}), HasCode(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(Load({}), HasCode(absl::StatusCode::kInvalidArgument));
  EXPECT_TRUE(registry_.values.empty());
}

TEST_F(FileSourceTest, AFileWithoutPermissionIsAnError) {
  if (geteuid() == 0) GTEST_SKIP() << "root may read everything";
  WriteFile(dir_ / "secret", "a\n");
  chmod((dir_ / "secret").c_str(), 0);
  EXPECT_THAT(Load({dir_ / "secret"}), HasCode(absl::StatusCode::kPermissionDenied));
}

TEST_F(FileSourceTest, ABrokenFileDoesNotKeepTheOthersFromBeingRead) {
  std::string broken = Gzip(std::string(100'000, 'x') + "\ny\n");
  broken.resize(broken.size() / 2);
  WriteFile(dir_ / "a", broken);
  WriteFile(dir_ / "b", "b1\n");
  const absl::Status status = Load({dir_ / "a", dir_ / "b"});
  EXPECT_THAT(status, HasCode(absl::StatusCode::kOutOfRange));
  EXPECT_THAT(std::string(status.message()), HasSubstr(dir_ / "a"));
  EXPECT_THAT(registry_.values, ElementsAre("b1"));
}

TEST_F(FileSourceTest, PausedItGivesNothing) {
  WriteFile(dir_ / "a", "a1\n");
  options_.paths = {dir_ / "a"};
  FileSource source(options_);
  ASSERT_THAT(source.Start(registry_), IsOk());
  source.SetPaused(true);
  SourceBatch batch;
  ASSERT_THAT(source.Poll(std::chrono::milliseconds(0), batch), IsOk());
  EXPECT_TRUE(batch.records.empty());
  source.SetPaused(false);
  ASSERT_THAT(source.Poll(std::chrono::milliseconds(0), batch), IsOk());
  EXPECT_EQ(batch.records.size(), 1u);
}

}  // namespace
}  // namespace faultline::ingest
