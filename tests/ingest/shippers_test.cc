// What stock shippers and logging libraries really put on Kafka, where the
// captures are at hand (FAULTLINE_DATA/shippers). Each single-record event is
// compared with what stands in its bytes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <simdjson.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>

#include "absl/strings/escaping.h"
#include "ingest/severity.h"
#include "tests/ingest/formats/decoding.h"

namespace faultline::ingest {
namespace {

using ::faultline::testing::Decoding;
using store::Dimension;
using store::IdKind;

std::string Folder() {
  const char* data = std::getenv("FAULTLINE_DATA");
  return (data != nullptr ? std::string(data) : std::string(FAULTLINE_SOURCE_DIR "/../shared/data")) + "/shippers";
}

std::string TextOf(const simdjson::dom::element& object, const char* key) {
  std::string_view text;
  return object[key].get(text) == simdjson::SUCCESS ? std::string(text) : std::string();
}

std::vector<std::string> Lines(const std::string& path) {
  std::vector<std::string> lines;
  std::ifstream in(path);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

// DEBUG .. FATAL of an OpenTelemetry number.
std::string SeverityGroup(uint8_t severity) {
  constexpr const char* kGroups[] = {"TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"};
  return severity == 0 || severity > 24 ? "" : kGroups[(severity - 1) / 4];
}

struct Score {
  int right = 0, checked = 0;
  std::string first_miss;
  void Check(bool is_right, const std::string& what) {
    ++checked;
    right += is_right ? 1 : 0;
    if (!is_right && first_miss.empty()) first_miss = what;
  }
};

void CheckText(Score& score, const char* what, const std::string& wanted, std::string_view got) {
  if (!wanted.empty())
    score.Check(got == wanted,
                std::string(what) + " is \"" + std::string(got.substr(0, 80)) + "\", not \"" + wanted + "\"");
}

void CheckRecord(const simdjson::dom::element& wanted, const LogRecord& record, Score& score) {
  const std::string message = TextOf(wanted, "message_contains");
  score.Check(record.message.find(message) != std::string_view::npos,
              "\"" + std::string(record.message.substr(0, 120)) + "\" lacks \"" + message + "\"");
  CheckText(score, "severity", TextOf(wanted, "severity"), SeverityGroup(record.severity));
  CheckText(score, "service", TextOf(wanted, "service"), record.dimension(Dimension::kService));
  CheckText(score, "trace_id", TextOf(wanted, "trace_id"), record.id(IdKind::kTrace));
  CheckText(score, "message_id", TextOf(wanted, "message_id"), record.id(IdKind::kMessage));
  CheckText(score, "exception_type", TextOf(wanted, "exception_type"), record.dimension(Dimension::kExceptionType));
  const std::string frame = TextOf(wanted, "exception_top_frame_contains");
  if (frame.empty()) return;
  score.Check(record.stacktrace.find(frame) != std::string_view::npos,
              "stack \"" + std::string(record.stacktrace.substr(0, 200)) + "\" lacks \"" + frame + "\"");
}

Score ScoreOf(const std::string& name) {
  const std::string path = Folder() + "/" + name;
  const std::vector<std::string> captured = Lines(path + ".jsonl");
  simdjson::dom::parser parser;
  std::vector<std::string> values;
  for (const std::string& line : captured) {
    absl::Base64Unescape(TextOf(parser.parse(line), "value_b64"), &values.emplace_back());
  }
  Score score;
  Decoding decode;
  for (const std::string& line : Lines(path + ".expect.jsonl")) {
    const simdjson::dom::element wanted = parser.parse(line);
    const int64_t first = wanted["offsets"].at(0);
    if (first != int64_t{wanted["offsets"].at(1)} || first >= static_cast<int64_t>(values.size())) continue;
    int64_t index = 0;
    if (wanted["index"].get(index) != simdjson::SUCCESS) index = 0;
    const Decoded& decoded = decode(values[static_cast<size_t>(first)]);
    if (index >= static_cast<int64_t>(decoded.records.size())) {
      score.Check(false, "no record: " + (decoded.failures.empty() ? "" : decoded.failures[0].detail));
      continue;
    }
    CheckRecord(wanted, decoded.records[static_cast<size_t>(index)], score);
  }
  return score;
}

class ShippersTest : public ::testing::TestWithParam<const char*> {};

TEST_P(ShippersTest, ReadsWhatStandsInTheBytes) {
  if (!std::filesystem::exists(Folder() + "/" + GetParam() + ".jsonl")) {
    GTEST_SKIP() << "no captures in " << Folder() << " (set FAULTLINE_DATA)";
  }
  const Score score = ScoreOf(GetParam());
  std::cout << GetParam() << ": " << score.right << " of " << score.checked
            << (score.first_miss.empty() ? "" : "; first miss: " + score.first_miss) << "\n";
  ASSERT_GT(score.checked, 0);
  EXPECT_GE(score.right, score.checked * 0.99);
}

INSTANTIATE_TEST_SUITE_P(All, ShippersTest,
                         ::testing::Values("bunyan", "go_logrus", "go_slog", "go_zap", "go_zerolog",
                                           "journald_json_short", "log4j2_ecs", "log4j2_elastic_ecs", "log4j2_logstash",
                                           "logback_jsonencoder", "logback_logstash_short", "loguru_serialize",
                                           "otelcol_java_proto", "otelcol_otlp_json", "otelcol_otlp_proto_keyed",
                                           "pino_iso", "rsyslog_forward", "rsyslog_imfile", "rsyslog_imfile_multi",
                                           "rsyslog_json_lines", "rsyslog_net_rfc5424", "structlog_dicttb",
                                           "structlog_ecs", "syslogng_file", "syslogng_file_noparse", "syslogng_gelf",
                                           "syslogng_json", "syslogng_json_doc", "syslogng_net_default",
                                           "syslogng_net_rfc5424", "syslogng_rfc5424", "winston_ecs", "winston_error",
                                           "winston_json"),
                         [](const auto& test) { return std::string(test.param); });

}  // namespace
}  // namespace faultline::ingest
