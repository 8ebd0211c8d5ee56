#include "ingest/line_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/testing/compress.h"
#include "tests/testing/status_matchers.h"
#include "tests/testing/temp_dir.h"

namespace faultline::ingest {
namespace {

using ::faultline::testing::AppendFile;
using ::faultline::testing::Gzip;
using ::faultline::testing::HasCode;
using ::faultline::testing::IsOk;
using ::faultline::testing::TempDir;
using ::faultline::testing::WriteFile;
using ::faultline::testing::Zstd;
using ::testing::ElementsAre;

class LineReaderTest : public ::testing::Test {
 protected:
  void Open(const std::string& bytes) {
    WriteFile(dir_ / "log", bytes);
    auto input = RawInput::Open(dir_ / "log");
    ASSERT_THAT(input, IsOk());
    auto text = TextStream::Open(*input, /*growing=*/false);
    ASSERT_THAT(text, IsOk());
    text_ = *std::move(text);
    reader_ = std::make_unique<LineReader>(options_, *text_);
  }
  // All lines; the status that ended them is in end_.
  std::vector<std::string> ReadAll() {
    std::vector<std::string> all;
    do {
      end_ = reader_->Next(/*last_line_ends=*/true, lines_);
      for (const Line& line : lines_) all.emplace_back(line.text);
    } while (end_.ok() && !lines_.empty());
    return all;
  }

  TempDir dir_;
  LineReaderOptions options_;
  std::unique_ptr<TextStream> text_;
  std::unique_ptr<LineReader> reader_;
  std::vector<Line> lines_;
  absl::Status end_;
};

TEST_F(LineReaderTest, SplitsAtNewlinesAndStripsCarriageReturns) {
  Open("one\r\ntwo\n\n\r\nthree \r\n");
  EXPECT_THAT(ReadAll(), ElementsAre("one", "two", "three "));
}

TEST_F(LineReaderTest, GivesALastLineWithoutNewline) {
  Open("one\ntwo");
  EXPECT_THAT(ReadAll(), ElementsAre("one", "two"));
}

TEST_F(LineReaderTest, OffsetsAreThoseOfTheText) {
  Open("ab\r\n\ncd\n");
  ASSERT_THAT(reader_->Next(true, lines_), IsOk());
  ASSERT_EQ(lines_.size(), 2u);
  EXPECT_EQ(lines_[0].offset, 0);
  EXPECT_EQ(lines_[0].next_offset, 4);
  EXPECT_EQ(lines_[1].offset, 5);
  EXPECT_EQ(lines_[1].next_offset, 8);
}

TEST_F(LineReaderTest, LinesThatCrossBlocksComeWhole) {
  options_.block_bytes = 3;
  Open("a line longer than a block\nb\n\nthe next\n");
  EXPECT_THAT(ReadAll(), ElementsAre("a line longer than a block", "b", "the next"));
}

TEST_F(LineReaderTest, CutsALineAboveTheLimitAndGoesOnBehindIt) {
  options_.block_bytes = 7;
  options_.max_line_bytes = 10;
  Open(std::string(35, 'x') + "\r\nshort\n" + std::string(10, 'y') + "\r\n" + std::string(11, 'z') + "\nend");
  EXPECT_THAT(ReadAll(), ElementsAre(std::string(10, 'x'), "short", std::string(10, 'y'), std::string(10, 'z'), "end"));
}

TEST_F(LineReaderTest, ACutLineKnowsItsSizeAndAWholeOneIsNotCut) {
  options_.block_bytes = 4;
  options_.max_line_bytes = 10;
  Open(std::string(35, 'x') + "\r\n" + std::string(10, 'y') + "\r\n");
  ASSERT_THAT(reader_->Next(true, lines_), IsOk());
  ASSERT_EQ(lines_.size(), 1u);
  EXPECT_TRUE(lines_[0].cut());
  EXPECT_EQ(lines_[0].size, 35);
  EXPECT_EQ(lines_[0].next_offset, 37);
  ASSERT_THAT(reader_->Next(true, lines_), IsOk());
  ASSERT_EQ(lines_.size(), 1u);
  EXPECT_FALSE(lines_[0].cut());
}

TEST_F(LineReaderTest, AnUnfinishedLineWaitsForItsNewline) {
  Open("one\ntw");
  ASSERT_THAT(reader_->Next(/*last_line_ends=*/false, lines_), IsOk());
  ASSERT_EQ(lines_.size(), 1u);
  ASSERT_THAT(reader_->Next(false, lines_), IsOk());
  EXPECT_TRUE(lines_.empty());
  EXPECT_TRUE(reader_->at_end());
  AppendFile(dir_ / "log", "o\n");
  ASSERT_THAT(reader_->Next(false, lines_), IsOk());
  ASSERT_EQ(lines_.size(), 1u);
  EXPECT_EQ(lines_[0].text, "two");
}

TEST_F(LineReaderTest, ReadsGzipOfSeveralMembersAndPadding) {
  Open(Gzip("one\ntw") + Gzip("o\nthree\n") + std::string(512, '\0'));
  EXPECT_THAT(ReadAll(), ElementsAre("one", "two", "three"));
  EXPECT_THAT(end_, IsOk());
}

TEST_F(LineReaderTest, ReadsZstdOfSeveralFrames) {
  Open(Zstd("one\ntw") + Zstd("o\nthree\n"));
  EXPECT_THAT(ReadAll(), ElementsAre("one", "two", "three"));
  EXPECT_THAT(end_, IsOk());
}

TEST_F(LineReaderTest, ReadsCompressedTextThatIsMuchLargerThanABlock) {
  options_.block_bytes = 1000;
  std::string text;
  for (int i = 0; i < 200'000; ++i) text += "0123456789\n";
  for (const std::string& compressed : {Gzip(text), Zstd(text)}) {
    Open(compressed);
    EXPECT_EQ(ReadAll().size(), 200'000u);
    EXPECT_THAT(end_, IsOk());
  }
}

TEST_F(LineReaderTest, CompressedDataThatEndsEarlyIsAnErrorAfterTheLinesBefore) {
  std::string text;
  for (int i = 0; i < 20'000; ++i) text += "line " + std::to_string(i * 7919) + "\n";
  for (std::string compressed : {Gzip(text), Zstd(text)}) {
    compressed.resize(compressed.size() / 2);
    Open(compressed);
    ReadAll();
    EXPECT_THAT(end_, HasCode(absl::StatusCode::kOutOfRange));
  }
}

TEST_F(LineReaderTest, BrokenCompressedDataIsDataLoss) {
  for (std::string compressed : {Gzip("one\ntwo\n"), Zstd(std::string(5000, 'x'))}) {
    for (size_t i = 6; i < compressed.size(); ++i) compressed[i] = static_cast<char>(~compressed[i]);
    Open(compressed);
    ReadAll();
    EXPECT_THAT(end_, HasCode(absl::StatusCode::kDataLoss));
  }
}

TEST_F(LineReaderTest, ATextOfNulBytesIsOneLine) {
  Open(std::string(1000, '\0'));
  EXPECT_THAT(ReadAll(), ElementsAre(std::string(1000, '\0')));
}

TEST_F(LineReaderTest, SeekingBackInCompressedTextReadsItAgain) {
  Open(Gzip("one\ntwo\nthree\n"));
  ReadAll();
  auto there = text_->SeekTo(4);
  ASSERT_THAT(there, IsOk());
  ASSERT_TRUE(*there);
  reader_ = std::make_unique<LineReader>(options_, *text_);
  EXPECT_THAT(ReadAll(), ElementsAre("two", "three"));
}

TEST_F(LineReaderTest, EndsLinesWithCarriageReturnsWhereThereIsNothingElse) {
  Open("one\rtwo\r\rthree");
  EXPECT_THAT(ReadAll(), ElementsAre("one", "two", "three"));
  Open("one\rtwo\nthree\r\n");
  EXPECT_THAT(ReadAll(), ElementsAre("one\rtwo", "three"));
  Open("one\r");
  EXPECT_THAT(ReadAll(), ElementsAre("one"));
}

TEST_F(LineReaderTest, GivesDocumentsWholeWhereTheFirstLineBeginsOne) {
  for (const size_t block : {size_t{1}, size_t{7}, size_t{4096}}) {
    options_.block_bytes = block;
    Open("{\n  \"a\": 1\n}\n{\n  \"b\": {\n  }\n}\nend\n{\n  \"cut\": 1\n");
    EXPECT_THAT(ReadAll(), ElementsAre("{\n  \"a\": 1\n}", "{\n  \"b\": {\n  }\n}", "end", "{\n  \"cut\": 1\n"));
    Open("text\n{\n  \"a\": 1\n}\n");
    EXPECT_THAT(ReadAll(), ElementsAre("text", "{", "  \"a\": 1", "}"));
  }
}

TEST_F(LineReaderTest, ReadsUtf16) {
  Open(
      std::string("\xff\xfe"
                  "a\0\n\0b\0\n\0",
                  10));
  EXPECT_THAT(ReadAll(), ElementsAre("a", "b"));
  Open(std::string("\xfe\xff\0a\0\r\0\n\0b", 10));
  EXPECT_THAT(ReadAll(), ElementsAre("a", "b"));
}

}  // namespace
}  // namespace faultline::ingest
