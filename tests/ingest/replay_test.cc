// Dead letters that come again, over a real store: each once, and the sums stay true.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "ingest/letter_source.h"
#include "ingest/memory_source.h"
#include "ingest/pipeline.h"
#include "ingest/replayed_letters.h"
#include "store/store.h"
#include "tests/testing/status_matchers.h"
#include "tests/testing/temp_dir.h"

namespace faultline::ingest {
namespace {

using ::faultline::testing::IsOk;
using ::faultline::testing::TempDir;
using State = store::Writer::LetterState;

constexpr char kGood[] = R"({"level":"error","message":"disk full","message_id":"m-12345678","user_id":4711})";

class ReplayTest : public ::testing::Test {
 protected:
  void SetUp() override { Open(); }

  void Open() {
    store::StoreOptions options;
    options.path = dir_ / "store";
    options.background = false;
    auto opened = store::Store::Open(options);
    ASSERT_THAT(opened, IsOk());
    store_ = *std::move(opened);
  }

  void Run(RecordSource& source, Format format = Format::kAuto) {
    auto writer = store::Writer::Start({}, *store_);
    ASSERT_THAT(writer, IsOk());
    PipelineOptions options;
    options.decoder.format = format;
    std::vector<RuleError> errors;
    Pipeline pipeline(options, source, **writer, pseudonyms_, RuleSet::Parse("", "none.yaml", errors));
    ASSERT_THAT(pipeline.Run(), IsOk());
    ASSERT_THAT((*writer)->Close(), IsOk());
  }

  // JSON in a topic that is said to hold syslog: dead letters that are not lost.
  void MakeLetters(const std::vector<std::string>& values) {
    MemoryStream stream{"kafka:logs/0", {}};
    for (const std::string& value : values) stream.records.push_back({value, "", {}, 0});
    MemorySource source({}, {stream});
    Run(source, Format::kRfc5424);
  }

  std::vector<store::StoredDeadLetter> Letters() const { return *store_->ReadDeadLetters(0, 100); }

  store::StreamPosition Position(const std::string& stream) const {
    for (const store::StreamPosition& position : store_->Positions()) {
      if (position.stream == stream) return position;
    }
    return {};
  }

  int64_t Events() const { return store_->MeasureSize()->events; }

  TempDir dir_;
  const Pseudonyms pseudonyms_ = Pseudonyms::Ephemeral();
  std::unique_ptr<store::Store> store_;
};

TEST_F(ReplayTest, TakesEachLetterOnceAndMarksIt) {
  MakeLetters({kGood, kGood});
  ASSERT_EQ(Letters().size(), 2U);
  EXPECT_FALSE(Letters()[0].letter.damaged);
  for (int round = 0; round < 2; ++round) {
    LetterSource source(*store_, "");
    Run(source);
    EXPECT_EQ(source.letters(), round == 0 ? 2 : 0);
    EXPECT_EQ(Events(), 2);
  }
  for (const store::StoredDeadLetter& letter : Letters()) EXPECT_GT(letter.replayed_us, 0);
  const store::StreamPosition replayed = Position("replay:kafka:logs/0");
  EXPECT_EQ(replayed.replayed, 2);
  EXPECT_EQ(replayed.consumed, replayed.stored + replayed.attempts + replayed.dead_letters + replayed.repeats);
  // Records that came from the source: two, neither of them dead any more.
  const store::StreamPosition first = Position("kafka:logs/0");
  EXPECT_EQ(first.consumed + replayed.consumed - replayed.replayed, 2);
  EXPECT_EQ(first.dead_letters + replayed.dead_letters - replayed.replayed, 0);
}

TEST_F(ReplayTest, SurvivesTheStoreBeingClosedAndOpened) {
  MakeLetters({kGood});
  LetterSource source(*store_, "");
  Run(source);
  ASSERT_THAT(store_->Close(), IsOk());
  store_.reset();
  Open();
  LetterSource again(*store_, "");
  Run(again);
  EXPECT_EQ(again.letters(), 0);
  EXPECT_EQ(Events(), 1);
}

TEST_F(ReplayTest, TakesOnlyTheReasonAskedFor) {
  MakeLetters({kGood});
  LetterSource other(*store_, "record_too_large");
  Run(other);
  EXPECT_EQ(other.records(), 0);
  LetterSource asked(*store_, Letters()[0].letter.reason);
  Run(asked);
  EXPECT_EQ(asked.records(), 1);
}

TEST_F(ReplayTest, ARecordThatFailsAgainIsALetterOnceMore) {
  MakeLetters({R"({"level":"error","message":)"});
  LetterSource source(*store_, "");
  Run(source);
  const std::vector<store::StoredDeadLetter> letters = Letters();
  ASSERT_EQ(letters.size(), 2U);
  EXPECT_GT(letters[0].replayed_us, 0);
  EXPECT_EQ(letters[1].replayed_us, 0);
  EXPECT_EQ(letters[1].stream, "replay:kafka:logs/0");
}

TEST_F(ReplayTest, LeavesOutWhatIsNotAllThereAndSaysWhy) {
  MakeLetters({std::string(9'000, 'x'), std::string("\x80\x81\x00 binary", 10)});
  LetterSource source(*store_, "");
  Run(source);
  EXPECT_EQ(source.records(), 0);
  ASSERT_EQ(source.left_out().size(), 1U);
  EXPECT_THAT(source.left_out().begin()->first, ::testing::HasSubstr("not all there"));
  EXPECT_EQ(source.left_out().begin()->second, 2);
}

TEST_F(ReplayTest, WhatComesBackThroughKafkaIsTakenOnceHoweverOftenItIsSent) {
  MakeLetters({kGood});
  const store::StoredDeadLetter letter = Letters()[0];
  const MemoryRecord record{
      letter.letter.bytes,
      "",
      {{std::string(kReplayHeader), ReplayHeaderValue({letter.number, letter.offset, letter.stream})}},
      0};
  MemorySource source({}, {{"kafka:logs/1", {record, record}}});
  Run(source);
  EXPECT_EQ(Events(), 1);
  const store::StreamPosition position = Position("kafka:logs/1");
  EXPECT_EQ(position.stored, 1);
  EXPECT_EQ(position.repeats, 1);
  EXPECT_EQ(position.replayed, 1);
  EXPECT_EQ(position.next_offset, 2);
}

TEST_F(ReplayTest, AHeaderThatNamesALetterOfAnotherStoreChangesNothing) {
  MakeLetters({kGood});
  const MemoryRecord record{kGood, "", {{std::string(kReplayHeader), "1 0 kafka:other/0"}}, 0};
  MemorySource source({}, {{"kafka:logs/1", {record, record}}});
  Run(source);
  EXPECT_EQ(Events(), 2);
  EXPECT_EQ(Position("kafka:logs/1").replayed, 0);
  EXPECT_EQ(Letters()[0].replayed_us, 0);
}

TEST_F(ReplayTest, PrivateValuesDoNotComeBack) {
  MakeLetters({kGood});
  EXPECT_EQ(Letters()[0].letter.bytes.find("4711"), std::string::npos);
  LetterSource source(*store_, "");
  Run(source);
  ASSERT_EQ(Events(), 1);
}

TEST(LetterRecordsTest, LettersOfOneRecordComeBackAsOneRecord) {
  LetterRecords records("b");
  store::StoredDeadLetter letter;
  letter.stream = "kafka:logs/0";
  letter.offset = 7;
  letter.letter.bytes = "x";
  std::vector<LetterRecord> got;
  for (const auto& [number, reason] : {std::pair(1, "a"), std::pair(2, "b")}) {
    letter.number = static_cast<uint64_t>(number);
    letter.letter.reason = reason;
    EXPECT_FALSE(records.Add(letter).has_value());
  }
  const std::optional<LetterRecord> record = records.Finish();
  ASSERT_TRUE(record.has_value());
  EXPECT_EQ(record->letters.size(), 2U);
  EXPECT_EQ(record->Headers()[1].second, "2 7 kafka:logs/0");
}

TEST(LetterRecordsTest, ARecordOfWhichPartsAreStoredIsLeftOut) {
  LetterRecords records("");
  store::StoredDeadLetter letter;
  letter.letter.bytes = "x";
  letter.letter.partly_taken = true;
  records.Add(letter);
  EXPECT_FALSE(records.Finish().has_value());
  EXPECT_THAT(records.left_out().begin()->first, ::testing::HasSubstr("count twice"));
}

TEST(ReplayedLettersTest, ReadsItsOwnHeadersAndNoOthers) {
  const std::optional<store::LetterName> letter = ParseReplayHeader(ReplayHeaderValue({12, 8'812, "kafka:a b/0"}));
  ASSERT_TRUE(letter.has_value());
  EXPECT_EQ(letter->number, 12U);
  EXPECT_EQ(letter->offset, 8'812);
  EXPECT_EQ(letter->stream, "kafka:a b/0");
  for (const char* bad : {"", "1", "1 2", "1 2 ", "0 2 s", "-1 2 s", "x 2 s", "1 x s", "99999999999999999999 2 s"}) {
    EXPECT_FALSE(ParseReplayHeader(bad).has_value()) << bad;
  }
}

}  // namespace
}  // namespace faultline::ingest
