// Crash reports of devices: Apple's .ips and Android's tombstones.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/timestamp.h"
#include "ingest/formats/ips.h"
#include "ingest/line_documents.h"
#include "tests/ingest/assembling.h"
#include "tests/ingest/formats/decoding.h"

namespace faultline::ingest {
namespace {

using ::faultline::testing::Assembling;
using ::faultline::testing::AttributeOf;
using ::faultline::testing::Decoding;
using store::Dimension;
using ::testing::HasSubstr;
using ::testing::SizeIs;

constexpr std::string_view kHeader =
    R"j({"app_name":"Chat","timestamp":"2026-11-24 15:00:00.00 +0100","app_version":"4.7.1","build_version":"471","bundleID":"com.example.chat","bug_type":"309","os_version":"iPhone OS 17.4 (21E219)","incident_id":"8F1C"})j";
constexpr std::string_view kBody = R"j(
{
  "captureTime" : "2026-11-24 14:59:59.1234 +0100",
  "modelCode" : "iPhone15,3",
  "exception" : {"codes":"0x1, 0x10","type":"EXC_BAD_ACCESS","signal":"SIGSEGV","subtype":"KERN_INVALID_ADDRESS at 0x10"},
  "faultingThread" : 1,
  "threads" : [{"frames":[]},{"triggered":true,"frames":[
    {"imageOffset":12,"symbol":"MessageStore.find(_:)","sourceFile":"Store.swift","sourceLine":12,"imageIndex":0},
    {"imageOffset":13,"symbol":"-[Gateway send:]","imageIndex":0},
    {"imageOffset":99,"imageIndex":1}]}],
  "usedImages" : [{"name":"Chat"},{"name":"UIKitCore"}]
}
)j";

TEST(IpsTest, ReadsTheExceptionAndTheThreadThatFailed) {
  Decoding decode;
  const Decoded& decoded = decode(std::string(kHeader) + std::string(kBody));
  ASSERT_THAT(decoded.records, SizeIs(1));
  EXPECT_EQ(decoded.format, Format::kIps);
  const LogRecord& record = decoded.records[0];
  EXPECT_EQ(FormatTime(record.time_us), "2026-11-24T13:59:59.123400Z");
  EXPECT_EQ(record.severity, 21);
  EXPECT_EQ(record.side, store::Side::kClient);
  EXPECT_EQ(record.dimension(Dimension::kService), "com.example.chat");
  EXPECT_EQ(record.dimension(Dimension::kAppVersion), "4.7.1");
  EXPECT_EQ(record.dimension(Dimension::kExceptionType), "EXC_BAD_ACCESS");
  EXPECT_EQ(record.message, "EXC_BAD_ACCESS: KERN_INVALID_ADDRESS at 0x10");
  EXPECT_THAT(record.stacktrace, HasSubstr("\n\tat MessageStore.find(_:) (Store.swift:12)\n\tat -[Gateway.send:] (Chat)"
                                           "\n\tat UIKitCore+99 (UIKitCore)"));
  EXPECT_EQ(AttributeOf(record, "exception.signal"), "SIGSEGV");
}

TEST(IpsTest, PrefersTheExceptionsOwnFramesAndTheAppsLastWords) {
  Decoding decode;
  const LogRecord& record = decode(std::string(kHeader) +
                                   R"j(
{"exception":{"type":"EXC_CRASH","signal":"SIGABRT"},"asi":{"libc":["abort() called","no shard"]},"termination":{"indicator":"Abort trap: 6"},"lastExceptionBacktrace":[{"symbol":"throw","imageIndex":0}],"threads":[],"usedImages":[{"name":"Chat"}]})j")
                                .records.at(0);
  EXPECT_EQ(record.exception_message, "abort() called; no shard");
  EXPECT_THAT(record.stacktrace, HasSubstr("at throw (Chat)"));
}

TEST(IpsTest, SaysThatAReportIsCut) {
  Decoding decode;
  const Decoded& decoded = decode(std::string(kHeader) + std::string(kBody.substr(0, 200)));
  ASSERT_THAT(decoded.records, SizeIs(1));
  EXPECT_EQ(decoded.records[0].message, "report of Chat, bug type 309");
  EXPECT_THAT(AttributeOf(decoded.records[0], "report.damaged"), HasSubstr("cut short"));
  EXPECT_EQ(FormatTime(decoded.records[0].time_us), "2026-11-24T14:00:00Z");
}

TEST(LineDocumentsTest, FindsTheEndOfDocuments) {
  const auto end_of = [](std::string_view text) { return FindDocumentEnd(text, text.find('\n')); };
  const std::string report = std::string(kHeader) + std::string(kBody);
  EXPECT_EQ(end_of(report).fit, DocumentFit::kYes);
  EXPECT_EQ(end_of(report).line_end, report.size() - 1);
  EXPECT_EQ(end_of("{\n  \"a\": 1\n}\nnext\n").line_end, 12u);
  EXPECT_EQ(end_of("{\n  \"a\": 1\n").fit, DocumentFit::kMore);
  EXPECT_EQ(end_of("{\"bug_type\":\"309\"}\n").fit, DocumentFit::kMore);
  EXPECT_EQ(end_of("{\"bug_type\":\"309\"}\nnext\n").fit, DocumentFit::kNo);
  EXPECT_EQ(end_of("{\"a\":1}\n{\n}\n").fit, DocumentFit::kNo);
}

TEST(TombstoneTest, IsOneRecordWithItsSignalAndAbortMessage) {
  Assembling lines;
  for (const char* line :
       {"*** *** *** *** *** *** *** *** *** *** *** *** *** *** *** ***",
        "Build fingerprint: 'google/oriole/oriole:14/AP1A/1:user/release-keys'", "Revision: 'MP1.0'", "ABI: 'arm64'",
        "Timestamp: 2026-11-24 15:00:00.123456789+0100", "Cmdline: com.example.chat",
        "pid: 12345, tid: 12367, name: Thread-5  >>> com.example.chat <<<", "uid: 10234",
        "signal 6 (SIGABRT), code -1 (SI_QUEUE), fault addr --------", "Abort message: 'no shard'",
        "    x0  0000000000000000  x1  000000000000304f",
        "backtrace:", "      #00 pc 000000000004f1c8  /apex/lib64/bionic/libc.so (abort+164) (BuildId: ab)",
        "      #01 pc 0000000000012345  /data/app/lib/arm64/libchat.so (chat::Store::find(char const*)+24)"}) {
    lines.Feed(line);
  }
  lines.Flush();
  ASSERT_THAT(lines.events, SizeIs(1));
  EXPECT_EQ(lines.events[0].type, "SIGABRT");
  EXPECT_THAT(lines.events[0].text, HasSubstr("no shard"));
  EXPECT_THAT(lines.events[0].text, HasSubstr("#01 pc"));
}

TEST(TombstoneTest, ReadsTheLineInFrontOfIt) {
  Assembling lines;
  lines.Feed(
      "Fatal signal 11 (SIGSEGV), code 1 (SEGV_MAPERR), fault addr 0x10 in tid 12367 (Thread-5), pid 12345 (chat)");
  lines.Flush();
  ASSERT_THAT(lines.events, SizeIs(1));
  EXPECT_THAT(lines.events[0].message, HasSubstr("Fatal signal 11"));
}

}  // namespace
}  // namespace faultline::ingest
