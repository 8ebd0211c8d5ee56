// Lines as logging libraries write them by default, one test a dialect: time, level, service, message, exception and
// ids.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/timestamp.h"
#include "tests/ingest/formats/decoding.h"

namespace faultline::ingest {
namespace {

using ::faultline::testing::AttributeOf;
using ::faultline::testing::Decoding;
using store::Dimension;
using store::IdKind;
using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr std::string_view kTraceId = "4bf92f3577b34da6a3ce929d0e0e4736";

class LoggerDialectTest : public ::testing::Test {
 protected:
  const LogRecord& Decode(std::string_view value) { return decode_(value).records.at(0); }
  Decoding decode_;
};

TEST_F(LoggerDialectTest, ReadsPino) {
  const LogRecord& record = Decode(
      R"j({"level":50,"time":1795647026436,"pid":2480,"hostname":"vm","name":"chat-gateway","trace_id":"4bf92f3577b34da6a3ce929d0e0e4736","err":{"type":"StoreTimeoutError","message":"shard-9 did not answer","stack":"StoreTimeoutError: shard-9 did not answer\n    at find (/srv/store.js:6:10)","code":"E_TIMEOUT"},"msg":"delivery failed"
})j");
  EXPECT_EQ(FormatTime(record.time_us), "2026-11-25T22:50:26.436Z");
  EXPECT_EQ(record.severity, 17);
  EXPECT_EQ(record.dimension(Dimension::kService), "chat-gateway");
  EXPECT_EQ(record.message, "delivery failed");
  EXPECT_EQ(record.dimension(Dimension::kExceptionType), "StoreTimeoutError");
  EXPECT_EQ(record.dimension(Dimension::kErrorCode), "E_TIMEOUT");
  EXPECT_EQ(record.exception_message, "shard-9 did not answer");
  EXPECT_THAT(record.stacktrace, HasSubstr("store.js:6"));
  EXPECT_EQ(record.id(IdKind::kTrace), kTraceId);
}

TEST_F(LoggerDialectTest, TakesBunyansNameForTheServiceBeforeItsComponent) {
  const LogRecord& record = Decode(
      R"j({"name":"chat-gateway","hostname":"vm","pid":1,"component":"store","level":40,"msg":"slow","time":"2026-11-24T15:00:00.000Z","v":0})j");
  EXPECT_EQ(record.dimension(Dimension::kService), "chat-gateway");
  EXPECT_EQ(AttributeOf(record, "component"), "store");
  EXPECT_EQ(record.severity, 13);
}

TEST_F(LoggerDialectTest, ReadsWinstonsSimpleAndLogstashForms) {
  const LogRecord& simple = Decode(
      R"j(error: shard-9 did not answer {"service":"chat-gateway","stack":"StoreTimeoutError: shard-9 did not answer\n    at find (/srv/store.js:6:10)","timestamp":"2026-11-24T15:00:00.000Z"})j");
  EXPECT_EQ(simple.severity, 17);
  EXPECT_EQ(simple.message, "error: shard-9 did not answer");
  EXPECT_EQ(simple.dimension(Dimension::kService), "chat-gateway");
  EXPECT_EQ(simple.dimension(Dimension::kExceptionType), "StoreTimeoutError");
  EXPECT_EQ(FormatTime(simple.time_us), "2026-11-24T15:00:00Z");
  const LogRecord& logstash = Decode(
      R"j({"@fields":{"level":"warn","service":"chat-gateway","message_id":"01J9X"},"@message":"retrying","@timestamp":"2026-11-24T15:00:00.000Z"})j");
  EXPECT_EQ(logstash.message, "retrying");
  EXPECT_EQ(logstash.severity, 13);
  EXPECT_EQ(logstash.id(IdKind::kMessage), "01J9X");
}

TEST_F(LoggerDialectTest, DoesNotTakeALevelForASyslogTag) {
  const LogRecord& record = Decode("2026-11-24T15:00:00.000Z [chat-gateway] error: send failed");
  EXPECT_EQ(record.severity, 17);
  EXPECT_EQ(record.dimension(Dimension::kService), "");
  const LogRecord& bare = Decode("2026-11-24T15:00:00Z ERR error=\"deliver: no shard\" service=chat-gateway");
  EXPECT_EQ(bare.dimension(Dimension::kService), "chat-gateway");
  EXPECT_EQ(bare.exception_message, "deliver: no shard");
}

TEST_F(LoggerDialectTest, ReadsZapsConsole) {
  const LogRecord& record = Decode(
      "1.7956471290186386e+09\terror\tchat.gateway\tgo/main.go:11\tdelivery failed\t{\"error\": \"no shard\", "
      "\"trace_id\": "
      "\"4bf92f3577b34da6a3ce929d0e0e4736\"}\nmain.deliver\n\t/srv/main.go:11\nmain.main\n\t/srv/main.go:14");
  EXPECT_EQ(FormatTime(record.time_us), "2026-11-25T22:52:09.018639Z");
  EXPECT_EQ(record.severity, 17);
  EXPECT_EQ(record.message, "1.7956471290186386e+09\terror\tchat.gateway\tgo/main.go:11\tdelivery failed");
  EXPECT_EQ(record.exception_message, "no shard");
  EXPECT_THAT(record.stacktrace, StartsWith("main.deliver\n\t/srv/main.go:11"));
  EXPECT_EQ(record.id(IdKind::kTrace), kTraceId);
}

TEST_F(LoggerDialectTest, ReadsZerologsConsoleInColours) {
  const LogRecord& record = Decode(
      "\033[90m10:52PM\033[0m \033[31mERR\033[0m \033[1mdelivery failed\033[0m "
      "\033[36merror=\033[0m\033[31m\"no shard\"\033[0m \033[36mservice=\033[0mchat-gateway "
      "\033[36mstack=\033[0m[{\"func\":\"deliver\",\"line\":\"9\",\"source\":\"main.go\"}]");
  EXPECT_EQ(record.severity, 17);
  EXPECT_THAT(record.message, StartsWith("10:52PM ERR delivery failed error="));
  EXPECT_EQ(record.dimension(Dimension::kService), "chat-gateway");
  EXPECT_EQ(record.exception_message, "no shard");
  EXPECT_THAT(record.stacktrace, HasSubstr("deliver (main.go:9)"));
}

TEST_F(LoggerDialectTest, KeepsTheColoursOfAMessage) {
  const LogRecord& record = Decode("2026-11-24 15:00:00,123 WARN chat - \033[33mslow consumer\033[0m");
  EXPECT_THAT(record.message, HasSubstr("\033[33mslow consumer\033[0m"));
}

TEST_F(LoggerDialectTest, ReadsStructlogsConsole) {
  const LogRecord& record = Decode(
      "2026-11-24T15:00:00.218424Z [warning  ] retrying, attempt 2 of 5       attempt=2 message_id=01J9X service=chat "
      "shards=[1, 2]");
  EXPECT_EQ(record.severity, 13);
  EXPECT_EQ(record.dimension(Dimension::kService), "chat");
  EXPECT_EQ(record.id(IdKind::kMessage), "01J9X");
}

TEST_F(LoggerDialectTest, ReadsRustsTracing) {
  const LogRecord& record = Decode(
      R"j({"timestamp":"2026-11-24T15:00:00.132927Z","level":"ERROR","fields":{"message":"delivery failed","error":"no shard","attempt":2},"target":"chat::store","span":{"shard":9,"name":"deliver"},"spans":[{"request_id":"r-77","name":"work"},{"shard":9,"name":"deliver"}]})j");
  EXPECT_EQ(record.message, "delivery failed");
  EXPECT_EQ(record.severity, 17);
  EXPECT_EQ(record.exception_message, "no shard");
  EXPECT_EQ(record.dimension(Dimension::kLogger), "chat::store");
  EXPECT_EQ(record.id(IdKind::kRequest), "r-77");
  EXPECT_EQ(AttributeOf(record, "span.name"), "deliver");
  const LogRecord& text = Decode(
      "2026-11-24T15:00:00.133507Z  WARN work{request_id=\"r-77\"}:deliver{shard=9}: chat: retrying "
      "message_id=\"01J9X\"");
  EXPECT_EQ(text.severity, 13);
  EXPECT_EQ(text.id(IdKind::kRequest), "r-77");
  EXPECT_EQ(text.id(IdKind::kMessage), "01J9X");
}

TEST_F(LoggerDialectTest, ReadsSerilogsCompactForm) {
  const LogRecord& record = Decode(
      R"j({"@t":"2026-11-24T15:00:00.1234567Z","@mt":"Send of {MessageId} failed","@l":"Error","@x":"System.TimeoutException: no answer\n   at Chat.Store.Find(String id) in /app/Store.cs:line 12","@i":"c2f4","MessageId":"01J9X","SourceContext":"Chat.Store","@tr":"4bf92f3577b34da6a3ce929d0e0e4736"})j");
  EXPECT_EQ(FormatTime(record.time_us), "2026-11-24T15:00:00.123456Z");
  EXPECT_EQ(record.severity, 17);
  EXPECT_EQ(record.message, "Send of {MessageId} failed");
  EXPECT_EQ(record.dimension(Dimension::kExceptionType), "System.TimeoutException");
  EXPECT_EQ(record.id(IdKind::kMessage), "01J9X");
  EXPECT_EQ(record.id(IdKind::kTrace), kTraceId);
  EXPECT_EQ(record.dimension(Dimension::kLogger), "Chat.Store");
}

TEST_F(LoggerDialectTest, TakesALevelLeftOutInSerilogsFormForInformation) {
  EXPECT_EQ(Decode(R"j({"@t":"2026-11-24T15:00:00Z","@mt":"started"})j").severity, 9);
}

TEST_F(LoggerDialectTest, ReadsNlogAndDotnetsJson) {
  const LogRecord& nlog = Decode(
      R"j({ "time": "2026-11-24 15:00:00.1234", "level": "Error", "logger": "Chat.Store", "message": "send failed", "exception": "System.TimeoutException: no answer\n   at Chat.Store.Find(String id)" })j");
  EXPECT_EQ(nlog.severity, 17);
  EXPECT_EQ(nlog.dimension(Dimension::kExceptionType), "System.TimeoutException");
  const LogRecord& dotnet = Decode(
      R"j({"Timestamp":"2026-11-24T15:00:00.000Z","EventId":0,"LogLevel":"Error","Category":"Chat.Store","Message":"send failed","State":{"Message":"send failed","{OriginalFormat}":"send failed"}})j");
  EXPECT_EQ(dotnet.severity, 17);
  EXPECT_EQ(dotnet.message, "send failed");
  EXPECT_EQ(dotnet.dimension(Dimension::kLogger), "Chat.Store");
}

TEST_F(LoggerDialectTest, TakesPythonsNameForTheLogger) {
  const LogRecord& record = Decode(
      R"j({"asctime":"2026-11-24 15:00:00,123","levelname":"ERROR","name":"chat.gateway","message":"delivery failed","hostname":"vm","exc_info":"Traceback (most recent call last):\n  File \"a.py\", line 7, in f\n    g()\nRuntimeError: no shard"})j");
  EXPECT_EQ(record.dimension(Dimension::kLogger), "chat.gateway");
  EXPECT_EQ(record.dimension(Dimension::kService), "");
  EXPECT_EQ(record.dimension(Dimension::kExceptionType), "RuntimeError");
  EXPECT_EQ(FormatTime(record.time_us), "2026-11-24T15:00:00.123Z");
}

TEST_F(LoggerDialectTest, ReadsMonolog) {
  const LogRecord& json = Decode(
      R"j({"message":"delivery failed","context":{"exception":{"class":"App\\StoreTimeout","message":"no shard","code":0,"file":"/app/Store.php:12","trace":["/app/Gateway.php:40","/app/index.php:7"]},"trace_id":"4bf92f3577b34da6a3ce929d0e0e4736"},"level":400,"level_name":"ERROR","channel":"app","datetime":"2026-11-24T15:00:00.123456+00:00","extra":{}})j");
  EXPECT_EQ(json.severity, 17);
  EXPECT_EQ(json.dimension(Dimension::kExceptionType), "App\\StoreTimeout");
  EXPECT_EQ(json.exception_message, "no shard");
  EXPECT_THAT(json.stacktrace, HasSubstr("/app/Gateway.php:40"));
  EXPECT_EQ(json.id(IdKind::kTrace), kTraceId);
  const LogRecord& line = Decode(
      R"j([2026-11-24T15:00:00.123456+00:00] app.ERROR: delivery failed {"exception":"[object] (App\\StoreTimeoutException(code: 0): no shard at /app/Store.php:12)\n[stacktrace]\n#0 /app/Gateway.php(40): App\\Store->find('x')\n#1 {main}\n","message_id":"01J9X"} [])j");
  EXPECT_EQ(line.severity, 17);
  EXPECT_EQ(line.message, "[2026-11-24T15:00:00.123456+00:00] app.ERROR: delivery failed");
  EXPECT_EQ(line.dimension(Dimension::kExceptionType), "App\\StoreTimeoutException");
  EXPECT_EQ(line.exception_message, "no shard");
  EXPECT_EQ(line.id(IdKind::kMessage), "01J9X");
}

TEST_F(LoggerDialectTest, ReadsRubysLogger) {
  const LogRecord& record = Decode(
      "E, [2026-11-24T15:00:00.123456 #4242] ERROR -- chatd: no shard (StoreTimeout)\n/app/store.rb:12:in "
      "`find'\n/app/main.rb:3:in `<main>'");
  EXPECT_EQ(record.severity, 17);
  EXPECT_EQ(record.dimension(Dimension::kService), "chatd");
  EXPECT_EQ(FormatTime(record.time_us), "2026-11-24T15:00:00.123456Z");
}

TEST_F(LoggerDialectTest, ReadsLog4jsJsonAndGelfAndGoogleLayouts) {
  const LogRecord& json = Decode(
      R"j({"instant":{"epochSecond":1795647151,"nanoOfSecond":425312576},"thread":"main","level":"ERROR","loggerName":"chat.gateway","message":"delivery failed","thrown":{"commonElementCount":0,"localizedMessage":"no answer","message":"no answer","name":"chat.StoreTimeoutException","extendedStackTrace":[{"class":"chat.Store","method":"find","file":"Store.java","line":4,"exact":false}]},"contextMap":{"message_id":"01J9X"},"endOfBatch":false})j");
  EXPECT_EQ(json.dimension(Dimension::kExceptionType), "chat.StoreTimeoutException");
  EXPECT_THAT(json.stacktrace, HasSubstr("chat.Store.find(Store.java:4)"));
  EXPECT_EQ(json.id(IdKind::kMessage), "01J9X");
  const LogRecord& gelf = Decode(
      R"j({"version":"1.1","host":"edge-7","timestamp":1795647151.425,"level":3,"_logger":"chat.gateway","full_message":"Chat$StoreTimeoutException: no answer\n\tat chat.Store.find(Store.java:4)\n","short_message":"delivery failed"})j");
  EXPECT_EQ(gelf.dimension(Dimension::kExceptionType), "Chat$StoreTimeoutException");
  EXPECT_THAT(gelf.stacktrace, StartsWith("Chat$StoreTimeoutException: no answer"));
  const LogRecord& google = Decode(
      R"j({"timestampSeconds":1795647151,"timestampNanos":393680437,"severity":"WARNING","message":"retrying","logging.googleapis.com/labels":{"message_id":"01J9X"},"logging.googleapis.com/trace":"4bf92f3577b34da6a3ce929d0e0e4736","logger":"chat.gateway"})j");
  EXPECT_EQ(google.id(IdKind::kMessage), "01J9X");
  EXPECT_EQ(google.id(IdKind::kTrace), kTraceId);
  EXPECT_EQ(google.severity, 13);
}

TEST_F(LoggerDialectTest, FindsTheTypeBehindNodesMessage) {
  const LogRecord& record = Decode(
      "[2026-11-24T15:00:00.558] [ERROR] chat.gateway - delivery failed TypeError: no shard\n    at find "
      "(/srv/store.js:3:52)");
  EXPECT_EQ(record.dimension(Dimension::kExceptionType), "TypeError");
  EXPECT_EQ(record.exception_message, "no shard");
}

TEST_F(LoggerDialectTest, ReadsHashicorpsAndLog15sJson) {
  const LogRecord& hclog = Decode(
      R"j({"@level":"error","@message":"join failed","@module":"agent.client","@timestamp":"2026-11-24T15:00:00.123456Z","error":"no route"})j");
  EXPECT_EQ(hclog.severity, 17);
  EXPECT_EQ(hclog.message, "join failed");
  EXPECT_EQ(hclog.dimension(Dimension::kLogger), "agent.client");
  const LogRecord& log15 = Decode(R"j({"t":"2026-11-24T15:00:00Z","lvl":"eror","msg":"join failed"})j");
  EXPECT_EQ(log15.severity, 17);
  EXPECT_NE(log15.time_us, 0);
}

TEST_F(LoggerDialectTest, TakesIndentedCodeThatLooksLikeJsonForText) {
  EXPECT_EQ(decode_("    {}[\"shard-9\"]").format, Format::kText);
  EXPECT_EQ(decode_("    {\"a\": 1}[\"shard-9\"]").format, Format::kText);
  EXPECT_EQ(decode_("{\"a\": 1").failures.size(), 1u);
}

}  // namespace
}  // namespace faultline::ingest
