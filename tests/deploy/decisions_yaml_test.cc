// The file of decisions: what is written is read, and what is wrong is said with its line.
#include "deploy/cli/decisions_yaml.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "google/protobuf/util/message_differencer.h"
#include "google/protobuf/util/time_util.h"
#include "tests/testing/status_matchers.h"

namespace faultline::deploy {
namespace {

namespace v1 = faultline::v1;
using ::faultline::testing::IsOk;
using ::google::protobuf::util::MessageDifferencer;
using ::testing::HasSubstr;

v1::Decision Everything() {
  v1::Decision decision;
  decision.set_number(7);
  decision.set_kind(v1::DECISION_KIND_MERGE);
  decision.set_signature("v1:0000000000000001");
  decision.add_others("v1:0000000000000002");
  decision.add_others("v1:0000000000000003");
  decision.set_split_by("region");
  decision.set_name("yes: \"no\" # \xc3\xa9 \\ 'x'");
  decision.mutable_until()->set_seconds(1'800'000'000);
  decision.set_undoes(3);
  decision.set_who("1");
  *decision.mutable_time() = google::protobuf::util::TimeUtil::MicrosecondsToTimestamp(1'767'225'600'123'456);
  decision.set_why("null");
  (*decision.mutable_templates())["v1:0000000000000001"] = "- a: b";
  (*decision.mutable_templates())["v1:0000000000000002"] = "";
  return decision;
}

TEST(DecisionsYamlTest, WhatIsWrittenIsRead) {
  v1::Decision undo;
  undo.set_number(8);
  undo.set_kind(v1::DECISION_KIND_UNDO);
  undo.set_undoes(7);
  const std::string text = WriteDecisions({Everything(), undo});
  const auto read = ReadDecisions(text);
  ASSERT_THAT(read, IsOk());
  ASSERT_EQ(read->size(), 2U);
  EXPECT_TRUE(MessageDifferencer::Equals((*read)[0], Everything())) << text;
  EXPECT_TRUE(MessageDifferencer::Equals((*read)[1], undo)) << text;
}

// Files under version control are read by later releases, and change only where a decision does.
TEST(DecisionsYamlTest, TheFormStays) {
  v1::Decision decision;
  decision.set_number(1);
  decision.set_kind(v1::DECISION_KIND_SPLIT);
  decision.set_signature("v1:0000000000000001");
  decision.set_split_by("region");
  decision.set_who("ada");
  decision.mutable_time()->set_seconds(1'767'225'600);
  EXPECT_EQ(WriteDecisions({decision}), R"(format: faultline.decisions/1
decisions:
  - number: 1
    kind: split
    signature: "v1:0000000000000001"
    split_by: "region"
    who: "ada"
    time: "2026-01-01T00:00:00Z"
)");
  EXPECT_THAT(ReadDecisions(WriteDecisions({})), IsOk());
}

TEST(DecisionsYamlTest, MistakesAreSaidWithTheirLine) {
  const std::string head = "format: faultline.decisions/1\ndecisions:\n";
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"", "is no file of decisions"},
      {"[]", "is no file of decisions"},
      {"format: faultline.decisions/2\n", "is no file of decisions"},
      {"format: faultline.decisions/1\nrules: []\n", "line 2: unknown key rules"},
      {head + "  - {kind: merge\n", "line "},
      {head + "  - merge\n", "line 3: a decision must be a map"},
      {head + "  - {number: 1}\n", "line 3: a decision needs a kind"},
      {head + "  - {kind: merg}\n", "line 3: kind: there is no merg, did you mean merge?"},
      {head + "  - kind: merge\n    other: []\n", "line 4: unknown key other, did you mean others?"},
      {head + "  - {kind: merge, others: x}\n", "others: must be a list"},
      {head + "  - {kind: merge, others: [[x]]}\n", "others: must be one text"},
      {head + "  - {kind: undo, undoes: 0}\n", "undoes: must be a whole number"},
      {head + "  - {kind: undo, undoes: 1x}\n", "undoes: must be a whole number"},
      {head + "  - {kind: mute, until: soon}\n", "until: must be a time"},
      {head + "  - {kind: rename, name: \"\\xff\", templates: 3}\n", "templates: must be a map"},
      {"decisions: &a [*a]", "is no file of decisions"},
  };
  for (const auto& [text, what] : cases) {
    const auto read = ReadDecisions(text);
    EXPECT_TRUE(absl::IsInvalidArgument(read.status())) << text;
    EXPECT_THAT(std::string(read.status().message()), HasSubstr(what)) << text;
  }
}

}  // namespace
}  // namespace faultline::deploy
