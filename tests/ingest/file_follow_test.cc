#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "ingest/file_source.h"
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
using ::testing::ElementsAre;
using ::testing::UnorderedElementsAre;

class FileFollowTest : public ::testing::Test {
 protected:
  void Follow(const std::vector<std::string>& paths) {
    FileSourceOptions options;
    options.paths = paths;
    options.follow = true;
    options.follower.scan_interval = std::chrono::milliseconds(1);
    options.follower.gone_patience = patience_;
    options.follower.reader.settle = std::chrono::milliseconds(20);
    options.follower.max_open_files = max_open_files_;
    source_ = std::make_unique<FileSource>(options);
    ASSERT_THAT(source_->Start(registry_), IsOk());
  }
  // Polls until `count` records were stored; fails after some seconds.
  void ReadUntil(size_t count) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    while (registry_.values.size() < count && std::chrono::steady_clock::now() < deadline) PollOnce();
    ASSERT_EQ(registry_.values.size(), count);
  }
  // Enough polls for whatever could still come to have come.
  void ReadOn() {
    for (int i = 0; i < 20; ++i) PollOnce();
  }
  void PollOnce() {
    ASSERT_THAT(source_->Poll(std::chrono::milliseconds(1), batch_), IsOk());
    registry_.Take(batch_);
  }

  TempDir dir_;
  FakeRegistry registry_;
  std::chrono::milliseconds patience_{10'000};
  size_t max_open_files_ = 512;
  std::unique_ptr<FileSource> source_;
  SourceBatch batch_;
};

TEST_F(FileFollowTest, ReadsWhatIsAppended) {
  WriteFile(dir_ / "a", "one\n");
  Follow({dir_ / "a"});
  ReadUntil(1);
  AppendFile(dir_ / "a", "two\nthree\n");
  ReadUntil(3);
  EXPECT_THAT(registry_.values, ElementsAre("one", "two", "three"));
}

TEST_F(FileFollowTest, AHalfWrittenLineWaitsForItsEnd) {
  WriteFile(dir_ / "a", "one\ntw");
  Follow({dir_ / "a"});
  ReadUntil(1);
  ReadOn();
  EXPECT_EQ(registry_.values.size(), 1u);
  AppendFile(dir_ / "a", "o\n");
  ReadUntil(2);
  EXPECT_EQ(registry_.values[1], "two");
}

TEST_F(FileFollowTest, AnEmptyFileIsFollowedFromItsFirstLine) {
  WriteFile(dir_ / "a", "");
  Follow({dir_ / "a"});
  ReadOn();
  AppendFile(dir_ / "a", "on");
  ReadOn();
  AppendFile(dir_ / "a", "e\n");
  ReadUntil(1);
  EXPECT_EQ(registry_.values[0], "one");
}

TEST_F(FileFollowTest, ARotatedFileIsReadToItsEndAndTheNewOneFromItsStart) {
  WriteFile(dir_ / "a", "one\n");
  Follow({dir_ / "a"});
  ReadUntil(1);
  std::ofstream writer(dir_ / "a", std::ios::app);  // still has the old file
  std::filesystem::rename(dir_ / "a", dir_ / "a.1");
  WriteFile(dir_ / "a", "three\n");
  ReadUntil(2);
  writer << "two\n" << std::flush;
  ReadUntil(3);
  EXPECT_THAT(registry_.values, ElementsAre("one", "three", "two"));
}

TEST_F(FileFollowTest, ARotatedFileThatThePatternMatchesIsNotReadTwice) {
  WriteFile(dir_ / "a.log", "one\ntwo\n");
  Follow({dir_ / "a.log*"});
  ReadUntil(2);
  std::filesystem::rename(dir_ / "a.log", dir_ / "a.log.1");
  WriteFile(dir_ / "a.log", "three\n");
  ReadUntil(3);
  WriteFile(dir_ / "a.log.2.gz", Gzip("one\ntwo\n"));
  ReadOn();
  EXPECT_THAT(registry_.values, ElementsAre("one", "two", "three"));
  EXPECT_EQ(registry_.repeats, 0);
}

TEST_F(FileFollowTest, ARemovedFileGivesItsUnfinishedLineWhenItIsClosed) {
  patience_ = std::chrono::milliseconds(5);
  WriteFile(dir_ / "a", "one\ntwo");
  Follow({dir_ / "a"});
  ReadUntil(1);
  std::filesystem::remove(dir_ / "a");
  ReadUntil(2);
  EXPECT_EQ(registry_.values[1], "two");
}

TEST_F(FileFollowTest, ATruncatedFileStartsAgain) {
  WriteFile(dir_ / "a", "one\ntwo\n");
  Follow({dir_ / "a"});
  ReadUntil(2);
  std::filesystem::resize_file(dir_ / "a", 0);
  AppendFile(dir_ / "a", "x\n");
  ReadUntil(3);
  EXPECT_THAT(registry_.values, ElementsAre("one", "two", "x"));
}

TEST_F(FileFollowTest, AFileTruncatedAndGrownBeyondItsOldEndStartsAgain) {
  WriteFile(dir_ / "a", "one\ntwo\n");
  Follow({dir_ / "a"});
  ReadUntil(2);
  ReadOn();
  WriteFile(dir_ / "a", "another first line\nand a second\n");
  ReadUntil(4);
  EXPECT_THAT(registry_.values, ElementsAre("one", "two", "another first line", "and a second"));
}

TEST_F(FileFollowTest, AFileTruncatedAndBegunWithTheSameLineIsANewStream) {
  WriteFile(dir_ / "a", "# header\none\n");
  Follow({dir_ / "a"});
  ReadUntil(2);
  WriteFile(dir_ / "a", "# header\n");
  ReadUntil(3);
  AppendFile(dir_ / "a", "two\n");
  ReadUntil(4);
  EXPECT_EQ(registry_.positions().size(), 2u);
}

TEST_F(FileFollowTest, NewFilesThatMatchArePickedUp) {
  Follow({dir_ / "*.log"});
  ReadOn();
  WriteFile(dir_ / "a.log", "one\n");
  ReadUntil(1);
  WriteFile(dir_ / "b.log", "two\n");
  ReadUntil(2);
}

TEST_F(FileFollowTest, AGzipFileStillBeingWrittenIsReadOnWhenItIsComplete) {
  std::string text;
  for (int i = 0; i < 5'000; ++i) text += "line " + std::to_string(i * 7919) + "\n";
  const std::string gz = Gzip(text);
  WriteFile(dir_ / "a.gz", gz.substr(0, gz.size() / 2));
  Follow({dir_ / "*.gz"});
  ReadOn();
  AppendFile(dir_ / "a.gz", gz.substr(gz.size() / 2));
  ReadUntil(5'000);
  EXPECT_EQ(registry_.repeats, 0);
}

TEST_F(FileFollowTest, MoreFilesThanMayBeOpenAreAllRead) {
  max_open_files_ = 2;
  for (int i = 0; i < 6; ++i) WriteFile(dir_ / (std::to_string(i) + ".log"), "start " + std::to_string(i) + "\n");
  Follow({dir_ / "*.log"});
  ReadUntil(6);
  for (int i = 0; i < 6; ++i) AppendFile(dir_ / (std::to_string(i) + ".log"), "end " + std::to_string(i) + "\n");
  ReadUntil(12);
  EXPECT_EQ(registry_.repeats, 0);
}

TEST_F(FileFollowTest, ARestartGoesOnWithTheUnfinishedLine) {
  WriteFile(dir_ / "a", "one\ntw");
  Follow({dir_ / "a"});
  ReadUntil(1);
  source_->Stop();
  AppendFile(dir_ / "a", "o\nthree\n");
  Follow({dir_ / "a"});
  ReadUntil(3);
  EXPECT_THAT(registry_.values, ElementsAre("one", "two", "three"));
  EXPECT_EQ(registry_.repeats, 0);
}

TEST_F(FileFollowTest, StandardInputCannotBeFollowed) {
  FileSourceOptions options;
  options.paths = {"-"};
  options.follow = true;
  FileSource source(options);
  EXPECT_THAT(source.Start(registry_), HasCode(absl::StatusCode::kInvalidArgument));
}

}  // namespace
}  // namespace faultline::ingest
