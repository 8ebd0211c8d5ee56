#include "ingest/line_rules.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/ingest/assembling.h"
#include "tests/testing/status_matchers.h"

namespace faultline::ingest {
namespace {

using ::faultline::testing::Assembling;
using ::testing::HasSubstr;

// Each text is one record, when its lines come one by one between other lines.
class CrashLinesTest : public ::testing::TestWithParam<std::pair<const char*, const char*>> {};

TEST_P(CrashLinesTest, IsOneRecord) {
  Assembling lines;
  lines.Feed("plain line in front");
  std::string_view text = GetParam().second;
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    if (end > 0) lines.Feed(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  lines.Feed("2026-11-24 15:00:00 INFO a line behind").Flush();
  std::string all;
  for (const std::string& each : lines.Texts()) all += "--- " + each + "\n";
  EXPECT_EQ(lines.events.size(), 3u) << all;
}

INSTANTIATE_TEST_SUITE_P(
    All, CrashLinesTest,
    ::testing::Values(
        std::pair{"Java",
                  "java.lang.IllegalStateException: no shard\n\tat a.B.c(B.java:3)\nCaused by: a.Low: x\n"
                  "\tat a.B.d(B.java:4)\n\t... 3 more\n"},
        std::pair{"JavaWithoutIndent",
                  "a.b.SendException: no shard\nat a.B.c(B.java:3)\nat a.B.d(B.java:4)\n"
                  "Caused by: a.Low: x\n... 3 more\n"},
        std::pair{"Python",
                  "Traceback (most recent call last):\n  File \"a.py\", line 1, in f\n    g()\nKeyError: 'x'\n"
                  "\nDuring handling of the above exception, another exception occurred:\n\n"
                  "Traceback (most recent call last):\n  File \"a.py\", line 3, in f\n    h()\na.Late: y\n"},
        std::pair{"PythonWithoutIndent",
                  "Traceback (most recent call last):\nFile \"a.py\", line 1, in f\ng(x)\n^^^^\n"
                  "File \"a.py\", line 2, in g\nraise Late(x)\na.Late: y\n"},
        std::pair{"PythonGroup",
                  "  + Exception Group Traceback (most recent call last):\n  |   File \"a.py\", line 1, in f\n"
                  "  | ExceptionGroup: two (2 sub-exceptions)\n  +-+---------------- 1 ----------------\n"
                  "    | ValueError: a\n    +------------------------------------\n"},
        std::pair{
            "Go",
            "panic: runtime error: index out of range [3] with length 0\n\ngoroutine 21 [running]:\n"
            "main.crash.func1()\n\t/srv/a.go:73 +0x25\ncreated by main.crash in goroutine 1\n\t/srv/a.go:71 +0x1\n"},
        std::pair{"Rust",
                  "thread 'main' panicked at src/main.rs:7:33:\ntwo\nlines\nstack backtrace:\n   0: core::panic\n"
                  "             at /rustc/1/library/core/src/panicking.rs:80:14\n   1: chat::main\n"
                  "             at ./src/main.rs:7:33\nnote: Some details are omitted\n"},
        std::pair{"Node",
                  "/srv/a.js:12\nfunction parse (e) { return e.a.b }\n                              ^\n\n"
                  "TypeError: Cannot read properties of undefined\n    at parse (/srv/a.js:12:53)\n"
                  "    at node:internal/main:28:49 {\n  code: 'X'\n}\n\nNode.js v20.20.2\n"},
        std::pair{"Cpp",
                  "terminate called after throwing an instance of 'std::out_of_range'\n  what():  map::at\nAborted "
                  "(core dumped)\n"},
        std::pair{
            "Asan",
            "=================================================================\n"
            "==7==ERROR: AddressSanitizer: heap-use-after-free on address 0x603 at pc 0x56 bp 0x7f sp 0x7f\n"
            "READ of size 1 at 0x603 thread T0\n    #0 0x56 in chat::read(char*) /srv/a.cc:19\n"
            "0x603 is located 3 bytes inside of 24-byte region\nfreed by thread T0 here:\n"
            "    #0 0x7f in operator delete(void*) x.cpp:164\nSUMMARY: AddressSanitizer: heap-use-after-free a.cc:19\n"
            "Shadow bytes around the buggy address:\n=>0x0c06: fd[fd]\n==7==ABORTING\n"},
        std::pair{"DotNet",
                  "Unhandled exception. System.InvalidOperationException: no shard\n   at Chat.Store.Open() in "
                  "/srv/A.cs:line 7\n"
                  " ---> System.Exception: inner\n   --- End of inner exception stack trace ---\n"},
        std::pair{"Ruby", "/srv/a.rb:6:in `open': divided by 0 (ZeroDivisionError)\n\tfrom /srv/a.rb:9:in `<main>'\n"},
        std::pair{"Php",
                  "PHP Fatal error:  Uncaught RuntimeException: no shard in /srv/a.php:12\nStack trace:\n"
                  "#0 /srv/a.php(9): open()\n#1 {main}\n  thrown in /srv/a.php on line 12\n"},
        std::pair{"Dart",
                  "Unhandled exception:\nFormatException: bad\nsecond line\n#0      main (file:///a.dart:9:20)\n"}),
    [](const auto& test) { return std::string(test.param.first); });

TEST(LineRulesTest, TwoCrashesBehindOneAnotherAreTwoRecords) {
  Assembling lines;
  for (int i = 0; i < 2; ++i) {
    lines.Feed("panic: gone").Feed("goroutine 1 [running]:").Feed("main.main()").Feed("\t/srv/a.go:5 +0x1");
    lines.Feed("Traceback (most recent call last):").Feed("  File \"a.py\", line 1, in f").Feed("KeyError: 'x'");
  }
  lines.Flush();
  EXPECT_EQ(lines.events.size(), 4u);
}

TEST(LineRulesTest, NamesTheStepThatIsWrong) {
  const auto broken = LineRules::Parse("machines: [{name: m, steps: [{from: start, match: '(', to: a}]}]");
  EXPECT_EQ(broken.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(broken.status().message()), HasSubstr("m, step 1"));
  EXPECT_FALSE(LineRules::Parse("machines: [{name: m, steps: [{from: start, any: true, to: a}]}]").ok());
  EXPECT_FALSE(LineRules::Parse("machines: 3: 4").ok());
  EXPECT_FALSE(LineRules::Parse("machines: [{name: m, steps: [{from: start, to: a}]}]").ok());
}

TEST(LineRulesTest, AMachineTakesItsSteps) {
  const auto rules = LineRules::Parse(
      "machines: [{name: m, steps: [{from: start, match: ^A, to: a}, {from: a, match: ^B, to: end}, "
      "{from: a, any: true, to: a}]}]");
  ASSERT_THAT(rules, testing::IsOk());
  const LineRules::State a = (*rules)->Start("A");
  EXPECT_EQ((*rules)->NameOf(a), "m.a");
  EXPECT_EQ((*rules)->Start("B"), LineRules::kPlain);
  EXPECT_EQ((*rules)->Next(a, "B", false), LineRules::kEnd);
  EXPECT_EQ((*rules)->Next(a, "C", false), a);
  EXPECT_EQ((*rules)->Next(a, "C", true), std::nullopt);
  EXPECT_EQ((*rules)->Next(LineRules::kEnd, "C", false), std::nullopt);
}

}  // namespace
}  // namespace faultline::ingest
