// A store written by each released format must open for ever. tests/store/golden/vN
// holds one, and what it must say in expected.txt. A new format gets a new folder:
//   FAULTLINE_WRITE_GOLDEN=tests/store/golden/vN golden_test
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <numeric>
#include <string>
#include <vector>

#include "store/store.h"
#include "store/writer.h"
#include "tests/store/event_maker.h"
#include "tests/store/store_checks.h"
#include "tests/testing/status_matchers.h"
#include "tests/testing/temp_dir.h"

namespace faultline::store {
namespace {

using ::faultline::testing::AddRecord;
using ::faultline::testing::Describe;
using ::faultline::testing::EventMaker;
using ::faultline::testing::IsOk;
using ::faultline::testing::NewStream;
using ::faultline::testing::OnDisk;
using ::faultline::testing::TempDir;

void AppendEvents(const Segment& segment, std::string& text) {
  std::vector<uint32_t> ordinals(segment.size());
  std::iota(ordinals.begin(), ordinals.end(), 0);
  const auto events = segment.ReadEvents(ordinals);
  ASSERT_THAT(events, IsOk());
  for (const OwnedEvent& event : *events) {
    text += "event " + std::to_string(event.sequence) + "\n" + Describe(event.event);
    for (int kind = 0; kind < kIdKinds; ++kind) {
      const std::string_view id = event.event.ids[static_cast<size_t>(kind)];
      if (!id.empty()) text += "found " + std::to_string(segment.FindId(static_cast<IdKind>(kind), id)->size()) + "\n";
    }
  }
}

// Everything that can be read out of a store, as text.
std::string DescribeStore(const Store& store) {
  std::string text;
  for (const auto& segment : store.view()->segments) AppendEvents(*segment, text);
  for (const StreamPosition& p : store.Positions()) {
    text += "position " + p.stream + " " + p.label + " " + std::to_string(p.next_offset) + " " +
            std::to_string(p.last_checksum) + " " + std::to_string(p.consumed) + " " + std::to_string(p.stored) + " " +
            std::to_string(p.attempts) + " " + std::to_string(p.dead_letters) + " " + std::to_string(p.repeats) + "\n";
  }
  const auto attempts = store.ReadAttempts(0, INT64_MAX);
  EXPECT_THAT(attempts, IsOk());
  for (const AttemptsCell& cell : *attempts) {
    text += "attempts " + std::to_string(cell.minute) + " " + cell.operation + " " + cell.dimensions[3] + " " +
            std::to_string(cell.count) + "\n";
  }
  const auto letters = store.ReadDeadLetters(0, 100);
  EXPECT_THAT(letters, IsOk());
  for (const StoredDeadLetter& letter : *letters) {
    text += "dead letter " + std::to_string(letter.number) + " " + letter.stream + " " + letter.letter.reason + " " +
            letter.letter.bytes + "\n";
  }
  const auto signature = store.FindSignature(7);
  EXPECT_THAT(signature, IsOk());
  text += "signature " + (signature->has_value() ? (*signature)->title : "none") + "\n";
  return text;
}

void WriteGolden(const std::string& folder) {
  auto store = Store::Open(OnDisk(folder));
  ASSERT_THAT(store, IsOk());
  WriterOptions options;
  options.max_segment_events = 60;
  auto writer = Writer::Start(options, **store);
  ASSERT_THAT(writer, IsOk());
  const uint32_t stream = (*writer)->AddStream(NewStream("golden"));
  SignatureDefinition definition;
  definition.signature = 7;
  definition.title = "seven";
  (*writer)->AddSignature(definition);
  EventMaker maker(20261125);
  const std::vector<Event> events = maker.MakeMany(100);
  for (const Event& event : events) ASSERT_THAT(AddRecord(**writer, stream, {&event, 1}), IsOk());
  Attempts attempts;
  attempts.minute = 28'333'333;
  attempts.operation = "send";
  attempts.count = 41;
  attempts.dimensions[static_cast<size_t>(Dimension::kRegion)] = "eu-west";
  const DeadLetter letter{"json_malformed", "line 1", "{", 1, 1'700'000'000'000'000};
  RecordOutcome outcome;
  outcome.stream = stream;
  outcome.offset = 100;
  outcome.next_offset = 101;
  outcome.attempts = {&attempts, 1};
  outcome.dead_letters = {&letter, 1};
  ASSERT_THAT((*writer)->Add(outcome), IsOk());
  ASSERT_THAT((*writer)->Close(), IsOk());
  ASSERT_THAT((*store)->Settle(), IsOk());
  std::ofstream(folder + "/expected.txt") << DescribeStore(**store);
  ASSERT_THAT((*store)->Close(), IsOk());
  // RocksDB needs its tables, the manifest and CURRENT.
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    const std::string name = entry.path().filename().string();
    if (name.starts_with("LOG") || name.starts_with("OPTIONS") || name == "LOCK" || name.ends_with(".log")) {
      std::filesystem::remove(entry.path());
    }
  }
}

TEST(GoldenTest, EveryReleasedFormatOpensAndSaysTheSame) {
  if (const char* folder = std::getenv("FAULTLINE_WRITE_GOLDEN"); folder != nullptr) WriteGolden(folder);
  int formats = 0;
  for (const auto& entry : std::filesystem::directory_iterator(FAULTLINE_SOURCE_DIR "/tests/store/golden")) {
    TempDir dir;
    std::filesystem::copy(entry.path(), dir.path(), std::filesystem::copy_options::recursive);
    auto store = Store::Open(OnDisk(dir.path()));
    ASSERT_THAT(store, IsOk()) << entry.path();
    std::ifstream file(entry.path() / "expected.txt");
    const std::string expected(std::istreambuf_iterator<char>(file), {});
    EXPECT_EQ(DescribeStore(**store), expected) << entry.path();
    ++formats;
  }
  EXPECT_GE(formats, 1);
}

}  // namespace
}  // namespace faultline::store
