// The short way of reading JSON must give what the long way gives: on lines of
// real shippers, on made-up documents and on the same with bytes changed.
#include "ingest/formats/plain_json.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>

#include "tests/testing/describe_record.h"

namespace faultline::ingest {
namespace {

using ::faultline::testing::DescribeDecoded;

// Both ways, with decoders that have seen the same documents before.
class BothWays {
 public:
  explicit BothWays(int max_depth = 32) {
    DecoderOptions options;
    options.max_depth = max_depth;
    short_way_ = Decoder::Create(options);
    options.plain_json = false;
    long_way_ = Decoder::Create(options);
  }

  void ExpectSame(std::string_view value) {
    // Of the exact size, so that a sanitizer sees reading beyond it.
    const std::vector<char> exact(value.begin(), value.end());
    Arena arena;
    Decoded one, other;
    short_way_->Decode({exact.data(), exact.size()}, {}, arena, one);
    long_way_->Decode({exact.data(), exact.size()}, {}, arena, other);
    ASSERT_EQ(DescribeDecoded(one), DescribeDecoded(other)) << value;
  }

 private:
  std::unique_ptr<Decoder> short_way_, long_way_;
};

bool TakesShortWay(std::string_view json) {
  FieldCache fields;
  RecordBuilder builder(fields);
  PlainJsonReader reader(builder, 32);
  LogRecord record;
  Arena arena;
  builder.Begin(record, arena);
  return reader.Read(json);
}

constexpr std::string_view kClient =
    R"({"timestamp":"2026-11-18T11:06:02.840Z","side":"client","level":"error","service":"app-ios","app_version":"4.24.0","device_id":"d-49","session_id":"9459","trace_id":"63d9","user_id":"u-3","message":"login failed: http 503"})";
constexpr std::string_view kServer =
    R"j({"side" : "server", "host": "h-6", "message": "r\u00e9ad \"x\" failed", "exception": {"type": "net.chat.Lost", "stacktrace": "net.chat.Lost\n\tat a.B.c(B.java:7)"}, "request": {"size": 12, "parts": [1, 2, {"a": "b c"}], "none": {}}, "ok": true, "none": null, "rate": -0.25})j";

TEST(PlainJsonTest, TakesWhatMachinesWrite) {
  EXPECT_TRUE(TakesShortWay(kClient));
  EXPECT_TRUE(TakesShortWay(kServer));
}

TEST(PlainJsonTest, LeavesTheRest) {
  for (const std::string_view json :
       {"{}", "{\"a\":1}}", "{\"a\":01}", "{\"a\":1e5}", "{\"a\":tru}", "{\"a\":\"\x01\"}", "{\"a\":\"\xff\"}",
        "{\"a\":1,}", "{\"a\" 1}", "{\"a\":[1,]}", "{\"a\":{\"b\":1}", "{\"a\":\"b\\\"}", "{\"a\":1}\n{\"a\":1}"}) {
    EXPECT_FALSE(TakesShortWay(json)) << json;
  }
}

TEST(PlainJsonTest, GivesTheSameForKnownDocuments) {
  BothWays both;
  for (int round = 0; round < 3; ++round) {  // with keys unknown, known, and known in another order
    both.ExpectSame(kClient);
    both.ExpectSame(kServer);
    both.ExpectSame(R"({"message":"a","user_id":"x","timestamp":"2026-11-18T11:06:02Z","message":"b","zzz":"1"})");
    both.ExpectSame(R"({"kind":"attempts","operation":"send","count":7,"window_seconds":60,"timestamp":"1732462699"})");
    both.ExpectSame(R"({"":"no name","a.b":"dot","a":{"b":"nested","":"none"},"message":"x"})");
  }
}

TEST(PlainJsonTest, GivesTheSameAtTheLimitOfDepth) {
  BothWays both(3);
  both.ExpectSame(R"({"message":"x","a":{"b":{"c":1}}})");
  both.ExpectSame(R"({"message":"x","a":{"b":{"c":{"d":1}}}})");
  both.ExpectSame(R"({"message":"x","a":[[1]],"b":[[[1]]],"c":{"d":[1]},"e":{"f":[[1]]}})");
}

TEST(PlainJsonTest, GivesTheSameForShippers) {
  const char* data = std::getenv("FAULTLINE_DATA");
  const std::filesystem::path folder =
      std::filesystem::path(data != nullptr ? data : FAULTLINE_SOURCE_DIR "/../shared/data") / "shippers";
  if (!std::filesystem::exists(folder)) GTEST_SKIP() << "no shippers in " << folder << "; set FAULTLINE_DATA";
  for (const auto& file : std::filesystem::directory_iterator(folder)) {
    BothWays both;
    std::ifstream in(file.path());
    for (std::string line; std::getline(in, line);) both.ExpectSame(line);
  }
}

// Makes documents of all that JSON allows, and of some things that it does not.
class Maker {
 public:
  explicit Maker(unsigned seed) : random_(seed) {}

  std::string Document() {
    std::string json = Object(0);
    if (Chance(2)) Change(json);
    return json;
  }

 private:
  size_t Below(size_t n) { return std::uniform_int_distribution<size_t>(0, n - 1)(random_); }
  bool Chance(size_t one_in) { return Below(one_in) == 0; }
  std::string_view Blank() { return Chance(6) ? " " : Chance(40) ? "\n\t" : ""; }

  std::string Object(int depth) {
    std::string json = "{";
    for (size_t left = Below(9); left > 0; --left) {
      json.append(Blank()).append(String(true)).append(Blank()).append(":").append(Blank()).append(Value(depth));
      json.append(Blank()).append(left > 1 ? "," : "");
    }
    return json + "}";
  }

  std::string Value(int depth) {
    static constexpr std::string_view kScalars[] = {"true", "false", "null",   "0",  "-1",         "12.50",
                                                    "1e5",  "-0",    "1.0E-3", "17", "2147483648", "1732462699.137474",
                                                    "nul"};
    if (Chance(2)) return String(false);
    if (depth < 5 && Chance(4)) return Object(depth + 1);
    if (depth < 5 && Chance(4)) return Array(depth + 1);
    return std::string(kScalars[Below(std::size(kScalars))]);
  }

  std::string Array(int depth) {
    std::string json = "[";
    for (size_t left = Below(4); left > 0; --left) {
      json.append(Blank()).append(Value(depth)).append(Blank()).append(left > 1 ? "," : "");
    }
    return json + "]";
  }

  std::string String(bool is_key) {
    static constexpr std::string_view kKeys[] = {
        "timestamp", "time",  "level", "severity", "message", "msg",   "service", "host",      "trace_id",  "user_id",
        "exception", "error", "stack", "tags",     "kind",    "count", "version", "log.level", "@timestamp"};
    static constexpr std::string_view kPieces[] = {"a",
                                                   "failed ",
                                                   "503",
                                                   "\\n",
                                                   "\\\"",
                                                   "\\\\",
                                                   "\\u00e9",
                                                   "\\ud83d\\ude00",
                                                   "\xc3\xa9",
                                                   "\xff",
                                                   "\\",
                                                   "\x01",
                                                   "\x7f",
                                                   "\\x",
                                                   " at ",
                                                   "trace_id=",
                                                   "{",
                                                   "}",
                                                   "[",
                                                   ":",
                                                   "2026-11-18T11:06:02.840Z",
                                                   "error",
                                                   "client",
                                                   "4bf92f3577b34da6a3ce929d0e0e4736"};
    std::string text = "\"";
    if (is_key && Chance(2)) return text.append(kKeys[Below(std::size(kKeys))]).append("\"");
    const size_t rare = Chance(12) ? std::size(kPieces) : 4;
    for (size_t left = Below(Chance(5) ? 40 : 4); left > 0; --left) text.append(kPieces[Below(rare)]);
    return text + "\"";
  }

  void Change(std::string& json) {
    static constexpr std::string_view kBytes = "\"\\{}[]:, \n\t0a\x01\x80\xe9";
    for (size_t left = 1 + Below(2); left > 0 && !json.empty(); --left) {
      const size_t at = Below(json.size());
      const size_t kind = Below(4);
      if (kind == 0) json[at] = kBytes[Below(kBytes.size())];
      if (kind == 1) json.erase(at, 1);
      if (kind == 2) json.insert(at, 1, kBytes[Below(kBytes.size())]);
      if (kind == 3) json.resize(at);
    }
  }

  std::mt19937 random_;
};

TEST(PlainJsonTest, GivesTheSameForRandomDocuments) {
  Maker maker(20261125);
  BothWays both;
  for (int i = 0; i < 40'000 && !HasFatalFailure(); ++i) both.ExpectSame(maker.Document());
}

}  // namespace
}  // namespace faultline::ingest
