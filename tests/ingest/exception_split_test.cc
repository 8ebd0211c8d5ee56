// Exceptions inside messages of several lines, as loggers print them.
#include "ingest/exception_split.h"

#include <gtest/gtest.h>

#include <string>

namespace faultline::ingest {
namespace {

LogRecord Split(std::string_view message) {
  LogRecord record;
  record.message = message;
  SplitException(record);
  return record;
}

std::string_view TypeOf(const LogRecord& record) { return record.dimension(store::Dimension::kExceptionType); }

// Microsoft.Extensions.Logging.Console indents everything behind the first line, and .NET puts causes in front of
// frames.
TEST(ExceptionSplitTest, DotNetConsole) {
  const LogRecord record = Split(
      "fail: Chat.Store[3]\n      Put of m-1 failed\n      System.InvalidOperationException: no room\n"
      "       ---> System.IO.IOException: disk 7\n         at Chat.Disk.Write(Byte[] bytes) in /src/Disk.cs:line 12\n"
      "         --- End of inner exception stack trace ---\n         at Chat.Store.Put(String key)");
  EXPECT_EQ(TypeOf(record), "System.InvalidOperationException");
  EXPECT_EQ(record.exception_message, "no room");
  EXPECT_EQ(record.message, "fail: Chat.Store[3]\n      Put of m-1 failed");
  EXPECT_TRUE(record.stacktrace.starts_with("System.InvalidOperationException: no room\n"));
}

// Monolog's allowInlineLineBreaks: its JSON is none any more.
TEST(ExceptionSplitTest, MonologWithLineBreaks) {
  const LogRecord record = Split(
      "app.ERROR: Uncaught RuntimeException: \"no room\" at /srv/Store.php line 12 {\"exception\":\"[object] "
      "(RuntimeException(code: 0): no room at /srv/Store.php:12)\n[stacktrace]\n#0 /srv/Server.php(34): "
      "App\\\\Store->put('x')\n#1 {main}\n\"} []");
  EXPECT_EQ(TypeOf(record), "RuntimeException");
  EXPECT_EQ(record.exception_message, "no room");
  EXPECT_EQ(record.message, "app.ERROR: Uncaught RuntimeException: \"no room\" at /srv/Store.php line 12");
}

TEST(ExceptionSplitTest, PinoPretty) {
  const LogRecord record = Split(
      "[15:00:00.123] ERROR (gateway/123): request failed\n    err: {\n      \"type\": \"TypeError\",\n      "
      "\"stack\":\n"
      "          TypeError: x is undefined\n              at put (/srv/app/store.js:10:5)\n    }");
  EXPECT_EQ(TypeOf(record), "TypeError");
  EXPECT_EQ(record.exception_message, "x is undefined");
}

TEST(ExceptionSplitTest, FramesWithoutANameStandAlone) {
  const LogRecord record = Split("send failed\n    at put (/srv/app/store.js:10:5)\n    at serve (/srv/main.js:3:9)");
  EXPECT_EQ(TypeOf(record), "");
  EXPECT_EQ(record.message, "send failed");
  EXPECT_TRUE(record.stacktrace.starts_with("    at put"));
}

TEST(ExceptionSplitTest, MarksWithoutATraceAreText) {
  EXPECT_EQ(Split("[stacktrace]\nnothing").stacktrace, "");
  EXPECT_EQ(Split("a\n[stacktrace]").stacktrace, "");
  EXPECT_EQ(Split("a\n---> b\nc").stacktrace, "");
}

}  // namespace
}  // namespace faultline::ingest
