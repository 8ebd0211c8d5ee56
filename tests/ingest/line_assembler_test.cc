#include "ingest/line_assembler.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/ingest/assembling.h"

namespace faultline::ingest {
namespace {

using ::faultline::testing::Assembling;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

std::string Docker(std::string_view text, std::string_view stream) {
  return R"({"log":")" + std::string(text) + R"(","stream":")" + std::string(stream) +
         R"(","time":"2026-11-24T15:00:00.1Z"})";
}

TEST(LineAssemblerTest, PutsAMessageAndItsTraceTogether) {
  Assembling lines;
  lines.Feed("2026-11-24 15:00:00,123 ERROR [mail] send failed")
      .Feed("Traceback (most recent call last):")
      .Feed("  File \"mail.py\", line 3, in send")
      .Feed("    connect()")
      .Feed("mail.Refused: no route")
      .Feed("2026-11-24 15:00:01,000 INFO [mail] next")
      .Flush();
  ASSERT_THAT(lines.events, SizeIs(2));
  EXPECT_EQ(lines.events[0].type, "mail.Refused");
  EXPECT_EQ(lines.events[0].offset, 0);
  EXPECT_EQ(lines.events[0].last_offset, 4);
  EXPECT_THAT(lines.events[0].message, HasSubstr("send failed"));
  EXPECT_THAT(lines.events[1].message, HasSubstr("next"));
}

TEST(LineAssemblerTest, KeepsTheTracesOfTwoProducersApart) {
  Assembling lines;
  const auto out = [](std::string_view text) { return Docker(std::string(text) + "\\n", "stdout"); };
  const auto err = [](std::string_view text) { return Docker(std::string(text) + "\\n", "stderr"); };
  lines.Feed(out("net.chat.FullException: a"))
      .Feed(err("net.chat.GoneException: b"))
      .Feed(out("\\tat net.chat.A.a(A.java:1)"))
      .Feed(err("\\tat net.chat.B.b(B.java:1)"))
      .Feed(out("Caused by: net.chat.LowException: c"))
      .Feed(err("\\tat net.chat.B.c(B.java:2)"))
      .Flush();
  EXPECT_THAT(lines.Texts(),
              ElementsAre("net.chat.FullException: a\n\tat net.chat.A.a(A.java:1)\nCaused by: net.chat.LowException: c",
                          "net.chat.GoneException: b\n\tat net.chat.B.b(B.java:1)\n\tat net.chat.B.c(B.java:2)"));
  EXPECT_EQ(lines.position[0], 6);
}

TEST(LineAssemblerTest, JoinsATraceToALineThatNamesItsServiceInItsText) {
  Assembling lines;
  lines.Feed("2026-11-24T15:00:00.218486Z [error    ] delivery failed    service=chat trace_id=ab")
      .Feed("Traceback (most recent call last):")
      .Feed("  File \"mail.py\", line 3, in send")
      .Feed("    connect()")
      .Feed("mail.Refused: no route")
      .Feed("2026-11-24T15:00:01.0Z\tERROR\tchat\tmain.go:11\tsend failed\t{\"service\": \"chat\", \"pid\": 7}")
      .Feed("main.deliver")
      .Feed("\t/srv/main.go:11")
      .Flush();
  ASSERT_THAT(lines.events, SizeIs(2));
  EXPECT_EQ(lines.events[0].type, "mail.Refused");
  EXPECT_EQ(lines.events[1].last_offset, 7);
  EXPECT_THAT(lines.events[1].text, HasSubstr("main.deliver"));
}

TEST(LineAssemblerTest, ThePositionMovesOnlyPastCompleteRecords) {
  Assembling lines;
  lines.Feed(Docker("net.chat.FullException: a\\n", "stdout"));
  EXPECT_EQ(lines.position[0], 0);
  // A record that is complete in itself waits for the line in front of it.
  lines.Feed(R"({"level":"error","message":"complete","trace_id":"4bf92f3577b34da6a3ce929d0e0e4736"})");
  EXPECT_EQ(lines.position[0], 0);
  lines.Feed(Docker("\\tat net.chat.A.a(A.java:1)\\n", "stdout"));
  EXPECT_EQ(lines.position[0], 0);
  lines.Feed(Docker("next\\n", "stdout"));
  EXPECT_EQ(lines.position[0], 3);
  ASSERT_THAT(lines.events, SizeIs(2));
  EXPECT_EQ(lines.events[0].last_offset, 2);
  EXPECT_EQ(lines.events[1].message, "complete");
}

TEST(LineAssemblerTest, RecordsOfStructureHaveTheirOutcomeAtOnce) {
  Assembling lines;
  lines.Feed(R"({"level":"error","message":"one"})").Feed(R"({"level":"error","message":"two"})");
  EXPECT_EQ(lines.position[0], 2);
}

TEST(LineAssemblerTest, JoinsWhatAContainerRuntimeBrokeOff) {
  Assembling lines;
  lines.Feed(Docker("do", "stdout"))
      .Feed(Docker("an ", "stderr"))
      .Feed(Docker("cker\\n", "stdout"))
      .Feed(Docker("other\\n", "stderr"))
      .Flush();
  EXPECT_THAT(lines.Texts(), ElementsAre("docker", "an other"));
}

TEST(LineAssemblerTest, JoinsThePartsOfLinesInTheFilesOfContainerRuntimes) {
  Assembling lines;
  lines.Feed("2026-11-24T15:00:00.1Z stdout P one ")
      .Feed("2026-11-24T15:00:00.1Z stderr P an ")
      .Feed("2026-11-24T15:00:00.2Z stdout F line")
      .Feed("2026-11-24T15:00:00.2Z stderr F other")
      .Flush();
  EXPECT_THAT(lines.Texts(), ElementsAre("one line", "an other"));
}

TEST(LineAssemblerTest, WhatTwoContainerRuntimesWroteIsNotOneLine) {
  Assembling lines;
  lines.Feed(Docker("begin ", "stdout"))
      .Feed("2026-11-24T15:00:00.904275089+00:00 stdout F whole")
      .Feed(Docker("end\\n", "stdout"))
      .Flush();
  EXPECT_THAT(lines.Texts(), ElementsAre("begin end", "whole"));
}

TEST(LineAssemblerTest, BlankLinesOfAContainerArePartOfItsTrace) {
  Assembling lines;
  for (const char* line :
       {"panic: no route", "", "goroutine 1 [running]:", "main.main()", "\\t/srv/mail/main.go:7 +0x2f"}) {
    lines.Feed(Docker(std::string(line) + "\\n", "stderr"));
  }
  lines.Flush();
  EXPECT_THAT(lines.Texts(),
              ElementsAre("panic: no route\n\ngoroutine 1 [running]:\nmain.main()\n\t/srv/mail/main.go:7 +0x2f"));
}

TEST(LineAssemblerTest, AnEmptyMessageWithALevelOfItsOwnIsARecord) {
  Assembling lines;
  lines.Feed("2026-11-24T15:00:00+00:00 INFO chatd[gateway]: payload dump")
      .Feed("2026-11-24T15:00:00+00:00 INFO chatd[gateway]: ")
      .Flush();
  EXPECT_THAT(lines.Texts(), ElementsAre("payload dump", ""));
}

TEST(LineAssemblerTest, FramesMakeATraceOfALineWhoseTypeNoRuleKnows) {
  Assembling lines;
  lines.Feed("net.chat.Full: a")
      .Feed("\tat net.chat.A.a(A.java:1)")
      .Feed("Caused by: net.chat.Low: c")
      .Feed("\tat net.chat.A.b(A.java:2)")
      .Feed("next")
      .Flush();
  ASSERT_THAT(lines.events, SizeIs(2));
  EXPECT_EQ(lines.events[0].last_offset, 3);
}

TEST(LineAssemblerTest, AnIndentAloneDoesNotJoinWhatSyslogFrames) {
  Assembling lines;
  lines.Feed("<134>1 2026-11-24T15:00:00Z h chatd 42 - - first")
      .Feed("<134>1 2026-11-24T15:00:00Z h chatd 42 - -    indented on purpose")
      .Flush();
  EXPECT_THAT(lines.events, SizeIs(2));
}

TEST(LineAssemblerTest, LinesBehindALineWithATimeGoOnWithIt) {
  Assembling lines;
  lines.Feed("2026-11-24 15:00:00,123 ERROR [mail] send failed:")
      .Feed("attempt 1: timeout")
      .Feed("attempt 2: refused")
      .Feed("2026-11-24 15:00:01,000 INFO [mail] next")
      .Feed("{\"level\":\"info\",\"message\":\"structured\"}")
      .Flush();
  ASSERT_THAT(lines.events, SizeIs(3));
  EXPECT_THAT(lines.events[0].text, HasSubstr("attempt 1: timeout\nattempt 2: refused"));
}

TEST(LineAssemblerTest, PlainLinesStayRecordsOfTheirOwn) {
  Assembling lines;
  lines.Feed("free(): invalid pointer").Feed("terminate called without an active exception").Feed("one more").Flush();
  EXPECT_THAT(lines.Texts(),
              ElementsAre("free(): invalid pointer", "terminate called without an active exception", "one more"));
}

TEST(LineAssemblerTest, EndsARecordAfterAWhileWithoutALine) {
  Assembling lines;
  lines.Feed("net.chat.FullException: a", 0, lines.now_us).Expire(/*idle=*/false);
  EXPECT_THAT(lines.events, SizeIs(0));
  lines.now_us += 600'000;
  lines.Expire(/*idle=*/false);
  EXPECT_THAT(lines.events, SizeIs(1));
  EXPECT_EQ(lines.position[0], 1);
}

TEST(LineAssemblerTest, AFileWaitsWhileThereIsMoreToRead) {
  Assembling lines;
  lines.Feed("net.chat.FullException: a");
  lines.now_us += 600'000;
  lines.Expire(/*idle=*/false);
  EXPECT_THAT(lines.events, SizeIs(0));
  lines.Expire(/*idle=*/true);
  EXPECT_THAT(lines.events, SizeIs(1));
}

TEST(LineAssemblerTest, AGapOnKafkasClockEndsARecord) {
  Assembling lines;
  lines.Feed("net.chat.FullException: a", 0, lines.now_us)
      .Feed("\tat net.chat.A.a(A.java:1)", 0, lines.now_us + 6'000'000);
  lines.Flush();
  EXPECT_THAT(lines.events, SizeIs(2));
}

TEST(LineAssemblerTest, ATraceOfTwentyThousandLinesIsOneFlaggedRecord) {
  Assembling lines;
  lines.Feed("net.chat.FullException: a");
  for (int i = 0; i < 20'000; ++i) lines.Feed("\tat net.chat.A.recurse(A.java:" + std::to_string(i) + ")");
  lines.Feed("next").Flush();
  ASSERT_THAT(lines.events, SizeIs(2));
  EXPECT_EQ(lines.events[0].last_offset, 20'000);
  EXPECT_NE(lines.events[0].flags & store::kTextTruncated, 0);
  EXPECT_LE(lines.events[0].text.size(), 128u * 1024);
  EXPECT_EQ(lines.position[0], 20'002);
}

TEST(LineAssemblerTest, HoldsABoundedNumberOfRecords) {
  PipelineOptions options;
  options.lines.max_held_records = 10;
  Assembling lines(options);
  lines.Feed(Docker("net.chat.FullException: a\\n", "stdout"));
  for (int i = 0; i < 30; ++i) lines.Feed(R"({"level":"error","message":"complete"})");
  EXPECT_GE(lines.position[0], 21);
}

TEST(LineAssemblerTest, ALineThatComesTwiceWhileItIsHeldCountsOnce) {
  Assembling lines;
  lines.Feed("net.chat.FullException: a").Feed("\tat net.chat.A.a(A.java:1)");
  SourceRecord again;
  again.offset = 0;
  again.next_offset = 1;
  lines.FeedRecord(again, "net.chat.FullException: a").Feed("\tat net.chat.A.b(A.java:2)").Flush();
  EXPECT_THAT(lines.Texts(),
              ElementsAre("net.chat.FullException: a\n\tat net.chat.A.a(A.java:1)\n\tat net.chat.A.b(A.java:2)"));
  EXPECT_EQ(lines.held_repeats, 1);
}

TEST(LineAssemblerTest, ObjectsOfAPrettyArrayAreARecordEach) {
  Assembling lines;
  for (const char* line : {"[", "{", "  \"level\" : \"ERROR\",", "  \"instant\" : {",
                           "    \"epochSecond\" : 1795705200", "  },", "  \"message\" : \"no room\"", "}", ",", "{",
                           "  \"level\" : \"WARN\",", "  \"message\" : \"slow\"", "}", "]"}) {
    lines.Feed(line);
  }
  lines.Flush();
  ASSERT_EQ(lines.events.size(), 2U);
  EXPECT_EQ(lines.events[0].message, "no room");
  EXPECT_EQ(lines.events[0].severity, 17);
  EXPECT_EQ(lines.events[1].message, "slow");
  EXPECT_EQ(lines.events[1].last_offset, 13);
}

TEST(LineAssemblerTest, BlankRecordsInsideATextArePartOfIt) {
  Assembling lines;
  lines.Feed("panic: gone\n")
      .Feed("\n")
      .Feed("goroutine 4 [running]:\n")
      .Feed("main.main()\n")
      .Feed("\tm.go:6 +0x39\n")
      .Flush();
  EXPECT_THAT(lines.Texts(), ElementsAre("panic: gone\n\ngoroutine 4 [running]:\nmain.main()\n\tm.go:6 +0x39"));
  EXPECT_THAT(lines.reasons, SizeIs(0));
}

TEST(LineAssemblerTest, EveryRecordIsAccountedForWhateverTheOrder) {
  const std::vector<std::string> kinds = {"2026-11-24 15:00:00,123 ERROR [a] x",
                                          "\tat a.B.c(D.java:1)",
                                          "Traceback (most recent call last):",
                                          Docker("part", "stdout"),
                                          Docker("whole\\n", "stderr"),
                                          "2026-11-24T15:00:00.1Z stdout P p ",
                                          "{\"level\":\"error\",\"message\":\"m\"}",
                                          "<134>1 2026-11-24T15:00:00Z h chatd 42 - -",
                                          "\n",
                                          "{broken",
                                          "[{\"message\":\"a\"},{\"message\":\"b\"}]"};
  uint32_t random = 7;
  Assembling lines;
  for (int i = 0; i < 3'000; ++i) {
    random = random * 1'664'525 + 1'013'904'223;
    lines.Feed(kinds[(random >> 16) % kinds.size()]);
  }
  lines.Flush();
  EXPECT_EQ(lines.position[0], 3'000);
  int64_t last = -1;
  for (const Assembling::Seen& seen : lines.events) {
    EXPECT_LE(seen.offset, seen.last_offset);
    EXPECT_LT(seen.last_offset, 3'000);
    EXPECT_GE(seen.offset, last);  // a run's events are in order, and runs do not overlap
    last = seen.offset;
  }
}

}  // namespace
}  // namespace faultline::ingest
