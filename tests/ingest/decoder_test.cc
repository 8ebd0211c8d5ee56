// Detection, what has no format, and what is wrapped around a value.
#include "ingest/decoder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zlib.h>
#include <zstd.h>

#include <random>

#include "tests/ingest/formats/decoding.h"

namespace faultline::ingest {
namespace {

using ::faultline::testing::Decoding;
using ::faultline::testing::HeaderList;
using ::faultline::testing::OnlyReason;
using store::IdKind;
using ::testing::SizeIs;

std::string Gzip(const std::string& text) {
  std::string out(compressBound(text.size()) + 64, '\0');
  z_stream stream{};
  EXPECT_EQ(deflateInit2(&stream, 9, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY), Z_OK);
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

std::string Zstd(const std::string& text) {
  std::string out(ZSTD_compressBound(text.size()), '\0');
  out.resize(ZSTD_compress(out.data(), out.size(), text.data(), text.size(), 1));
  return out;
}

TEST(DecoderTest, TellsFormatsApartWithinOneStream) {
  Decoding decode;
  EXPECT_EQ(decode(R"({"message":"m"})").format, Format::kJson);
  EXPECT_EQ(decode("<131>1 2026-11-24T15:00:00Z h a - - - m").format, Format::kRfc5424);
  EXPECT_EQ(decode("<131>Nov 24 15:00:00 h a: m").format, Format::kRfc3164);
  EXPECT_EQ(decode("2026-11-24T15:00:00Z h a: m").format, Format::kSyslogFile);
  EXPECT_EQ(decode("2026-11-24 15:00:00,123 ERROR a - m").format, Format::kText);
  EXPECT_EQ(decode("[error] no array").format, Format::kText);
  EXPECT_EQ(decode("{curly} words").format, Format::kText);
  EXPECT_EQ(decode("  \n {\"message\":\"m\"}").format, Format::kJson);
  EXPECT_EQ(decode("\xef\xbb\xbf{\"message\":\"m\"}").format, Format::kJson);
}

TEST(DecoderTest, CallsAMissingOrBlankValueEmpty) {
  Decoding decode;
  for (const char* value : {"", " ", "\n", "\r\n\r\n", "{}", "[]", "[{}]", "\"\""}) {
    EXPECT_EQ(OnlyReason(decode(value)), "empty") << value;
  }
}

TEST(DecoderTest, RefusesBytesThatAreNoText) {
  Decoding decode;
  EXPECT_EQ(OnlyReason(decode(std::string("\x00\x01\x02\x03", 4))), "binary");
  EXPECT_EQ(OnlyReason(decode(std::string(64, '\x05'))), "binary");
  EXPECT_EQ(decode("a \033[31mred\033[0m line").records.size(), 1u);
}

TEST(DecoderTest, NamesKnownFormatsThatItDoesNotDecode) {
  Decoding decode;
  const Decoded& decoded = decode(std::string("\x00\x00\x00\x01\x07\x02\x06id", 9));
  EXPECT_EQ(OnlyReason(decoded), "format_unsupported: confluent schema registry");
  EXPECT_THAT(decoded.failures[0].detail, ::testing::HasSubstr("schema id 263:"));
}

TEST(DecoderTest, UsesOnlyTheConfiguredFormat) {
  EXPECT_EQ(OnlyReason(Decoding(Format::kJson)("a line")), "json_malformed");
  EXPECT_EQ(Decoding(Format::kText)(R"({"a":1})").records.at(0).message, R"({"a":1})");
  EXPECT_EQ(OnlyReason(Decoding(Format::kOtlpProto)("a line")), "otlp_malformed");
  EXPECT_EQ(Decoding(Format::kGelf)(R"({"message":"m","level":3})").records.at(0).severity, 17);
}

TEST(DecoderTest, UnquotesACollectorsRawBody) {
  Decoding decode;
  EXPECT_EQ(decode(R"("ERROR \"send\" failed")").records.at(0).message, R"(ERROR "send" failed)");
  EXPECT_EQ(decode(R"("{\"message\":\"m\",\"trace_id\":\"t\"}")").records.at(0).id(IdKind::kTrace), "t");
}

TEST(DecoderTest, InflatesGzipAndZstd) {
  Decoding decode;
  const std::string json = R"({"message":"m"})";
  for (const std::string& value : {Gzip(json), Zstd(json), Gzip(Zstd(json)), Gzip(json) + Gzip("\n" + json)}) {
    const Decoded& decoded = decode(value);
    ASSERT_FALSE(decoded.records.empty());
    EXPECT_EQ(decoded.records[0].message, "m");
    EXPECT_EQ(decoded.format, Format::kJson);
  }
}

TEST(DecoderTest, StopsAtABombAndAtDamage) {
  DecoderOptions options;
  options.max_inflated_bytes = 1000;
  Decoding decode(options);
  EXPECT_EQ(OnlyReason(decode(Gzip(std::string(1'000'000, 'x')))), "inflated_too_large");
  EXPECT_EQ(OnlyReason(decode(Zstd(std::string(1'000'000, 'x')))), "inflated_too_large");
  EXPECT_EQ(decode(Gzip(std::string(1000, 'x'))).records.size(), 1u);
  EXPECT_EQ(decode(Zstd(std::string(1000, 'x'))).records.size(), 1u);
  EXPECT_EQ(OnlyReason(decode(Gzip("text").substr(0, 15))), "inflate_failed");
  EXPECT_EQ(OnlyReason(decode(Zstd("some text").substr(0, 12))), "inflate_failed");
  EXPECT_EQ(OnlyReason(decode("\x1f\x8b\x08garbage")), "inflate_failed");
}

TEST(DecoderTest, BoundsTheRecordsOfOneMessage) {
  DecoderOptions options;
  options.max_records_per_message = 2;
  Decoding decode(options);
  const Decoded& decoded = decode(R"([{"message":"a"},{"message":"b"},{"message":"c"}])");
  EXPECT_THAT(decoded.records, SizeIs(2));
  ASSERT_THAT(decoded.failures, SizeIs(1));
  EXPECT_EQ(decoded.failures[0].reason, "too_many_records");
}

TEST(DecoderTest, BoundsTheFailuresOfOneMessageAndCountsTheRest) {
  Decoding decode;
  std::string json = "[{\"message\":\"a\"}";
  for (int i = 0; i < 100; ++i) json += ",1";
  const Decoded& decoded = decode(json + "]");
  EXPECT_THAT(decoded.records, SizeIs(1));
  ASSERT_THAT(decoded.failures, SizeIs(16));
  EXPECT_THAT(decoded.failures.back().detail, ::testing::HasSubstr("84 more"));
}

TEST(DecoderTest, TakesATraceFromTheHeadersWhereTheRecordHasNone) {
  Decoding decode;
  const HeaderList headers = {{"traceparent", "00-946e1ce9f2e316fbfb83faa6519c271a-c28f4a52a1710c8a-01"},
                              {"X-Request-ID", "r1"}};
  const Decoded& filled = decode(R"({"message":"m"})", headers);
  EXPECT_EQ(filled.records.at(0).id(IdKind::kTrace), "946e1ce9f2e316fbfb83faa6519c271a");
  EXPECT_EQ(filled.records[0].id(IdKind::kSpan), "c28f4a52a1710c8a");
  EXPECT_EQ(filled.records[0].id(IdKind::kRequest), "r1");
  const Decoded& own = decode(R"({"message":"m","trace_id":"own","request_id":"r0"})", headers);
  EXPECT_EQ(own.records.at(0).id(IdKind::kTrace), "own");
  EXPECT_EQ(own.records[0].id(IdKind::kSpan), "");
  EXPECT_EQ(own.records[0].id(IdKind::kRequest), "r0");
}

TEST(DecoderTest, GivesRandomBytesAnOutcome) {
  std::mt19937 random(7);
  Decoding decode;
  for (int i = 0; i < 20'000; ++i) {
    std::string value(random() % 64, '\0');
    for (char& c : value) c = static_cast<char>(random());
    if (i % 4 == 0 && !value.empty()) value[0] = '\n';
    if (i % 4 == 1 && !value.empty()) value[0] = '{';
    const Decoded& decoded = decode(value);
    EXPECT_FALSE(decoded.records.empty() && decoded.failures.empty());
  }
}

}  // namespace
}  // namespace faultline::ingest
